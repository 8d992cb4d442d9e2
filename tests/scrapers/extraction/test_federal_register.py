"""The reader of the Federal Register's search: what a document's entry says, and what an answer proves.

Examples are written for this test in the documented shape of the API; no capture of it was at hand.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare
from monitor.types import Extraction, Look, Record, ScopeKind, Source
from scrapers.extraction import federal_register, find
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples" / "federal_register"
API = "https://www.federalregister.gov/api/v1/documents.json"
REGISTER = Source(slug="register", title="Federal Register", url=API, spider="federal_register")


def example(name: str) -> Any:
    """An example's JSON."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def read(answer: object) -> Extraction:
    """What the extractor makes of an answer."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    look = Look(API, datetime(2016, 10, 17, 14, tzinfo=UTC), 200, body, "application/json")
    return federal_register.extract(look, REGISTER)


def records(answer: object) -> tuple[Record, ...]:
    """The documents of an answer."""
    (found,) = read(answer).record_sets
    return found.records


def with_row(**fields: Any) -> dict[str, Any]:
    """The answer with its first document alone, and other fields in it."""
    answer = example("search.json")
    answer["results"] = [{**answer["results"][0], **fields}]
    return dict(answer)


@pytest.mark.parametrize("name", ["search", "empty"])
def test_examples_read_as_expected(name: str) -> None:
    """An answer gives exactly the records written down beside it."""
    assert json.loads(json.dumps(asdict(read(example(f"{name}.json"))))) == example(f"{name}.expected.json")


@pytest.mark.parametrize(
    ("spider", "url", "claimed"),
    [
        ("federal_register", API, True),
        ("federal_register", f"{API}?conditions[term]=detainer&window=recent", True),
        ("federal_register", "http://127.0.0.1:8000/register/documents.json", True),
        ("federal_register", "https://www.federalregister.gov/api/v1/agencies", False),
        ("page", API, False),
    ],
)
def test_it_claims_the_search_of_its_own_sources(spider: str, url: str, claimed: bool) -> None:
    """A page watch of the same address stays a page watch."""
    source = Source(slug="s", title="S", url=url, spider=spider)
    assert federal_register.claims(source, url) is claimed
    assert (find(source, url).NAME == "federal_register") is claimed


@pytest.mark.parametrize("slug", ["federal_register_immigration", "federal_register_orders"])
def test_the_shipped_sources_are_read_by_it(slug: str) -> None:
    """The catalog's stanzas name the search."""
    source = shipped()[slug]
    assert (source.url, source.timezone) == (API, "America/New_York")
    assert federal_register.claims(source, source.url)


def test_one_number_twice_is_two_documents() -> None:
    """Numbers were not unique before 2016; the day of publication tells them apart."""
    keys = [record.key for record in records(example("search.json"))]
    assert keys[2:] == ["96-9000/1996-04-12", "96-9000/1996-05-02"]


def test_absence_says_nothing() -> None:
    """A document that a search no longer finds is not withdrawn: nothing is removed."""
    (found,) = read(example("empty.json")).record_sets
    assert found.scope.kind is ScopeKind.NONE
    assert compare(records(example("search.json")), found).removed == ()


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"comments_close_on": "2016-12-02"}, ("comments_close_on",)),
        ({"corrections": []}, ("corrections",)),
        ({"excerpts": "other <b>words</b>", "page_views": {"count": 99}}, ()),
        ({"agencies": list(reversed(example("search.json")["results"][0]["agencies"]))}, ()),
    ],
)
def test_what_counts_as_a_change_of_a_document(fields: dict[str, Any], changed: tuple[str, ...]) -> None:
    """A longer time for comments is one; excerpts, counters and an order of agencies are not."""
    compared = compare(records(with_row()), read(with_row(**fields)).record_sets[0])
    assert tuple(name for pair in compared.amended for name in pair.fields) == changed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>Access Denied</html>", "not JSON"),
        ([], "without a count"),
        ({"errors": {"agencies": "is invalid"}}, "without a count"),
        ({"count": True, "results": []}, "without a count"),
        ({"count": 7}, "counts 7 documents and lists none"),
        ({"count": 7, "results": {"0": {}}}, "lists none"),
        ({"count": 1, "results": [{"title": "T"}]}, "None of the 1 results"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_anything_else_is_one_sentence(answer: object, words: str) -> None:
    """Nothing found is never an empty list."""
    with pytest.raises(ExtractionError, match=words):
        read(answer)


@pytest.mark.parametrize("value", [None, 3, True, [], {}, "x" * 100, ["a", {"b": [None]}], {"name": {"deep": 1}}])
def test_no_value_of_a_field_makes_it_stumble(value: Any) -> None:
    """Wrong types read as nothing, or as what they say."""
    row = dict.fromkeys(example("search.json")["results"][0], value)
    records(with_row(**row | {"document_number": "2016-1", "publication_date": "2016-10-03"}))
