"""The home of one On Notice: the folder with onnotice.toml and the archive, and how it is found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UsageError

SETTINGS_NAME = "onnotice.toml"
ARCHIVE_NAME = "archive.sqlite"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder and what is in it."""

    folder: Path

    @property
    def settings(self) -> Path:
        """What is watched and who is told."""
        return self.folder / SETTINGS_NAME

    @property
    def archive(self) -> Path:
        """Everything that was seen."""
        return self.folder / ARCHIVE_NAME


def find_home(named: Path | None, *, start: Path | None = None) -> Home:
    """The named folder, else ONNOTICE_HOME, else the nearest folder from `start` upward that holds onnotice.toml.

    Raises UsageError when there is none.
    """
    named = named or named_by_environment()
    if named is not None:
        home = home_at(named)
        if not home.settings.is_file():
            raise UsageError(f"There is no {SETTINGS_NAME} in {home.folder}; run `onnotice init {named}` to make one.")
        return home
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_NAME).is_file():
            return Home(folder)
    raise UsageError(f"There is no {SETTINGS_NAME} here or above; run `onnotice init` or name a folder with --home.")


def home_at(folder: Path) -> Home:
    """The home in a folder, whether it is there yet or not. Raises UsageError for what can be no folder."""
    try:
        return Home(folder.expanduser().resolve())
    except (RuntimeError, ValueError, OSError) as error:
        raise UsageError(f"{str(folder)!r} can be no folder ({error}); name another one.") from None


def named_by_environment() -> Path | None:
    """The folder in ONNOTICE_HOME, if it is set."""
    named = os.environ.get("ONNOTICE_HOME", "")
    return Path(named) if named else None
