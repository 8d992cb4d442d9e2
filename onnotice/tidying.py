"""Makes room in a home as its settings allow, and gives it back to the disk where that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.room import require_room

if TYPE_CHECKING:
    from storage import Archive

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tidied:
    """What went, or would go."""

    older_than: datetime | None
    """None where the settings let nothing go."""
    bodies: int = 0
    size: int = 0
    """Bytes that are won in the file."""
    needed: int = 0
    """More that say nothing new, and are kept because others are stored against them."""
    given_back: int | None = None
    """Bytes by which the file became smaller; None where it was not compacted."""


def tidy_up(home: Home, now: datetime, *, dry_run: bool, compact: bool, progress: Progress) -> Tidied:
    """Erase what the settings allow, beside whatever polls; with `compact` make the file smaller, and only alone.

    Safe to break off at any moment. Raises UsageError for a dry run that is to compact, ArchiveBusy, DiskFull.
    """
    from storage import Archive

    if dry_run and compact:
        raise UsageError("--dry-run changes nothing, so --compact has nothing to do; leave one of them out.")
    age = read_settings(home).keep.noise_age
    with Archive.open(home.archive, read_only=dry_run) as archive:
        tidied = Tidied(None)
        if age is not None:
            found = archive.erasable(now - age)
            bodies, size = len(found.bodies), found.size
            if not dry_run:
                bodies = size = 0
                for part_bodies, part_size in archive.erase(found, now):
                    bodies, size = bodies + part_bodies, size + part_size
                    progress("bodies", bodies, len(found.bodies))
            tidied = Tidied(now - age, bodies, size, found.needed)
        if not compact:
            return tidied
        given_back = _compacted(archive, home)
        return Tidied(tidied.older_than, tidied.bodies, tidied.size, tidied.needed, given_back)


def _compacted(archive: Archive, home: Home) -> int:
    """Make the file as small as what is in it. It is written anew, and through the log: twice its size must be free."""
    before = home.archive.stat().st_size
    with archive.exclusive():
        require_room(home.folder, 0, 2 * before)
        archive.compact()
    return before - home.archive.stat().st_size
