"""The reader of USAspending's awards: amounts, years and programmes as stored, and what an answer proves.

Examples are written for this test in the shape of the published contract; no capture of the search was at hand.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ExtractionError
from monitor.recipients import governments
from monitor.types import Extraction, Look, Record, ScopeKind, Source
from scrapers.extraction import find, usaspending
from scrapers.sources import shipped
from scrapers.usaspending.awards import fiscal_year
from scrapers.usaspending.parameters import Parameters
from scrapers.usaspending.questions import Question, questions

EXAMPLES = Path(__file__).parent / "examples" / "usaspending"
API = "https://api.usaspending.gov/api/v2/search/spending_by_award/"
AWARDS = Source(slug="grants", title="DOJ awards", url=API, spider="usaspending")
DENVER = Question("Denver, CO", "16.738", "grants", date(2007, 10, 1))


def example(name: str) -> Any:
    """An example's JSON."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def read(answer: object, question: Question = DENVER) -> Extraction:
    """What the extractor makes of an answer to a question."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    look = Look(question.known_as(API), datetime(2017, 3, 20, 14, tzinfo=UTC), 200, body, "application/json")
    return usaspending.extract(look, AWARDS)


def with_row(**fields: Any) -> Record:
    """The first award with other fields."""
    answer = example("denver.json")
    answer["results"] = [{**answer["results"][0], **fields}]
    (record,) = read(answer).record_sets[0].records
    return record


def test_the_example_reads_as_expected() -> None:
    """Three awards with an identifier: one with everything, one taken back, one about which little is said."""
    assert json.loads(json.dumps(asdict(read(example("denver.json"))))) == example("denver.expected.json")


@pytest.mark.parametrize(
    ("spider", "url", "claimed"),
    [
        ("usaspending", DENVER.known_as(API), True),
        ("usaspending", "http://127.0.0.1:8000/api/v2/search/spending_by_award/?page=1", True),
        ("usaspending", "https://api.usaspending.gov/api/v2/awards/1/", False),
        ("page", API, False),
    ],
)
def test_it_claims_the_search_of_its_own_sources(spider: str, url: str, claimed: bool) -> None:
    """Nothing else answers its questions."""
    source = Source(slug="s", title="S", url=url, spider=spider)
    assert usaspending.claims(source, url) is claimed
    assert (find(source, url).NAME == "usaspending") is claimed


def test_the_shipped_source_asks_about_every_seat_of_the_table() -> None:
    """Denver and Cook County's Chicago, each under three programmes, as grants and as payments."""
    source = shipped()["usaspending_doj_grants"]
    asked = list(questions(Parameters.of(source)))
    assert {question.seat for question in asked} == {government.seat for government in governments()}
    assert len(asked) == 6 * len({question.seat for question in asked})
    assert source.url == API


def test_a_question_is_its_page() -> None:
    """What is asked stands in the address, and can be read back from it; the day on which it is asked does not."""
    assert Question.of(DENVER.known_as(API)) == DENVER
    assert DENVER.body("Department of Justice", date(2017, 3, 20)) != DENVER.body("X", date(2017, 3, 21))
    body = json.loads(DENVER.body("Department of Justice", date(2017, 3, 20)))
    assert body["filters"] == {
        "award_type_codes": ["02", "03", "04", "05"],
        "program_numbers": ["16.738"],
        "time_period": [{"start_date": "2007-10-01", "end_date": "2017-03-20"}],
        "agencies": [{"type": "awarding", "tier": "toptier", "name": "Department of Justice"}],
        "recipient_locations": [{"country": "USA", "state": "CO", "city": "DENVER"}],
    }


@pytest.mark.parametrize(
    ("page", "more", "kind"), [(1, False, ScopeKind.COMPLETE), (1, True, ScopeKind.NONE), (2, False, ScopeKind.NONE)]
)
def test_only_a_whole_answer_proves_an_absence(page: int, more: bool, kind: ScopeKind) -> None:
    """One page that is all there is; of several pages none does."""
    answer = example("denver.json") | {"page_metadata": {"page": page, "hasNext": more}}
    question = Question("Denver, CO", "16.738", "grants", date(2007, 10, 1), page)
    (found,) = read(answer, question).record_sets
    assert found.scope.kind is kind


@pytest.mark.parametrize(
    ("amount", "stored"),
    [(250000, "250000.00"), (0.1, "0.10"), ("1,000.5", "1000.50"), (-12, "-12.00"), (None, ""), ("n/a", ""),
     (True, ""), ([1], ""), ("1e999999999", ""), (float("nan"), "")],
)  # fmt: skip
def test_amounts_are_kept_to_the_cent(amount: Any, stored: str) -> None:
    """As text, so that no rounding ever looks like a change; what is no amount is none."""
    assert with_row(**{"Award Amount": amount}).facts["amount"] == stored


def test_a_number_that_no_computer_holds_is_no_amount() -> None:
    """An exponent beyond all bounds costs its amount alone."""
    body = json.dumps(example("denver.json")).replace("345678.9", "1.5e99999999999999999999").encode()
    assert read(body).record_sets[0].records[0].facts["amount"] == ""


@pytest.mark.parametrize(
    ("day", "year"), [("2016-09-30", "2016"), ("2016-10-01", "2017"), ("", ""), ("2016-13-01", "")]
)
def test_the_federal_year_begins_in_october(day: str, year: str) -> None:
    """So that figures read as budgets do."""
    assert fiscal_year(day) == year


def test_identifiers_that_are_made_anew_are_no_change() -> None:
    """The recipient's hash and the time of the last save are kept, and never compared."""
    again = {"recipient_id": "other-P", "internal_id": 1, "Last Modified Date": "2018-01-01"}
    assert with_row(**again).facts == with_row().facts


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>Access Denied</html>", "not JSON"),
        ([], "without results"),
        ({"detail": "Invalid value in 'filters|program_numbers'"}, "without results"),
        ({"results": []}, "without results"),
        ({"results": {}, "page_metadata": {"hasNext": False}}, "without results"),
        ({"results": [], "page_metadata": {"hasNext": "no"}}, "without results"),
        ({"results": [{"Award ID": "1"}], "page_metadata": {"hasNext": False}}, "None of the 1 awards"),
    ],
)
def test_anything_else_is_one_sentence(answer: object, words: str) -> None:
    """An answer without an award is one, if it says so."""
    with pytest.raises(ExtractionError, match=words):
        read(answer)


@pytest.mark.parametrize("value", [None, 3, True, [], {}, "x" * 300, [{"cfda_number": []}], {"city_name": [1]}])
def test_no_value_of_a_field_makes_it_stumble(value: Any) -> None:
    """Wrong types read as nothing, or as what they say."""
    row = dict.fromkeys(example("denver.json")["results"][0], value)
    with_row(**row | {"generated_internal_id": "ASST_NON_1_015"})
