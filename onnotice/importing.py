"""Loads captures from elsewhere as history: each passes through the same steps as a live look, at its own time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import UsageError
from monitor.significance import weigh
from monitor.types import Look, Source
from monitor.url import canonical_url, slug_of

if TYPE_CHECKING:
    from onnotice.config import Settings
    from storage import Archive

_KEYS = frozenset({"url", "at", "path", "status", "media_type", "headers", "final_url", "source"})
_LARGEST = 64 * 1024 * 1024
_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".csv": "text/csv",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of a manifest, checked; its body is read when its turn comes."""

    line: int
    url: str
    at: datetime
    path: Path | None
    status: int
    media_type: str
    headers: dict[str, str]
    final_url: str
    source: str

    def look(self) -> Look:
        """The capture as a look. Raises UsageError when its file cannot be read."""
        return Look(
            url=canonical_url(self.url),
            at=self.at,
            status=self.status,
            body=self._body(),
            media_type=self.media_type,
            headers=self.headers,
            final_url=self.final_url,
        )

    def _body(self) -> bytes | None:
        if self.path is None:
            return None
        try:
            if self.path.stat().st_size > _LARGEST:
                raise UsageError(f"Line {self.line}: {self.path} is larger than 64 MiB; leave that capture out.")
            return self.path.read_bytes()
        except OSError as error:
            raise UsageError(f"Line {self.line}: {self.path} cannot be read ({error.strerror}).") from None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    poll: int | None
    captures: int
    changes: int
    already_there: int


def read_manifest(manifest: Path) -> tuple[Capture, ...]:
    """The captures of a JSON Lines manifest, every line checked before the first is loaded.

    Raises UsageError naming the line and what to do.
    """
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{manifest} cannot be read: {error}.") from None
    captures = [
        _capture(line, number, manifest.parent)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    newest: dict[str, datetime] = {}
    for capture in captures:
        if capture.at < newest.get(capture.url, capture.at):
            raise UsageError(f"Line {capture.line}: {capture.url} goes back in time; sort the manifest by `at`.")
        newest[capture.url] = capture.at
    return tuple(captures)


def _capture(line: str, number: int, folder: Path) -> Capture:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"Line {number} is not JSON; write one object a line.") from None
    if not isinstance(values, dict):
        raise UsageError(f"Line {number} is not an object; write one object a line.")
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise UsageError(f"Line {number}: {unknown[0]!r} is no key of a capture; those are {', '.join(sorted(_KEYS))}.")
    url = _text(values, "url", number)
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"Line {number}: `url` must begin with http:// or https://.")
    path = values.get("path")
    status = values.get("status", 200)
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise UsageError(f"Line {number}: `status` must be an HTTP status such as 200.")
    headers = values.get("headers") or {}
    if not isinstance(headers, dict):
        raise UsageError(f"Line {number}: `headers` must be an object of names and values.")
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    return Capture(
        line=number,
        url=url,
        at=_moment(values, number),
        path=folder / str(path) if path else None,
        status=status,
        media_type=_media_type(values.get("media_type"), lowered, str(path or "")),
        headers=lowered,
        final_url=str(values.get("final_url") or ""),
        source=str(values.get("source") or ""),
    )


def _text(values: dict[str, Any], key: str, number: int) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value:
        raise UsageError(f"Line {number} has no `{key}`; every capture needs one.")
    return value


def _moment(values: dict[str, Any], number: int) -> datetime:
    text = _text(values, "at", number)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"Line {number}: `at` is {text!r}; write ISO 8601 such as 2017-03-20T14:00:00Z.") from None
    if moment.tzinfo is None:
        raise UsageError(f"Line {number}: `at` has no time zone; write for example {text}Z for UTC.")
    return moment


def _media_type(given: object, headers: dict[str, str], path: str) -> str:
    declared = str(given or headers.get("content-type", ""))
    if declared:
        return declared.partition(";")[0].strip().lower()
    return _MEDIA_TYPES.get(Path(path).suffix.lower(), "")


async def import_captures(
    archive: Archive,
    captures: Sequence[Capture],
    sources: Sequence[Source],
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Load captures in the order given. Those already in the archive (same page, same time) are passed over,
    so that an interrupted import is finished by running it again."""
    from onnotice.polling import assess_run, confirmation_of
    from scrapers.intake import Intake

    if not captures:
        return ImportReport(None, 0, 0, 0)
    moment = captures[0].at
    intake = Intake(archive, lambda: moment, confirmation_of(settings))
    number = archive.begin_poll(captures[0].at)
    taken = changes = passed = 0
    newest: dict[tuple[str, str], datetime | None] = {}
    for done, (capture, source) in enumerate(_with_sources(archive, captures, sources), start=1):
        moment = capture.at
        place = (source.slug, canonical_url(capture.url))
        if place not in newest:
            visits = archive.visits(place[1], source.slug)
            newest[place] = visits[-1].at if visits else None
        before = newest[place]
        if before is not None and capture.at <= before:
            passed += 1
            continue
        run = archive.begin_run(source.slug, number, capture.at)
        outcome = await intake.take(capture.look(), source, run)
        assessment = assess_run(archive, intake, source, run, capture.at)
        archive.end_run(
            run,
            capture.at,
            outcome="ok" if outcome.verdict.believed else "failed",
            complete=outcome.verdict.believed,
            message=assessment.message,
            health=assessment.health,
            health_change=weigh(assessment.change) if assessment.change else None,
            next_due_at=None,
        )
        intake.forget(run)
        newest[place] = capture.at
        taken += 1
        changes += outcome.changes
        if progress is not None:
            progress(done, len(captures))
    return ImportReport(number, taken, changes, passed)


def _with_sources(
    archive: Archive, captures: Sequence[Capture], sources: Sequence[Source]
) -> Iterator[tuple[Capture, Source]]:
    """Each capture with its source: the one it names, else the one watched at its URL, else a page watch of its own."""
    from scrapers.sources import shipped

    known = {source.slug: source for source in shipped().values()}
    known |= {status.source.slug: status.source for status in archive.sources()}
    known |= {source.slug: source for source in sources}
    by_url = {canonical_url(source.url): source for source in known.values()}
    kept: set[str] = set()
    for capture in captures:
        url = canonical_url(capture.url)
        if capture.source:
            source = known.get(capture.source) or page_watch(capture.url, slug=capture.source)
        else:
            source = by_url.get(url) or page_watch(capture.url)
        known.setdefault(source.slug, source)
        by_url.setdefault(url, source)
        if source.slug not in kept:
            archive.keep_source(source, capture.at)
            kept.add(source.slug)
        yield capture, source


def page_watch(url: str, *, slug: str = "", title: str = "") -> Source:
    """A watch of one page. The slug is made of the address, with a digest so that no two addresses share one."""
    return Source(slug=slug or slug_of(url), title=title or url, url=url, spider="page")
