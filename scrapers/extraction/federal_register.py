"""Reads the Federal Register's search: rules, proposed rules, notices and presidential documents.

A search is no list of what there is: a document leaves an answer when an index is built anew or an agency is filed
otherwise, and is in the Register all the same. What is withdrawn is withdrawn by another document. So absence says
nothing here (scope NONE), and the days that were asked about bound the work, not the truth.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, RecordSet, Source
from scrapers.register.addresses import is_search_url
from scrapers.register.answers import read_answer
from scrapers.register.documents import document_of

NAME = "federal_register"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """The search, wherever a source says that it lies."""
    return source.spider == "federal_register" and is_search_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `register_document`. Raises ExtractionError for JSON that is not the search's envelope."""
    answer = read_answer(look.body or b"", look.url)
    records = {record.key: record for record in map(document_of, answer.rows) if record is not None}
    if answer.rows and not records:
        raise ExtractionError(
            f"None of the {len(answer.rows)} results of {look.url} has a number and a date of "
            "publication; look at the body."
        )
    found = RecordSet("register_document", tuple(records.values()), noun=("document", "documents"))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=source.title,
        record_sets=(found,),
        text=tuple(record.title for record in records.values()),
        compare_text=False,
    )
