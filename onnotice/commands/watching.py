"""init, poll, run: what is watched, and looking at it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import ArchiveBusy, UsageError
from onnotice import session
from onnotice.commands.standing import sources
from onnotice.printing import harmless, json_line, progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onnotice.polling import PollReport
    from onnotice.telling import Told


def init(
    context: typer.Context,
    folder: Path | None = typer.Argument(None, metavar="[DIR]", help="The new home; default: here."),
    urls: Path | None = typer.Option(None, "--import", metavar="FILE", help="A URL a line, each a page to watch."),
) -> None:
    """Write onnotice.toml and an empty archive."""
    from onnotice.config import settings_from
    from onnotice.stanzas import page_stanzas, parsed_with, starting_settings, write_whole
    from storage import Archive

    home = session.new_home_of(context, folder, ".")
    there = home.settings.exists()
    if there and (urls or home.archive.exists()):
        raise UsageError(f"{home.settings} is there already; edit it, or `onnotice add URL`, or name another folder.")
    stanzas = page_stanzas(_lines_of(urls)) if urls else ""
    text = starting_settings(shipped_too=not urls) + stanzas
    settings_from(parsed_with(text), str(urls or home.settings)).sources(str(urls or home.settings))
    # Recipients and what they are told are nobody else's; whoever means to share it opens it.
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Archive.open(home.archive, create=True):
        pass
    if there:
        say(f"Made an empty archive; {home.settings} stays as it is.")
        return
    write_whole(home.settings, text)
    with_pages = f" with {counted(stanzas.count('[[source]]'), 'page', 'pages')} to watch" if urls else ""
    say(f"Wrote {home.settings}{with_pages}.")
    say(f"Next: put your address under [[subscription]] there, then `onnotice --home {home.folder} poll`.")


def poll(
    context: typer.Context,
    names: list[str] | None = typer.Argument(None, metavar="[SOURCE]...", help="Default: all."),
    due_only: bool = typer.Option(False, "--due", help="Only sources whose time has come: for cron."),
    backfill: bool = typer.Option(False, "--backfill", help="Walk the source's whole past; goes on where it stopped."),
    send: bool = typer.Option(True, "--send/--no-send", help="Send the alerts that are due afterwards."),
    as_json: bool = typer.Option(False, "--json", help="One object a source."),
) -> None:
    """Look now. Exit code 0: fine; 1: some source failed; 2: usage.

    With --due it is also 0 where another poll or the daemon is at work: there is nothing left to do.
    """
    try:
        report, told, idle = _poll(context, names or (), due_only=due_only, backfill=backfill, send=send)
    except ArchiveBusy as busy:
        if not due_only:
            raise
        typer.echo(f"onnotice: {harmless(str(busy))}", err=True)
        return
    _print_poll(report, told, idle, as_json=as_json)
    if report.failed or (told is not None and told.report.failed):
        raise typer.Exit(1)


def _poll(
    context: typer.Context, names: Sequence[str], *, due_only: bool, backfill: bool, send: bool
) -> tuple[PollReport, Told | None, str]:
    """Poll and tell; with what to say where there was nothing to poll."""
    import asyncio

    from onnotice.heartbeat import shown
    from onnotice.polling import chosen
    from onnotice.rounds import poll_and_tell
    from onnotice.scheduling import due
    from onnotice.telling import transport_of

    with session.working(session.home_of(context)) as opened, progress("looking at") as bar:
        watched = chosen(opened.sources, names)
        if backfill and len(watched) != 1:
            raise UsageError("--backfill walks one source; name it, for example `onnotice poll NAME --backfill`.")
        if send:
            # Mail settings that cannot work are said before anything is fetched.
            transport_of(opened.settings, opened.home)
        if due_only:
            watched = due(opened.archive, watched, opened.clock())

        async def look() -> tuple[PollReport, Told | None]:
            async with shown(opened) if due_only else nullcontext():
                return await poll_and_tell(opened, watched, backfill=backfill, send=send, progress=bar)

        report, told = asyncio.run(look())
        if opened.settings.metrics.file:
            from onnotice.metrics import write_once

            write_once(opened, opened.home.folder / opened.settings.metrics.file)
        idle = "Nothing is due." if opened.sources else "Nothing is watched yet; `onnotice add URL` watches a page."
        return report, told, idle


def run(
    context: typer.Context,
    heartbeat: float = typer.Option(15.0, min=1.0, max=3600.0, help="Seconds between two glances at what is due."),
) -> None:
    """The daemon: every source when it is due, alerts sent, until it is stopped."""
    from onnotice.daemon import run_daemon

    run_daemon(session.home_of(context), heartbeat)


def _print_poll(report: PollReport, told: Told | None, idle: str, *, as_json: bool) -> None:
    for problem in told.report.problems if told is not None else ():
        typer.echo(f"onnotice: {harmless(problem)}", err=True)
    if as_json:
        for outcome in report.outcomes:
            json_line(
                {
                    "poll": report.number,
                    "source": outcome.slug,
                    "health": outcome.health,
                    "looks": outcome.looks,
                    "changes": outcome.changes,
                    "failed": outcome.failed,
                    "message": outcome.message,
                }
            )
        return
    if report.number is None:
        say(idle)
    failed = [outcome for outcome in report.outcomes if outcome.failed]
    for outcome in failed:
        say(f"{outcome.slug}: {harmless(outcome.message)}")
    news = [outcome for outcome in report.outcomes if outcome.changes and not outcome.failed]
    for outcome in news[:20]:
        say(f"{outcome.slug}: {counted(outcome.changes, 'change', 'changes')}")
    if len(news) > 20:
        say(f"and {len(news) - 20:,} more sources with changes")
    if report.number is not None:
        looks = sum(outcome.looks for outcome in report.outcomes)
        say(
            f"{counted(looks, 'look', 'looks')} at {counted(len(report.outcomes), 'source', 'sources')}:"
            + f" {counted(report.changes, 'change', 'changes')} kept"
            + (f", {counted(len(failed), 'source', 'sources')} failed" if failed else "")
            + (f", {counted(told.report.sent, 'mail', 'mails')} sent" if told is not None else "")
            + "."
        )
        if report.changes:
            say("`onnotice changes --run last` shows them.")


def _lines_of(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or error}); name a text file with a URL a line."
        ) from None
    return text.splitlines()


COMMANDS = {"init": init, "sources": sources, "poll": poll, "run": run}
