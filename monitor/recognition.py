"""Recognises what a body is: its kind by its first bytes, and whether a row of the table of mechanisms holds for it.

Everything is linear in the window that is searched; a page is parsed only where a needle was found.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal

from selectolax.lexbor import LexborHTMLParser

from monitor.mechanisms import HEADERS, HEADINGS, LARGEST, MECHANISMS, PLAIN_ANSWERS, WINDOW, Heading, Mechanism
from monitor.types import Verdict, VerdictKind

BodyKind = Literal["html", "xml", "json", "pdf", "zip", "text", "binary"]

_BLANK: Final = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf"
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|h1|div|p|br|b|center|table|pre)\b", re.I
)
_JSON_START = re.compile(rb"""\{\s*["}]|\[\s*[\[{"\]]""")
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"RIFF", b"II*\x00", b"MM\x00*")
_NESTING = re.compile(
    rb"<(/?)(?!(?:p|li|td|th|tr|br|hr|img|input|meta|link|option|dt|dd|area|col|source|wbr)\b)[a-z]", re.I
)
_DEEPEST = 4_000
_CROWDED = re.compile(rb"<[a-zA-Z](?:[^<>=]*=){2000}")
_CLOUDFLARE_PLAIN = re.compile(r"error code:? 1\d\d\d")
_SEPARATORS = re.compile(r"\s+[|–—·•:»>-]+\s+|\s*[|»]\s*")
_WORDS = re.compile(r"[\w'-]+")
_PHRASES = {phrase: heading for heading in HEADINGS for phrase in heading.phrases}
_NUMBERS = {number: heading for heading in HEADINGS for number in heading.numbers}
_TELLING = frozenset(
    {
        "found", "exist", "exists", "available", "unavailable", "removed", "deleted", "missing", "find", "locate",
        "maintenance", "down", "offline", "upgrade", "upgrades", "repair", "repairs",
    }
)  # fmt: skip
"""One of these is in every phrase that a heading's pattern matches."""
_APOLOGIES = frozenset({"http", "error", "status", "code", "oops", "sorry", "whoops", "uh-oh", "hmm", "-"})
_SMALL = 600
"""Characters to be read on a page of which only the title, or only the heading, says that it is not the page."""
_MODEST = 1_500
"""The same where nothing contradicts: the usual apology with its links fits, an article does not."""
_FIELDS = (
    'input[type="text" i], input[type="email" i], input[type="tel" i], input[type="search" i], input:not([type]),'
    ' select, textarea:not([name$="-response"])'
)
_BARE_NUMBERS = {
    number: replace(heading, reads_at_most=min(_SMALL, heading.reads_at_most)) for number, heading in _NUMBERS.items()
}
"""A heading that is a number and nothing else may be the number of anything: so only where there is little to read."""
_SIGN_IN = re.compile(r"\b(?:log[ -]?[io]n|sign[ -]?[io]n|authentication|iniciar sesión|acceso)\b")


def _together(size: int) -> Iterator[tuple[re.Pattern[bytes], frozenset[str]]]:
    """One search in place of many: of the needles that have a sign or letter in common which running text seldom has.

    Each expression begins with the sign, so it is searched as fast as a single byte is. With it come the names of the
    rows that cannot hold where it is not found. Of the rows that a body of that `size` may be recognised by.
    """
    waiting = {rule.name: max(rule.needles, key=len) for rule in MECHANISMS if rule.largest >= size}
    for sign in (b"_", b"-", b"/", b"w", b"k", b"z", b"b"):
        found = {name: needle for name, needle in waiting.items() if sign in needle}
        waiting = {name: needle for name, needle in waiting.items() if name not in found}
        # What follows the sign first, then a look back at the whole: that fails soonest.
        ends = (b"%b(?<=%b)" % (re.escape(whole.partition(sign)[2]), re.escape(whole)) for whole in found.values())
        if found:
            yield re.compile(b"%b(?:%b)" % (re.escape(sign), b"|".join(ends))), frozenset(found)


_TOGETHER: Final = {size: tuple(_together(size)) for size in (16_384, WINDOW)}
"""By the largest body that each is for. Of larger ones so few rows may hold that one search each is less."""


def is_blank(body: bytes) -> bool:
    """Whether there is nothing in it: no bytes, white space, or a byte order mark alone."""
    return not body or body.isspace() or (len(body) <= WINDOW and not body.strip(_BLANK))


def kind_of(body: bytes, media_type: str) -> BodyKind:
    """What the body is. Its own first bytes are believed before the declared media type: servers mislabel."""
    start = body[:1024].lstrip(_BLANK)
    declared = media_type.partition(";")[0].strip().lower()
    if b"%PDF-" in body[:1024] and start[:1] != b"<":
        return "pdf"
    if start[:4] == b"PK\x03\x04":
        return "zip"
    if start.startswith(_BINARY) or declared.startswith(("image/", "audio/", "video/", "font/")):
        return "binary"
    if start[:1] == b"<" or body[:2] in _UTF_16:
        return _markup_kind(start, declared)
    if "json" in declared or _JSON_START.match(start):
        return "json"
    return "html" if "html" in declared else "text"


def _markup_kind(start: bytes, declared: str) -> BodyKind:
    if start[:5] == b"<?xml":
        return "html" if re.search(rb"<(?:!doctype\s+)?html\b", start, re.I) else "xml"
    if _HTML_START.match(start):
        return "html"
    is_feed = re.match(rb"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", start, re.I) is not None
    return "xml" if is_feed or ("xml" in declared and "html" not in declared) else "html"


def from_headers(headers: Mapping[str, str]) -> Verdict | None:
    """Blocked, where a response header says that this is a challenge."""
    for rule in HEADERS:
        value = headers.get(rule.header)
        if value is not None and (not rule.values or value.strip().lower().startswith(rule.values)):
            return Verdict(VerdictKind.BLOCKED, rule.says, f"{rule.name}: header {rule.header}")
    return None


def from_plain(body: bytes) -> Verdict | None:
    """What a body says that is a phrase without markup and nothing else."""
    if len(body) > 200:
        return None
    text = " ".join(_WORDS.findall(body.decode("utf-8", "replace").lower()))
    if _CLOUDFLARE_PLAIN.fullmatch(body.decode("utf-8", "replace").strip().lower()):
        return Verdict(VerdictKind.BLOCKED, "Cloudflare refused the request", "cloudflare plain error code")
    found = PLAIN_ANSWERS.get(text)
    return Verdict(found[0], found[1], f"plain answer: {text}") if found else None


def from_markup(body: bytes, known_title: str) -> Verdict | None:
    """The first row of the table that holds for an HTML body. `known_title` is what the page was called before."""
    page = Markup(body)
    for rule in page.suspects():
        was_otherwise = known_title != "" and known_title.lower()[:8] != page.title[:8]
        if page.shows(rule) and (was_otherwise or not rule.was_otherwise):
            return Verdict(rule.verdict, rule.says, rule.name)
    heading = page.headed()
    if heading is not None:
        called = page.title or " ".join(page.headings)
        return Verdict(heading.verdict, heading.says, f"{heading.name}: {called}")
    if page.asks_for_sign_in(known_title):
        return Verdict(VerdictKind.BLOCKED, "the site asks for a sign-in", "password form")
    if page.shows_nothing():
        return Verdict(VerdictKind.EMPTY, "the page has markup and nothing in it", "empty document")
    return None


class Markup:
    """An HTML body under inspection: what can be found cheaply at once, the parsed page only when asked for."""

    def __init__(self, body: bytes) -> None:
        encoding = _UTF_16.get(body[:2])
        if encoding:
            body = body[: 4 * WINDOW].decode(encoding, "ignore").encode()
        self._body = body
        self.size = len(body)
        cut = body if self.size <= 2 * WINDOW else body[:WINDOW] + b"\n" + body[-WINDOW:]
        self.window = cut.lower()

    @cached_property
    def title(self) -> str:
        """The title in lower case, white space folded."""
        start = self.window.find(b"<title")
        return _plain(self._between(start, b"</title", 600)) if start >= 0 else ""

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The first headings of the first rank, else of the second, in lower case."""
        return tuple(filter(None, self._headings(b"<h1"))) or tuple(filter(None, self._headings(b"<h2")))

    def _headings(self, tag: bytes) -> Iterable[str]:
        at = self.window.find(tag)
        for _ in range(3):
            if at < 0:
                return
            yield _plain(self._between(at, b"</h", 1_200))
            at = self.window.find(tag, at + 3)

    def _between(self, start: int, end: bytes, most: int) -> str:
        """Behind the tag that opens at `start` up to `end`; empty where that does not come within `most` bytes."""
        stretch = self.window[start : start + most]
        opened, closed = stretch.find(b">"), stretch.find(end)
        return stretch[opened + 1 : closed].decode("utf-8", "replace") if 0 <= opened < closed else ""

    @cached_property
    def parsable(self) -> bool:
        """Whether a tree of it costs little: time grows with the square of depth, and of a tag's attributes."""
        if self.size > LARGEST or _CROWDED.search(self._body):
            return False
        depth = 0
        for match in _NESTING.finditer(self._body):
            depth += -1 if match[1] else 1
            if depth > _DEEPEST:
                return False
        return True

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed page."""
        return LexborHTMLParser(self._body)

    @cached_property
    def scripts(self) -> str:
        """All scripts' sources in lower case."""
        return "\n".join(node.text() for node in self.tree.css('script:not([type*="json" i])')).lower()

    @cached_property
    def readable(self) -> str:
        """What is to be read outside of scripts, navigation, header and footer, in lower case."""
        tree = LexborHTMLParser(self._body)
        tree.strip_tags(["script", "style", "noscript", "template", "nav", "svg", "select", "iframe"])
        if tree.body is None:
            return ""
        whole = " ".join(tree.body.text(separator=" ").split()).lower()
        tree.strip_tags(["header", "footer"])
        return " ".join(tree.body.text(separator=" ").split()).lower() or whole

    def suspects(self) -> Iterator[Mechanism]:
        """The rows whose needles the markup has, and than which it is not larger: the cheap half of recognising."""
        window, size = self.window, self.size
        absent: frozenset[str] = frozenset()
        for pattern, names in next((found for largest, found in _TOGETHER.items() if size <= largest), ()):
            if pattern.search(window) is None:
                absent |= names
        for rule in MECHANISMS:
            if size <= rule.largest and rule.name not in absent and all(needle in window for needle in rule.needles):
                yield rule

    def shows(self, rule: Mechanism) -> bool:
        """Whether the parsed page bears out what the needles promised."""
        if not self.parsable or (rule.script and rule.script not in self.scripts):
            return False
        if rule.element and self.tree.css_first(rule.element) is None:
            return False
        if rule.without_fields and self.tree.css_first(_FIELDS) is not None:
            return False
        if len(self.readable) > rule.reads_at_most:
            return False
        return rule.text is None or rule.text.search(self.readable) is not None

    def headed(self) -> Heading | None:
        """What the page calls itself: title and heading agree, or one of them says so and there is little to read."""
        parts = [part for part in (self.title, *_SEPARATORS.split(self.title)) if _meaning(part)]
        headings = self.headings or (self._parsed_headings() if parts else ())
        by_title = _meaning(parts[0]) if parts else None
        by_heading = next(filter(None, map(_meaning, headings)), None)
        heading = by_title or by_heading
        if heading is None or not self.parsable:
            return None
        if by_title is not None and by_heading is not None and by_title.name == by_heading.name:
            return heading if len(self.readable) <= max(by_title.reads_at_most, by_heading.reads_at_most) else None
        if any(len(text) > len(part) and part in text for part in parts for text in headings):
            # The heading goes on where the title's part ends: "Page not found: clerk sentenced" is a headline.
            return None
        most = min(_SMALL if headings and self.title else _MODEST, heading.reads_at_most)
        return heading if len(self.readable) <= most else None

    def _parsed_headings(self) -> tuple[str, ...]:
        """Headings that stand between the two windows of a long page, below its menus."""
        if self.size <= 2 * WINDOW or not self.parsable:
            return ()
        return tuple(" ".join(node.text().split()).lower() for node in self.tree.css("h1")[:3])

    def asks_for_sign_in(self, known_title: str) -> bool:
        """Whether a password form is all that the page is, and it is not known for that."""
        if b"password" not in self.window or not self.parsable:
            return False
        if _SIGN_IN.search(known_title.lower()) or self.tree.css_first('input[type="password" i]') is None:
            return False
        if any(len(name) <= 60 and _SIGN_IN.search(name) for name in (self.title, *self.headings)):
            return len(self.readable) <= _SMALL
        return known_title != "" and self.title != _plain(known_title) and len(self.readable) <= _SMALL // 2

    def shows_nothing(self) -> bool:
        """Whether there is nothing to see: no text, picture or frame, and no script but one that leads elsewhere."""
        if self.size > 4_096 or self.title:
            return False
        shows = "img, picture, iframe, frame, object, embed, svg, video, canvas, input"
        fills = "location" not in self.scripts and self.tree.css_first("script") is not None
        return not self.readable and not fills and self.tree.css_first(shows) is None


def _plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split()).lower().replace("’", "'")


def _meaning(text: str) -> Heading | None:
    """What a title or heading says that is one of the phrases, whatever status code and apology stand around it."""
    if not 0 < len(text) <= 120:
        return None
    found = _WORDS.findall(text)
    exact = _by_phrase(found)
    if exact is not None:
        return exact
    if len(found) == 1 and found[0] in _NUMBERS:
        return _BARE_NUMBERS[found[0]]
    rest = [word for word in found if word not in _NUMBERS]
    numbered = next((_NUMBERS[word] for word in found if word in _NUMBERS), None)
    while rest and rest[0] in _APOLOGIES:
        rest = rest[1:]
    # "404 page" is what a server calls it; "Page 404" stands between pages 403 and 405.
    says_only_that = not rest or (rest == ["page"] and found[-1] == "page")
    return _by_phrase(rest) or (numbered if says_only_that else None)


def _by_phrase(words: list[str]) -> Heading | None:
    phrase = " ".join(words)
    known = _PHRASES.get(phrase)
    if known is not None or not _TELLING.intersection(words):
        return known
    return next((heading for heading in HEADINGS if heading.pattern and heading.pattern.fullmatch(phrase)), None)
