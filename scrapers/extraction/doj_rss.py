"""The Justice Department's feed of its newest releases: 25 items, a day or two deep, each a title, a date and a link.

A feed is no record of releases: it says nothing about those that are not in it, and its items have no uuid. They are
kept as `feed_item`, so that they are told where the API cannot tell them, and a release has one record.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.hypertext import read_html
from monitor.types import Extraction, Look, Record, RecordSet, Source
from monitor.url import absolute_url, canonical_url

NAME = "doj_rss"
VERSION = 2
READS = "any"

_SPIDERS = ("doj_api", "doj_press_releases")
_MOST_ITEMS = 1_000


def claims(source: Source, url: str) -> bool:
    """The feed that a News API source names."""
    return _is_second_witness(source, url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `feed_item`, without a scope. Raises ExtractionError for a body that is no feed.

    Of a second witness it is none, and no item: while the API answers, its source is not broken.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(look.body or b"", parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    # A damaged tag may have a name that is none: it is compared as it stands.
    if root is None or str(root.tag).rpartition("}")[2] != "rss":
        if not _is_second_witness(source, look.url):
            raise ExtractionError(f"{look.url} is no RSS feed; open it in a browser and check the source's feed.")
        return _extraction("", ())
    records: dict[str, Record] = {}
    for item in list(root.iter("item"))[:_MOST_ITEMS]:
        record = _record(item, look.final_url)
        if record is not None:
            records.setdefault(record.key, record)
    return _extraction(clean(root.findtext("channel/title") or ""), tuple(records.values()))


def _is_second_witness(source: Source, url: str) -> bool:
    feed = source.parameters.get("feed") if source.spider in _SPIDERS else ""
    return isinstance(feed, str) and bool(feed) and canonical_url(feed) == url


def _extraction(title: str, items: tuple[Record, ...]) -> Extraction:
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=title,
        record_sets=(RecordSet("feed_item", items, noun=("item", "items")),),
        text=tuple(item.title for item in items) or ("It is no feed, or an empty one.",),
        compare_text=False,
    )


def _record(item: etree._Element, base: str) -> Record | None:
    """One item by the path of its link; None for one that links nowhere."""
    link = (item.findtext("link") or item.findtext("guid") or "").strip()
    url = absolute_url(base, link) if link else ""
    if not url:
        return None
    day = _day(item.findtext("pubDate") or "")
    title = " ".join(read_html(item.findtext("title") or "", base).lines)
    summary = "\n".join(read_html(item.findtext("description") or "", base).lines)
    # A title that is edited is told by the API's record; told by the feed as well, it would be told twice.
    return Record(
        kind="feed_item",
        key=urlsplit(url).path,
        title=title or url,
        facts={"date": day},
        extras={"summary": summary, "published": clean(item.findtext("pubDate") or "")},
        about=day,
        url=url,
    )


def _day(stamp: str) -> str:
    """The date in the stamp's own offset, of which two are met: noon UTC, and eight in the morning in Washington."""
    try:
        read: datetime = parsedate_to_datetime(stamp)
    except (ValueError, TypeError, IndexError):
        return ""
    return read.date().isoformat()
