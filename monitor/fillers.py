"""Which blocks of a page a machine fills, by what the markup says: carousels, "related", advertisements, weather.

What is found here is only ranked lower, never hidden: a class name is a hint, and a banner may carry the news. So a
block is taken only where nothing in it looks like the page's own matter: no first heading, no table, no form, no
document's name, and not a good part of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.noise_rules import FILLED_HEADINGS, key_of

MOST_LINES = 40
"""A longer block is no carousel and no list of related stories."""

_CANDIDATES = "div[class], div[id], section, aside[class], aside[id], ul[class], ul[id], ol[class], ol[id]"
_HEADINGS = "h2, h3, h4, h5, h6"
_LABELS = "p, div, strong, b, span, dt, li, legend, center"
_LONGEST_HEADING = 60
_MATTER = "h1, main, table, form, article:has(h1)"
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ROTATES = re.compile(
    r"(?:\w*carousel|\w*slideshow|\w*slider|swiper|slick|slides|glide|splide|rotators?|rotating|marquee|(?:news)?ticker)",
    re.IGNORECASE,
)
"""Libraries and their habits: Bootstrap, Owl, Slick, Swiper, Glide, Splide, FlexSlider, bxSlider, Nivo; modules of
Drupal and Joomla."""
_FILLED = frozenset(
    {
        "related", "relatedposts", "relatednews", "relatedarticles", "recommended", "recommendations", "trending",
        "popular", "advert", "adverts", "advertisement", "advertisements", "advertising", "adsense", "adsbygoogle",
        "sponsor", "sponsors", "sponsored", "weather", "tweet", "tweets", "twitter", "instagram", "facebook",
        "countdown", "testimonial", "testimonials", "juicer", "elfsight",
    }
)  # fmt: skip
_FILLED_PAIRS = (
    ({"most"}, {"read", "viewed", "popular", "shared", "commented", "visited"}),
    ({"you", "also"}, {"like"}),
    ({"social"}, {"feed", "feeds", "wall", "stream", "timeline", "posts"}),
    ({"google", "dfp", "banner"}, {"ad", "ads"}),
    ({"visitor", "visitors", "hit", "hits", "page"}, {"counter"}),
    ({"hero"}, {"banner", "banners"}),
    ({"quote", "tip", "word", "verse", "photo"}, {"day"}),
)
_OF_THE_PAGE = frozenset(
    {
        "document", "documents", "file", "files", "attachment", "attachments", "agenda", "agendas", "minutes",
        "meeting", "meetings", "legislation", "ordinance", "ordinances", "resolution", "resolutions", "alert", "alerts",
        "emergency", "notice", "notices", "result", "results", "budget", "services", "policy", "policies", "case",
        "cases",
    }
)  # fmt: skip
"""Beside one of these words a hint says nothing: "related-documents", "weather-alerts", "social-services"."""


def filler_blocks(tree: LexborHTMLParser) -> frozenset[int]:
    """The outermost elements, by `mem_id`, that the markup says are filled by a machine."""
    return frozenset(node.mem_id for node in _hinted(tree) if node.css_first(_MATTER) is None)


class Filled(str):
    """A line that stands in such a block, while a page is read: what joins it with others makes a plain line of it."""

    __slots__ = ()


def fillers_among(lines: Sequence[str]) -> frozenset[int]:
    """The indexes of lines that stand in such blocks, without a document's name, and without blocks in a row that are
    more than half of the page: there the hints are the names of its design.
    """
    found: set[int] = set()
    for filled, run in groupby(range(len(lines)), lambda index: type(lines[index]) is Filled):
        block = list(run) if filled else []
        if 2 * len(block) <= len(lines):
            found.update(index for index in block if " [/" not in lines[index])
    return frozenset(found)


def _hinted(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    for node in tree.css(_CANDIDATES):
        attributes = node.attributes
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if (attributes.get("aria-roledescription") or "").lower() == "carousel" or _is_hint(called):
            yield node
    for heading in tree.css(_HEADINGS):
        text = " ".join(heading.text().split())
        if _heads_filler(text) and (around := _around(heading, text)) is not None:
            yield around


def _heads_filler(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and FILLED_HEADINGS.fullmatch(key_of(text)) is not None


def labelled_blocks(tree: LexborHTMLParser, lines: Sequence[str]) -> frozenset[int]:
    """Blocks below such a heading that is no heading in the markup; looked for only where a line of the page is one."""
    wanted = {line for line in lines if type(line) is not Filled and _heads_filler(line)}
    found = set()
    for node in tree.css(_LABELS) if wanted else ():
        text = " ".join(node.text().split())
        if text in wanted and (around := _around(node, text)) is not None and around.css_first(_MATTER) is None:
            found.add(around.mem_id)
    return frozenset(found)


def _is_hint(names: str) -> bool:
    found = _WORDS.findall(names)
    words = {word.lower() for word in found}
    if words & _OF_THE_PAGE:
        return False
    if words & _FILLED or any(map(_ROTATES.fullmatch, words)):
        return True
    return any(words & one and words & other for one, other in _FILLED_PAIRS)


def _around(heading: LexborNode, text: str) -> LexborNode | None:
    """The element that a heading is the heading of: the nearest around it that begins with it and says more."""
    node = heading.parent
    while node is not None and node.tag not in ("body", "html", "main", "article", "form", "td"):
        whole = " ".join(node.text().split())
        if not whole.startswith(text):
            return None
        if len(whole) > len(text):
            return node
        node = node.parent
    return None
