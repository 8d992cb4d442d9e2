"""replay: read a source's past anew with the extractors as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import harmless, json_line, moment, progress, say, table

if TYPE_CHECKING:
    from monitor.types import Source
    from onnotice.config import Settings
    from onnotice.printing import Bar
    from onnotice.replaying import Difference, ReplayReport
    from storage import Archive


def replay(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SOURCE", help="Slug of a source."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be told and renewed, and write nothing."),
    force: bool = typer.Option(False, "--force", help="Write although something is found no more."),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Read all that is kept of a source anew. Exit code 1 when the newer reading loses something."""
    from onnotice.config import read_settings

    home = session.home_of(context)
    with progress("replaying") as bar:
        if dry_run:
            settings = read_settings(home)
            with session.reading(context) as archive:
                report = _replayed(archive, name, settings, settings.sources(str(home.settings)), bar, write=False)
        else:
            with session.working(home) as opened:
                report = _replayed(opened.archive, name, opened.settings, opened.sources, bar, force=force)
    if as_json:
        json_line(_as_object(report))
    else:
        _print(report, dry_run=dry_run)
    if report.refused:
        raise typer.Exit(1)


def _replayed(
    archive: Archive,
    name: str,
    settings: Settings,
    watched: tuple[Source, ...],
    bar: Bar,
    *,
    write: bool = True,
    force: bool = False,
) -> ReplayReport:
    import asyncio

    from onnotice.polling import confirmation_of
    from onnotice.replaying import replay as replayed

    status = archive.source(name)
    if status is None:
        raise UsageError(f"The archive knows no source called {name!r}; `onnotice sources --all` lists those it knows.")
    source = next((source for source in watched if source.slug == name), status.source)
    return asyncio.run(replayed(archive, source, confirmation_of(settings), write=write, force=force, progress=bar))


def _print(report: ReplayReport, *, dry_run: bool) -> None:
    looks, pages = counted(report.looks, "look", "looks"), counted(report.pages, "page", "pages")
    readers = f" with {', '.join(report.extractors)}" if report.extractors else ""
    say(f"{looks} at {pages} read anew{readers}.")
    if report.differences:
        table(
            ("seen", "would be", "kind", "what"),
            [
                (moment(one.change.at), _how(one), one.change.kind.value, one.change.summary)
                for one in report.differences
            ],
        )
    else:
        say("Nothing would have been told otherwise.")
    for loss in report.losses:
        typer.echo(f"onnotice: {harmless(loss)}", err=True)
    if report.refused:
        say(
            "Nothing was written: look at the extractor first. If it is right, and what it finds no more was never"
            " there, add --force."
        )
    elif dry_run:
        say("Nothing was written.")
    elif report.snapshots or report.records:
        versions = counted(report.snapshots, "version of a page", "versions of pages")
        say(f"Renewed: {versions}, {counted(report.records, 'record', 'records')}. Nobody is told of it.")
    else:
        say("Everything reads as it did; nothing was to be renewed.")


def _how(difference: Difference) -> str:
    if difference.then is None:
        return "told as well"
    return "told otherwise" if difference.now is not None else "not told"


def _as_object(report: ReplayReport) -> dict[str, object]:
    from onnotice.commands.reading import described

    return {
        "source": report.source,
        "looks": report.looks,
        "pages": report.pages,
        "extractors": list(report.extractors),
        "differences": [
            {
                "how": _how(one),
                "then": None if one.then is None else described(one.then),
                "now": None if one.now is None else described(one.now),
            }
            for one in report.differences
        ],
        "losses": list(report.losses),
        "written": report.written,
        "versions_renewed": report.snapshots,
        "records_renewed": report.records,
    }


COMMANDS = {"replay": replay}
