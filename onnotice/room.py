"""Is there room on the disk? Asked before work begins and while it goes on, so that a full disk is met by nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.errors import DiskFull

_MEGABYTE = 1_000_000


def free_in(folder: Path) -> int:
    """Bytes that this user can still write there. Raises OSError for a folder that is not there."""
    return shutil.disk_usage(folder).free


def lacks_room(folder: Path, floor: int, needed: int = 0) -> str:
    """Why nothing more is to be written there: what is `needed` would leave less than `floor` free, both in bytes.

    Empty where there is room. Raises OSError for a folder that is not there.
    """
    free = free_in(folder)
    if free - needed >= floor:
        return ""
    kept = f"{floor / _MEGABYTE:,.0f} MB are to stay free"
    wanted = f"{needed / _MEGABYTE:,.0f} MB are needed and {kept}" if needed else kept
    short = f"Only {free / _MEGABYTE:,.0f} MB are free in {folder}, where {wanted}"
    return f"{short}; make room and run again, nothing is lost."


def require_room(folder: Path, floor: int, needed: int = 0) -> None:
    """Raises DiskFull where it lacks room."""
    lack = lacks_room(folder, floor, needed)
    if lack:
        raise DiskFull(lack)
