"""Where the departments' pages have what: selectors by layout, tried in turn, and which addresses are releases.

The Justice Department's are those that readers of its pages have described (Drupal 10 since 2023, Drupal 7 before);
Homeland Security's are of a page of 2025.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.types import Source
from monitor.url import canonical_url


@dataclass(frozen=True, slots=True)
class Layout:
    """Selectors of one department's release pages; of each the first that is met counts."""

    path: re.Pattern[str]
    """Paths of releases."""
    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    date: tuple[str, ...]
    updated: tuple[str, ...]
    body: tuple[str, ...]
    topics: tuple[str, ...]
    components: tuple[str, ...]


JUSTICE = Layout(
    path=re.compile(r"/(?:archives/)?[\w-]+(?:/[\w-]+)?/pr/[\w.%-]+/?|/archive/[\w-]+/pr/\d{4}/[\w.-]+/[\w.-]+"),
    title=("h1.page-title", "h1#node-title", "h1#page-title", "main h1", "h1"),
    subtitle=(".node-subtitle .field_subtitle", ".field--name-field-pr-subtitle"),
    date=(".node-date time[datetime]", ".field--name-field-pr-date span[content]", "span.date-display-single[content]"),
    updated=(".node-updated-date", ".updated-date"),
    body=(".node-body .field_body", ".node-body", ".field--name-field-pr-body"),
    topics=(".node-topics .field__item", ".field--name-field-pr-topic .field__item"),
    components=(".node-component .field__item a", ".field--name-field-pr-component .field__item"),
)
HOMELAND = Layout(
    path=re.compile(r"/news/\d{4}/\d{2}/\d{2}/[\w.%-]+/?"),
    title=("h1.uswds-page-title", "main h1", "h1"),
    subtitle=(),
    date=(".news-release-date-value",),
    updated=(".last-updated .last-updated", ".last-updated"),
    body=("#block-mainpagecontent .field--name-body", "main .field--name-body"),
    topics=('#block-mainpagecontent a[href*="/topics/"]',),
    components=(),
)
LAYOUTS: Mapping[str, Layout] = {"doj_pages": JUSTICE, "dhs_news": HOMELAND}
"""By spider."""


def is_release(source: Source, url: str) -> bool:
    """Whether a page of a press room's source is one of its releases, and not its list."""
    layout = LAYOUTS.get(source.spider)
    path = urlsplit(url).path
    # Behind a replica or a mirror the department's own path stands at the end.
    return layout is not None and not is_list(source, url) and re.search(layout.path.pattern + r"\Z", path) is not None


def is_list(source: Source, url: str) -> bool:
    """Whether it is the list itself, on whichever of its pages."""
    return urlsplit(url)._replace(query="") == urlsplit(canonical_url(source.url))._replace(query="")
