"""What a link of the chain of visits covers: one digest over what a look brought, one over that and the link before.

`docs/explanation/proof.md` says the same for whoever writes a checker of their own; whoever changes one changes both,
and names the new form in FORMAT.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORMAT = "onnotice visit 1"
"""The first word of every entry: another form of entry is another word."""

MEMBERS = (
    "number", "run", "url", "at", "status", "verdict", "reason", "mechanism", "body", "body_size", "media_type",
    "final_url", "truncated", "error", "elapsed_ms", "headers",
)  # fmt: skip
"""What an entry says besides its format, each as it stands in the archive: whole numbers, text, or null."""

BEGINNING = bytes(32)
"""What stands for the link before the first visit."""


def entry_of(visit: Mapping[str, Any]) -> bytes:
    """The bytes of a visit's entry: the canonical JSON (RFC 8785) of an object with MEMBERS and the format, in UTF-8.

    Text that is no UTF-8 goes in as the bytes that it was read from. Raises TypeError for a member of no JSON type.
    """
    told = {name: visit[name] for name in MEMBERS}
    told["format"] = FORMAT
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8", "surrogateescape")


def link_of(previous: bytes, entry: bytes) -> bytes:
    """A visit's link, 32 bytes: SHA-256 over the link before and the SHA-256 of the entry."""
    return hashlib.sha256(previous + hashlib.sha256(entry).digest()).digest()
