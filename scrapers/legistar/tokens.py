"""A council's token on the wire and nowhere else: not in a request, a look, a log line or an error.

The API takes a token in the query alone. It is put in at the last moment, by the download handler, and taken out of
whatever echoes it, so that everything before and after speaks of the address without it.
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from monitor.url import canonical_url
from scrapers.handler import GuardedHandler
from scrapers.legistar.addresses import with_token, without_token
from scrapers.watched import asked_of

TOKEN_VARIABLE = "legistar_token_variable"  # noqa: S105 - the name of a name
"""Key of a request's meta: the environment variable that holds its token."""

_HIDDEN = b"[token]"
_SHORTEST = 8
"""Characters; what is shorter is no token, and could not be hidden without hiding half of every answer."""


def token_in(variable: str) -> str:
    """The token. Raises ConfigurationError where the environment does not hold it."""
    token = os.environ.get(variable, "").strip()
    if len(token) < _SHORTEST:
        raise ConfigurationError(
            f"The environment variable {variable} holds no Legistar token; set it, or remove token_env from the stanza."
        )
    return token


class TokenHandler(GuardedHandler):
    """The guarded handler, which adds the token to requests that name a variable for it."""

    async def download_request(self, request: Request) -> Response:
        """As the guarded handler; raises ConfigurationError besides, where the variable is empty."""
        variable = request.meta.get(TOKEN_VARIABLE)
        if not variable or not _at_home(request):
            return await super().download_request(request)
        token = token_in(variable)
        sent = request.replace(url=with_token(request.url, token))
        # Packed, an answer that echoes the token could not be cleared of it.
        sent.headers["Accept-Encoding"] = "identity"
        spelled = _spelled(token)
        try:
            response = await super().download_request(sent)
        except Exception as error:
            error.args = tuple(_without(spelled, part) if isinstance(part, str) else part for part in error.args)
            raise
        finally:
            request.meta["elapsed"] = sent.meta.get("elapsed")
        if location := response.headers.get("Location"):
            # The next hop gets its own; this one's would be logged with the address.
            response.headers["Location"] = without_token(location.decode("latin-1"))
        for name, values in response.headers.items():
            response.headers[name] = [spelled.sub(_HIDDEN, value) for value in values]
        body, echoes = spelled.subn(_HIDDEN, response.body)
        if echoes:
            # It would say that the answer was cut off.
            response.headers.pop("Content-Length", None)
        return response.replace(url=request.url, body=body)


def _at_home(request: Request) -> bool:
    """Whether a request goes where the source's own page is: a redirect elsewhere takes no token along."""
    asked = asked_of(request)
    return asked is not None and urlsplit(canonical_url(request.url))[:2] == urlsplit(asked.page)[:2]


def _spelled(token: str) -> re.Pattern[bytes]:
    """The token however a server echoes it: each character as it is, escaped for a URL, or escaped for JSON."""
    characters = (
        rf"(?:{re.escape(character)}|(?i:%{ord(character):02x}|\\u{ord(character):04x})|\\{re.escape(character)})"
        for character in token
    )
    return re.compile("".join(characters).encode())


def _without(spelled: re.Pattern[bytes], text: str) -> str:
    return spelled.sub(_HIDDEN, text.encode()).decode()
