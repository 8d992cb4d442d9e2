"""Bodies: every sequence reads back, chains are bounded, and no damage goes unnoticed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import EvidenceDamaged
from monitor.types import VerdictKind, digest_of
from storage import Archive
from storage.bodies import KEY_EVERY

PAGE = b"\n".join(b"<tr><td>County %d</td><td>declined %d detainers</td></tr>" % (n, n * n * 7919) for n in range(400))
_EDITS = st.tuples(st.integers(0, len(PAGE)), st.integers(0, 40), st.binary(max_size=12))


def looked_at(archive: Any, watch: Callable[..., Any], bodies: list[bytes]) -> Any:
    """One page that brought these bodies, one after the other."""
    watcher = watch(archive)
    for body in bodies:
        watcher.look([str(len(body))], body=body)
    return watcher


@settings(max_examples=40, deadline=None)
@given(bodies=st.lists(st.binary(max_size=300), max_size=24))
def test_any_bodies_read_back(bodies: list[bytes], watch: Callable[..., Any]) -> None:
    """Of any length, also empty ones and those seen before, in any order."""
    archive = Archive.in_memory()
    looked_at(archive, watch, bodies)
    for body in bodies:
        assert archive.body(digest_of(body)) == body
    archive.close()


@settings(max_examples=25, deadline=None)
@given(edits=st.lists(_EDITS, min_size=1, max_size=40))
def test_versions_of_one_page_read_back(edits: list[tuple[int, int, bytes]], watch: Callable[..., Any]) -> None:
    """However a page is edited, each of its versions is there, in chains that are never too long."""
    archive = Archive.in_memory()
    bodies = [PAGE]
    for place, length, inserted in edits:
        bodies.append(bodies[-1][:place] + inserted + bodies[-1][place + length :])
    looked_at(archive, watch, bodies)
    for body in bodies:
        assert archive.body(digest_of(body)) == body
    archive.close()


@pytest.fixture
def chained(tmp_path: Path, watch: Callable[..., Any]) -> tuple[Path, list[bytes]]:
    """An archive with more versions of one page than a chain may have."""
    path = tmp_path / "archive.sqlite"
    bodies = [PAGE + b"<p>token %d</p>" % n for n in range(2 * KEY_EVERY + 3)]
    with Archive.open(path, create=True) as archive:
        looked_at(archive, watch, bodies)
    return path, bodies


def test_a_page_that_changes_a_little_takes_little_room(chained: tuple[Path, list[bytes]]) -> None:
    """Versions are stored against the one before, with a key body every sixteen."""
    path, bodies = chained
    rows = (
        sqlite3.connect(path).execute("SELECT depth, prefix IS NULL, length(data) FROM bodies ORDER BY id").fetchall()
    )
    assert [depth for depth, _, _ in rows] == [n % KEY_EVERY for n in range(len(bodies))]
    assert [bool(alone) for _, alone, _ in rows] == [n % KEY_EVERY == 0 for n in range(len(bodies))]
    assert max(size for depth, _, size in rows if depth) < 100
    assert rows[0][2] < len(PAGE)


def test_every_frame_has_a_checksum(chained: tuple[Path, list[bytes]]) -> None:
    """Bit 2 of a zstd frame's descriptor (RFC 8878, 3.1.1.1.1): damage is found where it is, before it spreads."""
    with closing(sqlite3.connect(chained[0])) as connection:
        assert all(data[4] & 4 for (data,) in connection.execute("SELECT data FROM bodies"))


def test_a_body_is_kept_once(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """The same bytes on two pages, or twice on one, are one row."""
    with Archive.open(tmp_path / "archive.sqlite", create=True) as archive:
        watcher = looked_at(archive, watch, [b"one", b"two", b"one"])
        watcher.look(["x"], url="https://b.example/", body=b"one")
    rows = sqlite3.connect(tmp_path / "archive.sqlite").execute("SELECT digest FROM bodies ORDER BY id").fetchall()
    assert rows == [(digest_of(b"one"),), (digest_of(b"two"),)]


def test_a_block_page_does_not_break_a_chain(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """The version after it is stored against the version before it."""
    with Archive.open(tmp_path / "archive.sqlite", create=True) as archive:
        watcher = looked_at(archive, watch, [PAGE])
        watcher.look(body=b"Access Denied " * 50, status=403, verdict=VerdictKind.BLOCKED)
        watcher.look(["changed"], body=PAGE + b"<p>changed</p>")
    rows = (
        sqlite3.connect(tmp_path / "archive.sqlite").execute("SELECT length(data) FROM bodies ORDER BY id").fetchall()
    )
    assert rows[2][0] < 100 < rows[0][0]


@pytest.mark.parametrize("place", range(0, 1000, 97))
def test_a_flipped_bit_is_found(chained: tuple[Path, list[bytes]], place: int) -> None:
    """Damage to a key body, or to a link, is told for whatever is read through it, and for nothing else."""
    path, bodies = chained
    connection = sqlite3.connect(path)
    for damaged in (1, 5):
        data = bytearray(connection.execute("SELECT data FROM bodies WHERE id = ?", (damaged,)).fetchone()[0])
        whole = bytes(data)
        data[place % len(data)] ^= 0x10
        connection.execute("UPDATE bodies SET data = ? WHERE id = ?", (bytes(data), damaged))
        connection.commit()
        told: list[str] = []
        with Archive.open(path, read_only=True) as archive:
            assert archive.body(digest_of(bodies[KEY_EVERY])) == bodies[KEY_EVERY]
            for unreadable in bodies[damaged - 1 : KEY_EVERY]:
                try:
                    # A bit that nobody reads (zstd has such in its header) may flip; wrong bytes may never come out.
                    assert archive.body(digest_of(unreadable)) == unreadable
                except EvidenceDamaged:
                    told.append(digest_of(unreadable))
            assert list(archive.damaged_bodies()) == told
        connection.execute("UPDATE bodies SET data = ? WHERE id = ?", (whole, damaged))
        connection.commit()
    connection.close()


def test_damage_in_the_middle_of_the_data_is_evidence_damaged(chained: tuple[Path, list[bytes]]) -> None:
    """The sentence names the digest and what to do."""
    path, bodies = chained
    connection = sqlite3.connect(path)
    data = bytearray(connection.execute("SELECT data FROM bodies WHERE id = 1").fetchone()[0])
    data[len(data) // 2] ^= 0xFF
    connection.execute("UPDATE bodies SET data = ? WHERE id = 1", (bytes(data),))
    connection.commit()
    connection.close()
    with Archive.open(path) as archive:
        with pytest.raises(EvidenceDamaged, match=r"restore the archive from a backup"):
            archive.body(digest_of(bodies[3]))
        assert len(archive.damaged_bodies()) == KEY_EVERY


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE bodies SET prefix = 17 WHERE id = 3",
        "UPDATE bodies SET prefix = 3 WHERE id = 2",
        "UPDATE bodies SET size = size - 1 WHERE id = 3",
        "UPDATE bodies SET data = substr(data, 1, 20) WHERE id = 3",
        "UPDATE bodies SET data = (SELECT data FROM bodies WHERE id = 4) WHERE id = 3",
        "UPDATE bodies SET data = x'' WHERE id = 3",
        "DELETE FROM bodies WHERE id = 2",
    ],
)
def test_a_broken_chain_is_found(chained: tuple[Path, list[bytes]], damage: str) -> None:
    """A wrong prefix decodes without complaint in zstd; here it does not, nor does a circle or a missing link."""
    path, bodies = chained
    connection = sqlite3.connect(path)
    connection.execute(damage)
    connection.commit()
    connection.close()
    with Archive.open(path) as archive, pytest.raises(EvidenceDamaged, match=digest_of(bodies[2])):
        archive.body(digest_of(bodies[2]))


def test_damaged_evidence_keeps_no_new_evidence_out(
    chained: tuple[Path, list[bytes]], watch: Callable[..., Any]
) -> None:
    """A page whose newest body is damaged is stored alone from then on."""
    path, bodies = chained
    connection = sqlite3.connect(path)
    connection.execute("UPDATE bodies SET data = x'00' WHERE id = ?", (len(bodies),))
    connection.commit()
    connection.close()
    with Archive.open(path) as archive:
        watcher = watch(archive)
        watcher.look(["later"], body=PAGE + b"later", at=archive.visits(watcher.source.url)[-1].at)
        assert archive.body(digest_of(PAGE + b"later")) == PAGE + b"later"
