"""Who a recipient is, however the address is written, and what of an address a stranger may see."""

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


def masked(recipient: str) -> str:
    """Enough to recognise one's own address, too little to write to: "a…@example.org"; of a chat service, which."""
    if is_chat(recipient):
        return f"{recipient.partition('://')[0][:40]}://…"
    name, _, domain = mailbox(recipient).rpartition("@")
    return f"{name[:1]}…@{domain}"
