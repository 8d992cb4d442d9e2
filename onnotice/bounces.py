"""Takes in mails that came back: matches each with the alert that it is about, and keeps what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.types import Delivery

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import ReturnedMail

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of the files. Each is counted once."""

    failed: int = 0
    """Alerts that did not arrive, and were not known not to."""
    delayed: int = 0
    known: int = 0
    """Reports that had been taken in before."""
    others: int = 0
    """Files that are no report about a mail of this archive's."""
    alerts: tuple[int, ...] = ()
    """That did not arrive, as they came."""


def take_in(archive: Archive, paths: Sequence[Path], now: datetime, progress: Progress) -> TakenIn:
    """Read reports out of files, and folders of files. Taking them in again adds nothing. Raises UsageError for a file
    that cannot be read."""
    from alerts.returned import MOST_BYTES, read_report

    files = list(_files(paths))
    failed: list[int] = []
    delayed = known = others = 0
    for done, path in enumerate(files, 1):
        try:
            with path.open("rb") as file:
                report = read_report(file.read(MOST_BYTES), now)
        except OSError as error:
            raise UsageError(
                f"{path} cannot be read ({error.strerror}); correct its rights, or name another."
            ) from error
        alert = archive.alert_of_message(report.message_id) if report else None
        if report is None or alert is None:
            others += 1
        else:
            outcome = "returned" if report.failed else "delayed"
            delivery = Delivery(alert.id, report.at, "report", outcome, report.said)
            if not archive.came_back(delivery, for_good=report.for_good):
                known += 1
            elif report.failed:
                failed.append(alert.id)
            else:
                delayed += 1
        progress("reports", done, len(files))
    return TakenIn(len(failed), delayed, known, others, tuple(failed))


def sentence(returned: ReturnedMail) -> str:
    """What there is to say, and to do, about a recipient whose mails came back."""
    times = "once" if returned.times == 1 else f"{returned.times:,} times in a row"
    if returned.stopped_at is None:
        return f"Mail to {returned.recipient} was refused {times}, last with “{returned.reason}”; check the address."
    waiting = "1 alert waits" if returned.waiting == 1 else f"{returned.waiting:,} alerts wait"
    return (
        f"NOTHING IS SENT TO {returned.recipient} any more: its mail was refused {times}, last with “{returned.reason}”"
        f" ({waiting}); correct the address in onnotice.toml, or when its mailbox is mended run"
        f" `onnotice bounces --resume {returned.recipient}`."
    )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Files as they are named; of folders all within, such as `new` and `cur` of a Maildir."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        elif path.is_file():
            yield path
        else:
            raise UsageError(f"{path} is neither a file nor a folder; name mails that came back, or a folder of them.")
