"""Writes visits as a WARC file (ISO 28500, version 1.1): what came, and what is known of how it was asked for.

Nothing is invented without saying so. Bodies are kept as they were decoded, so headers that spoke of the bytes on the
wire go by `X-Archive-Orig-...`; requests are not kept, so the request record is what every such request begins with,
and a redirect that was followed is a bare 302. A metadata record beside each answer says all that.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from monitor.errors import BodyErased
from onnotice import __version__
from storage.rows import RecordedVisit

_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that speak of bytes before they were decoded."""
_NOT_MODIFIED = 304
_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_UNMODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_ABOUT = (
    ("software", f"onnotice/{__version__}"),
    ("format", "WARC File Format 1.1"),
    ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    (
        "description",
        "Bodies are decoded; the headers that spoke of their encoding are called X-Archive-Orig-... Requests, the"
        " versions of HTTP and the redirects on the way were not kept: request records and 302s are reconstructed.",
    ),
)
_REQUEST = "reconstructed: method, target and host only; requests are not kept, and some are no GET"
_REDIRECT = "reconstructed: it was followed, and neither its status nor the steps between are kept"

Bodies = Callable[[str], bytes]
"""Gives a body by its digest."""


@dataclass(slots=True)
class WarcTape:
    """A WARC file that is written visit by visit, those of one page together. The same visits give the same bytes."""

    file: BinaryIO
    bodies: Bodies
    packed: bool = True
    records: int = 0
    _page: tuple[str, str] = ("", "")
    _first: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Of the page, by digest: what a later record says to refer to the record that has that body."""
    _shown: Mapping[str, str] | None = None
    """The same for the body that a 304 vouches for."""

    def begin(self, name: str, at: str) -> None:
        """The file's first record. It bears the time `at`, of a visit, so that nothing depends on today."""
        block = "".join(f"{key}: {value}\r\n" for key, value in _ABOUT).encode()
        identifier = _identifier(name, at)
        headers = {"WARC-Type": "warcinfo", "WARC-Record-ID": identifier, "WARC-Date": at, "WARC-Filename": name}
        self._write(headers, "application/warc-fields", block)

    def take(self, visit: RecordedVisit) -> None:
        """Write one visit. Raises EvidenceDamaged for a body that does not read back."""
        if (visit.source, visit.url) != self._page:
            self._page, self._first, self._shown = (visit.source, visit.url), {}, None
        if visit.entry["status"] is None:
            self._about(visit, _address(visit.url), None)
            return
        # A 304 was answered for the address that was asked for, as far as anybody knows.
        answered = visit.url if visit.entry["body"] is None else visit.entry["final_url"] or visit.url
        moved = answered != visit.url
        self._request(visit, _address(answered))
        if moved:
            self._redirect(visit, _address(answered))
        answer = self._revisit(visit, moved) or self._response(visit, _address(answered))
        self._about(visit, _address(answered), answer["WARC-Refers-To"])

    def _response(self, visit: RecordedVisit, address: str) -> Mapping[str, str]:
        digest = visit.entry["body"]
        erased = False
        try:
            body = b"" if digest is None else self.bodies(digest)
        except BodyErased:
            body, erased = b"", True
        headers = {
            **_headers(visit, "response", address),
            "WARC-Payload-Digest": f"sha256:{digest if erased else hashlib.sha256(body).hexdigest()}",
        }
        if visit.entry["truncated"] or erased:
            headers["WARC-Truncated"] = "unspecified"
        self._write(headers, _HTTP_ANSWER, _answer(visit, len(body)) + body)
        reference = _reference(headers)
        if digest is not None and not erased and not visit.entry["final_url"]:
            self._first[digest] = reference
            if visit.version is not None:
                self._shown = reference
        return reference

    def _revisit(self, visit: RecordedVisit, moved: bool) -> Mapping[str, str] | None:
        """A body that this page had before, or that its server vouched for; None where there is no such record."""
        digest = visit.entry["body"]
        unmodified = digest is None and visit.entry["status"] == _NOT_MODIFIED
        before = self._shown if unmodified else self._first.get(digest or "")
        if before is None or moved or visit.entry["truncated"]:
            return None
        headers = {
            **_headers(visit, "revisit", _address(visit.url)),
            "WARC-Profile": _UNMODIFIED if unmodified else _IDENTICAL,
            **before,
        }
        if digest is not None:
            headers["WARC-Payload-Digest"] = f"sha256:{digest}"
            if visit.version is not None:
                self._shown = before
        self._write(headers, _HTTP_ANSWER, _answer(visit, visit.entry["body_size"]))
        return {"WARC-Refers-To": headers["WARC-Record-ID"]}

    def _redirect(self, visit: RecordedVisit, goal: str) -> None:
        headers = _headers(visit, "redirect", _address(visit.url))
        block = f"HTTP/1.1 302 Found\r\nlocation: {goal}\r\ncontent-length: 0\r\n\r\n".encode()
        self._write({**headers, "WARC-Type": "response"}, _HTTP_ANSWER, block)

    def _request(self, visit: RecordedVisit, address: str) -> None:
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        block = f"GET {target} HTTP/1.1\r\nhost: {parts.netloc}\r\n\r\n".encode()
        headers = _headers(visit, "request", address)
        headers["WARC-Concurrent-To"] = _identifier(visit.link.hex(), "response")
        self._write(headers, "application/http; msgtype=request", block)

    def _about(self, visit: RecordedVisit, address: str, answer: str | None) -> None:
        """What is known of the visit and goes into no other record."""
        entry = visit.entry
        said = {
            "visit": visit.number,
            "link": visit.link.hex(),
            "source": visit.source,
            "verdict": entry["verdict"],
            "reason": entry["reason"],
            "version": visit.version,
            "fetchTimeMs": entry["elapsed_ms"],
            "error": entry["error"],
            "request": _REQUEST if answer else None,
            "redirect": _REDIRECT if address != _address(visit.url) else None,
        }
        block = "".join(f"{name}: {_line(str(value))}\r\n" for name, value in said.items() if value not in (None, ""))
        headers = _headers(visit, "metadata", address)
        if answer:
            headers["WARC-Concurrent-To"] = answer
        self._write(headers, "application/warc-fields", block.encode("utf-8", "replace"))

    def _write(self, headers: Mapping[str, str], media_type: str, block: bytes) -> None:
        from warcio.recordloader import ArcWarcRecord
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter

        named = [*headers.items(), ("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}")]
        told = StatusAndHeaders("", named, "WARC/1.1")
        # As of a warcinfo the block is written as it is; of an answer warcio would escape what is no ASCII.
        record = ArcWarcRecord("warc", "warcinfo", told, io.BytesIO(block), None, media_type, len(block))
        WARCWriter(self.file, gzip=self.packed, warc_version="1.1").write_record(record)
        self.records += 1


_HTTP_ANSWER = "application/http; msgtype=response"


def write_warc(
    tape: WarcTape, visits: Iterable[RecordedVisit], name: str, advanced: Callable[[int], None] = lambda _: None
) -> int:
    """Write visits, those of one page together, behind a record that describes the file; how many there were."""
    done = 0
    for done, visit in enumerate(visits, start=1):
        if done == 1:
            tape.begin(name, visit.entry["at"])
        tape.take(visit)
        advanced(done)
    return done


def _headers(visit: RecordedVisit, kind: str, address: str) -> dict[str, str]:
    """Headers of a record. Its name follows from the visit's link: the same visit has the same one everywhere."""
    # Whichever of the two answers a visit, other records name it alike.
    named = "response" if kind == "revisit" else kind
    return {
        "WARC-Type": kind,
        "WARC-Record-ID": _identifier(visit.link.hex(), named),
        "WARC-Target-URI": address,
        "WARC-Date": visit.entry["at"],
    }


def _identifier(of: str, kind: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'onnotice {of} {kind}')}>"


def _reference(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "WARC-Refers-To": headers["WARC-Record-ID"],
        "WARC-Refers-To-Target-URI": headers["WARC-Target-URI"],
        "WARC-Refers-To-Date": headers["WARC-Date"],
    }


def _answer(visit: RecordedVisit, size: Any) -> bytes:
    """Status line and headers as they are kept, those of the wire under their archived names."""
    status = int(visit.entry["status"])
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}"]
    kept = visit.headers
    if visit.entry["media_type"] and "content-type" not in kept:
        lines.append(f"content-type: {_line(visit.entry['media_type'])}")
    for name, value in kept.items():
        archived = f"x-archive-orig-{name}" if name in _OF_THE_WIRE else name
        lines.append(f"{_line(archived).replace(':', '')}: {_line(str(value))}")
    if size is not None:
        lines.append(f"content-length: {size}")
    # Headers are read as Latin-1, so that is what gives their bytes back.
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace")


def _line(text: str) -> str:
    """A value that ends its line nowhere."""
    return "".join(character if character.isprintable() else " " for character in text)


def _address(url: str) -> str:
    """An address that can stand in a line."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")
