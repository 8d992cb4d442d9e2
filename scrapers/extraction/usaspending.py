"""Reads USAspending's search for awards: who received what, under which programme, obligated when.

An answer of one page is everything that the question finds, and an award that is no longer in it was deleted there. Of
an answer of several pages a page alone proves nothing about what is absent: awards move from page to page.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.grants import KIND
from monitor.types import Extraction, Look, RecordSet, Scope, ScopeKind, Source
from scrapers.usaspending.awards import award_of, read_answer
from scrapers.usaspending.questions import Question, is_search_url

NAME = "usaspending"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """Answers to the spider's questions, wherever a source says that the search lies."""
    return source.spider == "usaspending" and is_search_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `grant_award`. Raises ExtractionError for JSON that is not the search's envelope."""
    question = Question.of(look.url)
    if question is None:
        raise ExtractionError(f"{look.url} names no question; poll its source, which asks them.")
    answer = read_answer(look.body or b"", look.url)
    awards = {award.key: award for award in (award_of(row, question) for row in answer.rows) if award is not None}
    if answer.rows and not awards:
        raise ExtractionError(
            f"None of the {len(answer.rows)} awards of {look.url} has an identifier; look at the body."
        )
    whole = question.page == 1 and not answer.more
    scope = Scope(ScopeKind.COMPLETE, parent=question.parent) if whole else Scope()
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: {question.seat}, {question.program}, {question.type}",
        record_sets=(RecordSet(KIND, tuple(awards.values()), scope, noun=("award", "awards")),),
        text=tuple(award.title for award in awards.values()),
        compare_text=False,
    )
