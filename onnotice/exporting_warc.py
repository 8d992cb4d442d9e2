"""Exports visits of sources or of a page as a WARC file, which appears under its name only when it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from monitor.url import canonical_url
from onnotice import session
from onnotice.printing import parse_moment, progress, say
from onnotice.warc_writing import WarcTape, write_warc
from storage import Archive
from storage.rows import RecordedVisit


def export_warc(context: typer.Context, path: Path, sources: Sequence[str], page: str, since: str, until: str) -> None:
    """Write the file and say how much is in it. Raises UsageError where nothing would be, or a source is unknown."""
    beginning = parse_moment(since, "date") if since else None
    end = parse_moment(until, "date", end_of_day=True) if until else None
    url = canonical_url(page) if page else None
    with session.reading(context) as archive, progress("exporting") as bar:
        _refuse_unknown(archive, sources)

        def visits() -> Iterator[RecordedVisit]:
            for source in sources or (None,):
                yield from archive.recorded(source=source, url=url, since=beginning, until=end)

        written = path.with_name(f"{path.name}.part")
        try:
            with written.open("wb") as file:
                tape = WarcTape(file, archive.body, packed=path.suffix == ".gz")
                done = write_warc(tape, visits(), path.name, lambda done: bar("visits", done, 0))
            if not done:
                raise UsageError("Nothing was looked at there and then; `onnotice history URL --looks` lists looks.")
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    say(f"Wrote {counted(done, 'visit', 'visits')} in {counted(tape.records, 'record', 'records')} to {path}.")


def _refuse_unknown(archive: Archive, sources: Sequence[str]) -> None:
    for source in sources:
        if archive.source(source) is None:
            raise UsageError(f"No source is called {source!r}; `onnotice sources --all` lists them.")
