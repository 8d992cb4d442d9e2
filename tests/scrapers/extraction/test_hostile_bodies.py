"""Every extractor against bodies that no publisher wrote: cut off, shuffled, of other types, deep, endless.

They are made of the golden examples, by a seed, so that a body that did harm once can be made again. Times are the
processor's: a busy machine does not fail them.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from monitor.encoding import without_lone_surrogates
from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.documents import bounded
from scrapers.extraction import Extractor
from scrapers.usaspending.questions import Question

EXAMPLES = Path(__file__).parent / "examples"
AT = datetime(2017, 3, 20, 18, 0, tzinfo=UTC)
SECONDS_A_MEGABYTE = 2.0
AT_LEAST = 0.3
"""Seconds that any body may take."""
LARGE = 120_000
"""Bytes of a body that repeats itself: what takes time by the square of its length is over the limit by far."""
ROUNDS = 3
BINARY = (".pdf", ".xlsx", ".docx", ".pptx")
MEDIA_TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".xml": "application/rss+xml",
    ".pdf": "application/pdf",
}
DEEP = 10_000
STRANGE = (
    "\ufeff",
    "\u202e",
    "\u0000",
    "\ud800",
    "\u0130",
    "e\u0301" * 50,
    "\U000e0061",
    "\u00a0\u2028",
    "2017-13-45T99:99:99",
    "٣١/١٢/٢٠١٧",
    "²",
    "99999999999999999999",
    "A" * 5_000,
    " " * 5_000,
    "1," * 3_000,
    "http://[",
    "<" * 500,
    "&#x110000;",
    "((((((((",
)

MARK = "no number stands here"
NO_NUMBERS = ("NaN", "1e999", "-Infinity", "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP)
OTHER_VALUES: tuple[Any, ...] = (
    MARK, MARK, MARK, None, True, 0, -1, 1.5, 10**40, "", "x" * 20_000, "<div>" * 9_000, [], {}, [[]], [None],
    {"a": None}, [{"a": 1}], *STRANGE,
)  # fmt: skip
OPENED = (
    b"<div>", b"<table><tr><td>", b"<ul><li>", b"<h2>", b"<a href=x>", b"<b><p>", b"[", b"BEGIN:VEVENT\r\n", b"<item>",
    b'"', b",", b"\\", b"A ", b"( ",
)  # fmt: skip

MEETING = "meeting=554&day=2026-09-03"
ADDRESSES: dict[str, tuple[str, str]] = {
    "agenda_pdf": ("page", "https://city.example/agenda.pdf"),
    "civicclerk": ("civicclerk", "https://city.api.civicclerk.com/v1/Events"),
    "civicclerk_agenda": ("civicclerk", f"https://city.api.civicclerk.com/v1/Meetings/1?{MEETING}"),
    "civicplus": ("civicplus", "https://county.example/AgendaCenter/Search/"),
    "civicplus_versions": ("civicplus", "https://county.example/AgendaCenter/PreviousVersions/_06052017-412"),
    "civicweb": ("civicweb", "https://city.example/Services/MeetingsService.svc/meetings"),
    "civicweb_agenda": (
        "civicweb",
        f"https://city.example/Services/MeetingsService.svc/meetings/1/meetingDocuments?{MEETING}",
    ),
    "dhs_release": ("dhs_news", "https://www.dhs.gov/news/2025/09/08/sample"),
    "doj_api": ("doj_api", "https://www.justice.gov/api/v1/press_releases.json"),
    "doj_release": ("doj_pages", "https://www.justice.gov/opa/pr/sample"),
    "doj_rss": ("page", "https://www.justice.gov/news/rss"),
    "escribe": ("escribe", "https://county.example/MeetingsCalendarView.aspx/GetCalendarMeetings?year=2026"),
    "escribe_agenda": ("escribe", f"https://county.example/Meeting.aspx?Id=1&Agenda=Agenda&lang=English&{MEETING}"),
    "federal_register": ("federal_register", "https://www.federalregister.gov/api/v1/documents.json"),
    "granicus": ("granicus", "https://city.granicus.com/ViewPublisher.php?view_id=4"),
    "granicus_agenda": (
        "granicus",
        "https://city.granicus.com/AgendaViewer.php?view_id=4&event_id=901&meeting=city-council:2017-06-06:2",
    ),
    "ice_ddor_landing": ("ice_detainers", "https://www.ice.gov/declined-detainer-outcome-report"),
    "ice_ddor_report": ("ice_detainers", "https://www.ice.gov/doclib/ddor/ddor2017_01-28to02-03.pdf"),
    "ice_detention_page": ("ice_statistics", "https://www.ice.gov/detain/detention-management"),
    "ice_detention_workbook": ("ice_statistics", "https://www.ice.gov/doclib/detention/FY26_detentionStats.xlsx"),
    "ice_newsroom": ("ice_newsroom", "https://www.ice.gov/newsroom"),
    "ice_release": ("ice_newsroom", "https://www.ice.gov/news/releases/sample"),
    "iqm2": ("iqm2", "https://city.iqm2.com/Citizens/Calendar.aspx?From=1/1/2017&To=12/31/2017"),
    "legistar_api": ("legistar_api", "https://webapi.legistar.com/v1/city/events"),
    "legistar_html": ("legistar_html", "https://city.legistar.com/Calendar.aspx"),
    "legistar_html_agenda": ("legistar_html", f"https://city.legistar.com/MeetingDetail.aspx?ID=1&GUID=a&{MEETING}"),
    "municode": ("municode", "https://city.municodemeetings.com/?page=0"),
    "press_listing": ("dhs_news", "https://www.dhs.gov/news-releases/press-releases"),
    "primegov": ("primegov", "https://city.primegov.com/api/v2/PublicPortal/ListUpcomingMeetings"),
    "primegov_agenda": ("primegov", f"https://city.primegov.com/Portal/Meeting?meetingTemplateId=1&{MEETING}"),
    "primegov_document": ("primegov", "https://city.primegov.com/Public/CompiledDocument?meetingTemplateId=1"),
    "usaspending": (
        "usaspending",
        Question("Denver, CO", "16.738", "grants", date(2007, 10, 1)).known_as(
            "https://api.usaspending.gov/api/v2/search/spending_by_award/"
        ),
    ),
}
CHOSEN: dict[str, dict[str, Any]] = {
    "csv_rows": {"key": ["State", "Agency"], "title": "Agency"},
    "documents": {"body": "City Council"},
    "feed": {},
    "ical": {},
    "json_records": {"path": "groups[].members", "key": ["id"], "title": "name", "ignore": ["stamp"], "link": "page"},
    "jurisdiction_list": {},
    "links": {"address": ["*"]},
    "list_items": {"selector": "main ul, main dl"},
    "table": {},
    "xlsx": {"sheet": "Facilities", "key": ["Name"]},
}
"""Extractors that a stanza chooses, and what it says besides."""


EXAMPLES_READ = sorted(
    f"{path.parent.name}/{path.name}"
    for path in EXAMPLES.glob("*/*")
    if path.suffix != ".md" and not path.name.endswith(".expected.json")
)
TEXTS = [example for example in EXAMPLES_READ if Path(example).suffix not in BINARY]
BINARIES = [example for example in EXAMPLES_READ if Path(example).suffix in BINARY]


def _look(example: str, body: bytes) -> tuple[Extractor, Look, Source]:
    """The extractor of an example's folder, and a look that brought the body in the example's place."""
    folder, _, file = example.partition("/")
    extractor: Any = import_module(f"scrapers.extraction.{folder}")
    spider, url = ADDRESSES.get(folder, ("page", "https://city.example/page"))
    parameters = {"extract": extractor.NAME, **CHOSEN[folder]} if folder in CHOSEN else {}
    source = Source(
        slug="one",
        title="One",
        url=url.partition("?")[0],
        spider=spider,
        jurisdiction="Aurora, Colorado",
        timezone="America/Denver",
        parameters=parameters,
    )
    if extractor.READS == "json":
        # As the intake does.
        body = without_lone_surrogates(body)
    return extractor, Look(url, AT, 200, body, MEDIA_TYPES.get(Path(file).suffix, "")), source


def _read(example: str, body: bytes) -> None:
    """Read a body: into records that can be stored or one short sentence, and in a time that its length allows."""
    extractor, look, source = _look(example, body)
    extraction, sentence = None, ""
    begun = time.thread_time()
    try:
        extraction = extractor.extract(look, source)
    except ExtractionError as error:
        sentence = str(error)
    taken = time.thread_time() - begun
    assert taken < AT_LEAST + SECONDS_A_MEGABYTE * len(body) / 1_000_000, f"{taken:.1f} s for {len(body):,} bytes"
    assert extraction or 0 < len(sentence) < 2_000
    if extraction is not None:
        _assert_can_be_stored(extraction)


def _assert_can_be_stored(extraction: Extraction) -> None:
    """Text that encodes, values that are JSON, and one record a key."""
    json.dumps(asdict(extraction), ensure_ascii=False, allow_nan=False).encode()
    keys = [(record.kind, record.key) for found in extraction.record_sets for record in found.records]
    assert len(keys) == len(set(keys))
    assert all(key for _, key in keys)


# -- bodies --------------------------------------------------------------------------------------------------


def _damaged(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """Cut off, left out, turned about, shuffled, and strange characters in one place and in many."""
    for _ in range(ROUNDS):
        first, second, third = sorted(chance.randrange(len(body) + 1) for _ in range(3))
        strange = chance.choice(STRANGE).encode("utf-8", "surrogatepass")
        yield body[:second]
        yield body[:first] + body[second:]
        yield body[:second] + body[first:]
        yield body[:first] + body[second:third] + body[first:second] + body[third:]
        yield body[:first] + strange + body[second:]
        yield body.replace(chance.choice((b"2017", b"2026", b"2025", b"0", b" ", b"<", b"/")), strange, 200)


def _retyped(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """JSON of which one value, some, or every value of one name is of another type, no number, or very deep."""
    for _ in range(ROUNDS * 8):
        answer = json.loads(body)
        places = list(_places(answer))
        value = chance.choice(OTHER_VALUES)
        for holder, name in chance.sample(places, min(len(places), chance.choice((1, 1, 3)))):
            everywhere = chance.random() < 0.3
            for other, its_name in places if everywhere else ():
                if its_name == name and isinstance(other, dict):
                    other[name] = value
            holder[name] = value
        text = json.dumps(answer)
        yield text.encode()
        for number in NO_NUMBERS:
            yield text.replace(json.dumps(MARK), number).encode()


def _endless(body: bytes, suffix: str, chance: random.Random) -> Iterator[bytes]:
    """A part of the body over and over: a list's rows each with numbers of its own, any part, any tag."""
    for number in range(len(_lists(body)) if suffix == ".json" else 0):
        answer = json.loads(body)
        rows = _lists_of(answer)[number]
        part = json.dumps(rows)
        for count in range(LARGE // len(part) if rows else 0):
            rows += [_numbered(row, count) for row in json.loads(part)]
        yield json.dumps(answer).encode()
    for _ in range(4):
        first, second = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        again = body[first:second] or b"<"
        yield body[:first] + again * (LARGE // len(again)) + body[second:]
    middle = len(body) // 2
    for again in OPENED:
        yield body[:middle] + again * (LARGE // len(again)) + body[middle:]


def _lists(body: bytes) -> list[list[Any]]:
    return _lists_of(json.loads(body))


def _lists_of(answer: Any) -> list[list[Any]]:
    inside = [holder[name] for holder, name in _places(answer)]
    return [value for value in (answer, *inside) if isinstance(value, list)]


def _places(answer: Any) -> Iterator[tuple[Any, Any]]:
    """Every (object or list, name or index) of a JSON value."""
    waiting = [answer]
    while waiting:
        holder = waiting.pop()
        names = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for name in names:
            yield holder, name
            waiting.append(holder[name])


def _numbered(value: Any, number: int) -> Any:
    """The same row once more, as another one."""
    if isinstance(value, dict):
        return {name: _numbered(item, number) for name, item in value.items()}
    if isinstance(value, list):
        return [_numbered(item, number) for item in value]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value + 1000 * (number + 1) if is_number and value > 10 else value


# -- tests ---------------------------------------------------------------------------------------------------


def test_every_extractor_s_examples_are_tried() -> None:
    """A new extractor is tried as soon as it has an example: by its folder, or with what its stanza would say."""
    folders = {example.partition("/")[0] for example in EXAMPLES_READ}
    assert folders == ADDRESSES.keys() | CHOSEN.keys()


@pytest.mark.parametrize("example", TEXTS)
def test_damage_is_one_sentence_or_records_that_can_be_stored(example: str) -> None:
    """Whatever is cut off, left out, of another type or from another alphabet."""
    body, chance = (EXAMPLES / example).read_bytes(), random.Random(example)
    for damaged in _damaged(body, chance):
        _read(example, damaged)
    for retyped in _retyped(body, chance) if example.endswith(".json") else ():
        _read(example, retyped)


@pytest.mark.parametrize("example", TEXTS)
def test_time_grows_with_length_alone(example: str) -> None:
    """Rows without end, elements that are never closed, runs of one sign."""
    body = (EXAMPLES / example).read_bytes()
    for endless in _endless(body, Path(example).suffix, random.Random(example)):
        _read(example, endless)


@pytest.mark.parametrize("example", BINARIES)
async def test_a_damaged_document_is_one_sentence(example: str) -> None:
    """As the intake reads it: in a child process, which may die of it."""
    body, chance = (EXAMPLES / example).read_bytes(), random.Random(example)
    for damaged in islice(_damaged(body, chance), 1, 3):
        extractor, look, source = _look(example, damaged)
        with suppress(ExtractionError):
            _assert_can_be_stored(await bounded(extractor.NAME, look, source))
