"""Who may do what on the pages: the one place that decides it, for our addresses and Datasette's alike.

Reading is for everybody, or for whoever is signed in, as the settings say. Everything else is for who is signed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from monitor import permalinks

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(StrEnum):
    """What an address asks of whoever comes."""

    OPEN = "open"
    """Nothing: signing in itself, what a recipient may do by a signed link, and the look of the pages."""
    READ = "read"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    address: str = ""
    """A mail address known to be theirs."""
    by_proxy: bool = False
    """Whether a proxy says who it is; signing out is then the proxy's affair."""


_LEAVING: Final = re.compile(r"/unsubscribe/[^/]*")
_OPEN: Final = re.compile(rf"{permalinks.SIGN_IN}|/confirm/[^/]*|/(?:-/)?static/[^?]*|/favicon\.ico")
_PEOPLES: Final = re.compile(rf"/subscriptions?(?:/.*)?|/outbox/.*|{permalinks.ACCOUNT}|/change/[^/]+/evidence")
"""For reading too these are for who is signed in: other people's addresses, and work that takes the machine long."""


def asks_for(method: str, path: str) -> Access:
    """What a request needs. An address that nobody thought of is for reading, or, to be written to, for nobody else."""
    if _OPEN.fullmatch(path) or is_own_link(path):
        return Access.OPEN
    if method not in READING_METHODS or _PEOPLES.fullmatch(path):
        return Access.ACT
    return Access.READ


def is_own_link(path: str) -> bool:
    """Whether this is a recipient's own link to leave: signed, and posted to by mail programs with no form of ours."""
    return _LEAVING.fullmatch(path) is not None


def may(person: Person | None, access: Access, readers: Literal["anyone", "signed in"]) -> bool:
    """Whether this person, or a stranger, is let through."""
    if person is not None or access is Access.OPEN:
        return True
    return access is Access.READ and readers == "anyone"
