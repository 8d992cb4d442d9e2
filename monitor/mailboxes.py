"""Who a recipient is, however the address is written."""

from __future__ import annotations

import re
from email.utils import getaddresses, parseaddr

from monitor.addresses import is_service


def mailbox(recipient: str) -> str:
    """What all spellings of one recipient share: the address alone, in small letters; an Apprise URL as it is.

    RFC 5321 lets a server tell small letters from capitals before the @. None in use does, and a recipient who left
    must not be told again because somebody wrote the address otherwise.
    """
    if is_service(recipient):
        return recipient.strip()
    return (parseaddr(recipient)[1] or recipient).strip().casefold()


def is_writable(recipient: str) -> bool:
    """Whether it is one mail address that any server takes: a name of its own may stand before it."""
    (_, written), *others = getaddresses([recipient]) or [("", "")]
    local, _, domain = written.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return (
        not others
        and recipient.isprintable()
        and written in recipient
        and re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", local) is not None
        and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", host) is not None
    )
