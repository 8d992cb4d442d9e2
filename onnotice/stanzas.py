"""Writes onnotice.toml: the file that `init` makes, and the stanzas that `add` and `--import` put into it."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import UsageError
from monitor.url import canonical_url, slug_of

_STARTING = """\
# On Notice: what is watched and who is told. Every key: docs/reference/settings.md
# An address or URL that the User-Agent names, so that a webmaster can reach you.
contact = ""

# Sources that come with On Notice: docs/reference/sources.md says what each is. Others to name here:
# {others}
watch = {watch}

# How mails leave: a folder of .eml files, or transport = "smtp" with host, port, security, username;
# the password is read from the environment variable ONNOTICE_SMTP_PASSWORD.
[mail]
transport = "folder"
folder = "mails"
sender = "On Notice <onnotice@localhost>"

# Who is told what. Any of: sources, kinds, jurisdictions, words, minimum_significance; rhythm: at once,
# hourly, daily, weekly.
[[subscription]]
name = "everything"
recipients = ["analyst@localhost"]

# Our own eyes: sources that are blocked, broken, moved or silent, and those that are seen again.
[[subscription]]
name = "health"
recipients = ["operator@localhost"]
kinds = ["health"]
rhythm = "daily"

# Pages of your own: `onnotice add URL` writes these.
"""


@dataclass(frozen=True, slots=True)
class Stanza:
    """A source's stanza as text, and what it says."""

    slug: str
    url: str
    text: str


def starting_settings(*, shipped_too: bool) -> str:
    """A new onnotice.toml. With `shipped_too` it watches the sources that come with On Notice."""
    from scrapers.sources import shipped, watched_from_the_start

    watched = watched_from_the_start() if shipped_too else ()
    others = sorted(set(shipped()) - set(watched))
    listed = "".join(f"\n    {_quoted(slug)}," for slug in watched)
    return _STARTING.format(watch=f"[{listed}\n]" if watched else "[]", others=", ".join(others))


def page_stanza(url: str, *, title: str = "", cadence: str = "") -> Stanza:
    """The stanza of a page watch. Raises UsageError when the address is none."""
    return stanza_of(url, title=title, cadence=cadence)


def stanza_of(
    url: str,
    *,
    slug: str = "",
    title: str = "",
    spider: str = "page",
    jurisdiction: str = "",
    timezone: str = "",
    cadence: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> Stanza:
    """A source's stanza; what is left empty is left out. Raises UsageError when the address is none."""
    plain = url.strip()
    if not plain.lower().startswith(("http://", "https://")) or any(character.isspace() for character in plain):
        raise UsageError(f"{plain[:200]!r} is no address to watch; write it with http:// or https:// in front.")
    canonical = canonical_url(plain)
    try:
        named = bool(urlsplit(canonical).hostname)
        slug = slug or slug_of(canonical)
    except ValueError:
        named = False
    if not named:
        raise UsageError(f"{plain[:200]!r} is no address that can be read; check its host and port.")
    values = {"slug": slug, "title": title or canonical, "url": canonical, "spider": spider}
    values |= {"jurisdiction": jurisdiction, "timezone": timezone, "cadence": cadence}
    lines = ["[[source]]", *(f"{key} = {_quoted(value)}" for key, value in values.items() if value)]
    if parameters:
        pairs = ", ".join(f"{key} = {written_value(value)}" for key, value in parameters.items())
        lines.append(f"parameters = {{ {pairs} }}")
    return Stanza(slug, canonical, "\n" + "\n".join(lines) + "\n")


def page_stanzas(lines: Iterable[str]) -> str:
    """Stanzas for a file with a URL a line; blank lines, `#` comments and repeats are passed over.

    Raises UsageError naming the first line that is no address, before anything is written.
    """
    stanzas: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        try:
            stanza = page_stanza(address)
        except UsageError as error:
            raise UsageError(f"Line {number}: {error}") from None
        stanzas.setdefault(stanza.slug, stanza.text)
    if not stanzas:
        raise UsageError("The file names no address; write one URL a line.")
    return "".join(stanzas.values())


def parsed_with(text: str) -> Mapping[str, Any]:
    """The settings text as TOML values, to be checked before it is written. Raises UsageError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"onnotice.toml would not be valid TOML with that stanza ({error}), and nothing was written; write the"
            " stanza into the file by hand."
        ) from None


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside it and rename: a crash leaves the old file or the new one. Its rights and a link to it stay."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    with beside.open("wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, beside)
    beside.replace(target)


def written_value(value: object) -> str:
    """A parameter's value in TOML: text, numbers, true and false, and lists of them."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written_value, value)) + "]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '\\"':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
