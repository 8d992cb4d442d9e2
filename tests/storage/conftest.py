"""Archives of every kind, and somebody who looks at pages for them. Decisions are made by hand here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import (
    Change,
    ChangeKind,
    Decision,
    Health,
    Look,
    NewSnapshot,
    Record,
    RecordStep,
    RecordWrite,
    Source,
    Verdict,
    VerdictKind,
    lines_digest,
)
from storage import Archive, migrations

START = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
LIST_URL = "https://www.ice.example.gov/list"


class Reopened:
    """An archive that is closed and opened again before everything that is asked of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = Archive.open(path, create=True)

    def __getattr__(self, name: str) -> Any:
        def reopened(*arguments: Any, **named: Any) -> Any:
            self._archive.close()
            self._archive = Archive.open(self._path)
            return getattr(self._archive, name)(*arguments, **named)

        return reopened

    @contextmanager
    def together(self) -> Iterator[Archive]:
        """A transaction lives in one connection: inside it nothing can be opened again."""
        archive = self._archive
        self.__dict__.update({name: getattr(archive, name) for name in ("untold", "make_alert", "move_cursor")})
        try:
            with archive.together():
                yield archive
        finally:
            for name in ("untold", "make_alert", "move_cursor"):
                del self.__dict__[name]

    def close(self) -> None:
        """The last one."""
        self._archive.close()


def first_archive(path: Path) -> None:
    """An archive as the first version of the structure made it, without anything in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        name, script = migrations.MIGRATIONS[1]
        for statement in migrations.statements(script):
            connection.execute(statement)
        connection.execute("INSERT INTO migrations(number, name) VALUES (1, ?)", (name,))
        connection.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")


@pytest.fixture(params=["memory", "file", "reopened", "migrated"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An empty archive: in memory, in a file, in a file that is opened anew for every step, and in one that was made
    by the first version of the structure."""
    path = tmp_path / "archive.sqlite"
    opened: Any
    match request.param:
        case "memory":
            opened = Archive.in_memory()
        case "file":
            opened = Archive.open(path, create=True)
        case "migrated":
            first_archive(path)
            opened = Archive.open(path)
        case _:
            opened = Reopened(path)
    yield opened
    opened.close()


class Watcher:
    """Looks at one source, an hour after the last look unless told otherwise, and writes what it is told to."""

    def __init__(self, archive: Any, source: Source | None = None, now: datetime = START) -> None:
        self.archive = archive
        self.source = source or Source(
            slug="ice_list",
            title="List of jurisdictions",
            url=LIST_URL,
            publisher="ICE",
            timezone="America/New_York",
            cadence=timedelta(minutes=15),
            parameters={"pattern": "ddor", "most": 3},
        )
        self.now = now
        archive.keep_source(self.source, now)
        self.poll = archive.begin_poll(now)
        self.run = archive.begin_run(self.source.slug, self.poll, now)
        self.writes: list[RecordWrite] = []

    def look(
        self,
        text: Sequence[str] | None = None,
        *,
        url: str = LIST_URL,
        at: datetime | None = None,
        verdict: VerdictKind = VerdictKind.CREDIBLE,
        status: int | None = 200,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        records: Sequence[RecordWrite] = (),
        changes: Sequence[Change] = (),
        same: bool = False,
        **decided: Any,
    ) -> tuple[int, ...]:
        """One look; `text` makes it a new version of the page. Returns the ids of the changes."""
        if at is None:
            self.now += timedelta(hours=1)
        page = self.archive.page_state(self.source, url)
        snapshot = None
        if text is not None:
            snapshot = NewSnapshot(text[0] if text else "", tuple(text), lines_digest(text), "by_hand/1")
            body = body if body is not None else "\n".join(text).encode()
        look = Look(url, at or self.now, status, body, "text/html", headers or {}, elapsed=timedelta(milliseconds=120))
        decision = Decision(
            Verdict(verdict, f"it is {verdict}", "by hand"),
            snapshot=snapshot,
            same_snapshot=same,
            records=tuple(records),
            changes=tuple(changes),
            **decided,
        )
        ids: tuple[int, ...] = self.archive.record_look(look, page, decision, self.run)
        return ids

    def change(self, kind: ChangeKind = ChangeKind.PAGE_CHANGED, **values: Any) -> Change:
        """A change at the time of the next look; keyword arguments replace its fields."""
        given: dict[str, Any] = {
            "at": self.now + timedelta(hours=1),
            "source": self.source.slug,
            "url": LIST_URL,
            "summary": "The list has changed",
            "significance": 0.5,
            **values,
        }
        return Change(kind=kind, **given)

    def end(self, outcome: str = "ok", **values: Any) -> None:
        """The run ends, and the next one begins."""
        given: dict[str, Any] = {
            "outcome": outcome,
            "complete": outcome == "ok",
            "message": "",
            "health": Health.SEEN if outcome == "ok" else Health.UNREACHABLE,
            "health_change": None,
            "next_due_at": None,
            **values,
        }
        self.archive.end_run(self.run, self.now, **given)
        self.run = self.archive.begin_run(self.source.slug, self.poll, self.now)


@pytest.fixture
def watcher(archive: Any) -> Watcher:
    """Somebody who looks at one source."""
    return Watcher(archive)


@pytest.fixture(scope="session")
def watch() -> Callable[..., Watcher]:
    """Makes one for an archive of the test's own."""
    return Watcher


@pytest.fixture(scope="session")
def start() -> datetime:
    """When the first source is kept; the first look is an hour later."""
    return START


@pytest.fixture(scope="session")
def page_url() -> str:
    """The page that is looked at unless told otherwise."""
    return LIST_URL


@pytest.fixture(scope="session")
def row() -> Callable[..., Record]:
    """Makes a record of a list: `row("boulder", policy="none")`."""

    def make(key: str, **facts: Any) -> Record:
        names = ("extras", "parent", "position", "about", "member", "place", "url")
        own = {name: facts.pop(name) for name in names if name in facts}
        kind = facts.pop("kind", "listed")
        title = facts.pop("title", key.title())
        return Record(kind, key, title, facts, **{"member": title, **own})

    return make


@pytest.fixture(scope="session")
def add() -> Callable[..., list[RecordWrite]]:
    """The writes that add records."""

    def make(*records: Record, **more: Any) -> list[RecordWrite]:
        return [RecordWrite(RecordStep.ADD, record, **more) for record in records]

    return make


@pytest.fixture(scope="session")
def first_structure() -> Callable[[Path], None]:
    """Makes an archive of the first version of the structure."""
    return first_archive
