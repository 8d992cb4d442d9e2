"""What fails in the machine: the database locked or damaged, a file system that is read-only, a clock set back."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ArchiveBusy, ArchiveError
from storage import Archive, connection

START = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)


@contextmanager
def locked_by_another(archive: Path) -> Iterator[None]:
    """Another program is in the middle of writing."""
    with closing(sqlite3.connect(archive, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def _skip_without(*command: str) -> None:
    able = shutil.which(command[0]) and subprocess.run([*command, "true"], check=False, capture_output=True)
    if not able or able.returncode:
        pytest.skip("this takes Linux with user namespaces")


def sentence_of(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command says as it fails."""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("onnotice: ")
    return line


def test_a_locked_database(desk: Any, monkeypatch: pytest.MonkeyPatch, counted: Callable[..., None]) -> None:
    """Another program holds the database, from before a poll and from the middle of one: one sentence says that it is
    to be waited for, and the next poll finds and tells once all that was published meanwhile."""
    monkeypatch.setattr(connection, "_PATIENCE_SECONDS", 0.1)
    desk.look(lambda: START)
    desk.says(1)
    with locked_by_another(desk.home.archive), pytest.raises(ArchiveBusy, match="by another program; wait until"):
        desk.look(lambda: START + timedelta(hours=1))
    desk.look(lambda: START + timedelta(hours=2))
    desk.check(editions=1)
    desk.says(2)
    taken: list[Any] = []

    def take() -> None:
        if not taken:
            taken.append(locked_by_another(desk.home.archive))
            taken[0].__enter__()

    desk.on_request = take
    with pytest.raises(ArchiveBusy, match="by another program; wait until"):
        desk.look(lambda: START + timedelta(hours=3))
    taken[0].__exit__(None, None, None)
    desk.on_request = lambda: None
    desk.look(lambda: START + timedelta(hours=4))
    desk.look(lambda: START + timedelta(hours=5))
    desk.check(editions=2)
    counted(polls_refused=2)


def test_a_read_only_file_system(desk: Any, counted: Callable[..., None]) -> None:
    """A disk that the system has made read-only: one sentence and exit code 2, nothing is told, and once it is writable
    all that was published meanwhile is told once."""
    script = 'mount --bind "$0" "$0" && mount -o bind,ro,remount "$0" && exec "$@"'
    mounted = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, str(desk.home.folder)]
    _skip_without(*mounted)
    desk.look(lambda: START)
    desk.says(1)
    ended = desk.command("poll", before=mounted)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "give this user the right to its folder" in sentence_of(ended)
    desk.look(lambda: START + timedelta(hours=1))
    desk.check(editions=1)
    counted(polls_refused=1)


def test_a_folder_without_rights(desk: Any, counted: Callable[..., None]) -> None:
    """A home of another user: one sentence and exit code 2 for each command, and nothing of it is touched."""
    desk.look(lambda: START)
    folder = desk.home.folder
    before = []
    if os.geteuid() == 0:
        # Root in a namespace of its own has no power over what belongs to a user outside it.
        before = ["unshare", "--map-root-user"]
        _skip_without(*before)
        for path in (folder, *folder.iterdir()):
            os.chown(path, 65534, 65534)
    folder.chmod(0o555)
    for path in folder.iterdir():
        path.chmod(0o444)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    try:
        for command in ("poll", "send"):
            ended = desk.command(command, before=before)
            assert (ended.returncode, ended.stdout) == (2, "")
            assert "right" in sentence_of(ended)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    finally:
        folder.chmod(0o755)
    counted(commands_refused=2)


@pytest.mark.parametrize("moment", ["between polls", "during a poll"])
def test_a_clock_set_back(desk: Any, moment: str, counted: Callable[..., None]) -> None:
    """The machine's clock goes back an hour: each edition is still one change told once, versions keep their order, and
    the chain of visits holds."""
    at = [START]
    desk.look(lambda: at[0])
    for edition in range(1, 4):
        desk.says(edition)
        at[0] += timedelta(minutes=30)
        requests = count()

        def back(requests: Iterator[int] = requests) -> None:
            if next(requests) == 1:
                at[0] -= timedelta(hours=1)

        if edition == 2 and moment == "during a poll":
            desk.on_request = back
        elif edition == 2:
            at[0] -= timedelta(hours=1)
        desk.look(lambda: at[0])
        desk.on_request = lambda: None
        desk.check(editions=edition)
    with Archive.open(desk.home.archive) as archive:
        for name in desk.PAGES:
            (url,) = archive.known_urls(name)
            texts = ["".join(one.text) for one in archive.snapshots(url)]
            assert [f"Agreement {edition} " in text for edition, text in enumerate(texts)] == [True] * 4
    counted(polls=4)


def test_damaged_pages_of_the_database(desk: Any, tmp_path: Path, whole: bool, counted: Callable[..., None]) -> None:
    """Bytes of the file are overwritten: `verify` and `poll` say that it is damaged and is to be restored, never a
    traceback, and with a copy put back the next poll goes on and tells once what was published meanwhile."""
    desk.look(lambda: START)
    backup = tmp_path / "backup.sqlite"
    with closing(sqlite3.connect(desk.home.archive)) as source, closing(sqlite3.connect(backup)) as target:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        source.backup(target)
        size = source.execute("PRAGMA page_size").fetchone()[0]
    sound = desk.home.archive.read_bytes()
    desk.says(1)
    chance = random.Random(4)
    pages = list(range(len(sound) // size))
    tries = len(pages) if whole else 12
    found = 0
    for page in sorted(chance.sample(pages, min(tries, len(pages)))):
        _put(desk.home.archive, sound[: page * size] + chance.randbytes(size) + sound[(page + 1) * size :])
        found += _is_found(desk.home.archive)
    # Pages of the free list hold nothing.
    assert found >= 0.9 * min(tries, len(pages))
    _put(desk.home.archive, sound[:size] + b"\xff" * size * 3 + sound[4 * size :])
    for command in ("verify", "poll"):
        ended = desk.command(command)
        assert ended.returncode != 0
        assert "restore" in ended.stderr + ended.stdout
    _put(desk.home.archive, backup.read_bytes())
    desk.look(lambda: START + timedelta(hours=1))
    desk.check(editions=1)
    counted(pages_overwritten=min(tries, len(pages)), found=found)


def _put(archive: Path, content: bytes) -> None:
    for beside in ("-wal", "-shm"):
        archive.with_name(archive.name + beside).unlink(missing_ok=True)
    archive.write_bytes(content)


def _is_found(archive: Path) -> bool:
    said: list[str] = []
    try:
        with Archive.open(archive, read_only=True) as opened:
            said += [flaw.sentence for flaw in opened.flaws()]
    except ArchiveError as error:
        said.append(str(error))
    for sentence in said:
        assert any(way in sentence for way in ("restore", "another file", "earlier version")), sentence
    return bool(said)
