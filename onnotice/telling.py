"""Collects alerts from untold changes and sends those that are due, by the transport of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.outbox import SendReport
    from alerts.transports import Transport
    from alerts.writing import Letterbox
    from onnotice.config import Settings
    from onnotice.home import Home
    from storage import Archive


@dataclass(frozen=True, slots=True)
class Told:
    """What one round of telling did."""

    made: int
    report: SendReport


def together(rounds: Sequence[Told]) -> Told:
    """What several rounds did. A mail that a later round tried again counts as that round left it."""
    from alerts.outbox import SendReport

    last = rounds[-1].report
    report = SendReport(
        sent=sum(one.report.sent for one in rounds),
        deferred=last.deferred,
        refused=sum(one.report.refused for one in rounds),
        problems=tuple(dict.fromkeys(problem for one in rounds for problem in one.report.problems)),
        subjects=tuple(subject for one in rounds for subject in one.report.subjects),
    )
    return Told(sum(one.made for one in rounds), report)


def transport_of(settings: Settings, home: Home) -> Transport:
    """The transport that the settings name, and Apprise for chat services. The password is read from the environment
    here and nowhere else."""
    from alerts.transports import ByRecipient

    return ByRecipient(_mail_transport(settings, home))


def _mail_transport(settings: Settings, home: Home) -> Transport:
    from alerts.transports import Folder, Smtp

    mail = settings.mail
    if mail.transport == "folder":
        return Folder(home.folder / mail.folder)
    return Smtp(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=settings.smtp_password(),
        timeout=mail.timeout,
    )


def letterbox_of(settings: Settings, home: Home) -> Letterbox:
    """How mails of this home are written."""
    from alerts.writing import Letterbox
    from onnotice.unsubscribing import unsubscribe_link

    return Letterbox(
        sender=settings.mail.sender,
        reply_to=settings.mail.reply_to,
        home=str(home.folder),
        address=settings.web.address,
        unsubscribe=unsubscribe_link(settings.web.address, home.secret) if settings.web.address else None,
    )


async def tell(archive: Archive, settings: Settings, home: Home, now: datetime, *, again: int | None = None) -> Told:
    """Match what has not been told, then send what is due; `again` is an alert that goes out whatever the hour.

    Running it again adds nothing.
    """
    from alerts.outbox import collect, send_due
    from alerts.writing import Correspondent
    from onnotice.subscribing import keep_and_gather

    subscriptions = keep_and_gather(archive, settings, now)
    made = collect(archive, subscriptions, now)
    writer = Correspondent(archive, letterbox_of(settings, home), subscriptions, now)
    transport = transport_of(settings, home)
    report = await send_due(archive, transport, writer, now, subscriptions=subscriptions, again=again)
    return Told(made, report)


@contextmanager
def as_history(archive: Archive, settings: Settings, now: datetime) -> Iterator[None]:
    """What is kept meanwhile is history and mailed to nobody; what was seen before is promised first."""
    from alerts.outbox import collect
    from onnotice.subscribing import keep_and_gather

    subscriptions = keep_and_gather(archive, settings, now)
    collect(archive, subscriptions, now)
    try:
        yield
    finally:
        archive.pass_over()
