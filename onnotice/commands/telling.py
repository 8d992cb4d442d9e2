"""alerts, send: the outbox."""

from __future__ import annotations

import typer

from monitor.errors import UsageError
from monitor.types import AlertState
from onnotice import session
from onnotice.printing import harmless, json_line, moment, say, table


def alerts(
    context: typer.Context,
    state: str = typer.Option("", help="pending, claimed, sent or failed; default: all."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """The outbox: who was told what and when."""
    if state and state not in set(AlertState):
        raise UsageError(f"{state!r} is no state of an alert; use {', '.join(AlertState)}.")
    with session.reading(context) as archive:
        rows = archive.alerts(AlertState(state) if state else None)
    if as_json:
        for alert in rows:
            json_line(
                {
                    "id": alert.id,
                    "subscription": alert.subscription,
                    "recipient": alert.recipient,
                    "state": alert.state,
                    "subject": alert.subject,
                    "created_at": alert.created_at,
                    "due_at": alert.due_at,
                    "attempts": alert.attempts,
                    "message_id": alert.message_id,
                    "changes": [stored.id for stored in alert.changes],
                    "last_error": alert.last_error,
                }
            )
        return
    headings = ("alert", "state", "created", "recipient", "changes", "subject")
    table(
        headings,
        [
            (
                alert.id,
                alert.state.value,
                moment(alert.created_at),
                alert.recipient,
                len(alert.changes),
                alert.subject or alert.last_error or "not sent yet",
            )
            for alert in rows
        ],
    )


def send(context: typer.Context) -> None:
    """Send the alerts that are due. Exit code 1 when a server would not take one."""
    import asyncio

    from onnotice.telling import tell

    with session.working(session.home_of(context), alone=False) as opened:
        told = asyncio.run(tell(opened.archive, opened.settings, opened.home, session.now()))
    report = told.report
    say(f"{report.sent:,} sent, {report.deferred:,} to be tried again, {report.refused:,} refused.")
    for problem in report.problems:
        say(harmless(problem))
    if report.failed:
        raise typer.Exit(1)


COMMANDS = {"alerts": alerts, "send": send}
