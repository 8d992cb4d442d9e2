"""Atom feeds: of everything, of a source, of a jurisdiction, of a search; and whether a program has one already."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from alerts.feed import MEDIA_TYPE, atom
from alerts.following import chosen, newest
from monitor.errors import UsageError
from onnotice.web.answers import Answer, Feed, NotThere
from onnotice.web.forms import Caller
from storage import Archive


def feed(archive: Archive, caller: Caller) -> Answer:
    """`/feeds/changes.atom` and its like. Raises NotThere for a source or jurisdiction that is not known."""
    parts = caller.asked.parts
    words = [caller.asked.query.text("q")] if parts["what"] == "search" else []
    asked_for = {parts["what"]: parts["which"]} if "which" in parts else {"words": words}
    try:
        about = chosen(archive, **asked_for)
    except UsageError as unknown:
        raise NotThere(str(unknown)) from None
    found = newest(archive, about)
    # One without entries was made today, not now: what does not change must look the same when it is fetched again.
    today = caller.asked.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    body = atom(found, about, identity=archive.identity(), address=caller.asked.address, made_at=today)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    modified = max((stored.change.at for stored in found), default=today).replace(microsecond=0)
    return Feed(body, MEDIA_TYPE, tag, modified, _known(caller, tag, modified))


def _known(caller: Caller, tag: str, modified: datetime) -> bool:
    """RFC 9110, 13.2.2: tags before times, and times only where no tag is given."""
    tags = caller.headers.get("if-none-match", "")
    if tags:
        return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}
    try:
        since = parsedate_to_datetime(caller.headers.get("if-modified-since", ""))
    except (ValueError, TypeError):
        return False
    return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
