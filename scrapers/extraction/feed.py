"""A feed's items as records, RSS of any version or Atom: `extract = "feed"` in a page watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.encoding import decode
from monitor.errors import ExtractionError
from monitor.feeds import FeedEntry, read_feed
from monitor.types import Extraction, Look, Record, RecordSet, Source
from scrapers.council.words import cut
from scrapers.lists.parameters import Kind, Name
from scrapers.parameters import PageParameters

NAME = "feed"
VERSION = 1
READS = "any"

_MOST_ITEMS = 10_000
_LONGEST_SUMMARY = 20_000
_A_CLOCK = 3
"""So many items and all with one stamp: when the feed was made, and not when anything was published."""


class PARAMETERS(PageParameters):
    """What a stanza may say of a feed."""

    kind: Kind = "feed_item"
    """What an item is, in one word with underlines: "press_release"."""
    ignore: tuple[Name, ...] = ()
    """Facts that are kept and never compared: "published", "summary"."""


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """The items, newest first or as the feed has them; an item that is no longer in it has rolled off, no more.

    Raises ExtractionError for what is no feed. One without items is one, though.
    """
    parameters = PARAMETERS.of(source)
    charset = look.headers.get("content-type", "").lower().partition("charset=")[2].strip(" \"'")
    feed = read_feed(decode(look.body or b"", charset), look.final_url)
    if feed is None:
        raise ExtractionError(f"{look.url} answered no RSS or Atom feed; open it, and find where the feed is now.")
    title, entries = feed
    stamps = Counter(entry.published for entry in entries)
    by_machine = len(entries) >= _A_CLOCK and len(stamps) == 1
    records: dict[str, Record] = {}
    for entry in entries[:_MOST_ITEMS]:
        record = _record(entry, parameters, by_machine)
        records.setdefault(record.key, record)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=title or source.title,
        record_sets=(RecordSet(parameters.kind, tuple(records.values()), noun=("item", "items")),),
        text=tuple(_lines(records.values())) or (title,),
        compare_text=False,
    )


def _record(entry: FeedEntry, parameters: PARAMETERS, by_machine: bool) -> Record:
    published = _moment(entry.published)
    facts = {"title": entry.title, "link": entry.link, "summary": entry.summary[:_LONGEST_SUMMARY]}
    facts["published"] = published or entry.published
    uncompared = {*parameters.ignore, *(("published",) if by_machine else ())}
    return Record(
        kind=parameters.kind,
        key=entry.identifier or entry.link or f"{entry.title} / {published or entry.published}",
        title=cut(entry.title or entry.summary or entry.link or "(untitled)"),
        facts={name: value for name, value in facts.items() if name not in uncompared},
        extras={name: value for name, value in facts.items() if name in uncompared},
        about="" if by_machine else published,
        url=entry.link,
    )


def _moment(printed: str) -> str:
    """A date as feeds print it, RFC 822 or ISO 8601, as an ISO time in UTC; a day as a day; empty for anything else.

    A time without a zone is taken as printed: nobody knows which instant it is.
    """
    try:
        moment = datetime.fromisoformat(printed)
        if len(printed) <= len("2017-03-20"):
            return moment.date().isoformat()
    except ValueError:
        try:
            moment = parsedate_to_datetime(printed)
        except (ValueError, TypeError, OverflowError, IndexError):
            return ""
    try:
        return moment.isoformat() if moment.tzinfo is None else moment.astimezone(UTC).isoformat()
    except OverflowError:
        return ""


def _lines(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        yield record.title
        if summary := record.facts.get("summary"):
            yield summary
