"""Permanent addresses on the web pages: what a mail links to, a feed names, and a paper cites.

Paths are relative to where the pages are served (`[web] address`), and never change once they were given out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

TIMELINE = "/changes"
OUTBOX = "/outbox"
SEARCH = "/search"
SOURCES = "/sources"
JURISDICTIONS = "/jurisdiction"
SUBSCRIPTIONS = "/subscriptions"
NEW_SUBSCRIPTION = "/subscriptions/new"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"


def change(number: int) -> str:
    """One change, by its id."""
    return f"/change/{number}"


def timeline(*, slug: str = "", since: datetime | None = None) -> str:
    """What changed at a source, or anywhere, from a moment on."""
    asked = {"source": slug} if slug else {}
    if since:
        asked["since"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{TIMELINE}?{urlencode(asked)}" if asked else TIMELINE


def evidence(number: int) -> str:
    """What shows a change to others, as a file."""
    return f"{change(number)}/evidence"


def page(number: int) -> str:
    """A page and all its versions, by its id."""
    return f"/page/{number}"


def snapshot(number: int) -> str:
    """One version of a page, by the snapshot's id."""
    return f"/snapshot/{number}"


def visit(number: int) -> str:
    """One look at a page, by the visit's id."""
    return f"/visit/{number}"


def source(slug: str) -> str:
    """A source and how it fares."""
    return f"/source/{quote(slug, safe='')}"


def record_list(slug: str, kind: str, at: datetime | None = None) -> str:
    """The records of one kind that a source held at a moment; those of now where none is given."""
    path = f"/list/{quote(slug, safe='')}/{quote(kind, safe='')}"
    return f"{path}?{urlencode({'at': f'{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'})}" if at else path


def jurisdiction(geoid: str) -> str:
    """One government, by its Census GEOID."""
    return f"/jurisdiction/{quote(geoid, safe='')}"


def alert(number: int) -> str:
    """One alert of the outbox, by its id."""
    return f"{OUTBOX}/{number}"


def unsubscribe(token: str) -> str:
    """Where a recipient leaves a subscription with one click; the token says which, and is signed."""
    return f"/unsubscribe/{quote(token, safe='')}"


def confirm(token: str) -> str:
    """Where a recipient says that a subscription is wanted; the token says which, and is signed."""
    return f"/confirm/{quote(token, safe='')}"


def subscription(name: str) -> str:
    """A subscription that was made on the pages, to be changed."""
    return f"/subscription/{quote(name, safe='')}"


def feed(*, slug: str = "", geoid: str = "", words: str = "") -> str:
    """An Atom feed: of a source, of a jurisdiction, of a search; of everything where none is given."""
    if slug:
        return f"/feeds/source/{quote(slug, safe='')}.atom"
    if geoid:
        return f"/feeds/jurisdiction/{quote(geoid, safe='')}.atom"
    return f"/feeds/search.atom?{urlencode({'q': words})}" if words else "/feeds/changes.atom"


def absolute(address: str, path: str) -> str:
    """A path below the address at which the pages are served; empty where they are not served to anybody."""
    return f"{address.rstrip('/')}{path}" if address else ""
