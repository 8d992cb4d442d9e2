"""What a command works with: the home that was named, its settings, and its archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from onnotice.home import Home, find_home, home_at, named_by_environment

if TYPE_CHECKING:
    from monitor.types import Source
    from onnotice.config import Settings
    from storage import Archive


def now() -> datetime:
    """What the machine says."""
    return datetime.now(UTC)


def home_of(context: typer.Context) -> Home:
    """The home that the command line, the environment or the folder names."""
    return find_home(_named(context))


def new_home_of(context: typer.Context, folder: Path | None, default: str) -> Home:
    """Where a home is to be made: `folder`, else as the command line or the environment says, else `default`."""
    return home_at(folder or _named(context) or named_by_environment() or Path(default))


def _named(context: typer.Context) -> Path | None:
    named = str(context.obj or "")
    return Path(named) if named else None


def watched_of(context: typer.Context) -> tuple[Source, ...]:
    """The sources of the settings. Raises ConfigurationError."""
    from onnotice.config import read_settings

    home = home_of(context)
    return read_settings(home).sources(str(home.settings))


@dataclass(frozen=True, slots=True)
class Session:
    """A home, opened."""

    home: Home
    settings: Settings
    sources: tuple[Source, ...]
    archive: Archive
    clock: Callable[[], datetime]
    """The time of what is written: never before what is there already."""


@contextmanager
def reading(context: typer.Context) -> Iterator[Archive]:
    """The archive, to be read only: works beside a poll or the daemon."""
    from storage import Archive

    with Archive.open(home_of(context).archive, read_only=True) as archive:
        yield archive


@contextmanager
def working(home: Home, *, alone: bool = True) -> Iterator[Session]:
    """The archive, to be written. With `alone` nobody else polls it meanwhile; raises ArchiveBusy at once.

    Whatever a crash left unfinished is put right here.
    """
    from onnotice import logs
    from onnotice.clock import SteadyClock
    from onnotice.config import read_settings
    from onnotice.polling import keep_sources
    from storage import Archive

    settings = read_settings(home)
    logs.set_up(settings)
    sources = settings.sources(str(home.settings))
    with Archive.open(home.archive) as archive:
        opened = Session(home, settings, sources, archive, SteadyClock(archive.newest_look(), system=now))
        if not alone:
            yield opened
            return
        with archive.exclusive():
            archive.abandon_runs(opened.clock())
            keep_sources(archive, sources, opened.clock())
            archive.keep_subscriptions(settings.subscriptions(), opened.clock())
            yield opened
