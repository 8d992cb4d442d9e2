"""A replay reads what is kept anew: it says what would have been told, renews readings, and tells nobody anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.outbox import collect
from monitor.decide import USUAL_CONFIRMATION
from monitor.errors import ExtractionError
from monitor.types import (
    ChangeKind,
    Extraction,
    Health,
    Look,
    Record,
    RecordSet,
    Scope,
    ScopeKind,
    Source,
    StoredChange,
    Subscription,
    VerdictKind,
)
from onnotice.replaying import ReplayReport, replay
from scrapers import extraction
from scrapers.extraction import page as page_reader
from scrapers.intake import Intake
from storage import Archive

BEGAN = datetime(2017, 3, 20, 12, tzinfo=UTC)
SOURCE = Source("board", "Board", "https://example.org/board.json")
NEWS = "https://example.org/board/news"


@dataclass
class Reader:
    """An extractor of lists that learns: `fields` are what it reads, `lost` is what it stops seeing."""

    VERSION: int = 1
    NAME: str = "board"
    READS: str = "any"
    fields: tuple[str, ...] = ("date",)
    lost: tuple[str, ...] = ()
    refuses: bool = False

    def claims(self, source: Source, url: str) -> bool:
        return url.startswith(SOURCE.url)

    def extract(self, look: Look, source: Source) -> Extraction:
        if self.refuses:
            raise ExtractionError("The list has another layout; look at it")
        rows = json.loads(look.body or b"")
        records = tuple(
            Record("meeting", row["id"], row["name"], {name: row.get(name, "") for name in self.fields})
            for row in rows
            if row["id"] not in self.lost
        )
        found = RecordSet("meeting", records, Scope(ScopeKind.COMPLETE))
        text = tuple(record.title for record in records)
        return Extraction(f"{self.NAME}/{self.VERSION}", "Board", (found,), text=text, compare_text=False)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    reader = Reader()
    monkeypatch.setattr(extraction, "readers_for", lambda spider: (reader, page_reader))
    return reader


def meeting(number: int, date: str = "May 5", room: str = "Hall A") -> dict[str, str]:
    return {"id": f"m{number}", "name": f"Meeting {number}", "date": date, "room": room}


class Past:
    """An archive with a past: every look an hour after the one before, in a run of its own."""

    def __init__(self) -> None:
        self.archive, self.now = Archive.in_memory(), BEGAN
        self.archive.keep_source(SOURCE, BEGAN)
        self.intake = Intake(self.archive, lambda: self.now)
        self.subscription = Subscription("everything", ("analyst@example.org",))
        self.archive.keep_subscriptions([self.subscription], BEGAN)

    async def look(self, body: object, url: str = SOURCE.url, *, twice: bool = False, status: int = 200) -> None:
        self.now += timedelta(hours=1)
        run = self.archive.begin_run(SOURCE.slug, self.archive.begin_poll(self.now), self.now)
        raw = body if isinstance(body, str) else json.dumps(body)
        for second in range(1 + twice):
            look = Look(url, self.now + timedelta(seconds=second), status, raw.encode(), "text/html")
            await self.intake.take(look, SOURCE, run, repeatable=twice and not second)
        self.archive.end_run(
            run,
            self.now,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )

    async def neighbour(self) -> None:
        """Three looks at another source."""
        other = Source("other", "Other", "https://example.org/other")
        self.archive.keep_source(other, self.now)
        run = self.archive.begin_run(other.slug, self.archive.begin_poll(self.now), self.now)
        for number in range(3):
            look = Look(other.url, self.now + timedelta(seconds=number), 200, b"<p>Other</p>", "text/html")
            await self.intake.take(look, other, run)

    async def replay(self, **options: Any) -> ReplayReport:
        return await replay(self.archive, SOURCE, USUAL_CONFIRMATION, **options)

    def at(self, hours: float) -> dict[str, dict[str, Any]]:
        rows = self.archive.records_at(SOURCE.slug, BEGAN + timedelta(hours=hours))
        return {row.record.key: dict(row.record.facts) for row in rows}

    def everything(self) -> list[Sequence[tuple[Any, ...]]]:
        """All rows of all tables, to be compared."""
        connection = self.archive._connection
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT IN ('migrations', 'jurisdiction_tables', 'identity')"
            )
        ]
        return [[table, *map(tuple, connection.execute(f"SELECT * FROM {table}"))] for table in sorted(tables)]

    def changes(self) -> tuple[StoredChange, ...]:
        return self.archive.changes(baseline=True)


async def lived(past: Past) -> Past:
    """Three meetings; one is moved to another day, one to another room, one is called off; and a page of news. Looks at
    another source came first, so that no number is what it happens to be."""
    await past.neighbour()
    await past.look([meeting(1), meeting(2), meeting(3)])
    await past.look("<title>News</title><p>Hall A is open.</p>", NEWS)
    await past.look([meeting(1), meeting(2, date="May 9"), meeting(3)])
    await past.look([meeting(1, room="Hall B"), meeting(2, date="May 9"), meeting(3)])
    await past.look("<title>News</title><p>Hall A is closed.</p>", NEWS, twice=True)
    await past.look([meeting(1, room="Hall B"), meeting(2, date="May 9")])
    return past


@pytest.fixture
async def past(reader: Reader) -> Past:
    """A past that the first version of the reader saw."""
    return await lived(Past())


def better(reader: Reader) -> None:
    reader.VERSION, reader.fields = 2, ("date", "room")


async def test_a_field_that_is_read_now_is_known_since_it_was_there(past: Past, reader: Reader) -> None:
    """After a replay the past says what the newer extractor reads there, from the look at which it stood."""
    better(reader)
    report = await past.replay()
    assert report.written
    assert (report.looks, report.pages) == (7, 2)
    assert report.extractors == ("board/2", "page/1")
    assert past.at(1.5)["m1"] == {"date": "May 5", "room": "Hall A"}
    assert past.at(3.5)["m2"] == {"date": "May 9", "room": "Hall A"}
    assert past.at(4.5)["m1"] == {"date": "May 5", "room": "Hall B"}
    assert set(past.at(5.5)) == {"m1", "m2", "m3"}
    assert set(past.at(6.5)) == {"m1", "m2"}
    assert {snapshot.extractor for snapshot in past.archive.snapshots(SOURCE.url)} == {"board/2"}
    assert past.archive.integrity_problem() == ""


async def test_it_says_what_would_have_been_told(past: Past, reader: Reader) -> None:
    """The move to another room, which the older extractor could not see, and a removal in fuller words; no more."""
    better(reader)
    report = await past.replay(write=False)
    assert [(one.then, one.change.kind, one.change.record_key) for one in report.differences if one.then is None] == [
        (None, ChangeKind.RECORD_AMENDED, "m1")
    ]
    assert [one.change.kind for one in report.differences if one.then is not None] == [ChangeKind.RECORD_REMOVED]


async def test_nothing_is_told(past: Past, reader: Reader) -> None:
    """A replay adds no change, and no mail is made of it; what was told keeps its words and its facts."""
    collect(past.archive, [past.subscription], past.now)
    before, alerts = past.changes(), past.archive.alerts()
    better(reader)
    assert (await past.replay()).written
    assert past.changes() == before
    assert collect(past.archive, [past.subscription], past.now) == 0
    assert past.archive.alerts() == alerts


async def test_the_evidence_stays(past: Past, reader: Reader) -> None:
    """Looks, bodies, and the numbers and times of versions are as they were."""
    visits = [past.archive.visits(url) for url in (SOURCE.url, NEWS)]
    numbers = [
        (one.number, one.first_seen, one.last_seen, one.body_digest) for one in past.archive.snapshots(SOURCE.url)
    ]
    better(reader)
    await past.replay()
    assert [past.archive.visits(url) for url in (SOURCE.url, NEWS)] == visits
    assert [
        (one.number, one.first_seen, one.last_seen, one.body_digest) for one in past.archive.snapshots(SOURCE.url)
    ] == numbers
    assert past.archive.damaged_bodies() == ()


async def test_a_replay_with_the_same_extractor_changes_nothing(past: Past) -> None:
    """What was read is read again alike, word for word, whatever looks were taken twice or held."""
    before = past.everything()
    report = await past.replay()
    assert (report.differences, report.losses, report.snapshots, report.records) == ((), (), 0, 0)
    assert past.everything() == before


_ROWS = st.lists(
    st.builds(meeting, st.integers(0, 6), st.sampled_from(["May 5", "May 9"]), st.sampled_from(["Hall A", "Hall B"])),
    max_size=7,
    unique_by=lambda row: row["id"],
)
_LINES = st.lists(st.sampled_from(["Hall A is open.", "Hall A is closed.", "Visitors: 17", "Visitors: 18"]), min_size=1)
_LOOK = st.one_of(
    st.tuples(st.just(SOURCE.url), _ROWS, st.just(200), st.just(False)),
    st.tuples(st.just(SOURCE.url + "?part=2"), _ROWS, st.just(200), st.just(False)),
    st.tuples(st.just(NEWS), _LINES.map(lambda lines: f"<p>{'</p><p>'.join(lines)}</p>"), st.just(200), st.booleans()),
    st.tuples(
        st.sampled_from([SOURCE.url, NEWS]),
        st.just("<p>not here</p>"),
        st.sampled_from([404, 500, 403]),
        st.just(False),
    ),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=st.lists(_LOOK, min_size=1, max_size=14))
async def test_any_past_is_read_again_as_it_was(reader: Reader, looks: list[tuple[str, object, int, bool]]) -> None:
    """Lists that collapse, pages that vanish and return, two addresses with the same records, servers that fail: word
    for word. And with a newer reader the second replay of it writes nothing."""
    reader.VERSION, reader.fields = 1, ("date",)
    past = Past()
    for url, body, status, twice in looks:
        await past.look(body, url, status=status, twice=twice)
    before = past.everything()
    report = await past.replay()
    assert (report.differences, report.losses, report.snapshots, report.records) == ((), (), 0, 0)
    assert past.everything() == before
    better(reader)
    changes = past.changes()
    await past.replay(force=True)
    renewed = past.everything()
    again = await past.replay(force=True)
    assert (again.snapshots, again.records) == (0, 0)
    assert past.everything() == renewed
    assert past.changes() == changes
    assert past.archive.integrity_problem() == ""


async def test_a_second_replay_adds_nothing(past: Past, reader: Reader) -> None:
    """What is renewed stays renewed."""
    better(reader)
    first = await past.replay()
    before = past.everything()
    second = await past.replay()
    assert first.snapshots > 0
    assert first.records > 0
    assert (second.snapshots, second.records) == (0, 0)
    assert second.differences == first.differences
    assert past.everything() == before


async def test_a_dry_run_writes_nothing(past: Past, reader: Reader) -> None:
    """It reports and leaves every row as it was."""
    before = past.everything()
    better(reader)
    report = await past.replay(write=False)
    assert not report.written
    assert report.differences
    assert past.everything() == before


async def test_a_replay_that_was_broken_off_is_ended_by_another(past: Past, reader: Reader) -> None:
    """Killed between two pages it leaves a whole archive, and the next replay brings it where one would have."""
    better(reader)

    class Killed(BaseException):
        pass

    def kill(label: str, done: int, total: int) -> None:
        if label == "pages":
            raise Killed

    with pytest.raises(Killed):
        await past.replay(progress=kill)
    assert past.archive.integrity_problem() == ""
    await past.replay()
    reader.VERSION, reader.fields = 1, ("date",)
    other = await lived(Past())
    better(reader)
    await other.replay()
    assert past.everything() == other.everything()


LOSSES: dict[str, Callable[[Reader], None]] = {
    "nothing is found where there were 2 meetings": lambda reader: setattr(reader, "lost", ("m1", "m2", "m3")),
    "looks that were read cannot be read now: The list has another layout": lambda reader: setattr(
        reader, "refuses", True
    ),
}


@pytest.mark.parametrize("sentence", LOSSES)
async def test_a_parser_that_loses_what_there_was_is_refused(past: Past, reader: Reader, sentence: str) -> None:
    """Nothing found where there was something is the parser's fault until somebody says otherwise; the past stays."""
    before = past.everything()
    LOSSES[sentence](reader)
    reader.VERSION = 2
    report = await past.replay()
    assert report.refused
    assert sentence in " ".join(report.losses)
    assert past.everything() == before
    report = await past.replay(force=True)
    assert not report.refused
    assert past.at(7) == {}
    assert past.changes()


async def test_most_of_a_list_lost_is_refused(reader: Reader) -> None:
    """More than half of five records or more under no known key: another scheme of keys, or a fault."""
    past = Past()
    await past.look([meeting(number) for number in range(8)])
    reader.VERSION, reader.lost = 2, ("m0", "m1", "m2", "m3", "m4")
    report = await past.replay()
    assert report.refused
    assert report.losses == ("of 8 meetings 3 are found again under their keys",)


async def test_a_record_that_was_never_there_is_kept_and_valid_at_no_time(past: Past, reader: Reader) -> None:
    """What the newer extractor takes for no record is gone from the past; what was told of it still has its facts."""
    reader.VERSION, reader.lost = 2, ("m3",)
    report = await past.replay()
    assert report.written
    assert set(past.at(1.5)) == {"m1", "m2"}
    (told,) = [stored for stored in past.changes() if stored.change.kind is ChangeKind.RECORD_REMOVED]
    assert told.change.before == {"date": "May 5"}
    assert past.archive.search("Meeting 3") == ()
    (difference,) = report.differences
    assert difference.now is None
    reader.VERSION, reader.lost = 3, ()
    await past.replay()
    assert past.at(1.5)["m3"] == {"date": "May 5"}


async def test_looking_goes_on_from_the_newer_reading(past: Past, reader: Reader) -> None:
    """The next look with the newer extractor tells what changed since, and only that."""
    better(reader)
    await past.replay()
    known = len(past.changes())
    await past.look([meeting(1, room="Hall C"), meeting(2, date="May 9")])
    (told,) = past.changes()[known:]
    assert told.change.details == {"fields": {"room": ["Hall B", "Hall C"]}}
    assert not told.change.baseline


async def test_without_a_replay_a_newer_extractor_hides_no_change(past: Past, reader: Reader) -> None:
    """The look that first meets a newer extractor is compared with the page as that one reads it."""
    better(reader)
    known = len(past.changes())
    await past.look([meeting(1, room="Hall C"), meeting(2, date="May 9"), meeting(7)])
    told = {(stored.change.kind.value, stored.change.record_key) for stored in past.changes()[known:]}
    assert told == {("record_amended", "m1"), ("record_added", "m7")}
    assert not any(stored.change.baseline for stored in past.changes()[known:])
    assert past.at(8)["m2"] == {"date": "May 9", "room": "Hall A"}


async def test_what_a_page_taught_is_learned_from_the_newer_reading(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that moves by itself is masked after a replay too, in the words that the newer extractor has for it."""
    past = Past()

    def news(thought: str) -> str:
        return f"<title>News</title><p>Open.</p><p>{thought} penny saved is a penny earned</p><p>Board</p>"

    await past.look(news("One"), NEWS)
    await past.look(news("A"), NEWS)
    run = past.archive.begin_run(SOURCE.slug, past.archive.begin_poll(past.now), past.now)
    for second, thought in enumerate(("Every", "No")):
        look = Look(NEWS, past.now + timedelta(minutes=1, seconds=second), 200, news(thought).encode(), "text/html")
        await past.intake.take(look, SOURCE, run, repeatable=not second)
    before = past.archive.page_state(SOURCE, NEWS).learning
    assert before.masks
    read = page_reader.extract

    def louder(look: Look, source: Source) -> Extraction:
        extraction = read(look, source)
        return replace(extraction, extractor="page/2", text=tuple(line.upper() for line in extraction.text))

    monkeypatch.setattr(page_reader, "extract", louder)
    assert (await past.replay()).snapshots
    learned = past.archive.page_state(SOURCE, NEWS).learning
    assert len(learned.masks) == len(before.masks)
    known = len(past.changes())
    await past.look(news("Many a"), NEWS)
    assert len(past.changes()) == known


async def test_a_newer_extractor_that_loses_the_list_renews_nothing(past: Past, reader: Reader) -> None:
    """Met at a look, it is held like a list that collapses: nothing of what was known is given up for it."""
    reader.VERSION, reader.lost = 2, ("m1", "m2")
    known = len(past.changes())
    await past.look([meeting(1), meeting(2, date="May 9", room="Hall D")])
    assert past.archive.visits(SOURCE.url)[-1].verdict is VerdictKind.SHRUNKEN
    assert set(past.at(8)) == {"m1", "m2"}
    assert len(past.changes()) == known


async def test_a_walk_into_the_past_is_no_news_in_a_replay(reader: Reader) -> None:
    """Additions that were kept as the source's past are not reported as mails that were missed."""
    past = Past()
    await past.look([meeting(1)])
    run = past.archive.begin_run(SOURCE.slug, 9, past.now)
    look = Look(SOURCE.url + "?before", past.now, 200, json.dumps([meeting(1), meeting(4)]).encode(), "text/html")
    await past.intake.take(look, SOURCE, run, baseline=lambda record: record.key == "m4")
    better(reader)
    report = await past.replay()
    assert report.differences == ()
