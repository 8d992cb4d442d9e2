"""Keeps bodies: once each under their digest, compressed against the version before, and verified at every read.

A chain is a key body and up to fifteen that each name the one before as prefix (measured: 38 times smaller than zstd
alone for a page that changes a little each day). zstd decodes with a wrong prefix without complaint, hence the frame
checksum and the digest.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import ArchiveError, BodyErased, EvidenceDamaged
from monitor.types import digest_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

KEY_EVERY = 16
"""Bodies in a chain: decoding the longest takes about a millisecond for a page of 100 KB."""

WITHOUT_BODIES = 1
"""PRAGMA user_version of a copy that was written without bodies; elsewhere an empty one is damage."""

_LEVEL = 3
_SHORTEST_PREFIX = 8
"""Bytes; zstd takes no shorter dictionary."""

_LONGEST_WINDOW = 27
"""As window logarithm, 128 MiB: what a decoder accepts without being told."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A body that is kept: the id of its row, its digest, and its length in bytes."""

    id: int
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class _Row:
    digest: str
    size: int
    prefix: int | None
    depth: int
    data: bytes


def keep(connection: sqlite3.Connection, body: bytes, prefix: int | None) -> Kept:
    """Store a body unless it is there, against the body with the id `prefix` where that saves anything.

    Runs inside the caller's transaction.
    """
    digest = digest_of(body)
    there = connection.execute("SELECT id, erased_at FROM bodies WHERE digest = ?", (digest,)).fetchone()
    if there is not None and there[1] is None:
        return Kept(there[0], digest, len(body))
    data, chosen, depth = _smallest(connection, body, prefix)
    if there is not None:
        # It has come again. Nothing is stored against what was erased, so its new place closes no circle.
        connection.execute(
            "UPDATE bodies SET prefix = ?, depth = ?, data = ?, erased_at = NULL WHERE id = ?",
            (chosen, depth, data, there[0]),
        )
        return Kept(there[0], digest, len(body))
    cursor = connection.execute(
        "INSERT INTO bodies(digest, size, prefix, depth, data) VALUES (?, ?, ?, ?, ?)",
        (digest, len(body), chosen, depth, data),
    )
    assert cursor.lastrowid is not None
    return Kept(cursor.lastrowid, digest, len(body))


def size_against(connection: sqlite3.Connection, body: int, prefix: int | None) -> int:
    """Bytes that a body would take against another one. Raises EvidenceDamaged where one of them does not read back."""
    return len(_against(connection, body, prefix))


def store_anew(connection: sqlite3.Connection, body: int, prefix: int | None) -> None:
    """Store a body against another one than before, in the caller's transaction; it is read back before that ends.

    Raises EvidenceDamaged where that gives other bytes.
    """
    data = _against(connection, body, prefix)
    connection.execute("UPDATE bodies SET prefix = ?, data = ? WHERE id = ?", (prefix, data, body))
    connection.execute(
        "WITH RECURSIVE chain(id, depth) AS ("
        " SELECT :body, coalesce((SELECT depth + 1 FROM bodies WHERE id = :prefix), 0)"
        " UNION ALL SELECT b.id, chain.depth + 1 FROM bodies b JOIN chain ON b.prefix = chain.id)"
        " UPDATE bodies SET depth = chain.depth FROM chain WHERE bodies.id = chain.id",
        {"body": body, "prefix": prefix},
    )
    _decoded(connection, body)


def _against(connection: sqlite3.Connection, body: int, prefix: int | None) -> bytes:
    return _compressed(_decoded(connection, body), b"" if prefix is None else _decoded(connection, prefix))


def read(connection: sqlite3.Connection, digest: str) -> bytes:
    """The body of that digest. Raises EvidenceDamaged when what is stored gives other bytes, BodyErased, and
    ArchiveError for none."""
    row = connection.execute("SELECT id, erased_at FROM bodies WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        raise ArchiveError(f"No body with the digest {digest} is kept; `onnotice history URL --looks` lists digests.")
    if row[1] is not None:
        raise BodyErased(
            f"The body {digest} was erased on {row[1][:10]}, as `noise_bodies` under [keep] says: it differed from the"
            " version before in noise alone; `onnotice show` has that version."
        )
    return _decoded(connection, int(row[0]))


def damaged(connection: sqlite3.Connection, sample: int | None = None) -> Iterator[str]:
    """Digests of bodies that cannot be read back, among so many taken at random or among all: slow, for a check-up."""
    return (digest for _, digest, damage in examined(connection, sample) if damage)


def examined(connection: sqlite3.Connection, sample: int | None = None) -> Iterator[tuple[int, str, str]]:
    """Id and digest of bodies, and what is wrong with each: empty where it reads back. One at a time is held."""
    some = "ORDER BY id" if sample is None else f"ORDER BY random() LIMIT {sample:d}"
    # A copy of an older structure has no such column, and nothing erased.
    columns = {row[1] for row in connection.execute("PRAGMA table_info(bodies)")}
    there = "WHERE erased_at IS NULL" if "erased_at" in columns else ""
    for number, digest in connection.execute(f"SELECT id, digest FROM bodies {there} {some}"):
        try:
            body = _decoded(connection, number)
            yield number, digest, "" if digest_of(body) == digest else "it has another name"
        except EvidenceDamaged as damage:
            yield number, digest, str(damage).partition("(")[2].rpartition(")")[0]
        except (TypeError, ValueError, OverflowError) as damage:
            yield number, digest, str(damage)


def _smallest(connection: sqlite3.Connection, body: bytes, prefix: int | None) -> tuple[bytes, int | None, int]:
    """Data, prefix and depth: a chain goes on only where it is shorter, for each link is one more that may break."""
    if prefix is None:
        return _compressed(body, b""), None, 0
    depth = int(connection.execute("SELECT depth FROM bodies WHERE id = ?", (prefix,)).fetchone()[0]) + 1
    if depth >= KEY_EVERY:
        return _compressed(body, b""), None, 0
    try:
        before = _decoded(connection, prefix)
    except EvidenceDamaged:
        # What was damaged before must not keep new evidence out; it is told when it is read.
        return _compressed(body, b""), None, 0
    against = _compressed(body, before)
    if len(against) * 4 > len(body):
        alone = _compressed(body, b"")
        if len(alone) <= len(against):
            return alone, None, 0
    return against, prefix, depth


def _decoded(connection: sqlite3.Connection, body: int) -> bytes:
    chain: list[_Row] = []
    wanted: int | None = body
    while wanted is not None:
        row = connection.execute(
            "SELECT digest, size, prefix, depth, data FROM bodies WHERE id = ?", (wanted,)
        ).fetchone()
        if row is None or len(chain) >= KEY_EVERY:
            raise _damage(chain[0].digest if chain else str(body), "its chain is broken")
        if not row["data"] and connection.execute("PRAGMA user_version").fetchone()[0] == WITHOUT_BODIES:
            raise ArchiveError("This copy of the archive was written without bodies; ask the one it was made from.")
        chain.append(_Row(*row))
        wanted = chain[-1].prefix
    if [link.depth for link in chain] != list(range(len(chain)))[::-1]:
        raise _damage(chain[0].digest, "its chain is broken")
    decoded = b""
    for link in reversed(chain):
        decoded = _decompressed(link, decoded, chain[0].digest)
    if digest_of(decoded) != chain[0].digest:
        raise _damage(chain[0].digest, "it reads back as other bytes")
    return decoded


def _compressed(body: bytes, prefix: bytes) -> bytes:
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    if len(prefix) < _SHORTEST_PREFIX:
        return zstd.compress(body, options=options)
    # The window must reach back over all of the prefix, else a large document finds nothing in it.
    window = max(10, min(_LONGEST_WINDOW, (len(body) + len(prefix)).bit_length()))
    options[zstd.CompressionParameter.window_log] = window
    return zstd.compress(body, options=options, zstd_dict=zstd.ZstdDict(prefix, is_raw=True).as_prefix)


def _decompressed(row: _Row, prefix: bytes, asked: str) -> bytes:
    usable = row.prefix is not None and len(prefix) >= _SHORTEST_PREFIX
    dictionary = zstd.ZstdDict(prefix, is_raw=True).as_prefix if usable else None
    decompressor = zstd.ZstdDecompressor(zstd_dict=dictionary)
    try:
        decoded = decompressor.decompress(row.data, max_length=row.size + 1)
    except (zstd.ZstdError, EOFError, MemoryError) as error:
        raise _damage(asked, str(error)) from error
    if not decompressor.eof or len(decoded) != row.size:
        raise _damage(asked, "it is cut off")
    return decoded


def _damage(digest: str, what: str) -> EvidenceDamaged:
    return EvidenceDamaged(
        f"The stored body {digest} does not match its digest ({what.rstrip('.')}); restore the archive from a backup."
    )
