"""Backs a home up: a verified copy of its archive, with its settings and key, in a dated folder that is a home itself.

A folder appears under its name when it is whole and was found sound; what a crash leaves is hidden, and cleared away by
the next backup. A list of its files with their digests lies in it: whoever restores it knows what bytes were verified.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from monitor.errors import ArchiveBusy, ConfigurationError, EvidenceDamaged, UsageError
from onnotice import __version__
from onnotice.config import Settings, read_settings, settings_from
from onnotice.home import ARCHIVE_NAME, Home
from onnotice.room import require_room
from onnotice.stanzas import write_whole

if TYPE_CHECKING:
    from storage.rows import Contents

Progress = Callable[[str, int, int], None]

LIST_NAME = "backup.json"
RECORD_NAME = "last_backup.json"
"""In the home: when it was last backed up, for whoever asks whether that was long ago."""

_FORMAT = "onnotice backup 1"
_SAMPLE = 200
"""Bodies that are read back from every copy, others each time."""
_UNFINISHED = ".unfinished-"
_CHUNK = 4_000_000
_LONGEST_LIST = 1_000_000


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was found sound."""

    folder: Path
    at: datetime
    size: int
    """Bytes of all its files."""
    contents: Contents
    has_key: bool
    removed: tuple[Path, ...]
    """Older ones that went, for so many are kept."""
    same_disk: bool
    """It lies on the archive's own disk, and would be lost with it."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """When a home was last backed up."""

    at: datetime
    folder: str
    size: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What a backup says of itself."""

    at: datetime
    home: str
    contents: Mapping[str, Any]
    files: Mapping[str, str]
    """Digests, SHA-256 in hexadecimal, by name."""
    size: int


def back_up(home: Home, folder: Path, now: datetime, *, keep: int | None, whole: bool, progress: Progress) -> BackedUp:
    """Back a home up into a dated folder inside `folder`, which is made; with `keep` the oldest beyond so many go then.

    With `whole` everything in the copy is verified, else its file, its references and some bodies. Works beside a poll.
    Raises ArchiveBusy beside another backup into the folder, DiskFull, EvidenceDamaged, ArchiveError, OSError.
    """
    from storage import Archive

    settings = _settings(home)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        made = folder / f"onnotice-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if made.exists():
            raise UsageError(f"{made} is there already; run again a second later.")
        require_room(folder, settings.keep.floor, _size_of(home))
        unfinished = folder / f"{_UNFINISHED}{made.name}"
        unfinished.mkdir(mode=0o700)
        try:
            copied = unfinished / ARCHIVE_NAME
            contents = Archive.copy(home.archive, copied, progress)
            _verify(copied, contents, whole=whole, progress=progress)
            copied.chmod(0o600)
            sync(copied)
            for name in _companions(home, settings):
                _copy_file(home.folder / name, unfinished / name)
            size = _write_list(unfinished, home, now, contents, progress)
            sync(unfinished)
            unfinished.rename(made)
            sync(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _record(home, LastBackup(now, str(made), size))
        removed = _remove_older(folder, home, keep) if keep is not None else ()
    same_disk = folder.stat().st_dev == home.archive.stat().st_dev
    return BackedUp(made, now, size, contents, (made / home.key.name).exists(), removed, same_disk)


def last_backup(home: Home) -> LastBackup | None:
    """When the home was last backed up, as far as is known."""
    try:
        record = json.loads((home.folder / RECORD_NAME).read_text(encoding="utf-8"))
        return LastBackup(datetime.fromisoformat(record["at"]), str(record["folder"]), int(record["size"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def backups_in(folder: Path) -> tuple[tuple[Path, Listed], ...]:
    """The whole backups in a folder, oldest first; others' files there are passed over."""
    found = []
    for inside in folder.glob("onnotice-*"):
        try:
            found.append((inside, listed(inside)))
        except UsageError:
            continue
    return tuple(sorted(found, key=lambda one: one[1].at))


def listed(backup: Path) -> Listed:
    """What a backup says of itself. Raises UsageError for a folder that is none, or names files outside itself."""
    path = backup / LIST_NAME
    try:
        if path.stat().st_size > _LONGEST_LIST:
            raise ValueError("it is too long")
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != _FORMAT:
            raise ValueError(f"its format is {told['format']!r:.60}")
        files = {str(name): str(digest) for name, digest in told["files"].items()}
        for name in files:
            _refuse_outside(name)
        if ARCHIVE_NAME not in files:
            raise ValueError("it names no archive")
        at = datetime.fromisoformat(told["at"])
        if at.tzinfo is None:
            raise ValueError("its time has no zone")
        return Listed(at, str(told["home"]), dict(told["contents"]), files, int(told["size"]))
    except FileNotFoundError:
        raise UsageError(
            f"{backup} is no backup: {LIST_NAME} is missing; name a folder that `onnotice backup` made."
        ) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{path} cannot be used ({error}); name another backup.") from None


def copy_verified(source: Path, target: Path, digest: str, progress: Callable[[int], None]) -> None:
    """Copy a file of a backup, for its owner alone. Raises EvidenceDamaged when it is not what was verified then."""
    read = hashlib.sha256()
    if source.is_symlink():
        raise EvidenceDamaged(f"{source} is a link and no file that a backup made; use another backup.")
    with source.open("rb") as old, _private(target) as new:
        while chunk := old.read(_CHUNK):
            read.update(chunk)
            new.write(chunk)
            progress(len(chunk))
        new.flush()
        os.fsync(new.fileno())
    if read.hexdigest() != digest:
        raise EvidenceDamaged(f"{source} is not as it was when it was backed up; use an older backup.")


def _settings(home: Home) -> Settings:
    """What a backup needs of them: settings that cannot be used are no reason to go without one."""
    try:
        return read_settings(home)
    except ConfigurationError:
        return settings_from({}, "the usual settings")


def _companions(home: Home, settings: Settings) -> Iterator[str]:
    """Names, within the home, of what belongs to an archive: settings and what they name, the key, who may sign in."""
    certificates = settings.proof.certificates
    for path in (home.settings, home.key, home.users, *((home.folder / certificates,) if certificates else ())):
        inside = Path(os.path.normpath(path))
        if inside.is_file() and inside.is_relative_to(home.folder):
            yield str(inside.relative_to(home.folder))


def _size_of(home: Home) -> int:
    """Bytes that a copy may come to: what is in the write-ahead log is part of it."""
    beside = (home.archive, home.archive.with_name(f"{ARCHIVE_NAME}-wal"))
    return sum(path.stat().st_size for path in beside if path.exists())


def _verify(copied: Path, contents: Contents, *, whole: bool, progress: Progress) -> None:
    from storage import Archive

    if Archive.examine_copy(copied, _SAMPLE) != contents:
        raise EvidenceDamaged(f"The copy in {copied.parent} does not hold what the archive held; run again.")
    if whole:
        with Archive.open(copied, read_only=True) as archive:
            for flaw in archive.flaws(progress):
                raise EvidenceDamaged(f"The archive is not as it was written, and was not backed up: {flaw.sentence}")


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with source.open("rb") as old, _private(target) as new:
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())


def _write_list(unfinished: Path, home: Home, now: datetime, contents: Contents, progress: Progress) -> int:
    paths = sorted(path for path in unfinished.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in paths)
    done = 0
    digests = {}
    for path in paths:
        read = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                read.update(chunk)
                done += len(chunk)
                progress("MB digested", done // 1_000_000, size // 1_000_000)
        digests[path.relative_to(unfinished).as_posix()] = read.hexdigest()
    told = {
        "format": _FORMAT,
        "at": now.astimezone(UTC).isoformat(),
        "onnotice": __version__,
        "home": str(home.folder),
        "size": size,
        "contents": dataclasses.asdict(contents),
        "files": digests,
    }
    with _private(unfinished / LIST_NAME) as file:
        file.write(json.dumps(told, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    return size


def _record(home: Home, last: LastBackup) -> None:
    told = {"at": last.at.astimezone(UTC).isoformat(), "folder": last.folder, "size": last.size}
    write_whole(home.folder / RECORD_NAME, json.dumps(told) + "\n")


def _remove_older(folder: Path, home: Home, keep: int) -> tuple[Path, ...]:
    """Only this home's: others may be backed up into the same folder. Hidden first, so that no half one has a name."""
    own = [path for path, told in backups_in(folder) if told.home == str(home.folder)]
    removed = own[:-keep]
    for path in removed:
        going = path.with_name(f"{_UNFINISHED}{path.name}")
        path.rename(going)
        shutil.rmtree(going)
    return tuple(removed)


def _refuse_outside(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name:
        raise ValueError(f"{name!r:.80} is no name of a file in it")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other backup goes into the folder meanwhile; what one that was killed has left is cleared away."""
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusy(f"Another backup into {folder} is under way; wait until that has ended.") from None
        for left in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(held)


def _private(path: Path) -> IO[bytes]:
    """A new file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
