"""A page that lists governments, such as sanctuary jurisdictions: each a record, told by name when it comes or goes.

What the page says besides (its introduction, its criteria) is its text, and changes apart from who is on the list; the
date of its update is kept with the records and is no news by itself.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from monitor.encoding import decode
from monitor.errors import ExtractionError
from monitor.recognition import kind_of
from monitor.text import read
from monitor.types import Extraction, Look, Source
from scrapers.jurisdictions.records import listed
from scrapers.jurisdictions.sections import lines_of, taken_apart
from scrapers.parameters import PageParameters

NAME = "jurisdiction_list"
VERSION = 1
READS = "html"


class PARAMETERS(PageParameters):
    """What a stanza may say of a list of governments."""

    state: str = ""
    """The state of names that print none: "Colorado". Empty where the page says it."""
    headings: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    """Further headings under which names stand, and what they are: { "Sheriff's offices" = "agency" }."""
    awaited: bool = False
    """Whether the page may stand there before its list does; without this a page that names nobody is a fault."""

    @field_validator("urls")
    @classmethod
    def _one_page(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value:
            raise ValueError("a list is complete on one page; write a source for each page")
        return value


def claims(source: Source, url: str) -> bool:
    """Only the page of a stanza that chooses it."""
    return False


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `listed_jurisdiction`, complete. Raises ExtractionError for a page that names nobody."""
    parameters = PARAMETERS.of(source)
    body = look.body or b""
    page = read(body, look.media_type, look.final_url)
    markup = kind_of(body, look.media_type) == "html"
    title, lines = lines_of(decode(body), look.final_url, markup=markup)
    found = taken_apart(title or page.title, lines, state=parameters.state, headings=parameters.headings)
    if not found.members and not parameters.awaited:
        raise ExtractionError(
            f"{look.url} names no jurisdiction under a heading such as States, Counties or Cities; look at it in a"
            " browser, and name its headings in the stanza (headings) if they are others."
        )
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=found.title,
        record_sets=(listed(found.members, extras={"updated": found.updated}),),
        links=page.links,
        text=tuple(found.text),
    )
