"""Reads single records of WARC files (ISO 28500, versions 1.0 and 1.1), within bounds, whatever they claim to be.

warcio parses the headers. The bytes below it are read here, so that a line without an end, a length that is
none, a record of terabytes and a compression bomb cost a bounded amount of memory, and their own record.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from onnotice.captures import LARGEST

_PIECE = 64 * 1024
_UNPACKED_AT_ONCE = 256 * 1024
_LONGEST_LINE = 64 * 1024
_LONGEST_HEADERS = 1024 * 1024
_CHUNK_LINE = 64
"""Bytes of a line that gives the length of a chunk."""
_CHUNK_LENGTH = re.compile(rb"\s*([0-9a-fA-F]{1,15})\s*(?:;|$)")
_PACKED = b"\x1f\x8b\x08"
_NEXT_PLAIN = re.compile(rb"\nWARC/1\.[01]\r?\n")
_GZIP = 16 + zlib.MAX_WBITS


class Damaged(Exception):
    """A record that cannot be used; says why, as the rest of a sentence."""


class PackedAsOne(Exception):
    """The file is compressed as a whole, so that no record of it can be found again."""


class Reads(Protocol):
    """What warcio's readers have."""

    def read(self, length: int | None = None) -> bytes: ...

    def readline(self, length: int | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: a file, and the byte at which it, or its gzip member, begins."""

    path: Path
    offset: int

    def __str__(self) -> str:
        return f"{self.path.name} at byte {self.offset}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record's headers, with names in lower case, and what an HTTP record holds."""

    place: Place
    headers: dict[str, str]
    status: int | None
    http: dict[str, str]
    content: Reads
    """The block, or what follows its HTTP headers; read once, before the next record."""

    @property
    def kind(self) -> str:
        """ "response", "revisit", "resource" and others."""
        return self.headers.get("warc-type", "").lower()

    def body(self) -> bytes:
        """The decoded body. Raises Damaged for one that is too large, or cannot be decoded."""
        return _decoded(self.content, self.http)


class _Bytes:
    """A record's bytes from its place on, decompressed in small steps."""

    def __init__(self, file: BinaryIO, place: Place) -> None:
        self._file = file
        file.seek(place.offset)
        self._raw_at = place.offset
        self._unpacker: Any = zlib.decompressobj(_GZIP) if file.read(len(_PACKED)) == _PACKED else None
        file.seek(place.offset)
        self._held = bytearray()
        self._headers_left = _LONGEST_HEADERS
        self.digests: list[Any] = []
        """Hashes that every byte that is read goes into."""

    @property
    def packed(self) -> bool:
        return self._unpacker is not None

    @property
    def at(self) -> int:
        """In the file: where the next byte is, or the next gzip member once this one is read."""
        if self._unpacker is not None:
            return self._raw_at - len(self._unpacker.unused_data)
        return self._raw_at - len(self._held)

    def read(self, length: int | None = None) -> bytes:
        wanted = _PIECE if length is None else min(length, _PIECE)
        if not self._held:
            self._fill()
        return self._taken(wanted)

    def readline(self, length: int | None = None) -> bytes:
        most = _LONGEST_LINE if length is None else min(length, _LONGEST_LINE)
        while (end := self._held.find(b"\n", 0, most)) < 0 and len(self._held) < most and self._fill():
            pass
        line = self._taken(end + 1 if end >= 0 else most)
        if length is None or length > _CHUNK_LINE:
            self._headers_left -= len(line)
            if self._headers_left < 0 or len(line) == _LONGEST_LINE:
                raise Damaged("its headers do not end")
        return line

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        for digest in self.digests:
            digest.update(taken)
        return taken

    def _fill(self) -> bool:
        """Hold more bytes; False at the end of the file, or of the gzip member."""
        if self._unpacker is None:
            piece = self._file.read(_PIECE)
            self._raw_at += len(piece)
            self._held += piece
            return bool(piece)
        while not self._unpacker.eof:
            raw = self._unpacker.unconsumed_tail
            if not raw:
                raw = self._file.read(_PIECE)
                self._raw_at += len(raw)
                if not raw:
                    raise Damaged("the file ends in the middle of it")
            try:
                piece = self._unpacker.decompress(raw, _UNPACKED_AT_ONCE)
            except zlib.error as error:
                raise Damaged(f"its compression is damaged ({error})") from error
            if piece:
                self._held += piece
                return True
        return False


def read_record(file: BinaryIO, place: Place) -> tuple[Record, _Bytes, int]:
    """The record at a place, its bytes, and the length of its block. Raises Damaged, or EOFError where nothing is."""
    from warcio.limitreader import LimitReader
    from warcio.statusandheaders import StatusAndHeadersParser

    source = _Bytes(file, place)
    try:
        headers = _named(StatusAndHeadersParser(["WARC/1.0", "WARC/1.1"]).parse(source).headers)
    except (Damaged, EOFError):
        raise
    except Exception as error:
        raise Damaged("it does not begin as a WARC record") from error
    length = headers.get("content-length", "")
    if not length.isdecimal():
        raise Damaged(f"its Content-Length is {length[:40]!r}")
    size = int(length[:18])
    if algorithm := _algorithm(headers.get("warc-block-digest", "")):
        source.digests.append(algorithm)
    block = LimitReader(source, size)
    status, http = None, {}
    kind, uri = headers.get("warc-type", "").lower(), headers.get("warc-target-uri", "").strip("<>")
    if kind in ("response", "revisit") and size and uri.lower().startswith("http"):
        try:
            said = StatusAndHeadersParser(["HTTP/"], verify=False).parse(block)
        except (Damaged, EOFError):
            raise
        except Exception as error:
            raise Damaged("its HTTP headers cannot be read") from error
        http = _named(said.headers)
        code = said.get_statuscode()
        if not (code.isdecimal() and 100 <= int(code[:4]) <= 599):
            raise Damaged(f"its HTTP status is {code[:40]!r}")
        status = int(code)
    return Record(place, headers, status, http, block), source, size


def walk(path: Path, note: Callable[[Place, str], None], advanced: Callable[[int], None]) -> Iterator[Record]:
    """Every sound record of a file, in its order. Each damaged one is noted, and the next one searched for.

    `advanced` is told the byte that has been reached. What is yielded has to be read before the next one.
    Raises PackedAsOne, and OSError.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        offset = _begin(file, 0)
        while 0 <= offset < size:
            place = Place(path, offset)
            advanced(offset)
            beginning = offset
            try:
                record, source, length = read_record(file, place)
                # In a compressed file nothing says how far it has been read to any use.
                beginning = offset if source.packed else source.at
                yield record
                offset = _end(file, record, source, length, first=offset == 0)
            except EOFError:
                note(place, "the file ends in the middle of it")
                return
            except Damaged as damage:
                note(place, str(damage))
                offset = _resynchronised(file, max(beginning, offset + 1))


def _end(file: BinaryIO, record: Record, source: _Bytes, length: int, *, first: bool) -> int:
    """Read a record to its end; where the next one begins, -1 at the file's end. Raises Damaged."""
    while record.content.read(_PIECE):
        pass
    left = int(record.content.limit)  # type: ignore[attr-defined]
    if left > 0:
        raise Damaged(f"the file ends {left:,} bytes before its end")
    said = record.headers.get("warc-block-digest", "")
    wrong = bool(source.digests) and not _same(source.digests[0], said)
    source.digests.clear()
    if not source.packed:
        after = _begin(file, source.at)
        if wrong:
            raise Damaged("its bytes are not those that its digest names")
        return after
    rest = b""
    while piece := source.read(_PIECE):
        rest = (rest + piece)[:_PIECE]
        if rest.lstrip(b"\r\n").startswith(b"WARC/"):
            if first:
                raise PackedAsOne
            raise Damaged("another record follows within its compressed part")
    if wrong:
        raise Damaged("its bytes are not those that its digest names")
    return source.at


def _begin(file: BinaryIO, offset: int) -> int:
    """Where a record begins, line ends passed over; -1 at the end of the file."""
    while True:
        file.seek(offset)
        piece = file.read(_PIECE)
        if not piece:
            return -1
        if rest := piece.lstrip(b"\r\n"):
            return offset + len(piece) - len(rest)
        offset += len(piece)


def _resynchronised(file: BinaryIO, offset: int) -> int:
    """The next place that looks like the beginning of a record, -1 where there is none."""
    overlap, step = 64, 4096
    while True:
        file.seek(offset)
        # Most are near; where many are damaged, each is to cost no more than its share.
        piece = file.read(step)
        step = min(2 * step, 1024 * 1024)
        if len(piece) < 10:
            return -1
        plain = _NEXT_PLAIN.search(piece)
        candidates = [offset + plain.start() + 1] if plain else []
        start = piece.find(_PACKED)
        while start >= 0:
            if _unpacks_to_record(file, offset + start):
                candidates.append(offset + start)
                break
            start = piece.find(_PACKED, start + 1)
        if candidates:
            return min(candidates)
        if len(piece) <= overlap:
            return -1
        offset += len(piece) - overlap


def _unpacks_to_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(_GZIP).decompress(file.read(512), 16).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _named(headers: list[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in headers:
        key = str(name).strip().lower()
        named[key] = f"{named[key]}, {value}" if key in named else str(value)
    return named


def _algorithm(said: str) -> Any:
    """The hash that a digest header names, to be filled; None where there is none that we know."""
    name = said.partition(":")[0].strip().lower().replace("-", "")
    return hashlib.new(name, usedforsecurity=False) if name in ("sha1", "sha256", "sha512", "md5") else None


def _same(digest: Any, said: str) -> bool:
    value = said.partition(":")[2].strip()
    return value.lower() == digest.hexdigest() or value.upper().rstrip("=") == base64.b32encode(
        digest.digest()
    ).decode().rstrip("=")


def _decoded(content: Reads, http: dict[str, str]) -> bytes:
    """A body without its transfer's chunks and its compression. Raises Damaged."""
    from scrapy.utils._compression import _DecompressionMaxSizeExceeded, _inflate, _unbrotli, _unzstd
    from scrapy.utils.gz import gunzip

    chunked = http.get("transfer-encoding", "").strip().lower() == "chunked"
    raw = _whole(_dechunked(content) if chunked else _pieces(content))
    decoders = {"gzip": gunzip, "x-gzip": gunzip, "deflate": _inflate, "br": _unbrotli, "zstd": _unzstd}
    encodings = [part.strip().lower() for part in http.get("content-encoding", "").split(",")]
    for encoding in reversed([part for part in encodings if part not in ("", "identity")]):
        decode = decoders.get(encoding)
        if decode is None:
            raise Damaged(f"its body is encoded as {encoding[:40]!r}, which is not known here")
        try:
            raw = decode(raw, max_size=LARGEST)
        except _DecompressionMaxSizeExceeded as error:
            raise Damaged(f"its body is larger than {LARGEST // 2**20} MiB") from error
        except Exception as error:
            if raw.startswith((_PACKED[:2], b"\x28\xb5\x2f\xfd")):
                raise Damaged("the compression of its body is damaged") from error
            # Browsers' captures keep the header and not the compression.
    return raw


def _pieces(content: Reads) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece


def _dechunked(content: Reads) -> Iterator[bytes]:
    """RFC 9112, 7.1. Some archives keep the header and not the chunks: what does not begin as a chunk is none."""
    first = True
    while line := content.readline(_CHUNK_LINE):
        length = _CHUNK_LENGTH.match(line)
        if length is None and first:
            yield line
            yield from _pieces(content)
            return
        if length is None:
            raise Damaged("the chunks of its body are damaged")
        first, left = False, int(length[1], 16)
        if not left:
            return
        while left:
            piece = content.read(min(left, _PIECE))
            if not piece:
                raise Damaged("its body breaks off")
            left -= len(piece)
            yield piece
        content.readline(_CHUNK_LINE)


def _whole(pieces: Iterator[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > LARGEST:
            raise Damaged(f"its body is larger than {LARGEST // 2**20} MiB")
    return bytes(body)
