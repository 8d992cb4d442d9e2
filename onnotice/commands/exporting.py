"""export, metadata: the archive for other programs."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import parse_moment, progress, say
from onnotice.tables import Format, replacing, write

if TYPE_CHECKING:
    from datetime import datetime

    from onnotice.calendars import Meeting
    from storage import Archive
    from storage.exports import Selection


class Form(StrEnum):
    ICALENDAR = "ical"
    OPEN_CIVIC_DATA = "ocd"
    CITY_SCRAPERS = "city-scrapers"


_ROWS = ("records", "changes", "visits", "sources")


def export(
    context: typer.Context,
    what: list[str] | None = typer.Argument(
        None, metavar="[WHAT]...", help="records, changes, visits or sources; with --as or --warc, whose: default all."
    ),
    rows: Format = typer.Option(Format.CSV, "--format", help="Of rows."),
    form: Form | None = typer.Option(
        None, "--as", help="Meetings. ical: one calendar; ocd, city-scrapers: JSON Lines, one a meeting."
    ),
    package: Path | None = typer.Option(
        None, metavar="DIR", help="All four as a Frictionless data package: CSV with what explains it."
    ),
    sqlite: Path | None = typer.Option(
        None, metavar="FILE", help="A database without bodies and recipients, described for Datasette beside it."
    ),
    warc: Path | None = typer.Option(
        None, metavar="FILE", help="Looks with their bodies as WARC/1.1; packed where it ends in .gz."
    ),
    page: str = typer.Option("", metavar="URL", help="Of --warc: one page alone."),
    as_of: str = typer.Option("", help="What held, or had been seen, then: ISO date (its end) or time, or 3d for ago."),
    since: str = typer.Option("", help="Rows that begin or were seen from then on."),
    until: str = typer.Option("", help="Rows that begin or were seen before; a day means its end."),
    source: str = typer.Option("", help="Slug of a source."),
    kind: str = typer.Option("", help="A kind of record, or of change."),
    jurisdiction: str = typer.Option("", help='As printed: "Denver, Colorado".'),
    bom: bool = typer.Option(False, "--bom", help="Begin CSV with the mark by which Excel knows UTF-8."),
    output: Path | None = typer.Option(
        None, "--output", "--out", "-o", metavar="FILE", help="Default: standard output, but for Parquet."
    ),
) -> None:
    """Records, changes and looks as tables, a data package, a slim database or a web archive; meetings as calendars.

    One of WHAT, --as, --package, --sqlite and --warc. Rows of records are every version ever, with --as-of those that
    held.
    """
    named = form is not None or warc is not None
    chosen = [form is not None, package is not None, sqlite is not None, warc is not None, bool(what) and not named]
    if sum(chosen) != 1:
        raise UsageError(
            "Say one thing to export: records, changes, visits, sources, --as, --package, --sqlite or --warc."
        )
    if form is not None:
        _export_meetings(context, what or [], form, output)
    elif sqlite is not None:
        _export_database(context, sqlite)
    elif warc is not None:
        from onnotice.exporting_warc import export_warc

        export_warc(context, warc, what or (), page, since, until)
    else:
        with session.reading(context) as archive:
            selection = _selection(archive, as_of, since, until, source, kind, jurisdiction)
            if package is not None:
                _export_package(archive, package, selection)
            else:
                _export_rows(archive, what or [], selection, rows, output, bom=bom)


def _selection(
    archive: Archive, as_of: str, since: str, until: str, source: str, kind: str, jurisdiction: str
) -> Selection:
    from storage.exports import Selection

    if source and archive.source(source) is None:
        raise UsageError(f"No source is called {source!r}; `onnotice sources --all` lists them.")
    return Selection(
        parse_moment(as_of, "date", end_of_day=True) if as_of else None,
        parse_moment(since, "time") if since else None,
        parse_moment(until, "time", end_of_day=True) if until else None,
        source,
        kind,
        jurisdiction,
    )


def _export_rows(
    archive: Archive, what: list[str], selection: Selection, form: Format, output: Path | None, *, bom: bool
) -> None:
    from onnotice.packaging import counted_rows
    from storage.exports import DATASETS

    if len(what) != 1 or what[0] not in _ROWS:
        raise UsageError(f"Rows are of {', '.join(_ROWS)}, one at a time; meetings of a council take --as.")
    dataset = DATASETS[what[0]]
    if selection.kind and not dataset.kinds:
        raise UsageError(f"There are no kinds of {dataset.name}; leave --kind out.")
    if form is Format.PARQUET and output is None:
        raise UsageError("Parquet is written to a file; name one with --out.")
    total, columns = archive.export_size(dataset, selection), dataset.described()
    with progress("exporting") as bar:
        stream = counted_rows(archive.export(dataset, selection), dataset.name, total, bar)
        if output is None:
            write(stream, columns, form, sys.stdout.buffer, bom=bom)
            sys.stdout.buffer.flush()
            return
        with replacing(output) as beside, beside.open("wb") as file:
            write(stream, columns, form, file, bom=bom)
    say(f"Wrote {counted(total, 'row', 'rows')} to {output}.")


def _export_package(archive: Archive, folder: Path, selection: Selection) -> None:
    from onnotice.packaging import write_package

    with progress("exporting") as bar:
        write_package(archive, folder, selection, session.now(), bar)
    say(f"Wrote {folder / 'datapackage.json'}; `frictionless validate` checks it.")


def _export_database(context: typer.Context, target: Path) -> None:
    from onnotice.stanzas import write_whole
    from storage.metadata import metadata as described

    if target.resolve() == session.home_of(context).archive.resolve():
        raise UsageError(f"{target} is the archive itself; name another file.")
    beside = target.with_suffix(".metadata.json")
    with session.reading(context) as archive, progress("exporting") as bar, replacing(target) as new:
        archive.write_slim(new, bar)
    write_whole(beside, json.dumps(described(database=target.stem), ensure_ascii=False, indent=2) + "\n")
    say(f"Wrote {target} and {beside}; `datasette {target} -m {beside}` shows them.")


def _export_meetings(context: typer.Context, names: list[str], form: Form, output: Path | None) -> None:
    from onnotice.stanzas import write_whole

    now = session.now()
    with session.reading(context) as archive:
        meetings = _meetings(archive, names, now)
    written = _written(form, meetings, now)
    if output is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    write_whole(output, written)
    say(f"Wrote {counted(len(meetings), 'meeting', 'meetings')} to {output}.")


def _meetings(archive: Archive, names: list[str], now: datetime) -> tuple[Meeting, ...]:
    from onnotice.calendars import meetings_of

    known = {status.source.slug: status.source for status in archive.sources() if status.active or names}
    for name in names:
        if name not in known:
            raise UsageError(f"No source is called {name!r}; `onnotice sources --all` lists them.")
    found = [meeting for slug in names or known for meeting in meetings_of(known[slug], archive.records_at(slug, now))]
    if not found:
        raise UsageError("There are no meetings in the archive to export; `onnotice poll` a council first.")
    return tuple(found)


def _written(form: Form, meetings: tuple[Meeting, ...], now: datetime) -> bytes:
    from onnotice import calendars

    if form is Form.ICALENDAR:
        return calendars.icalendar(meetings, now)
    shaped = calendars.open_civic_data if form is Form.OPEN_CIVIC_DATA else calendars.city_scrapers
    lines = (json.dumps(shaped(meeting, now), ensure_ascii=False) for meeting in meetings)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def metadata(
    output: Path | None = typer.Option(None, "--out", "-o", metavar="FILE", help="Default: standard output."),
    public: bool = typer.Option(
        False,
        "--public",
        help="For a server that others can reach: who was told what, and SQL of one's own, for signed-in users only.",
    ),
) -> None:
    """What Datasette is told of the archive: `datasette archive.sqlite -m FILE` then explains every table and column,
    and answers the questions that people ask."""
    from onnotice.stanzas import write_whole
    from storage.metadata import metadata as described

    written = json.dumps(described(public=public), ensure_ascii=False, indent=2)
    if output is None:
        say(written)
        return
    write_whole(output, f"{written}\n")
    say(f"Wrote {output}; `datasette archive.sqlite -m {output}` uses it.")


COMMANDS = {"export": export, "metadata": metadata}
