"""The links by which recipients themselves confirm a subscription or leave it: made for letters, read on the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor import permalinks
from monitor.addresses import is_service
from monitor.errors import UsageError
from onnotice.signing import BadToken, read, signed

CONFIRM_WITHIN: Final = timedelta(days=7)

_LEAVING: Final = "unsubscribe"
_CONFIRMING: Final = "confirm"


@dataclass(frozen=True, slots=True)
class Place:
    """A recipient's place in a subscription: what a link is about."""

    subscription: str
    recipient: str


def unsubscribe_link(address: str, secret: bytes) -> Callable[[str, str], str]:
    """What makes the link by which a recipient (first) leaves a subscription (second). It never expires, for mails are
    kept.

    `address` is that of the web pages. The link is empty where there are no pages, and for chat services, whose
    addresses are secrets.
    """

    def link(recipient: str, subscription: str) -> str:
        if not address or is_service(recipient):
            return ""
        token = _token(secret, _LEAVING, Place(subscription, recipient))
        return permalinks.absolute(address, permalinks.unsubscribe(token))

    return link


def confirm_link(address: str, secret: bytes, place: Place, now: datetime) -> str:
    """The link by which a recipient says that a subscription made on the web pages is wanted."""
    token = _token(secret, _CONFIRMING, place, now + CONFIRM_WITHIN)
    return permalinks.absolute(address, permalinks.confirm(token))


def place_left(secret: bytes, token: str, now: datetime) -> Place:
    """What an unsubscribe link is about. Raises UsageError."""
    try:
        return _place(secret, _LEAVING, token, now)
    except BadToken:
        raise UsageError(
            "This link to unsubscribe is not whole, or was not made here; use the one in the newest mail."
        ) from None


def place_confirmed(secret: bytes, token: str, now: datetime) -> Place:
    """What a confirmation link is about. Raises UsageError."""
    try:
        return _place(secret, _CONFIRMING, token, now)
    except BadToken as bad:
        if bad.expired:
            raise UsageError(
                f"This link was good for {CONFIRM_WITHIN.days} days and is so no longer; ask whoever subscribed you to"
                " send a new one."
            ) from None
        raise UsageError("This link to confirm is not whole, or was not made here; use the one in the mail.") from None


def _token(secret: bytes, purpose: str, place: Place, until: datetime | None = None) -> str:
    return signed(secret, purpose, {"s": place.subscription, "r": place.recipient}, until)


def _place(secret: bytes, purpose: str, token: str, now: datetime) -> Place:
    facts = read(secret, purpose, token, now)
    return Place(str(facts["s"]), str(facts["r"]))
