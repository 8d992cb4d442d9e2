"""Signs what a link or a cookie carries, so that it can be believed when it comes back: HMAC-SHA256 over JSON.

A token is `PAYLOAD.SIGNATURE`, both in base64url, so that it may stand in a path. Its purpose is part of the key: a
token of one kind is worthless as another. What it carries can be read by whoever holds it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

LONGEST: Final = 2_000
"""Characters of a token; a longer one is not looked at."""

_UNTIL: Final = "until"


class BadToken(Exception):
    """What came back was not signed here for this purpose. `expired` where it was, and its time is over."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "not signed here")
        self.expired = expired


def signed(secret: bytes, purpose: str, facts: Mapping[str, Any], until: datetime | None = None) -> str:
    """A token that carries these JSON values, to be believed until then, or always."""
    carried = {**facts, _UNTIL: int(until.timestamp())} if until else facts
    payload = json.dumps(carried, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return f"{_encoded(payload)}.{_encoded(_signature(secret, purpose, payload))}"


def read(secret: bytes, purpose: str, token: str, now: datetime) -> Mapping[str, Any]:
    """What a token carries. Raises BadToken, in a time that does not tell how much of a signature was right."""
    payload_text, _, signature_text = token.partition(".")
    try:
        if len(token) > LONGEST:
            raise BadToken
        payload, signature = _decoded(payload_text), _decoded(signature_text)
    except (ValueError, binascii.Error):
        raise BadToken from None
    if not hmac.compare_digest(signature, _signature(secret, purpose, payload)):
        raise BadToken
    carried: dict[str, Any] = json.loads(payload)
    until = carried.pop(_UNTIL, None)
    if until is not None and now.timestamp() >= until:
        raise BadToken(expired=True)
    return carried


def _signature(secret: bytes, purpose: str, payload: bytes) -> bytes:
    key = hmac.digest(secret, f"onnotice {purpose}".encode(), "sha256")
    return hmac.digest(key, payload, "sha256")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """Raises ValueError for all but the one spelling of what was encoded: a token has no second form."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(content) != text:
        raise ValueError("not the canonical spelling")
    return content
