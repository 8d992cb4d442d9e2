"""Reads what a mail server sends back (RFC 3464): which mail it was, and whether it is lost for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from re import search
from typing import Final

from alerts.wording import cut, harmless

MOST_BYTES: Final = 1_000_000
"""Of a report that are read: it quotes a mail of ours, which has a tenth of that."""

_MOST_PARTS: Final = 100
_FAILED: Final = "failed"
_DELAYED: Final = "delayed"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report says of one mail."""

    message_id: str
    """Of the mail that it is about, in angle brackets."""
    at: datetime
    for_good: bool
    """Whether it was refused with a status that begins with 5; else it is late, or a second try may help."""
    failed: bool
    """Whether it will not arrive."""
    said: str
    """The server's words, on one line."""


def read_report(content: bytes, now: datetime) -> Returned | None:
    """A delivery report; None for any other mail. A time that the report does not give, or that is to come, is now."""
    report = message_from_bytes(content[:MOST_BYTES], policy=compat32)
    if report.get_content_type() != "multipart/report":
        return None
    message_id, outcome = "", None
    for part in _parts(report):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            outcome = outcome or _outcome(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            message_id = message_id or _message_id(part)
    if not message_id or outcome is None:
        return None
    action, status, said = outcome
    return Returned(
        message_id=message_id,
        at=_moment(report, now),
        for_good=action == _FAILED and status.startswith("5"),
        failed=action == _FAILED,
        said=said,
    )


def _parts(report: Message) -> Iterator[Message]:
    """The parts of the report itself, not those of the mail that it quotes."""
    parts = report.get_payload()
    yield from [part for part in parts[:_MOST_PARTS] if isinstance(part, Message)] if isinstance(parts, list) else ()


def _outcome(part: Message) -> tuple[str, str, str] | None:
    """Action, status and words of the first recipient that has not got the mail: ours go to one each."""
    blocks = part.get_payload()
    for block in blocks[:_MOST_PARTS] if isinstance(blocks, list) else ():
        if not isinstance(block, Message):
            continue
        action = harmless(str(block.get("Action", ""))).casefold()
        if action not in (_FAILED, _DELAYED):
            continue
        status = harmless(str(block.get("Status", "")))[:20]
        told = harmless(str(block.get("Diagnostic-Code", ""))).partition(";")
        said = told[2].strip() or told[0] or "no reason given"
        return action, status, cut(said if status in said else f"{status} {said}".strip(), 300)
    return None


def _message_id(part: Message) -> str:
    """Of the quoted mail, which is a mail of its own or its headers as text."""
    payload = part.get_payload()
    quoted = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(quoted, Message):
        raw = part.get_payload(decode=True)
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        quoted = HeaderParser(policy=compat32).parsestr(text)
    found = search(r"<[!-;=?-~]{3,250}>", str(quoted.get("Message-ID", "")))
    return found[0] if found else ""


def _moment(report: Message, now: datetime) -> datetime:
    try:
        at = parsedate_to_datetime(str(report.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    return min(now, at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC))
