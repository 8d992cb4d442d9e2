"""Sources from TOML stanzas, those that are shipped and those of a user."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.errors import ConfigurationError
from monitor.types import Source

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(\d{1,6})([smhdw])")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_SHORTEST_CADENCE = timedelta(seconds=10)


def source_from_stanza(stanza: Mapping[str, Any], where: str) -> Source:
    """The source that a `[[source]]` stanza describes. `where` names its file and stanza for people.

    Raises ConfigurationError: one sentence that names the key and what may stand there.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - 70 ms that `onnotice --help` does not have

    try:
        checked = _model().model_validate(dict(stanza))
    except ValidationError as error:
        raise ConfigurationError(f"{_place(stanza, where)}: {_first(error)}") from error
    return Source(**checked.model_dump())


def shipped() -> dict[str, Source]:
    """The shipped sources by slug. Raises ConfigurationError when a catalog file cannot be used."""
    return {entry.source.slug: entry.source for entry in _catalog()}


def watched_from_the_start() -> tuple[str, ...]:
    """Slugs of the shipped sources that a new home watches, in order of files: all but those with `opt_in = true`."""
    return tuple(entry.source.slug for entry in _catalog() if not entry.opt_in)


def never_seen() -> tuple[str, ...]:
    """Slugs of the shipped sources whose address is known by hearsay: no copy of the page was found anywhere. Where
    nothing is there a source is told as unreachable at its third run."""
    return tuple(entry.source.slug for entry in _catalog() if entry.never_seen)


@dataclass(frozen=True, slots=True)
class _Shipped:
    """A stanza of the catalog, with the words that are the catalog's alone."""

    source: Source
    opt_in: bool
    """Whether a home must name it to watch it."""
    never_seen: bool


@cache
def _catalog() -> tuple[_Shipped, ...]:
    found: dict[str, _Shipped] = {}
    catalog = files("scrapers") / "catalog"
    for entry in sorted(catalog.iterdir(), key=lambda entry: entry.name) if catalog.is_dir() else ():
        if not entry.name.endswith(".toml"):
            continue
        where = f"scrapers/catalog/{entry.name}"
        for number, stanza in enumerate(_stanzas(entry.read_text(encoding="utf-8"), where), 1):
            values = dict(stanza)
            opt_in, never_seen = (bool(values.pop(word, False)) for word in ("opt_in", "never_seen"))
            source = source_from_stanza(values, f"{where}, source {number}")
            if source.slug in found:
                raise ConfigurationError(f'{where}: the slug "{source.slug}" is taken; give it another')
            found[source.slug] = _Shipped(source, opt_in, never_seen)
    return tuple(found.values())


def sources_in(text: str, where: str) -> tuple[Source, ...]:
    """Sources of a TOML text, in order. Raises ConfigurationError as `source_from_stanza`, and for broken TOML."""
    stanzas = _stanzas(text, where)
    return tuple(source_from_stanza(stanza, f"{where}, source {number}") for number, stanza in enumerate(stanzas, 1))


def _stanzas(text: str, where: str) -> list[dict[str, Any]]:
    try:
        stanzas = tomllib.loads(text).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{where} is not valid TOML ({error}); correct that line") from error
    if not isinstance(stanzas, list) or not all(isinstance(stanza, dict) for stanza in stanzas):
        raise ConfigurationError(f"{where}: sources are written as [[source]], with two brackets; correct that")
    return stanzas


def duration(text: str) -> timedelta:
    """A duration as people write it: "90s", "15m", "1h", "1d", "2w". Raises ValueError for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise ValueError('is not a duration; write a number and a unit, such as "90s", "15m", "1h" or "1d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@cache
def _model() -> type[BaseModel]:
    from pydantic import BaseModel, ConfigDict, Field, field_validator  # noqa: PLC0415

    class Stanza(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

        slug: str
        title: str = Field(min_length=1)
        url: str
        spider: str = Field(default="page", min_length=1)
        publisher: str = ""
        jurisdiction: str = ""
        timezone: str = "UTC"
        cadence: timedelta = timedelta(hours=1)
        full_look_every: timedelta = timedelta(days=1)
        validators_lie: bool = False
        news_every: timedelta | None = None
        parameters: dict[str, Any] = Field(default_factory=dict)

        @field_validator("slug")
        @classmethod
        def _slug(cls, value: str) -> str:
            if not _SLUG.fullmatch(value):
                raise ValueError('may hold lower-case letters, digits, "_" and "-" alone; rename it')
            return value

        @field_validator("url")
        @classmethod
        def _url(cls, value: str) -> str:
            return _web_address(value)

        @field_validator("timezone")
        @classmethod
        def _timezone(cls, value: str) -> str:
            try:
                ZoneInfo(value)
            except (KeyError, OSError, ValueError) as error:
                raise ValueError('is no IANA time zone; write one such as "America/Denver"') from error
            return value

        @field_validator("cadence", "full_look_every", "news_every", mode="before")
        @classmethod
        def _duration(cls, value: Any) -> Any:
            if not isinstance(value, str):
                raise ValueError('is not a duration; write it in quotes, such as "15m", "1h" or "1d"')
            return duration(value)

        @field_validator("cadence")
        @classmethod
        def _cadence(cls, value: timedelta) -> timedelta:
            if value < _SHORTEST_CADENCE:
                raise ValueError('is too short for any publisher; write "10s" or more')
            return value

        @field_validator("parameters")
        @classmethod
        def _parameters(cls, value: dict[str, Any]) -> dict[str, Any]:
            delay = value.get("delay", 0)
            if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= 3600:
                raise ValueError('holds a "delay" that is no number of seconds from 0 to 3600; correct it')
            urls = value.get("urls", [])
            if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
                raise ValueError('holds "urls" that are no list of addresses; write urls = ["https://..."]')
            for url in urls:
                _web_address(url)
            return value

    return Stanza


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in value):
        raise ValueError("is no http or https address; write it in full, https:// included")
    if "@" in parts.netloc:
        raise ValueError("carries a user name, which would be stored with every page; remove it")
    return value


def _place(stanza: Mapping[str, Any], where: str) -> str:
    slug = stanza.get("slug")
    return f'{where} ("{slug}")' if isinstance(slug, str) and slug else where


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, as the rest of a sentence."""
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f'"{key}" is no key of a source; a spider\'s own settings go under [source.parameters]'
    if problem["type"] == "missing":
        return f'"{key}" is missing; add it'
    if problem["type"] == "value_error":
        return f'"{key}" {problem["ctx"]["error"]}'
    return f'"{key}" is not as it should be ({problem["msg"].lower()}); correct it'
