"""import, doctor, demo: history from elsewhere, a check-up, and the whole product in half a minute."""

from __future__ import annotations

from pathlib import Path

import typer

from alerts.wording import counted
from onnotice import session
from onnotice.commands.importing import import_
from onnotice.printing import harmless, json_line, say


def doctor(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One object a check."),
) -> None:
    """Can it fetch, write, render and send, and does it? In sentences. Exit code 1 when something cannot."""
    import asyncio

    from onnotice.doctor import examine

    findings = asyncio.run(examine(session.home_of(context), session.now()))
    wrong = sum(not finding.well for finding in findings)
    # What needs somebody stands last, where a terminal shows it.
    for finding in findings if as_json else sorted(findings, key=lambda finding: not finding.well):
        if as_json:
            json_line(finding)
        else:
            say(f"{'ok  ' if finding.well else 'FAIL'}  {harmless(finding.sentence)}")
    if wrong:
        if not as_json:
            say(f"{counted(wrong, 'finding needs', 'findings need')} somebody; {len(findings) - wrong:,} are well.")
        raise typer.Exit(1)


def demo(
    context: typer.Context,
    home: Path | None = typer.Option(None, "--home", metavar="DIR", help="Where the demo's archive and mails are put."),
) -> None:
    """Replay spring 2017 against a replica on this machine: the whole product in half a minute."""
    from onnotice.demo.replay import replay

    replay(session.new_home_of(context, home, "demo-home").folder, say)


COMMANDS = {"import": import_, "doctor": doctor, "demo": demo}
