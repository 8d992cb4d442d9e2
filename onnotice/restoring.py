"""Restores a backup into a home: verified first, the archive last, and what was there put aside and never deleted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import EvidenceDamaged, UsageError
from onnotice.backup import Listed, backups_in, copy_verified, listed, sync
from onnotice.home import ARCHIVE_NAME, Home
from onnotice.room import require_room

if TYPE_CHECKING:
    from storage.rows import Contents

_COMING = ".restoring-"
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """What a home was made of."""

    at: datetime
    """When the backup was made."""
    contents: Contents
    aside: Path | None
    """Where what was there before is now."""


def restore(
    backup: Path, home: Home, now: datetime, *, overwrite: bool, progress: Callable[[str, int, int], None]
) -> Restored:
    """Make a home what it was at the backup. The archive comes last: a crash leaves the one before, or none, or this.

    Raises UsageError for what is no backup, and for a home that holds something else unless `overwrite`;
    EvidenceDamaged when the backup is not as it was made, ArchiveTooNew, DiskFull, and ArchiveBusy
    while something polls there.
    """
    from storage import Archive

    told = _chosen(backup)
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Archive.exclusive_at(home.archive):
        in_the_way = _in_the_way(backup, told, home)
        if in_the_way and not overwrite:
            raise UsageError(
                f"{in_the_way[0]} is there already; name another folder with --home, or say --overwrite, which puts it"
                " aside."
            )
        require_room(home.folder, 0, told.size)
        coming = {name: home.folder / f"{_COMING}{name.replace('/', '-')}" for name in told.files}
        try:
            _bring(backup, told, coming, progress)
            contents = Archive.examine_copy(coming[ARCHIVE_NAME], _SAMPLE)
            if asdict(contents) != told.contents:
                raise EvidenceDamaged(f"{backup} does not hold what it held when it was made; use an older backup.")
            aside = _put_aside(home, in_the_way, now)
            for name in sorted(coming, key=lambda name: name == ARCHIVE_NAME):
                (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
                coming[name].replace(home.folder / name)
            sync(home.folder)
        finally:
            for path in coming.values():
                path.unlink(missing_ok=True)
    return Restored(told.at, contents, aside)


def _chosen(backup: Path) -> Listed:
    inside = () if (backup / ARCHIVE_NAME).exists() or not backup.is_dir() else backups_in(backup)
    if inside:
        raise UsageError(f"{backup} holds {len(inside):,} backups; name one of them, the newest is {inside[-1][0]}.")
    return listed(backup)


def _bring(backup: Path, told: Listed, coming: dict[str, Path], progress: Callable[[str, int, int], None]) -> None:
    done = 0

    def copied(size: int) -> None:
        nonlocal done
        done += size
        progress("MB restored", done // 1_000_000, told.size // 1_000_000)

    for name, path in coming.items():
        # What a restoring that was killed has left.
        path.unlink(missing_ok=True)
        copy_verified(backup / name, path, told.files[name], copied)


def _in_the_way(backup: Path, told: Listed, home: Home) -> tuple[Path, ...]:
    """What the home has of its own: an archive, with its side files, and files that differ from the backup's."""
    archive = tuple(home.archive.with_name(f"{ARCHIVE_NAME}{suffix}") for suffix in ("", "-wal", "-shm"))
    others = tuple(home.folder / name for name in told.files if name != ARCHIVE_NAME)
    return (
        *(path for path in archive if path.exists()),
        *(path for path in others if path.exists() and not _same(path, backup / path.relative_to(home.folder))),
    )


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.read_bytes() == other.read_bytes()
    return False


def _put_aside(home: Home, paths: tuple[Path, ...], now: datetime) -> Path | None:
    """The archive before its side files: one that lost its log would not say so."""
    if not paths:
        return None
    aside = home.folder / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for path in paths:
        place = aside / path.relative_to(home.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    return aside
