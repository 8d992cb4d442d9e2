"""Reads a manifest of captures: JSON Lines, every line and file checked before anything is done with one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import UsageError
from monitor.types import Look
from monitor.url import canonical_url, host_of
from onnotice.captures import LARGEST, media_type_of

_KEYS = frozenset({"url", "at", "path", "status", "media_type", "headers", "final_url", "source"})
_OK = 200
_EXAMPLE = '{"url": "https://example.org/", "at": "2017-03-20T14:00:00Z", "path": "page.html"}'


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of a manifest, checked; its body is read when its turn comes. `url` is canonical."""

    line: int
    url: str
    at: datetime
    path: Path | None
    status: int | None
    """None where nobody answered."""
    media_type: str
    headers: Mapping[str, str]
    final_url: str
    source: str

    @property
    def where(self) -> str:
        """The line, for people."""
        return f"Line {self.line}"

    def look(self) -> Look:
        """The capture as a look. Raises UsageError when its file cannot be read."""
        return Look(
            url=self.url,
            at=self.at,
            status=self.status,
            body=self._body(),
            media_type=self.media_type,
            headers=self.headers,
            final_url=self.final_url,
            error="" if self.status is not None else "there was no answer",
        )

    def _body(self) -> bytes | None:
        if self.path is None:
            return None
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise UsageError(
                f"Line {self.line}: {self.path} cannot be read ({error.strerror}); mend that and run the import again,"
                " which goes on from there."
            ) from None


def read_manifest(manifest: Path, now: datetime) -> tuple[Capture, ...]:
    """The captures of a JSON Lines manifest, every line and file checked before the first is loaded.

    `now` is the latest time that a capture may bear. Raises UsageError naming the line and what to do.
    """
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{manifest} cannot be read ({why}); name a file of JSON Lines in UTF-8.") from None
    # Split at line ends alone: JSON may hold U+2028 and others that `splitlines` takes for one.
    captures = [
        _capture(line, number, manifest.parent) for number, line in enumerate(text.split("\n"), start=1) if line.strip()
    ]
    if not captures:
        raise UsageError(f"{manifest} holds no capture; write one object a line, such as {_EXAMPLE}.")
    newest: dict[tuple[str, str], datetime] = {}
    for capture in captures:
        place = (capture.source, capture.url)
        if capture.at > now:
            raise UsageError(f"Line {capture.line}: {capture.at.isoformat()} has not come yet; correct `at`.")
        if capture.at < newest.get(place, capture.at):
            raise UsageError(f"Line {capture.line}: {capture.url} goes back in time; sort the manifest by `at`.")
        newest[place] = capture.at
    return tuple(captures)


def _capture(line: str, number: int, folder: Path) -> Capture:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"Line {number} is not JSON; write one object a line, such as {_EXAMPLE}.") from None
    if not isinstance(values, dict):
        raise UsageError(f"Line {number} is not an object; write one a line, such as {_EXAMPLE}.")
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise UsageError(f"Line {number}: {unknown[0]!r} is no key of a capture; those are {', '.join(sorted(_KEYS))}.")
    headers = values.get("headers") or {}
    if not isinstance(headers, dict):
        raise UsageError(f"Line {number}: `headers` must be an object of names and values; correct that.")
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    path = _optional(values, "path", number)
    status = _status(values, number)
    if path and status is None:
        # Somebody answered; with what status was not written down.
        status = _OK
    if not path and status == _OK:
        raise UsageError(f"Line {number}: status 200 needs the `path` of the body's file; add it.")
    final_url = _optional(values, "final_url", number)
    return Capture(
        line=number,
        url=_address(values, number),
        at=_moment(values, number),
        path=_file(folder, path, number) if path else None,
        status=status,
        media_type=_media_type(_optional(values, "media_type", number), lowered, path),
        headers=lowered,
        final_url=canonical_url(final_url) if final_url else "",
        source=_optional(values, "source", number),
    )


def _text(values: Mapping[str, Any], key: str, number: int) -> str:
    text = _optional(values, key, number)
    if not text:
        raise UsageError(f"Line {number} has no `{key}`; every capture needs one.")
    return text


def _optional(values: Mapping[str, Any], key: str, number: int) -> str:
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"Line {number}: `{key}` must be text in quotes; correct that.")
    return value or ""


def _status(values: Mapping[str, Any], number: int) -> int | None:
    """An HTTP status; None, from null or 0, where nobody answered."""
    status = values.get("status", _OK)
    if status is None or (status == 0 and not isinstance(status, bool)):
        return None
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise UsageError(f"Line {number}: `status` must be an HTTP status such as 200, or null where nobody answered.")
    return status


def _address(values: Mapping[str, Any], number: int) -> str:
    url = canonical_url(_text(values, "url", number))
    if not url.startswith(("http://", "https://")) or not host_of(url):
        raise UsageError(f"Line {number}: {url[:200]!r} is no address; write `url` in full, with http:// or https://.")
    return url


def _file(folder: Path, path: str, number: int) -> Path:
    """The file of a body, in the manifest's folder or below. Raises UsageError when it is not there, or too large."""
    file = folder / path
    if not _is_below(folder, file):
        raise UsageError(
            f"Line {number}: {path[:200]!r} leads out of the manifest's folder; lay the captures beside the manifest."
        )
    try:
        size = file.stat().st_size if file.is_file() else -1
    except (OSError, ValueError):
        size = -1
    if size < 0:
        raise UsageError(f"Line {number}: there is no file {file}; correct `path`, which is relative to the manifest.")
    if size > LARGEST:
        raise UsageError(f"Line {number}: {file} is larger than 64 MiB; leave that capture out.")
    return file


def _is_below(folder: Path, file: Path) -> bool:
    """Whether it lies there in truth: a manifest from elsewhere is no way to any file of this machine."""
    try:
        return file.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        # No path at all, which is said as that.
        return True


def _moment(values: Mapping[str, Any], number: int) -> datetime:
    text = _text(values, "at", number)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"Line {number}: `at` is {text!r}; write ISO 8601 such as 2017-03-20T14:00:00Z.") from None
    raise UsageError(f"Line {number}: `at` has no time zone; write for example {text}Z for UTC.")


def _media_type(given: str, headers: Mapping[str, str], path: str) -> str:
    declared = given or headers.get("content-type", "")
    if declared:
        return declared.partition(";")[0].strip().lower()
    return media_type_of(path)
