"""What a recipient is called where others can read it: a mail address by itself, a chat service without its secrets."""

from __future__ import annotations

from functools import cache
from hashlib import scrypt
from re import sub
from typing import Final

_SALT: Final = b"onnotice recipient"
"""Fixed, so that the same address has the same name in every archive and after every restart."""


def is_service(recipient: str) -> bool:
    """Whether this is an Apprise URL and no mail address."""
    return "://" in recipient


def name_of(recipient: str) -> str:
    """The recipient as the archive, logs and reports know it: "slack://…4f1c09ab" for a chat service.

    Services are reached by URLs that hold their passwords. The figures tell two of them apart and stay the same;
    they are derived slowly, so that no weak password can be tried against them. What is a name already stays it.
    """
    return _service_name(recipient) if is_service(recipient) else recipient


@cache
def _service_name(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if rest.startswith("…") and len(rest) == 9:
        return url
    figures = scrypt(url.encode("utf-8", "replace"), salt=_SALT, n=2**14, r=8, p=1, dklen=4).hex()
    return f"{sub(r'[^a-z0-9+.-]', '', scheme.casefold())[:20] or 'service'}://…{figures}"
