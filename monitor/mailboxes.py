"""Who a recipient is, however the address is written."""

from __future__ import annotations

from email.utils import parseaddr


def mailbox(recipient: str) -> str:
    """What all spellings of one recipient share: the address alone, in small letters; an Apprise URL as it is.

    RFC 5321 lets a server tell small letters from capitals before the @. None in use does, and a recipient who left
    must not be told again because somebody wrote the address otherwise.
    """
    if is_chat(recipient):
        return recipient.strip()
    return (parseaddr(recipient)[1] or recipient).strip().casefold()


def is_chat(recipient: str) -> bool:
    """Whether it is an Apprise URL, which is a secret but for its scheme."""
    return "://" in recipient
