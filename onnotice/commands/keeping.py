"""import, doctor, demo: history from elsewhere, a check-up, and the whole product in half a minute."""

from __future__ import annotations

from pathlib import Path

import typer

from alerts.wording import counted
from onnotice import session
from onnotice.printing import json_line, progress, say


def import_(
    context: typer.Context,
    manifest: Path = typer.Argument(..., metavar="MANIFEST", help="JSON Lines, one capture a line, in time order."),
    as_json: bool = typer.Option(False, "--json", help="One object that counts what was loaded."),
) -> None:
    """Load captures from elsewhere as history, through the same steps as live looks."""
    import asyncio

    from onnotice.importing import import_captures
    from onnotice.manifest import read_manifest
    from onnotice.telling import as_history

    captures = read_manifest(manifest, session.now())
    with (
        session.working(session.home_of(context)) as opened,
        as_history(opened.archive, opened.settings, session.now()),
        progress("importing") as bar,
    ):
        report = asyncio.run(
            import_captures(
                opened.archive,
                captures,
                opened.sources,
                opened.settings,
                lambda done, total: bar("captures", done, total),
            )
        )
    if as_json:
        json_line(report)
        return
    again = f", {report.already_there:,} were there already" if report.already_there else ""
    loaded = counted(report.captures, "capture", "captures")
    changes = counted(report.changes, "change", "changes")
    say(f"{loaded} loaded{again}: {changes} kept. `onnotice changes` lists them.")


def doctor(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One object a check."),
) -> None:
    """Can it fetch, write, render and send? In sentences. Exit code 1 when something cannot."""
    import asyncio

    from onnotice.doctor import examine

    findings = asyncio.run(examine(session.home_of(context), session.now()))
    for finding in findings:
        if as_json:
            json_line(finding)
        else:
            say(f"{'ok  ' if finding.well else 'FAIL'}  {finding.sentence}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def demo(
    context: typer.Context,
    home: Path | None = typer.Option(None, "--home", metavar="DIR", help="Where the demo's archive and mails are put."),
) -> None:
    """Replay spring 2017 against a replica on this machine: the whole product in half a minute."""
    from onnotice.demo.replay import replay

    replay(session.new_home_of(context, home, "demo-home").folder, say)


COMMANDS = {"import": import_, "doctor": doctor, "demo": demo}
