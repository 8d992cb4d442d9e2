"""The links of a page as records, one a document: `extract = "links"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, Record, RecordSet, Scope, ScopeKind, Source
from monitor.url import absolute_url, document_target
from scrapers.council.words import cut
from scrapers.lists.html_tables import parsed
from scrapers.lists.parameters import Kind, Name
from scrapers.lists.patterns import fits
from scrapers.lists.rows import MOST_ROWS
from scrapers.lists.selectors import Selector
from scrapers.parameters import PageParameters

NAME = "links"
VERSION = 1
READS = "html"


class PARAMETERS(PageParameters):
    """What a stanza may say of links. Without any of the first three, those that lead to documents are taken."""

    address: tuple[Name, ...] = ()
    """Whole addresses, any of them, "*" standing for anything: ["*/agendas/*.pdf"]."""
    label: tuple[Name, ...] = ()
    """Words, any of which the link's label holds."""
    selector: Selector = ""
    """A CSS selector of the links, or of what holds them."""
    kind: Kind = "document"
    """What a link is, in one word with underlines."""
    noun: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] = ("document", "documents")
    """What a reader counts, one and many."""
    complete: bool = True
    """Whether a link that is no longer there is told. Of a page that shows the newest few, say false."""


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """A record for each address, its label a fact; with `follow = true` each is looked at too.

    Raises ExtractionError where no link fits.
    """
    parameters = PARAMETERS.of(source)
    page = read(look.body or b"", look.media_type, look.final_url)
    every = tuple(_selected(look, parameters)) if parameters.selector else page.links
    labels: dict[str, str] = {}
    for link in every:
        if _is_wanted(link, parameters) and not labels.get(link.url):
            labels[link.url] = link.label
    if len(labels) > MOST_ROWS:
        raise ExtractionError(f"More than {MOST_ROWS:,} links of the page fit; name fewer in the stanza.")
    if not labels and parameters.complete:
        raise ExtractionError(
            f"None of the page's {len(every)} links fits what the stanza says of them; look at the page and correct it."
        )
    records = tuple(_record(url, label, parameters) for url, label in labels.items())
    one, many = parameters.noun
    scope = Scope(ScopeKind.COMPLETE) if parameters.complete else Scope()
    listed = [link for link in every if link.url in labels]
    told = {line for link in listed for line in (link.label, _as_printed(link.url, link.label))}
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title,
        record_sets=(RecordSet(parameters.kind, records, scope, noun=(one, many)),),
        links=tuple(Link(url, label) for url, label in labels.items()),
        text=tuple(line for line in page.lines if line not in told),
    )


def _as_printed(url: str, label: str) -> str:
    """The line that a link to a document is, when it stands alone."""
    return clean(f"{label} [{document_target(url)}]")


def _record(url: str, label: str, parameters: PARAMETERS) -> Record:
    name = label or url.rpartition("/")[2] or url
    return Record(kind=parameters.kind, key=url, title=cut(name), facts={"label": label, "address": url}, url=url)


def _is_wanted(link: Link, parameters: PARAMETERS) -> bool:
    if parameters.address and not any(fits(link.url, pattern) for pattern in parameters.address):
        return False
    if parameters.label and not any(words.casefold() in link.label.casefold() for words in parameters.label):
        return False
    chosen = parameters.address or parameters.label or parameters.selector
    return bool(chosen) or link.role == "document"


def _selected(look: Look, parameters: PARAMETERS) -> Iterator[Link]:
    for holder in parsed(look.body or b"").css(parameters.selector):
        for node in holder.css("a[href]"):
            reference = node.attributes.get("href") or ""
            target = absolute_url(look.final_url, reference) if not reference.startswith("#") else ""
            if target:
                yield Link(target, clean(node.text(separator=" ")), "document" if document_target(target) else "page")
