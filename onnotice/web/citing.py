"""A ready-made citation of what was seen: whose it is, what, where, when in UTC, the digest, and where it stays."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.wording import cut, harmless
from monitor import permalinks


def citation(
    *, publisher: str, title: str, url: str, seen: datetime, digest: str, address: str, path: str, what: str = "body"
) -> str:
    """One paragraph of plain text. `digest` is that of a stored body, or of `what` else; `path` is one of ours."""
    named = cut(harmless(title), 300) or cut(harmless(url), 300)
    parts = [
        f"{harmless(publisher)}." if publisher else "",
        f"“{named}.”" if named[-1:] not in ".?!…" else f"“{named}”",
        cut(harmless(url), 1_000),
        f"Seen by On Notice on {_moment(seen)}.",
        f"SHA-256 of the {what}: {digest}." if digest else "",
        permalinks.absolute(address, path),
    ]
    return " ".join(part for part in parts if part)


def _moment(seen: datetime) -> str:
    utc = seen.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y}, {utc:%H:%M:%S} UTC"
