"""Our templates: escaped by default, nothing undefined, and the few words that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from alerts.wording import KIND_NAMES, counted, cut, harmless, label, moment_in, web_address, written_out
from monitor import permalinks
from monitor.types import ChangeKind

STATIC = Path(__file__).with_name("static")

_NAVIGATION = (
    (permalinks.TIMELINE, "Changes"),
    (permalinks.SOURCES, "Sources"),
    (permalinks.JURISDICTIONS, "Jurisdictions"),
    (permalinks.SEARCH, "Search"),
    (permalinks.OUTBOX, "Outbox"),
    (permalinks.SUBSCRIPTIONS, "Subscriptions"),
    ("/archive", "Database"),
)
"""Addresses and names in the head of every page; the last is Datasette's."""


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "harmless": _harmless,
        "label": label,
        "web_address": web_address,
        "when": when,
        "day": day,
        "recipient": recipient,
        "clock": clock,
        "written_out": lambda text: written_out(harmless(text)),
    }
    environment.globals |= {
        "links": permalinks,
        "navigation": _NAVIGATION,
        "kind_name": _kind_name,
        "counted": counted,
        "query": query,
    }
    return environment


def _harmless(text: str, most: int = 2_000) -> str:
    """A stranger's text on one line, cut where nobody reads on."""
    return cut(harmless(text), most)


def _kind_name(kind: ChangeKind | str) -> str:
    return KIND_NAMES[ChangeKind(kind)]


def when(moment: datetime | None, zone: str = "UTC") -> Markup:
    """A moment on its source's clock and in UTC, readable for programs too."""
    if moment is None:
        return Markup("never")
    return Markup('<time datetime="{}">{}</time>').format(_iso(moment), moment_in(moment, zone))


def day(moment: datetime | None, zone: str = "UTC") -> Markup:
    """The day of a moment on its source's clock, with the whole moment for whoever asks."""
    if moment is None:
        return Markup("never")
    whole = moment_in(moment, zone)
    date = ", ".join(whole.split(", ")[1:3])
    return Markup('<time datetime="{}" title="{}">{}</time>').format(_iso(moment), whole, date)


def recipient(address: str, actor: Mapping[str, Any] | None) -> Markup:
    """Who is told, for whoever is signed in; for others as little as tells two apart. Addresses of chat services hold
    the passwords to them, and are shown to nobody."""
    plain = harmless(address)
    if "://" in plain:
        plain = f"{plain.partition('://')[0]}: …"
    elif not actor:
        name, _, host = plain.rpartition("@")
        plain = f"{name[:1]}…@{host}"
    return Markup('<span class="recipient">{}</span>').format(plain)


def clock(moment: time | str | None) -> str:
    """A time of day as a form has it; what was typed into one stays as it is."""
    return f"{moment:%H:%M}" if isinstance(moment, time) else moment or ""


def query(**values: object) -> str:
    """A query of the values that there are, with its question mark."""
    pairs = {name: value for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(pairs)}" if pairs else ""


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
