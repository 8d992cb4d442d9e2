"""Quiet hours and the bound on mails an hour: what waits, until when, and that nothing is lost or told twice by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.outbox import collect, send_due
from alerts.rhythm import quiet_until
from alerts.transports import ServerUnavailable
from alerts.writing import Correspondent, Letterbox
from monitor.types import AlertState, Change, ChangeKind, Rhythm, Source, Subscription
from storage import Archive

NOW = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)
ANALYST = "analyst@newsroom.example"
Keep = Callable[..., None]
MINUTE = timedelta(minutes=1)


def subscribed(name: str = "desk", **settings: Any) -> Subscription:
    return Subscription(name, (ANALYST,), **settings)


def night(**settings: Any) -> Subscription:
    return subscribed(quiet_from=time(22), quiet_until=time(7), timezone="America/Denver", **settings)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Desk:
    """One archive, one subscription or more, and a mailbox that remembers what came when."""

    name = "mailbox"

    def __init__(self, archive: Archive, keep: Keep, *subscriptions: Subscription) -> None:
        self.archive, self.keep, self.subscriptions = archive, keep, subscriptions
        self.came: list[tuple[datetime, str, int]] = []
        self.down = False
        self.now = NOW
        archive.keep_subscriptions(subscriptions, NOW)

    async def send(self, message: EmailMessage, recipient: str) -> None:
        if self.down:
            raise ServerUnavailable("Down.")
        plain = message.get_body(("plain",))
        assert plain is not None
        self.came.append((self.now, str(message["Subject"]), plain.get_content().count("onnotice show ")))

    async def check(self) -> str:
        return "It takes everything."

    async def close(self) -> None:
        pass

    def happens(self, at: datetime, name: str = "Item", kind: ChangeKind = ChangeKind.PAGE_CHANGED) -> None:
        slug = f"source_{name.lower()}"
        source = Source(slug, name, f"https://{slug}.example.gov/", timezone="America/Denver")
        change = Change(kind, at, slug, source.url, f"{name} changed", significance=0.5)
        self.keep(self.archive, source, at, change=change)

    async def round(self, at: datetime, again: int | None = None) -> None:
        self.now = at
        collect(self.archive, self.subscriptions, at)
        writer = Correspondent(self.archive, Letterbox("On Notice <notice@newsroom.example>"), (), at)
        await send_due(self.archive, self, writer, at, subscriptions=self.subscriptions, again=again)

    @property
    def subjects(self) -> list[str]:
        return [subject for _, subject, _ in self.came]


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive that nobody was told from."""
    with Archive.in_memory() as archive:
        yield archive


# Quiet hours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2017-03-28T03:59:59", None),
        ("2017-03-28T04:00:00", "2017-03-28T13:00:00"),  # 22:00 in Denver
        ("2017-03-28T12:59:59", "2017-03-28T13:00:00"),
        ("2017-03-28T13:00:00", None),
        ("2017-03-12T06:00:00", "2017-03-12T13:00:00"),  # clocks go forward in this night
        ("2017-11-05T06:00:00", "2017-11-05T14:00:00"),  # and back in this one
    ],
)
def test_quiet_hours_are_the_readers_own(moment: str, ends: str | None) -> None:
    """From 22:00 until 7:00 in Denver, summer, winter, and in the nights between."""
    assert quiet_until(night(), utc(moment)) == (ends and utc(ends))


def test_quiet_hours_that_end_in_the_hour_shown_twice() -> None:
    """They end when the clock first shows their end; what comes when it shows the hour again is quiet once more."""
    odd = subscribed(quiet_from=time(0), quiet_until=time(1, 30), timezone="America/Denver")
    assert quiet_until(odd, utc("2017-11-05T07:10:00")) == utc("2017-11-05T07:30:00")
    assert quiet_until(odd, utc("2017-11-05T08:10:00")) == utc("2017-11-05T08:30:00")


@given(
    minutes=st.integers(0, 3 * 366 * 24 * 60),
    begin=st.times(),
    end=st.times(),
    zone=st.sampled_from(["America/Denver", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_quiet_ends_later_and_within_a_day(minutes: int, begin: time, end: time, zone: str) -> None:
    """Whatever the hours, zone and season, what waits has an end ahead, within a day and a change of clocks."""
    moment = utc("2016-01-01T00:00:00") + minutes * MINUTE
    ends = quiet_until(subscribed(quiet_from=begin, quiet_until=end, timezone=zone), moment)
    assert ends is None or moment < ends <= moment + timedelta(hours=25)


async def test_what_happens_at_night_is_one_mail_in_the_morning(archive: Archive, keep: Keep) -> None:
    """Three sources at night are nothing until seven, and then one mail with all three."""
    desk = Desk(archive, keep, night())
    for hour, name in enumerate(("Denver", "Aurora", "Boulder")):
        at = utc("2017-03-28T05:00:00") + timedelta(hours=hour)
        desk.happens(at, name)
        await desk.round(at)
    assert desk.came == []
    await desk.round(utc("2017-03-28T12:59:59"))
    assert desk.came == []
    await desk.round(utc("2017-03-28T13:00:00"))
    assert desk.came == [(utc("2017-03-28T13:00:00"), "3 changes from 3 sources: Denver changed", 3)]
    await desk.round(utc("2017-03-28T13:01:00"))
    assert len(desk.came) == 1


async def test_a_mail_that_is_tried_again_waits_for_the_morning_too(archive: Archive, keep: Keep) -> None:
    """A server that comes back at night is no reason to ring; asked for by a person it goes out all the same."""
    desk = Desk(archive, keep, night())
    desk.happens(utc("2017-03-28T03:59:00"))
    desk.down = True
    await desk.round(utc("2017-03-28T03:59:00"))
    desk.down = False
    await desk.round(utc("2017-03-28T05:00:00"))
    assert desk.came == []
    await desk.round(utc("2017-03-28T13:00:00"))
    assert len(desk.came) == 1
    archive.send_again(1)
    await desk.round(utc("2017-03-29T06:00:00"), again=1)
    assert len(desk.came) == 2


@pytest.mark.parametrize(("kinds", "at_night"), [(("news", "health"), 0), (("news", "source_blocked"), 1)])
async def test_news_of_our_eyes_waits_unless_it_is_named(
    archive: Archive, keep: Keep, kinds: tuple[str, ...], at_night: int
) -> None:
    """All "health" waits like other news; a kind named by itself wakes its reader, and takes nothing else along."""
    desk = Desk(archive, keep, night(kinds=kinds))
    at = utc("2017-03-28T05:00:00")
    desk.happens(at, "Aurora")
    desk.happens(at, "Denver", ChangeKind.SOURCE_BLOCKED)
    await desk.round(at)
    assert desk.subjects == ["Denver changed"][:at_night]
    await desk.round(utc("2017-03-28T13:00:00"))
    assert sum(told for _, _, told in desk.came) == 2


async def test_a_digest_due_in_the_quiet_hours_waits_for_their_end(archive: Archive, keep: Keep) -> None:
    """A daily mail at six, in hours that are quiet until seven, is there at seven."""
    desk = Desk(archive, keep, night(rhythm=Rhythm.DAILY, hour=6))
    desk.happens(NOW)
    await desk.round(NOW)
    await desk.round(utc("2017-03-28T12:00:00"))
    assert desk.came == []
    await desk.round(utc("2017-03-28T13:00:00"))
    assert len(desk.came) == 1


# A bound on mails an hour -----------------------------------------------------------------------------------------


async def test_beyond_the_bound_mails_become_one(archive: Archive, keep: Keep) -> None:
    """Two mails an hour: the second tells all the rest of a burst, and what comes after it waits, in one mail."""
    desk = Desk(archive, keep, subscribed(most_per_hour=2))
    for name in ("A", "B", "C", "D"):
        desk.happens(NOW, name)
    await desk.round(NOW)
    assert [told for _, _, told in desk.came] == [1, 3]
    for minute, name in ((10, "E"), (20, "F"), (30, "G")):
        desk.happens(NOW + minute * MINUTE, name)
        await desk.round(NOW + minute * MINUTE)
    assert len(desk.came) == 2
    assert len(archive.alerts(AlertState.PENDING)) == 1
    await desk.round(NOW + 60 * MINUTE)
    assert desk.came[2:] == [(NOW + 60 * MINUTE, "3 changes from 3 sources: E changed", 3)]
    assert archive.alerts(AlertState.PENDING) == ()


async def test_what_was_tried_stays_a_mail_of_its_own(archive: Archive, keep: Keep) -> None:
    """A mail that a server may have is never folded into another: its Message-ID names what it tells."""
    desk = Desk(archive, keep, subscribed(most_per_hour=2))
    desk.down = True
    desk.happens(NOW, "A")
    await desk.round(NOW)
    (tried,) = archive.alerts()
    for name in ("B", "C", "D"):
        desk.happens(NOW + MINUTE, name)
    desk.down = False
    await desk.round(NOW + MINUTE)
    assert desk.came == [(NOW + MINUTE, "A changed", 1), (NOW + MINUTE, "3 changes from 3 sources: B changed", 3)]
    assert archive.alerts()[0].message_id == tried.message_id


async def test_after_an_outage_the_bound_holds(archive: Archive, keep: Keep) -> None:
    """Six hours of mails that could not leave are not let loose at once."""
    desk = Desk(archive, keep, subscribed(most_per_hour=3))
    desk.down = True
    for number in range(36):
        at = NOW + 10 * number * MINUTE
        desk.happens(at, f"S{number}")
        await desk.round(at)
    desk.down = False
    at = NOW + timedelta(hours=12)
    while archive.alerts(AlertState.PENDING):
        await desk.round(at)
        at += MINUTE
    moments = [moment for moment, _, _ in desk.came]
    for moment in moments:
        assert sum(moment - timedelta(hours=1) < other <= moment for other in moments) <= 3
    assert sum(told for _, _, told in desk.came) == 36


async def test_a_crash_while_folding_loses_and_doubles_nothing(
    archive: Archive, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in mid-round, everything is as before it; the next round tells each change once."""
    desk = Desk(archive, keep, subscribed(most_per_hour=1))
    for name in ("A", "B", "C"):
        desk.happens(NOW, name)
    real = Archive.fold

    def killed(self: Archive, into: int, others: list[int]) -> None:
        real(self, into, others)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Archive, "fold", killed)
        with pytest.raises(KeyboardInterrupt):
            await desk.round(NOW)
    assert len(archive.alerts()) == 3
    await desk.round(NOW + MINUTE)
    assert [told for _, _, told in desk.came] == [3]
    assert [stored.id for alert in archive.alerts() for stored in alert.changes] == [1, 2, 3]
