"""The home of one On Notice: the folder with onnotice.toml and the archive, and how it is found."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ConfigurationError, UsageError

SETTINGS_NAME = "onnotice.toml"
ARCHIVE_NAME = "archive.sqlite"
KEY_NAME = "signing.key"
USERS_NAME = "users.json"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder and what is in it."""

    folder: Path

    @property
    def settings(self) -> Path:
        """What is watched and who is told."""
        return self.folder / SETTINGS_NAME

    @property
    def secret(self) -> bytes:
        """The key that signs links and sessions: ONNOTICE_SECRET, else a file that only its owner reads, made once.

        Raises ConfigurationError when the file cannot be made or read.
        """
        if named := os.environ.get("ONNOTICE_SECRET", ""):
            return named.encode()
        return _kept_secret(self.key)

    @property
    def key(self) -> Path:
        """The signing key's file; it may not be there."""
        return self.folder / KEY_NAME

    @property
    def users(self) -> Path:
        """Who may sign in on the web pages."""
        return self.folder / USERS_NAME

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


def _kept_secret(path: Path) -> bytes:
    try:
        if not path.exists():
            made = path.with_name(f"{path.name}.{os.getpid()}")
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            # Linked into place whole, and only where there is none: two that begin at once agree on one key.
            with suppress(FileExistsError):
                path.hardlink_to(made)
            made.unlink()
        kept = path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be made or read ({error.strerror}); make the folder writable, or set ONNOTICE_SECRET."
        ) from None
    if len(kept) < 32:
        raise ConfigurationError(f"{path} is too short to sign with; delete it, and a new one is made.")
    return kept
