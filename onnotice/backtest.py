"""What subscriptions would have sent over the archive: the outbox itself, by a clock that goes through the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.letter import subject
from alerts.outbox import collect, send_due
from alerts.rendering import Form
from alerts.story import bursts
from monitor.types import Alert, Subscription
from storage.rehearsal import Rehearsal

if TYPE_CHECKING:
    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that would have gone out."""

    at: datetime
    subscription: str
    recipient: str
    subject: str
    changes: int


async def backtest(
    path: Path,
    subscriptions: Sequence[Subscription],
    since: datetime | None,
    told: Callable[[Sent], None],
    progress: Progress,
) -> None:
    """Tell of every mail in the order of time, as if the subscriptions had stood from the first change on, or `since`.

    Matching, rhythm, quiet hours and bounds are the outbox's own; the archive in the file is only read. What would wait
    at its end is told with the time at which it would be sent. Takes memory for what waits, however long the past.
    """
    with Rehearsal.of(path) as archive:
        notebook = _Notebook(told)
        total, done = archive.news(since), 0
        archive.keep_subscriptions(subscriptions, since or datetime(1970, 1, 1, tzinfo=UTC))
        clock = datetime(1970, 1, 1, tzinfo=UTC)

        async def send(moment: datetime) -> None:
            nonlocal clock
            clock = notebook.now = max(clock, moment)
            await send_due(archive, notebook, notebook, clock, subscriptions=subscriptions)

        for scene in archive.scenes(since):
            while (due := archive.next_alert_due()) is not None and due < scene.at:
                await send(due)
            archive.reveal(scene)
            collect(archive, subscriptions, max(clock, scene.at))
            await send(scene.at)
            done += len(scene.changes)
            progress("changes", done, total)
        while (due := archive.next_alert_due()) is not None:
            await send(due)


class _Notebook:
    """Writes no mail and sends none: it takes down what would have been sent."""

    name = "notebook"
    limit = 100_000

    def __init__(self, told: Callable[[Sent], None]) -> None:
        self._told = told
        self._alert: Alert | None = None
        self.now = datetime(1970, 1, 1, tzinfo=UTC)

    def write(self, alert: Alert, form: Form, limit: int) -> EmailMessage:
        """Its subject alone; the outbox sends what it has written before it writes the next."""
        self._alert = alert
        message = EmailMessage()
        message["Subject"] = subject(alert, bursts(alert.changes))
        return message

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Take the mail down."""
        if self._alert is not None:
            alert = self._alert
            news = str(message["Subject"])
            self._told(Sent(self.now, alert.subscription, alert.recipient, news, len(alert.changes)))

    async def check(self) -> str:
        """There is nothing that could be unwell."""
        return "Nothing is sent."

    async def close(self) -> None:
        """Nothing is kept open."""
