"""export: councils' meetings in the forms that other programs read."""

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
from onnotice.printing import say

if TYPE_CHECKING:
    from datetime import datetime

    from onnotice.calendars import Meeting
    from storage import Archive


class Form(StrEnum):
    ICALENDAR = "ical"
    OPEN_CIVIC_DATA = "ocd"
    CITY_SCRAPERS = "city-scrapers"


def export(
    context: typer.Context,
    names: list[str] | None = typer.Argument(None, metavar="[SOURCE]...", help="Default: every council."),
    form: Form | None = typer.Option(
        None, "--as", help="ical: one calendar; ocd, city-scrapers: JSON Lines, one a meeting."
    ),
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
    warc: Path | None = typer.Option(
        None, "--warc", metavar="FILE", help="Visits with their bodies as WARC/1.1; packed where it ends in .gz."
    ),
    page: str = typer.Option("", "--page", metavar="URL", help="Of --warc: one page alone."),
    since: str = typer.Option("", "--since", metavar="WHEN", help="Of --warc: visits from then on."),
    until: str = typer.Option("", "--until", metavar="WHEN", help="Of --warc: visits up to then."),
) -> None:
    """What is kept, in the forms that other programs read: councils' meetings, or visits as a web archive."""
    from onnotice.stanzas import write_whole

    if warc is not None:
        from onnotice.exporting_warc import export_warc

        export_warc(context, warc, names or (), page, since, until)
        return
    if form is None:
        raise UsageError("Say what is to be written: --as for councils' meetings, --warc for a web archive.")
    now = session.now()
    with session.reading(context) as archive:
        meetings = _meetings(archive, names or (), now)
    written = _written(form, meetings, now)
    if output is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    write_whole(output, written)
    say(f"Wrote {counted(len(meetings), 'meeting', 'meetings')} to {output}.")


def _meetings(archive: Archive, names: list[str] | tuple[str, ...], now: datetime) -> tuple[Meeting, ...]:
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


COMMANDS = {"export": export}
