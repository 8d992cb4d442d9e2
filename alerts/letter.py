"""The letter of one alert before it is text or HTML: what is told in full, what in one line, what is only counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.asides import Aside
from alerts.blocks import Detail
from alerts.story import Group, Story, Way, headline, source_name, tell, way_to
from alerts.wording import counted, cut, harmless
from monitor import permalinks
from monitor.types import Alert


@dataclass(frozen=True, slots=True)
class Brief:
    """A change told in one line."""

    headline: str
    way: Way


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that both parts of a mail say."""

    title: str
    """Opens a letter of several stories; empty where the one story's headline does."""
    stories: tuple[Story, ...]
    briefs: tuple[Brief, ...]
    more: int
    """Changes that have no line of their own."""
    more_way: Way
    subscription: str
    archive: str
    """The folder or address of the archive that this comes from; may be empty."""
    unsubscribe: str
    """A mailto: or https: address; may be empty."""
    sight: str = ""
    """Of a digest: how well the sources were seen."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same for every letter of a batch."""

    archive: str = ""
    address: str = ""
    """Where the archive's pages are served; empty leads to commands instead."""
    unsubscribe: str = ""
    zones: Mapping[str, str] | None = None
    """IANA time zone by source slug, for the times at which something was seen; UTC where none is given."""
    asides: Mapping[int, Sequence[Aside]] | None = None
    """What the jurisdictions that a change names receive, by the change's id."""
    sight: str = ""
    """How well the sources were seen, for digests; see `alerts.sight`."""


def write(alert: Alert, groups: list[Group], *, full: int, brief: int, detail: Detail, head: Letterhead) -> Letter:
    """The letter that tells the first `full` groups in full and the next `brief` in one line each."""
    rest = groups[full + brief :]
    since = min((stored.change.at for stored in alert.changes), default=alert.created_at).astimezone(UTC)
    return Letter(
        title=title(alert, groups) if len(groups) > 1 else "",
        stories=tuple(
            tell(group, head.zones or {}, detail, (head.asides or {}).get(group[0].id, ()), head.address)
            for group in groups[:full]
        ),
        briefs=tuple(
            Brief(cut(headline(group), 200), way_to(group, head.address)) for group in groups[full : full + brief]
        ),
        more=sum(map(len, rest)),
        more_way=_way_to_all(since, head.address),
        subscription=cut(harmless(alert.subscription), 200),
        archive=harmless(head.address or head.archive),
        unsubscribe=head.unsubscribe,
        sight=harmless(head.sight),
    )


def _way_to_all(since: datetime, address: str) -> Way:
    if address:
        return Way(link=permalinks.absolute(address, permalinks.timeline(since=since)))
    return Way(command=f"onnotice changes --since {since:%Y-%m-%dT%H:%M:%SZ}")


def title(alert: Alert, groups: list[Group]) -> str:
    """ "3 changes on Denver City Council", "12 changes from 4 sources"."""
    many = counted(len(alert.changes), "change", "changes")
    sources = {stored.change.source for stored in alert.changes}
    return f"{many} on {source_name(groups[0][0])}" if len(sources) == 1 else f"{many} from {len(sources)} sources"


def subject(alert: Alert, groups: list[Group], limit: int = 110) -> str:
    """The news itself, at most `limit` characters, cut at a word."""
    if not groups:
        return "Nothing to tell"
    first = headline(groups[0])
    if len(groups) == 1:
        return cut(first, limit)
    name = source_name(groups[0][0])
    opening = title(alert, groups)
    if opening.endswith(f" on {name}") and first.startswith(name):
        first = first.removeprefix(name).lstrip(" ,:") or first
    return cut(f"{opening}: {first}", limit)
