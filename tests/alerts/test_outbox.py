"""The outbox over a real archive: each change told once to each recipient, nothing lost, nobody blocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from alerts.outbox import SendReport, collect, send_due
from alerts.rendering import SMALLEST_LIMIT
from alerts.rhythm import GIVE_UP_AFTER
from alerts.transports import ServerUnavailable
from alerts.writing import Correspondent, Letterbox
from monitor.errors import DeliveryError, MessageRefused, MessageTooLarge, RecipientRefused
from monitor.types import (
    AlertState,
    Change,
    ChangeKind,
    Decision,
    Delivery,
    Health,
    Look,
    NewSnapshot,
    Rhythm,
    Source,
    StoredChange,
    Subscription,
    Verdict,
    VerdictKind,
)
from storage import Archive

NOW = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)
SENDER = "On Notice <notice@newsroom.example>"
ANALYST, EDITOR = "analyst@newsroom.example", "editor@newsroom.example"

Publish = Callable[..., None]


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive with two sources and nobody told of anything."""
    with Archive.in_memory() as archive:
        for slug, title in (("denver_council", "Denver City Council"), ("aurora_council", "Aurora City Council")):
            url = f"https://{slug}.example.gov/"
            archive.keep_source(Source(slug=slug, title=title, url=url, timezone="America/Denver"), NOW)
        yield archive


@pytest.fixture
def publish(archive: Archive) -> Publish:
    """Records a look that found these changes; each call is a new body."""
    bodies = iter(range(1_000_000))

    def found(*summaries: str, source: str = "denver_council", at: datetime = NOW, **facts: Any) -> None:
        watched = next(status.source for status in archive.sources() if status.source.slug == source)
        body = f"<p>{next(bodies)}</p>".encode()
        look = Look(url=watched.url, at=at, status=200, body=body, media_type="text/html")
        changes = tuple(
            Change(
                **{
                    "kind": ChangeKind.PAGE_CHANGED,
                    "at": at,
                    "source": source,
                    "url": watched.url,
                    "summary": summary,
                    "significance": 0.5,
                    **facts,
                }
            )
            for summary in summaries
        )
        text = (body.decode(),)
        decision = Decision(
            verdict=Verdict(VerdictKind.CREDIBLE, "a page as expected"),
            snapshot=NewSnapshot(title="Agenda", text=text, content_digest=body.hex(), extractor="page/1"),
            changes=changes,
        )
        run = archive.begin_run(source, archive.begin_poll(at), at)
        archive.record_look(look, archive.page_state(watched, watched.url), decision, run)

    return found


def subscribed(name: str = "desk", recipients: Sequence[str] = (ANALYST,), **settings: Any) -> Subscription:
    return Subscription(name=name, recipients=tuple(recipients), **settings)


class Pigeon:
    """Carries mails, and fails as the test says: by recipient, one error a try."""

    name = "pigeon"

    def __init__(self, fails: dict[str, list[Exception]] | None = None) -> None:
        self.fails = fails or {}
        self.carried: list[tuple[str, EmailMessage]] = []
        self.tried: list[EmailMessage] = []
        self.closed = 0

    async def send(self, message: EmailMessage, recipient: str) -> None:
        self.tried.append(message)
        if self.fails.get(recipient):
            raise self.fails[recipient].pop(0)
        self.carried.append((recipient, message))

    async def close(self) -> None:
        self.closed += 1

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for _, message in self.carried]


def writer_of(archive: Archive, now: datetime, subscriptions: Sequence[Subscription] = ()) -> Correspondent:
    return Correspondent(archive, Letterbox(SENDER), subscriptions, now)


async def round_at(archive: Archive, pigeon: Pigeon, now: datetime = NOW) -> SendReport:
    return await send_due(archive, pigeon, writer_of(archive, now), now)


def summaries(changes: Sequence[StoredChange]) -> list[str]:
    return [stored.change.summary for stored in changes]


# Collecting -------------------------------------------------------------------------------------------------------


def test_one_alert_for_each_recipient_and_source(archive: Archive, publish: Publish) -> None:
    """At once: what one source changed is one mail for each recipient; another source is another mail."""
    desk = subscribed(recipients=(ANALYST, EDITOR, ANALYST))
    archive.keep_subscriptions([desk], NOW)
    publish("Item added", "Item removed")
    publish("Study session", source="aurora_council")
    assert collect(archive, [desk], NOW) == 4
    bundled = sorted((alert.recipient, summaries(alert.changes)) for alert in archive.alerts())
    assert bundled == [
        (recipient, bundle)
        for recipient in (ANALYST, EDITOR)
        for bundle in (["Item added", "Item removed"], ["Study session"])
    ]
    assert {alert.due_at for alert in archive.alerts()} == {NOW}


def test_collecting_again_adds_nothing(archive: Archive, publish: Publish) -> None:
    """Every change is taken once, whether it was wanted or not."""
    desk = subscribed(words=("detainer",))
    archive.keep_subscriptions([desk], NOW)
    publish("A detainer policy", "A park")
    assert collect(archive, [desk], NOW) == 1
    assert collect(archive, [desk], NOW) == 0
    assert collect(archive, [subscribed()], NOW) == 0


def test_a_crash_in_mid_collecting_leaves_nothing_half_done(
    archive: Archive, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alerts and cursor are one transaction: after a crash before its end everything is collected again, once."""
    desk = subscribed(recipients=(ANALYST, EDITOR))
    archive.keep_subscriptions([desk], NOW)
    publish("Item added")

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Archive, "move_cursor", crash)
        with pytest.raises(KeyboardInterrupt):
            collect(archive, [desk], NOW)
    assert archive.alerts() == ()
    assert collect(archive, [desk], NOW) == 2
    assert len(archive.alerts()) == 2


def test_a_recipient_of_two_subscriptions_is_told_once(archive: Archive, publish: Publish) -> None:
    """The subscription that tells it first tells it; the weekly digest does not repeat it."""
    weekly, desk = subscribed("weekly", rhythm=Rhythm.WEEKLY), subscribed("desk")
    archive.keep_subscriptions([weekly, desk], NOW)
    publish("Item added")
    assert collect(archive, [weekly, desk], NOW) == 1
    assert [alert.subscription for alert in archive.alerts()] == ["desk"]


def test_a_digest_gathers_until_it_is_due(archive: Archive, publish: Publish) -> None:
    """Changes of a day, from any source, are one mail at the reader's hour; the next day's are another."""
    daily = subscribed(rhythm=Rhythm.DAILY, hour=7, timezone="America/Denver")
    archive.keep_subscriptions([daily], NOW)
    publish("Item added")
    collect(archive, [daily], NOW)
    publish("Study session", source="aurora_council", at=NOW + timedelta(hours=3))
    collect(archive, [daily], NOW + timedelta(hours=3))
    (alert,) = archive.alerts()
    assert summaries(alert.changes) == ["Item added", "Study session"]
    assert alert.due_at == datetime(2017, 3, 28, 13, tzinfo=UTC)
    assert archive.due_alerts(alert.due_at - timedelta(seconds=1)) == ()
    assert [due.id for due in archive.due_alerts(alert.due_at)] == [alert.id]
    publish("Late item", at=alert.due_at)
    collect(archive, [daily], alert.due_at)
    assert len(archive.alerts()) == 2


@pytest.mark.parametrize(
    ("rhythm", "told"), [(Rhythm.DAILY, True), (Rhythm.WEEKLY, True), (Rhythm.HOURLY, False), (Rhythm.AT_ONCE, False)]
)
async def test_a_digest_says_how_well_the_sources_are_seen(
    archive: Archive, publish: Publish, rhythm: Rhythm, told: bool
) -> None:
    """As it is when the mail goes out; a mail at once tells its news and no more."""
    desk = subscribed(rhythm=rhythm)
    archive.keep_subscriptions([desk], NOW)
    publish("Item added")
    collect(archive, [desk], NOW)
    (alert,) = archive.alerts()
    blocked = archive.begin_run("aurora_council", archive.begin_poll(NOW), NOW)
    archive.end_run(
        blocked, NOW, outcome="failed", complete=False, message="", health=Health.BLOCKED, health_change=None,
        next_due_at=None,
    )  # fmt: skip
    pigeon = Pigeon()
    await send_due(archive, pigeon, writer_of(archive, alert.due_at, [desk]), alert.due_at, subscriptions=[desk])
    ((_, message),) = pigeon.carried
    plain = message.get_body(("plain",))
    assert plain is not None
    assert ("1 blocked since" in plain.get_content()) is told


def test_baseline_makes_no_alert(archive: Archive, publish: Publish) -> None:
    """What the first look found is told to nobody."""
    desk = subscribed()
    archive.keep_subscriptions([desk], NOW)
    publish("Two hundred releases", baseline=True)
    assert collect(archive, [desk], NOW) == 0


# Sending ----------------------------------------------------------------------------------------------------------


def outbox_of(archive: Archive, publish: Publish, *recipients: str) -> None:
    desk = subscribed(recipients=recipients or (ANALYST,))
    archive.keep_subscriptions([desk], NOW)
    publish("ICE lists 47 jurisdictions")
    collect(archive, [desk], NOW)


async def test_sent_once(archive: Archive, publish: Publish) -> None:
    """A due alert is sent, kept with its subject, and never sent again; the transport is let go after the round."""
    outbox_of(archive, publish)
    pigeon = Pigeon()
    assert await round_at(archive, pigeon) == SendReport(sent=1, subjects=("ICE lists 47 jurisdictions",))
    assert await round_at(archive, pigeon) == SendReport()
    assert pigeon.subjects == ["ICE lists 47 jurisdictions"]
    assert pigeon.closed == 2
    (alert,) = archive.alerts()
    assert (alert.state, alert.subject) == (AlertState.SENT, "ICE lists 47 jurisdictions")
    assert pigeon.carried[0][1]["Message-ID"] == alert.message_id


async def test_a_bad_address_blocks_nobody(archive: Archive, publish: Publish) -> None:
    """A recipient refused for good is given up with the server's words; all others get their mail."""
    outbox_of(archive, publish, "gone@newsroom.example", "not an address", ANALYST)
    pigeon = Pigeon({"gone@newsroom.example": [RecipientRefused("No such user.")]})
    report = await round_at(archive, pigeon)
    assert (report.sent, report.deferred, report.refused) == (1, 0, 2)
    assert any("No such user." in problem for problem in report.problems)
    failed = archive.alerts(AlertState.FAILED)
    assert {alert.recipient for alert in failed} == {"gone@newsroom.example", "not an address"}
    assert all(alert.last_error for alert in failed)
    assert await round_at(archive, Pigeon(), NOW + timedelta(days=9)) == SendReport()


async def test_a_failure_is_tried_again_with_back_off(archive: Archive, publish: Publish) -> None:
    """Not before its time, then again, with the same Message-ID."""
    outbox_of(archive, publish)
    pigeon = Pigeon({ANALYST: [DeliveryError("Greylisted."), DeliveryError("Greylisted.")]})
    assert (await round_at(archive, pigeon)).deferred == 1
    assert await round_at(archive, pigeon, NOW + timedelta(seconds=59)) == SendReport()
    assert (await round_at(archive, pigeon, NOW + timedelta(seconds=60))).deferred == 1
    assert await round_at(archive, pigeon, NOW + timedelta(seconds=179)) == SendReport()
    assert (await round_at(archive, pigeon, NOW + timedelta(seconds=180))).sent == 1
    assert len({str(message["Message-ID"]) for message in pigeon.tried}) == 1


async def test_given_up_after_days_with_a_sentence(archive: Archive, publish: Publish) -> None:
    """An alert that nobody takes for three days ends as failed, visible, with what was said last."""
    outbox_of(archive, publish)
    pigeon = Pigeon({ANALYST: [DeliveryError("The server refused the mail (554 spam).")] * 100})
    now, rounds = NOW, 0
    while archive.alerts(AlertState.FAILED) == ():
        await round_at(archive, pigeon, now)
        now, rounds = now + timedelta(minutes=30), rounds + 1
        assert rounds < 1000
    assert GIVE_UP_AFTER <= now - NOW < GIVE_UP_AFTER + timedelta(days=1)
    (failed,) = archive.alerts(AlertState.FAILED)
    assert "Given up after" in failed.last_error
    assert "554 spam" in failed.last_error


async def test_a_server_that_is_down_is_asked_once_a_round(archive: Archive, publish: Publish) -> None:
    """With no server nobody's mail is given up, however long it takes, and the rest is not even tried."""
    outbox_of(archive, publish, ANALYST, EDITOR, "third@newsroom.example")
    down = {recipient: [ServerUnavailable("Down.")] * 500 for recipient in (ANALYST, EDITOR, "third@newsroom.example")}
    pigeon = Pigeon(down)
    report = await round_at(archive, pigeon)
    assert (report.sent, report.deferred, report.refused) == (0, 3, 0)
    assert len(pigeon.tried) == 1
    for hours in range(1, 24 * 7, 6):
        await round_at(archive, pigeon, NOW + timedelta(hours=hours))
    assert archive.alerts(AlertState.FAILED) == ()
    healed = Pigeon()
    assert (await round_at(archive, healed, NOW + timedelta(days=8))).sent == 3


async def test_too_large_is_sent_smaller(archive: Archive, publish: Publish) -> None:
    """A mail refused for its size is made shorter and sent in the same round, under the same Message-ID."""
    desk = subscribed()
    archive.keep_subscriptions([desk], NOW)
    lines = [f"Section {number} of the ordinance stands as it was." for number in range(200)]
    publish(
        *(f"Bill {number} was amended" for number in range(40)),
        details={"hunks": [[[line], [line.replace("stands", "falls")]] for line in lines]},
    )
    collect(archive, [desk], NOW)
    pigeon = Pigeon({ANALYST: [MessageTooLarge("552"), MessageTooLarge("552")]})
    assert (await round_at(archive, pigeon)).sent == 1
    sizes = [len(message.as_bytes()) for message in pigeon.tried]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert len({str(message["Message-ID"]) for message in pigeon.tried}) == 1


async def test_too_large_at_any_size_is_tried_again(archive: Archive, publish: Publish) -> None:
    """Down to the subject with the way to the rest; a server that takes not even that is asked again later."""
    outbox_of(archive, publish)
    pigeon = Pigeon({ANALYST: [MessageTooLarge("552 too big")] * 8})
    assert (await round_at(archive, pigeon)).deferred == 1
    assert "Even the shortest mail was too large: 552 too big" in archive.alerts()[0].last_error
    assert len(pigeon.tried[-1].as_bytes()) <= SMALLEST_LIMIT
    pigeon.fails.clear()
    assert (await round_at(archive, pigeon, NOW + timedelta(minutes=1))).sent == 1


async def test_refused_for_its_content_it_is_sent_plainer(archive: Archive, publish: Publish) -> None:
    """A filter that dislikes the HTML gets the text alone, then the subject with the way to the rest; the ledger says
    so, and the Message-ID stays."""
    outbox_of(archive, publish)
    pigeon = Pigeon({ANALYST: [MessageRefused("554 looks like spam"), MessageRefused("554 still does")]})
    assert (await round_at(archive, pigeon)).sent == 1
    kinds = [[part.get_content_type() for part in message.walk()] for message in pigeon.tried]
    assert kinds == [["multipart/alternative", "text/plain", "text/html"], ["text/plain"], ["text/plain"]]
    assert "onnotice show 1" in pigeon.tried[2].get_content()
    assert len({str(message["Message-ID"]) for message in pigeon.tried}) == 1
    (alert,) = archive.alerts()
    (delivery,) = archive.deliveries([alert.id])[alert.id]
    assert delivery.outcome == "sent"
    assert delivery.detail == "Sent as the subject with the way to the rest: 554 still does"


async def test_a_crash_after_250_repeats_under_the_same_message_id(
    archive: Archive, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the server's 250 and our commit, the alert is not lost: it comes again, recognisably the same."""
    outbox_of(archive, publish)
    pigeon = Pigeon()

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Archive, "delivered", killed)
        with pytest.raises(KeyboardInterrupt):
            await round_at(archive, pigeon)
    assert len(pigeon.carried) == 1
    await round_at(archive, pigeon, NOW + timedelta(days=1))
    first, second = (message for _, message in pigeon.carried)
    assert first.as_bytes() == second.as_bytes()
    assert await round_at(archive, pigeon, NOW + timedelta(days=2)) == SendReport()


async def test_claimed_elsewhere_is_left_alone(archive: Archive, publish: Publish) -> None:
    """Two senders at once: what one has claimed the other does not send."""
    outbox_of(archive, publish)
    (due,) = archive.due_alerts(NOW)
    assert archive.claim(due.id, NOW)
    pigeon = Pigeon()
    assert await round_at(archive, pigeon) == SendReport()
    assert pigeon.tried == []


async def test_a_mail_that_cannot_be_made_blocks_nobody(
    archive: Archive, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours in one mail is kept with the alert, and the others go out."""
    outbox_of(archive, publish, ANALYST, EDITOR)
    real = Correspondent.write

    def clumsy(self: Correspondent, alert: Any, *rest: Any) -> EmailMessage:
        if alert.recipient == ANALYST:
            raise ZeroDivisionError("division by zero")
        return real(self, alert, *rest)

    monkeypatch.setattr(Correspondent, "write", clumsy)
    pigeon = Pigeon()
    report = await round_at(archive, pigeon)
    assert (report.sent, report.deferred) == (1, 1)
    assert "ZeroDivisionError" in report.problems[0]


async def test_every_attempt_is_kept(archive: Archive, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger says when, how and with what outcome each attempt was made."""
    outbox_of(archive, publish)
    kept: list[Delivery] = []
    real = Archive.delivered

    def listening(self: Archive, delivery: Delivery, **rest: Any) -> None:
        kept.append(delivery)
        real(self, delivery, **rest)

    monkeypatch.setattr(Archive, "delivered", listening)
    pigeon = Pigeon({ANALYST: [DeliveryError("Greylisted.")]})
    await round_at(archive, pigeon)
    await round_at(archive, pigeon, NOW + timedelta(minutes=1))
    assert [(one.transport, one.outcome, one.detail, one.at) for one in kept] == [
        ("pigeon", "deferred", "Greylisted.", NOW),
        ("pigeon", "sent", "", NOW + timedelta(minutes=1)),
    ]
