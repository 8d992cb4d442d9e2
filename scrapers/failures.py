"""Why an answer did not come: a sentence a cause, the same whichever library met it, and whether to ask again."""

from __future__ import annotations

import ssl
from typing import Any

from monitor.errors import FetchError
from monitor.url import host_of

_LONGEST_CAUSE = 120
"""Characters of a library's words in a sentence."""


class Unanswered(FetchError):
    """A request that was made and brought no answer."""

    def __init__(self, sentence: str, *, passing: bool = False, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.passing = passing
        """Asking again a little later may help."""
        self.too_large = too_large


class RedirectsLeadNowhere(Unanswered):
    """The redirects did not end."""


def unresolved(url: str) -> Unanswered:
    """The host's name is not known."""
    return Unanswered(f"The name of {_host(url)} could not be resolved; check the address", passing=True)


def late(url: str) -> Unanswered:
    """Time ran out."""
    return Unanswered(f"{_host(url)} did not answer in time; it is tried again at the next poll", passing=True)


def not_connected(url: str, cause: str) -> Unanswered:
    """Nobody listens, or no way leads there."""
    return Unanswered(f"{_host(url)} could not be connected to ({cause}); is the site up?", passing=True)


def untrusted(url: str, cause: str) -> Unanswered:
    """The certificate, or the handshake. Asking again does not help."""
    return Unanswered(f"The certificate of {_host(url)} could not be verified ({cause}); open it in a browser")


def broken_off(url: str, cause: str) -> Unanswered:
    """The connection ended before there was an answer."""
    return Unanswered(f"The connection to {_host(url)} broke off ({cause}); it is tried again next time", passing=True)


def cut_short(url: str) -> Unanswered:
    """The answer ended before it was whole."""
    return Unanswered(f"The answer of {_host(url)} broke off; it is tried again at the next poll", passing=True)


def too_large(url: str) -> Unanswered:
    """The body, or what it unpacks to, is over the limit."""
    return Unanswered(
        f"The answer of {_host(url)} is larger than the limit for a body; watch a smaller page", too_large=True
    )


def redirects(url: str, why: str) -> RedirectsLeadNowhere:
    """They went on for longer than anybody follows."""
    return RedirectsLeadNowhere(f"The redirects of {_host(url)} lead nowhere ({why}); open it in a browser")


def unreadable(url: str, error: BaseException) -> Unanswered:
    """Anything else that a library raised."""
    return Unanswered(
        f"The answer of {_host(url)} could not be read ({type(error).__name__}: {_brief(str(error))}); look again"
    )


def cause_of(error: BaseException) -> str:
    """The system's own words for a failed connection, else the library's: one short line."""
    inner: Any = getattr(error, "os_error", None) or error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return str(inner.verify_message)
    words = getattr(inner, "strerror", None) or getattr(inner, "message", None) or inner
    return _brief(str(words)) or type(inner).__name__


def _brief(words: str) -> str:
    """The first line alone: libraries quote on the following ones whatever the other side sent."""
    line = words.strip().partition("\n")[0].rstrip(" :.")
    return "".join(character for character in line if character.isprintable())[:_LONGEST_CAUSE]


def _host(url: str) -> str:
    return host_of(url) or "the host"
