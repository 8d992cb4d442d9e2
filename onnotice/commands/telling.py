"""alerts, send, bounces: the outbox, and what became of what was in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.addresses import name_of
from monitor.errors import UsageError
from monitor.types import AlertState
from onnotice import session
from onnotice.printing import harmless, json_line, moment, progress, say, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.types import Alert, Delivery
    from storage.rows import ReturnedMail


def alerts(
    context: typer.Context,
    state: str = typer.Option("", help="pending, claimed, sent or failed; default: all."),
    recipient: str = typer.Option("", help="A mail address, or the name of a chat service; default: all."),
    as_json: bool = typer.Option(False, "--json", help="One object a line, with every attempt."),
) -> None:
    """The outbox: who was told what and when."""
    if state and state not in set(AlertState):
        raise UsageError(f"{state!r} is no state of an alert; use {', '.join(AlertState)}.")
    with session.reading(context) as archive:
        rows = archive.alerts(AlertState(state) if state else None, name_of(recipient) if recipient else None)
        made = archive.deliveries([alert.id for alert in rows])
    if as_json:
        for alert in rows:
            json_line(_as_object(alert, made.get(alert.id, ())))
        return
    headings = ("alert", "state", "told", "recipient", "changes", "subject", "remark")
    table(headings, [_as_row(alert, made.get(alert.id, ())) for alert in rows])


def _told_at(deliveries: Sequence[Delivery]) -> Delivery | None:
    """The newest delivery that a server accepted."""
    return next((one for one in reversed(deliveries) if one.outcome == "sent"), None)


def _as_row(alert: Alert, deliveries: Sequence[Delivery]) -> tuple[object, ...]:
    told = _told_at(deliveries)
    newest = deliveries[-1].detail if deliveries else ""
    return (
        alert.id,
        alert.state.value,
        moment(told.at) if told else f"due {moment(alert.due_at)}" if alert.state is AlertState.PENDING else "never",
        name_of(alert.recipient),
        len(alert.changes),
        alert.subject or (alert.changes[0].change.summary if alert.changes else ""),
        alert.last_error or newest,
    )


def _as_object(alert: Alert, deliveries: Sequence[Delivery]) -> dict[str, object]:
    told = _told_at(deliveries)
    return {
        "id": alert.id,
        "subscription": alert.subscription,
        "recipient": name_of(alert.recipient),
        "state": alert.state,
        "subject": alert.subject,
        "created_at": alert.created_at,
        "due_at": alert.due_at,
        "told_at": told.at if told else None,
        "attempts": alert.attempts,
        "message_id": alert.message_id,
        "changes": [stored.id for stored in alert.changes],
        "last_error": alert.last_error,
        "deliveries": [
            {"at": one.at, "transport": one.transport, "outcome": one.outcome, "detail": one.detail}
            for one in deliveries
        ],
    }


def send(
    context: typer.Context,
    again: int = typer.Option(
        0, metavar="ALERT", show_default=False, help="Send this alert once more, whatever became of it."
    ),
) -> None:
    """Send the alerts that are due. Exit code 1 when a server would not take one."""
    import asyncio

    from onnotice.telling import tell

    with session.working(session.home_of(context), alone=False) as opened:
        if again:
            opened.archive.send_again(again)
        now = session.now()
        told = asyncio.run(tell(opened.archive, opened.settings, opened.home, now, again=again or None))
    report = told.report
    say(f"{report.sent:,} sent, {report.deferred:,} to be tried again, {report.refused:,} refused.")
    for problem in report.problems:
        say(harmless(problem))
    if report.failed:
        raise typer.Exit(1)


def bounces(
    context: typer.Context,
    files: list[Path] | None = typer.Argument(
        None, metavar="[FILE]...", help="Mails that came back, or folders of them; none: say whose did."
    ),
    resume: str = typer.Option("", metavar="RECIPIENT", help="Write to this recipient again; what has waited is sent."),
    as_json: bool = typer.Option(False, "--json", help="One object a recipient whose mails came back."),
) -> None:
    """Take in mails that came back, and say who is no longer written to."""
    from onnotice.bounces import sentence, take_in

    if not files and not resume:
        with session.reading(context) as archive:
            rows = archive.returned_mail()
    else:
        with session.working(session.home_of(context), alone=False) as opened, progress("taking in") as bar:
            if resume:
                waiting = opened.archive.resume(name_of(resume))
                if not as_json:
                    say(f"{harmless(name_of(resume))} is written to again; {waiting:,} waiting alerts go out when due.")
            taken = take_in(opened.archive, files or (), session.now(), bar)
            rows = opened.archive.returned_mail()
        if files and not as_json:
            say(
                f"{taken.failed:,} mails did not arrive, {taken.delayed:,} are late,"
                f" {taken.known:,} reports were known, {taken.others:,} files are no report about a mail of ours."
            )
            for alert in taken.alerts:
                say(f"`onnotice send --again {alert}` sends alert {alert} once more.")
    for row in rows:
        if as_json:
            json_line(_returned(row))
        else:
            say(harmless(sentence(row)))


def _returned(row: ReturnedMail) -> dict[str, object]:
    return {
        "recipient": row.recipient,
        "times": row.times,
        "last_at": row.last_at,
        "reason": row.reason,
        "stopped_at": row.stopped_at,
        "waiting": row.waiting,
    }


COMMANDS = {"alerts": alerts, "send": send, "bounces": bounces}
