"""What subscriptions would have sent: the same mails as were sent, whatever rhythm, quiet hours and bounds they had."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from alerts.outbox import collect, send_due
from alerts.writing import Correspondent, Letterbox
from monitor.types import (
    Change,
    ChangeKind,
    Decision,
    Health,
    Look,
    NewSnapshot,
    Rhythm,
    Source,
    Subscription,
    Verdict,
    VerdictKind,
)
from onnotice.backtest import Sent, backtest
from storage import Archive

START = datetime(2017, 3, 6, 12, tzinfo=UTC)
NIGHT = {"quiet_from": time(22), "quiet_until": time(7), "timezone": "America/Denver"}
SUBSCRIPTIONS = (
    Subscription("desk", ("ana@example.org", "ben@example.org"), words=("detainer",), most_per_hour=2),
    Subscription("night", ("cem@example.org",), **NIGHT),
    Subscription("hourly", ("dua@example.org",), rhythm=Rhythm.HOURLY, sources=("denver",)),
    Subscription("daily", ("eva@example.org",), rhythm=Rhythm.DAILY, hour=6, **NIGHT),
    Subscription("weekly", ("fin@example.org",), rhythm=Rhythm.WEEKLY, weekday="thu", timezone="America/Denver"),
    Subscription("operator", ("gus@example.org",), kinds=("health",), minimum_significance=0.0),
)


def never(label: str, done: int, total: int) -> None:
    """No progress is shown."""


class Postbox:
    """Takes every mail and notes when it came."""

    name = "postbox"

    def __init__(self) -> None:
        self.now = START
        self.took: list[tuple[datetime, str, str]] = []

    async def send(self, message: EmailMessage, recipient: str) -> None:
        self.took.append((self.now, recipient, str(message["Subject"])))

    async def check(self) -> str:
        return "It takes everything."

    async def close(self) -> None:
        pass


def keep(archive: Archive, at: datetime, source: Source, changes: Sequence[Change]) -> None:
    archive.keep_source(source, at)
    run = archive.begin_run(source.slug, archive.begin_poll(at), at)
    decision = Decision(
        Verdict(VerdictKind.CREDIBLE, "as expected"),
        snapshot=NewSnapshot(source.title, (at.isoformat(),), at.isoformat(), "by_hand/1"),
        changes=tuple(changes),
    )
    look = Look(source.url, at, 200, at.isoformat().encode(), "text/html")
    archive.record_look(look, archive.page_state(source, source.url), decision, run)
    archive.end_run(
        run, at, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
    )


async def lived(archive: Archive, subscriptions: Sequence[Subscription]) -> list[tuple[datetime, str, str]]:
    """Four weeks of polls at random times over the change of clocks, told round by round as they happen."""
    chance = random.Random(2017)
    sources = [Source(slug, slug.title(), f"https://{slug}.example.gov/") for slug in ("denver", "aurora", "boulder")]
    postbox = Postbox()
    archive.keep_subscriptions(subscriptions, START)
    at = START

    async def send(moment: datetime) -> None:
        postbox.now = moment
        writer = Correspondent(archive, Letterbox("On Notice <notice@example.org>"), subscriptions, moment)
        await send_due(archive, postbox, writer, moment, subscriptions=subscriptions)

    for _ in range(400):
        at += timedelta(minutes=chance.choice((1, 5, 20, 90, 400)), seconds=chance.randrange(60))
        while (due := archive.next_alert_due()) is not None and due < at:
            await send(due)
        source = chance.choice(sources)
        kind = chance.choice((ChangeKind.PAGE_CHANGED, ChangeKind.RECORD_ADDED, ChangeKind.SOURCE_SILENT))
        words = chance.choice(("a detainer", "a park", "two detainers"))
        changes = [
            Change(kind, at, source.slug, source.url, f"{source.title}: {words} {number}", chance.random())
            for number in range(chance.randrange(3))
        ]
        if changes:
            keep(archive, at, source, changes)
        collect(archive, subscriptions, at)
        await send(at)
    while (due := archive.next_alert_due()) is not None:
        await send(due)
    return postbox.took


async def rehearsed(path: Path, subscriptions: Sequence[Subscription], since: datetime | None = None) -> list[Sent]:
    told: list[Sent] = []
    await backtest(path, subscriptions, since, told.append, never)
    return told


async def test_a_backtest_sends_what_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail by mail, to the second, over four weeks with quiet hours, bounds, digests and a change of clocks; also when
    what was told is dropped on the way. The archive stays byte for byte as it was."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        expected = await lived(archive, SUBSCRIPTIONS)
        kept = archive.alerts()
    before = path.read_bytes()
    for forget_after in (5_000, 7):
        monkeypatch.setattr("storage.rehearsal._FORGET_AFTER", forget_after)
        told = await rehearsed(path, SUBSCRIPTIONS)
        assert [(one.at, one.recipient, one.subject) for one in told] == expected
    assert len(expected) > 300
    assert {one.subscription for one in told} == {one.name for one in SUBSCRIPTIONS}
    assert sum(one.changes for one in told) == sum(len(alert.changes) for alert in kept)
    assert path.read_bytes() == before


async def test_other_subscriptions_are_tried_beside_a_poll(tmp_path: Path) -> None:
    """What somebody thinks of is tried on the past while the archive is written to, from a day on if they like."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        await lived(archive, ())
        wanted = (Subscription("new", ("hal@example.org",), rhythm=Rhythm.WEEKLY, weekday="mon"),)
        with archive.together():
            told = await rehearsed(path, wanted)
            later = await rehearsed(path, wanted, START + timedelta(days=10))
    assert all(one.at.weekday() == 0 and one.at.hour == 7 for one in told)
    assert 3 <= len(told) <= 30
    assert 0 < len(later) < len(told)
    assert later[-1] == told[-1]


async def test_history_that_was_imported_later_comes_in_its_own_order(tmp_path: Path) -> None:
    """What was seen in 2016 is told before what was seen in 2017, though it was written to the archive after."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        for year in (2017, 2016):
            at = datetime(year, 3, 1, tzinfo=UTC)
            source = Source(f"denver_{year}", "Denver", f"https://denver.example.gov/{year}")
            keep(
                archive,
                at,
                source,
                [Change(ChangeKind.PAGE_CHANGED, at, source.slug, source.url, f"Denver in {year}", 0.5)],
            )
    told = await rehearsed(path, (Subscription("desk", ("ana@example.org",)),))
    assert [one.subject for one in told] == ["Denver in 2016", "Denver in 2017"]


# By the command line ----------------------------------------------------------------------------------------------


def test_the_command_says_what_would_have_been_sent(at_home: Callable[..., Any], site: Any) -> None:
    """As lines and as JSON, with subjects, dates and totals; without --backtest what stands in the settings."""
    at_home("poll", "--no-send")
    site.says("/council", "Special meeting of March 27, 2017")
    at_home("poll", "--no-send")
    answer = at_home("subscriptions", "--backtest")
    assert answer.code == 0
    assert "everything, to analyst@example.org: Town Council: " in answer.out
    assert "everything would have sent 1 mail with 1 change." in answer.out
    (mail,) = at_home("subscriptions", "--backtest", "--json").objects
    assert mail["subscription"] == "everything"
    assert mail["changes"] == 1
    (listed,) = at_home("subscriptions", "--json").objects
    assert listed["recipients"] == ["analyst@example.org"]
    assert "at once" in at_home("subscriptions").out
    assert at_home("subscriptions", "--since", "3d").code == 2
    nothing = at_home("subscriptions", "--backtest", "--since", "2090-01-01")
    assert "everything would have sent nothing." in nothing.out
