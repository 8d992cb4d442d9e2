"""The News API reader: what the department says in a release, and which differences a reader would call a change.

Examples are written for this test in the documented shape of the API, around real announcements of 2017 about
8 U.S.C. 1373; texts, identifiers and files are invented, and so are the slugs and the number 17-1287.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ExtractionError
from monitor.records import RecordComparison, compare
from monitor.types import Extraction, Look, PageState, Record, ScopeKind, Source, VerdictKind
from monitor.verdict import believe
from scrapers.doj.addresses import CENSUS_FIELDS, list_url, release_url
from scrapers.doj.answers import Moment, moment
from scrapers.doj.releases import body_lines, names
from scrapers.extraction import doj_api, find
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples" / "doj_api"
SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples" / "federal" / "doj"
API = "https://www.justice.gov/api/v1/press_releases.json"
DOJ = Source(slug="doj_press_releases", title="DOJ press releases", url=API, spider="doj_api")
LIST = list_url(API, "changed", "DESC", 0)
LETTERS, PROOF, REMARKS = (f"d0c00000-0000-4000-8000-00000000000{number}" for number in (3, 2, 1))
AT = datetime(2018, 1, 25, 12, 0, tzinfo=UTC)


def example(name: str) -> Any:
    """An example's JSON."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def look(answer: object, url: str = LIST) -> Look:
    """A look that brought this answer."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Look(url=url, at=AT, status=200, body=body, media_type="application/json")


def read(answer: object, url: str = LIST) -> Extraction:
    """What the extractor makes of an answer."""
    return doj_api.extract(look(answer, url), DOJ)


def records(answer: object, url: str = LIST) -> tuple[Record, ...]:
    """The releases of an answer."""
    (found,) = read(answer, url).record_sets
    return found.records


def with_row(**fields: Any) -> Record:
    """The letters' release with other fields."""
    answer = example("list.json")
    answer["results"] = [{**answer["results"][0], **fields}]
    (record,) = records(answer)
    return record


def difference(edit: Callable[[dict[str, Any]], object]) -> RecordComparison:
    """What an edit of the letters' release amounts to."""
    answer = example("list.json")
    edit(answer["results"][0])
    return compare(records(example("list.json")), read(answer).record_sets[0])


@pytest.mark.parametrize(
    ("name", "url"), [("list", LIST), ("release", release_url(API, PROOF)), ("withdrawn", release_url(API, PROOF))]
)
def test_examples_read_as_expected(name: str, url: str) -> None:
    """Each of the three answers gives exactly the records written down beside it."""
    extraction = asdict(read(example(f"{name}.json"), url))
    assert json.loads(json.dumps(extraction)) == example(f"{name}.expected.json")


@pytest.mark.parametrize(
    ("spider", "url", "claimed"),
    [
        ("doj_api", API, True),
        ("doj_press_releases", LIST, True),
        ("doj_api", "http://127.0.0.1:8000/justice.gov/api/v1/press_releases.json?page=3", True),
        ("page", release_url(API, PROOF), False),
        ("page", "https://example.org/api/v1/press_releases.json", False),
        ("page", "https://www.justice.gov/news/press_releases", False),
        ("doj_api", "https://www.justice.gov/api/v1/blog_entries.json", True),
        ("doj_api", "https://www.justice.gov/api/v1/speeches/1.json", True),
        ("doj_api", "https://www.justice.gov/api/v1/vacancies.json", False),
    ],
)
def test_it_claims_the_resources_and_nothing_else(spider: str, url: str, claimed: bool) -> None:
    """Only a source of its spider is read by this reader, wherever it lies."""
    source = Source(slug="s", title="S", url=url, spider=spider)
    assert doj_api.claims(source, url) is claimed
    assert (find(source, url).NAME == "doj_api") is claimed


def test_the_shipped_source_is_read_by_it() -> None:
    """The catalog's stanza names the list that the spider walks."""
    source = shipped()["doj_press_releases"]
    assert (source.spider, source.url, source.timezone) == ("doj_api", API, "America/New_York")
    assert doj_api.claims(source, source.url)


# -- what is a change ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda row: row.update(changed='<time datetime="2019-01-01T00:00:00+00:00">1546300800</time>\n'),
        lambda row: row.update(vuuid="another-version"),
        lambda row: row.update(teaser="<p>Shorter.</p>"),
        lambda row: row.update(title=row["title"].strip() + "&nbsp;"),
        lambda row: row.update(url=row["url"].replace("https://justice.gov", "https://www.justice.gov")),
        lambda row: row.update(body=row["body"].replace("# # #", "###").replace("&nbsp;", " ")),
        lambda row: row["component"].reverse(),
        lambda row: row.update(date=int(row["date"])),
    ],
)
def test_saving_a_release_again_changes_nothing(edit: Callable[[dict[str, Any]], object]) -> None:
    """`changed` moves at every save, editors' markup and the API's spellings vary: the release is the same."""
    compared = difference(edit)
    assert (compared.added, compared.removed, compared.amended, compared.renamed) == ((), (), (), ())
    assert len(compared.kept) == 3


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda row: row.update(body=row["body"].replace("<td>29", "<td>28")), "body"),
        (lambda row: row.update(body=row["body"].replace("<li>Albany, New York;</li>", "")), "body"),
        (lambda row: row.update(title=row["title"].replace("29", "28")), "title"),
        (lambda row: row.update(date="1510833600"), "date"),
        (lambda row: row.update(url="https://justice.gov/archives/opa/pr/letters"), "url"),
        (lambda row: row["component"].pop(), "components"),
        (lambda row: row.update(topic=""), "topics"),
        (lambda row: row.update(attachment=""), "attachments"),
        (lambda row: row.update(number="17-1288"), "number"),
    ],
)
def test_what_the_department_says_otherwise_is_a_change(edit: Callable[[dict[str, Any]], object], field: str) -> None:
    """A figure, a name on a list, a topic taken away: told as that field of that release."""
    (pair,) = difference(edit).amended
    assert (pair.after.key, pair.fields) == (LETTERS, (field,))


def test_a_list_removes_nobody() -> None:
    """The feed of the newest says nothing about those that are not in it."""
    answer = example("list.json")
    answer["results"] = []
    found = read(answer).record_sets[0]
    assert found.scope.kind is ScopeKind.NONE
    assert not compare(records(example("list.json")), found).removed


def test_a_release_that_is_asked_for_and_not_there_is_withdrawn() -> None:
    """Count "0" under its own address: that one release is gone, and no other."""
    compared = compare(
        records(example("list.json")), read(example("withdrawn.json"), release_url(API, PROOF)).record_sets[0]
    )
    assert [record.key for record in compared.removed] == [PROOF]


def test_not_found_says_of_a_release_that_it_is_withdrawn_and_of_a_list_nothing() -> None:
    """A 404 under a release's own address means what a count of 0 means."""
    gone = doj_api.absence(Look(url=release_url(API, PROOF), at=AT, status=404), DOJ)
    assert gone is not None
    assert [record.key for record in compare(records(example("list.json")), gone.record_sets[0]).removed] == [PROOF]
    assert doj_api.absence(Look(url=LIST, at=AT, status=404), DOJ) is None


def test_an_answer_that_contradicts_itself_withdraws_nothing() -> None:
    """One release counted and none shown is a fault of the API's."""
    answer = example("withdrawn.json")
    answer["metadata"]["resultset"]["count"] = "1"
    assert read(answer, release_url(API, PROOF)).record_sets[0].scope.kind is ScopeKind.NONE


def test_another_release_than_asked_for_is_not_believed() -> None:
    """It says nothing about the one that was asked for."""
    with pytest.raises(ExtractionError, match="another release"):
        read(example("release.json"), release_url(API, REMARKS))


@pytest.mark.parametrize(
    "url", [list_url(API, "created", "DESC", 0, CENSUS_FIELDS), API + "?fields=uuid,title,date,url,body", LIST]
)
def test_fields_that_were_not_asked_for_have_not_been_taken_away(url: str) -> None:
    """An answer in part gives no record: compared with the whole it would look like a loss."""
    answer = example("list.json")
    answer["results"] = [
        {name: value for name, value in row.items() if name in ("uuid", "created") or (url != LIST and name == "body")}
        for row in answer["results"]
    ]
    extraction = read(answer, url)
    assert extraction.record_sets[0].records == ()
    assert len(extraction.text) == 3


# -- odd shapes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "iso", "precision"),
    [
        ('<time datetime="2024-08-07T22:45:53+00:00">1723070753</time>\n', "2024-08-07T22:45:53Z", "instant"),
        ('<time datetime="2024-08-07T18:45:53-04:00"></time>', "2024-08-07T22:45:53Z", "instant"),
        ("1723070753", "2024-08-07T22:45:53Z", "instant"),
        (1723070753, "2024-08-07T22:45:53Z", "instant"),
        (1723070753.9, "2024-08-07T22:45:53Z", "instant"),
        ("2024-08-07T22:45:53Z", "2024-08-07T22:45:53Z", "instant"),
        ("2024-08-07", "2024-08-07", "day"),
        ("2024-08-07T22:45:53", "2024-08-07", "day"),
        *((odd, "", "") for odd in ("", "0", None, True, [], {}, "soon", -5, 10**30, float("inf"), "<time>", "9" * 12)),
        ("0001-01-01T00:00:00+14:00", "", ""),
    ],
)
def test_stamps_in_every_spelling(value: object, iso: str, precision: str) -> None:
    """Three spellings have been met; what is none of them is unknown, never a wrong date."""
    assert moment(value) == Moment(iso, precision)


def test_a_release_is_of_a_date_not_of_an_instant() -> None:
    """The stamp is noon UTC; read in any American zone or in the reader's it must not slip by a day."""
    assert with_row(date="1490616000").about == "2017-03-27"
    assert with_row(date="<time datetime='2017-03-27T12:00:00+00:00'>1490616000</time>").facts["date"] == "2017-03-27"
    assert with_row(date=None).about == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            [{"uuid": "2", "name": "USAO - Idaho"}, {"uuid": "1", "name": "Tax &amp; Customs "}],
            ["Tax & Customs", "USAO - Idaho"],
        ),
        ([{"name": "Tax Division"}, {"name": "Tax  Division"}, {"uuid": "3"}, None, 7], ["7", "Tax Division"]),
        ({"uuid": "1", "name": "Tax Division"}, ["Tax Division"]),
        (
            '<a href="/tax">Tax Division</a>, <a href="/crt">Civil Rights Division</a>',
            ["Civil Rights Division", "Tax Division"],
        ),
        ("<p>Tax Division</p>", ["Tax Division"]),
        ("Tax Division", ["Tax Division"]),
        *((empty, []) for empty in (None, [], {}, "", " ", False)),
    ],
)
def test_names_in_every_spelling(value: object, expected: list[str]) -> None:
    """Components and topics come as lists, HTML or nothing; sorted, because the API's order moves."""
    assert names(value) == expected


@pytest.mark.parametrize(
    ("html", "lines", "number"),
    [
        ("<p>One</p><p>###</p><p>17-436</p>", ("One",), "17-436"),
        ("<p>One</p><p>17-436</p><p># # #</p>", ("One",), "17-436"),
        ("<p>One<br />### Press Release Number: 17 – 436</p>", ("One",), "17-436"),
        ("<p>One</p><p>17-436</p>", ("One", "17-436"), ""),
        ("<p>### Note</p><p>Two</p>", ("### Note", "Two"), ""),
        ("<p>###</p>", (), ""),
        (
            "<ul><li>A<ul><li>B</li></ul></li><li><p>C</p><p>more</p></li><li></li></ul><p>D</p>",
            ("- A", "- B", "- C", "more", "D"),
            "",
        ),
        ("<ul><li>- dashed</li></ul>", ("- dashed",), ""),
        (
            "<table><tr><td>Colorado</td><td><ul><li>Denver</li><li>Boulder</li></ul></td></tr></table>",
            ("Colorado | - Denver - Boulder",),
            "",
        ),
        ('See <a href="/x.pdf">the letter</a>.', ("See the letter.",), ""),
        ("One &amp; two\nthree\n\n###\n", ("One & two", "three"), ""),
        ("<p>Profit &lt; loss</p><script>x()</script>", ("Profit < loss",), ""),
        ("<p>unclosed <b>bold <li>item", ("unclosed bold", "- item"), ""),
        ("\ue000<p>\ue000private</p>", ("private",), ""),
        (None, (), ""),
        (["<p>x</p>"], (), ""),
    ],
)
def test_bodies_keep_their_structure(html: object, lines: tuple[str, ...], number: str) -> None:
    """Paragraphs, list items and table rows are lines; the sign at the end goes, the number under it is kept."""
    assert body_lines(html) == (lines, number)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"attachment": "", "attachments": [{"url": "/file/1/download", "title": "Order"}]},
            [("Order", "https://www.justice.gov/file/1/download")],
        ),
        ({"attachment": None, "attachments": "/file/1/download"}, [("", "https://www.justice.gov/file/1/download")]),
        ({"attachment": "Order, in print only"}, [("Order, in print only", "")]),
        ({"attachment": ["", 5, None, {"name": ""}]}, []),
        (
            {
                "attachment": "",
                "body": '<p><a href="/files/denver.pdf">Denver</a> <a href="/opa/pr/other">other</a></p>',
            },
            [("Denver", "https://www.justice.gov/files/denver.pdf")],
        ),
        ({"attachment": "<a href='javascript:alert(1)'>x</a>"}, [("x", "")]),
    ],
)
def test_attachments_in_every_spelling(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """The field's name and shape differ by resource; files that the text links to go with the release as well."""
    assert [(file["label"], file["url"]) for file in with_row(**fields).facts["attachments"]] == expected


@pytest.mark.parametrize(
    "odd", [None, 7, True, [], {}, ["x"], {"a": {"b": []}}, "\x00\ud800", "<" * 5000, "&#0;&bogus;"]
)
@pytest.mark.parametrize(
    "field",
    [
        "title",
        "date",
        "url",
        "body",
        "component",
        "topic",
        "number",
        "attachment",
        "created",
        "changed",
        "teaser",
        "image",
        "location",
    ],
)
def test_no_value_of_any_field_costs_the_release(field: str, odd: object) -> None:
    """One field gone wrong leaves a record that can be stored, under its key and with a title."""
    record = with_row(**{field: odd})
    assert record.key == LETTERS
    assert record.title
    json.dumps([dict(record.facts), dict(record.extras)])


def test_a_result_without_a_uuid_costs_only_itself() -> None:
    """The others are read; an upper-case uuid is the same release."""
    answer = example("list.json")
    answer["results"] += [
        {"title": "nameless"},
        None,
        {"uuid": "../../admin"},
        {**answer["results"][1], "title": "old", "changed": "5"},
    ]
    assert [record.key for record in records(answer)] == [LETTERS, PROOF, REMARKS]
    assert records(answer)[1].title.startswith("Department of Justice Sends Letter")


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"results": []},
        {"metadata": {}},
        {"metadata": {}, "results": "none"},
        {"metadata": {}, "results": [{"title": "nameless"}]},
        b"{",
        b"[" * 100_000,
        b"",
        "text",
        None,
    ],
)
def test_what_is_no_envelope_is_not_read(answer: object) -> None:
    """JSON of another kind is a broken source, not an empty list."""
    with pytest.raises(ExtractionError):
        read(answer)


def test_php_lists_written_as_objects_are_lists() -> None:
    """PHP does so where the first index is missing."""
    answer = example("list.json")
    answer["results"] = {str(number): row for number, row in enumerate(answer["results"], 1)}
    assert len(records(answer)) == 3


def test_a_wall_in_place_of_json_is_blocked_not_empty() -> None:
    """The reader says that it reads JSON, so a web page never reaches it."""
    wall = Look(url=LIST, at=AT, status=200, body=b"<html><body>Please wait</body></html>", media_type="text/html")
    page = PageState(source=DOJ, url=LIST)
    assert believe(wall, page, doj_api.READS).kind is VerdictKind.BLOCKED
    assert believe(look(example("list.json")), page, doj_api.READS).kind is VerdictKind.CREDIBLE


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of samples is not beside this checkout")
def test_real_answers_are_read() -> None:
    """Two releases of August 2024 as the API gave them, and an answer that was asked for four fields only."""
    (sample,) = SAMPLES.glob("api_v1_press_releases_sort-created_*.json")
    idaho, minnesota = records(sample.read_bytes())
    assert [record.about for record in (idaho, minnesota)] == ["2024-08-07", "2024-08-07"]
    assert idaho.facts["components"] == [
        "Drug Enforcement Administration (DEA)",
        "U.S. Attorneys (USAO)",
        "USAO - Idaho",
    ]
    assert minnesota.facts["topics"] == ["Drug Trafficking", "Firearms Offenses"]
    assert (idaho.extras["created"], idaho.extras["changed"]) == ("2024-08-07T21:45:30Z", "2024-08-07T22:45:53Z")
    assert all(record.url.startswith("https://www.justice.gov/usao-") for record in (idaho, minnesota))
    assert all(
        len(record.facts["body"].split("\n")) > 3 and "#" not in record.facts["body"] for record in (idaho, minnesota)
    )
    assert "\u00a0" not in idaho.facts["body"]
    (part,) = SAMPLES.glob("api_v1_press_release_detail_fields.json")
    extraction = read(part.read_bytes(), release_url(API, minnesota.key))
    assert (extraction.record_sets[0].records, extraction.text) == ((), (minnesota.title,))
    assert extraction.record_sets[0].scope.kind is ScopeKind.NONE
