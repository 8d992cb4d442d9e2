"""Captures from WARC files: every file is indexed first, then bodies are read where they lie, in the order of time."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import UsageError
from monitor.types import Look
from monitor.url import absolute_url, canonical_url
from onnotice.captures import Found
from onnotice.warc_records import Damaged, PackedAsOne, Place, Record, read_record, walk

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_HOPS = 5
_TOGETHER = timedelta(hours=1)
"""How far apart a redirect and its goal may have been captured to be one look."""
_OK, _NOT_MODIFIED = 200, 304

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WarcCapture:
    """One record, or a revisit of one. Small: headers and body are read again when its turn comes."""

    record: Place
    body: Place | None
    """The record that holds the body; None for a status without one."""
    url: str
    at: datetime
    status: int
    source: str = ""
    final_url: str = ""
    truncated: bool = False
    """Whoever captured it says that the body was cut off."""

    @property
    def where(self) -> str:
        """The file and the place in it."""
        return str(self.record)

    def look(self) -> Look:
        """The capture as a look. Raises UsageError where the file has changed since it was indexed."""
        try:
            headers, media_type, content = _content_of(self.record)
            body = content if self.body == self.record else None
            if self.body not in (None, self.record):
                assert self.body is not None
                held, kind, body = _content_of(self.body)
                # A revisit's own headers may be few.
                headers, media_type = {**held, **headers}, media_type or kind
        except (Damaged, EOFError, OSError) as error:
            raise UsageError(f"{self.where} cannot be read any more ({error}); put the file back and go on.") from error
        # They spoke of the bytes that came, before chunks and compression were taken off.
        headers.pop("content-length", None)
        return Look(
            url=self.url,
            at=self.at,
            status=self.status,
            body=body,
            media_type=media_type,
            headers=headers,
            final_url=self.final_url,
            truncated=self.truncated,
        )


def read_warcs(
    paths: Sequence[Path],
    wanted: Callable[[str], bool],
    now: datetime,
    *,
    source: str = "",
    progress: Progress | None = None,
) -> Found:
    """The captures of WARC files whose canonical address is wanted, in the order of time over all of them.

    Records that cannot be used are named and passed over. `source` is the slug that all captures are given; `progress`
    is told bytes read and bytes in all. Raises UsageError for a file that is no WARC file, or cannot be read.
    """
    index = _Index(wanted, now, source)
    total, before = sum(_size_of(path) for path in paths), 0
    for path in paths:

        def advanced(offset: int, before: int = before) -> None:
            if progress is not None:
                progress(before + offset, total)

        try:
            for record in walk(path, index.note, advanced):
                try:
                    index.take(record)
                except Damaged as damage:
                    index.note(record.place, str(damage))
        except PackedAsOne:
            raise UsageError(
                f"{path} is compressed as a whole, so that its records cannot be found one by one; unpack it with"
                " gunzip and import the result."
            ) from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read ({error.strerror}); mend that and run the import again.") from None
        before += _size_of(path)
    if not index.records:
        raise UsageError(f"{paths[0]} holds no WARC record; name .warc or .warc.gz files of version 1.0 or 1.1.")
    if progress is not None:
        progress(total, total)
    return index.found()


@dataclass(slots=True)
class _Index:
    """What has been met so far: a short entry a record, whatever the record's size."""

    wanted: Callable[[str], bool]
    now: datetime
    source: str
    records: int = 0
    passed_over: int = 0
    problems: list[str] = field(default_factory=list)
    captures: list[WarcCapture] = field(default_factory=list)
    revisits: list[tuple[WarcCapture, str, str, str]] = field(default_factory=list)
    """With what they refer to: record, address and date, payload."""
    by_id: dict[str, Place] = field(default_factory=dict)
    by_payload: dict[str, Place] = field(default_factory=dict)
    by_url: dict[str, list[tuple[datetime, int, Place]]] = field(default_factory=dict)
    redirects: dict[Place, str] = field(default_factory=dict)
    damaged: set[Place] = field(default_factory=set)
    """That a record's bytes are wrong may show only after it has been entered."""

    def note(self, place: Place, problem: str) -> None:
        """A record cannot be used: said once, for what was met first."""
        if place in self.damaged:
            return
        self.damaged.add(place)
        self.problems.append(f"{place}: the record is passed over, for {problem}.")

    def take(self, record: Record) -> None:
        """Enter one record. Raises Damaged."""
        self.records += 1
        url = canonical_url(record.headers.get("warc-target-uri", "").strip().strip("<>"))
        if record.kind not in ("response", "revisit", "resource") or not url.startswith(("http://", "https://")):
            return
        if "warc-segment-number" in record.headers:
            raise Damaged("it is cut into segments, which are not put together here")
        at = _moment(record.headers.get("warc-date", ""))
        if at is None or at > self.now:
            raise Damaged("its WARC-Date is none, or has not come yet")
        payload = record.headers.get("warc-payload-digest", "").strip().lower()
        status = _OK if record.kind == "resource" else record.status
        if record.kind != "revisit":
            if status is None:
                raise Damaged("it holds no HTTP answer")
            self._remember(record, url, at, status, payload)
        if not self.wanted(url):
            self.passed_over += 1
            return
        cut = "warc-truncated" in record.headers
        capture = WarcCapture(record.place, None, url, at, status or _NOT_MODIFIED, self.source, truncated=cut)
        if record.kind == "revisit":
            headers = record.headers
            referred = canonical_url(headers.get("warc-refers-to-target-uri", url).strip().strip("<>"))
            moment = headers.get("warc-refers-to-date", "")
            self.revisits.append((capture, headers.get("warc-refers-to", ""), f"{referred} {_moment(moment)}", payload))
        elif status == _NOT_MODIFIED or not record.body():
            self.captures.append(capture)
        else:
            self.captures.append(replace(capture, body=record.place))

    def found(self) -> Found:
        """All captures in the order of time, revisits and redirects resolved; one a page and moment."""
        for url, entries in self.by_url.items():
            sound = [entry for entry in entries if entry[2] not in self.damaged]
            self.by_url[url] = sorted(sound, key=lambda entry: entry[0])
        captures = [*self.captures, *(self._revisited(*revisit) for revisit in self.revisits)]
        captures = [capture for capture in captures if capture.record not in self.damaged]
        unique: dict[tuple[str, datetime], WarcCapture] = {}
        for capture in sorted(captures, key=lambda capture: capture.at):
            unique.setdefault((capture.url, capture.at), self._followed(capture))
        again = len(captures) - len(unique)
        return Found(tuple(unique.values()), tuple(self.problems), self.passed_over + again)

    def _remember(self, record: Record, url: str, at: datetime, status: int, payload: str) -> None:
        place = record.place
        if identifier := record.headers.get("warc-record-id", ""):
            self.by_id.setdefault(identifier, place)
        if payload:
            self.by_payload.setdefault(payload, place)
        self.by_url.setdefault(url, []).append((at, status, place))
        if status in _REDIRECTS and (goal := absolute_url(url, record.http.get("location", ""))):
            self.redirects[place] = goal

    def _revisited(self, capture: WarcCapture, identifier: str, moment: str, payload: str) -> WarcCapture:
        """A revisit with the body that it refers to; as a 304 where that is in none of the files."""
        place = self.by_id.get(identifier) or self.by_payload.get(payload)
        if place is None:
            url, _, when = moment.partition(" ")
            place = next((held for at, _, held in self.by_url.get(url, ()) if str(at) == when), None)
        try:
            if place is not None and place not in self.damaged and _content_of(place)[2]:
                status = capture.status if capture.status != _NOT_MODIFIED else _status_of(place)
                return replace(capture, body=place, status=status)
        except (Damaged, EOFError, OSError):
            # It has been named where it was met.
            pass
        return replace(capture, status=_NOT_MODIFIED) if capture.status == _OK else capture

    def _followed(self, capture: WarcCapture) -> WarcCapture:
        """A redirect with what was captured of its goal at the same time: one look, as a live one follows it."""
        place, final = capture.record, ""
        for _ in range(_MOST_HOPS):
            goal = self.redirects.get(place)
            entry = self._nearest(goal, capture.at) if goal else None
            if goal is None or entry is None:
                return capture
            final, (_, status, place) = goal, entry
            if status not in _REDIRECTS:
                try:
                    has_body = bool(_content_of(place)[2])
                except (Damaged, EOFError, OSError):
                    return capture
                body = place if has_body else None
                return replace(capture, record=place, body=body, status=status, final_url=final)
        return capture

    def _nearest(self, url: str, at: datetime) -> tuple[datetime, int, Place] | None:
        entries = self.by_url.get(url, [])
        number = bisect.bisect_left(entries, at, key=lambda entry: entry[0])
        near = [entry for entry in entries[max(0, number - 1) : number + 1] if abs(entry[0] - at) <= _TOGETHER]
        return min(near, key=lambda entry: abs(entry[0] - at), default=None)


def _content_of(place: Place) -> tuple[dict[str, str], str, bytes]:
    """A record's HTTP headers, its media type and its body. Raises Damaged, EOFError and OSError."""
    with place.path.open("rb") as file:
        record, _, _ = read_record(file, place)
        resource = record.kind == "resource"
        declared = record.headers.get("content-type", "") if resource else record.http.get("content-type", "")
        return dict(record.http), declared.partition(";")[0].strip().lower(), record.body()


def _status_of(place: Place) -> int:
    with place.path.open("rb") as file:
        return read_record(file, place)[0].status or _OK


def _moment(text: str) -> datetime | None:
    """A WARC-Date: UTC, down to the second or beyond, in 1.1 also a year, a month or a day alone."""
    padded = text.strip()
    if len(padded) in (4, 7):
        padded += "-01" if len(padded) == 7 else "-01-01"
    try:
        moment = datetime.fromisoformat(padded)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a file that is there.") from None
