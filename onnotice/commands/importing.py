"""import: history from elsewhere, out of a manifest, WARC files or a git-scraping repository."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from monitor.url import canonical_url, host_of
from onnotice import session
from onnotice.printing import Bar, harmless, json_line, progress, say

if TYPE_CHECKING:
    from onnotice.captures import Found
    from onnotice.importing import ImportReport

_PROBLEMS_SAID = 20


def import_(
    context: typer.Context,
    paths: list[Path] = typer.Argument(
        ...,
        metavar="MANIFEST|WARC...|REPOSITORY",
        help="JSON Lines, one capture a line in time order; or WARC files; or, with --file, a git repository here.",
    ),
    file: list[str] = typer.Option(
        [], "--file", metavar="PATH", help="Of a repository: the file whose history it is; again for its older names."
    ),
    url: list[str] = typer.Option(
        [], "--url", help="Of WARC files: only this page, may be repeated. Of a repository: the page that was kept."
    ),
    source: str = typer.Option(
        "", "--source", metavar="SLUG", help="Of WARC files: only its pages; with --url, whose history it becomes."
    ),
    media_type: str = typer.Option("", "--media-type", help="Of a repository: else by the file's ending."),
    as_json: bool = typer.Option(False, "--json", help="One object that counts what was loaded."),
) -> None:
    """Load captures from elsewhere as history, through the same steps as live looks."""
    import asyncio

    from onnotice.importing import import_captures
    from onnotice.telling import as_history

    urls = [_address(one) for one in url]
    with session.working(session.home_of(context)) as opened, progress("importing") as bar:
        found = _found(opened, paths, file, urls, source, media_type, bar)
        _complain(found.problems, "records")
        with as_history(opened.archive, opened.settings, session.now()):
            report = asyncio.run(
                import_captures(
                    opened.archive,
                    found.captures,
                    opened.sources,
                    opened.settings,
                    lambda done, total: bar("captures", done, total),
                )
            )
    _complain(report.hints, "pages")
    _print(report, found, as_json=as_json)


def _complain(sentences: Sequence[str], of: str) -> None:
    for sentence in sentences[:_PROBLEMS_SAID]:
        typer.echo(f"onnotice: {harmless(sentence)}", err=True)
    if len(sentences) > _PROBLEMS_SAID:
        typer.echo(f"onnotice: and {len(sentences) - _PROBLEMS_SAID:,} more {of}", err=True)


def _found(
    opened: session.Session,
    paths: list[Path],
    files: list[str],
    urls: list[str],
    source: str,
    media_type: str,
    bar: Bar,
) -> Found:
    """What the paths hold. Raises UsageError for options that do not go with it."""
    from onnotice.captures import Found

    if files:
        from onnotice.git_history import read_history

        if len(paths) != 1 or len(urls) != 1:
            raise UsageError("A file's history needs one repository and one --url, the address that it was kept of.")
        return read_history(paths[0], files, urls[0], session.now(), source=source, media_type=media_type)
    if media_type:
        raise UsageError("--media-type goes with --file; WARC files and manifests say it themselves.")
    if any(path.is_dir() for path in paths):
        raise UsageError("A repository needs --file, the path in it whose history is to be loaded, and --url.")
    if all(_is_warc(path) for path in paths):
        return _in_warcs(opened, paths, urls, source, bar)
    if len(paths) != 1:
        raise UsageError(
            "Several files may be named only if all of them are WARC files; import the manifest by itself."
        )
    if urls or source:
        raise UsageError("--url and --source go with WARC files and repositories; a manifest says both on each line.")
    from onnotice.manifest import read_manifest

    return Found(read_manifest(paths[0], session.now()))


def _in_warcs(opened: session.Session, paths: list[Path], urls: list[str], source: str, bar: Bar) -> Found:
    from onnotice.placing import Places
    from onnotice.warc import read_warcs

    places = Places(opened.archive, opened.sources, shipped_too=bool(source))
    if source and not urls and places.named(source) is None:
        raise UsageError(f"No source is called {source!r}; name one of `onnotice sources`, or its pages with --url.")

    def wanted(page: str) -> bool:
        if urls:
            return page in urls
        found = places.of(page)
        return found is not None and (not source or found.slug == source)

    def reading(done: int, total: int) -> None:
        bar("bytes", done, total)

    found = read_warcs(paths, wanted, session.now(), source=source, progress=reading)
    if not found.captures and found.passed_over:
        raise UsageError(
            f"None of the {found.passed_over:,} captures is of a page that is watched; name pages with --url, or a"
            " source with --source."
        )
    return found


def _is_warc(path: Path) -> bool:
    """By its name, else by how it begins."""
    if path.name.endswith((".warc", ".warc.gz")):
        return True
    try:
        with path.open("rb") as file:
            return file.read(5) in (b"WARC/", b"\x1f\x8b\x08\x00\x00", b"\x1f\x8b\x08\x04\x00")
    except OSError:
        return False


def _address(text: str) -> str:
    url = canonical_url(text)
    if not url.startswith(("http://", "https://")) or not host_of(url):
        raise UsageError(f"{text[:200]!r} is no address; write it in full, with http:// or https://.")
    return url


def _print(report: ImportReport, found: Found, *, as_json: bool) -> None:
    if as_json:
        json_line(
            {
                "poll": report.poll,
                "captures": report.captures,
                "changes": report.changes,
                "already_there": report.already_there,
                "passed_over": found.passed_over,
                "problems": found.problems,
                "hints": report.hints,
            }
        )
        return
    parts = [f"{counted(report.captures, 'capture', 'captures')} loaded"]
    if report.already_there:
        parts.append(f"{report.already_there:,} were there already")
    if found.passed_over:
        parts.append(f"{found.passed_over:,} of other pages passed over")
    if found.problems:
        parts.append(f"{counted(len(found.problems), 'record', 'records')} could not be used")
    say(f"{', '.join(parts)}: {counted(report.changes, 'change', 'changes')} kept. `onnotice changes` lists them.")
