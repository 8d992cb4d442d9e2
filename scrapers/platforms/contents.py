"""What an answer is, where its address says nothing: a feed, a calendar, a file, a page with documents."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from monitor.text import read
from monitor.types import Link, Look
from scrapers.platforms.councils import from_address
from scrapers.platforms.lists import csv_lists, json_lists, table_lists
from scrapers.platforms.proposals import Proposal

_WINDOW = 4096
"""Bytes of an answer in which its kind shows."""
_BY_FIRST_BYTES: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"BEGIN:VCALENDAR"), "an iCalendar feed", "ical"),
    (re.compile(rb"(?:<[?!][^<>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]"), "a feed", "feed"),
    (re.compile(rb"(?:<[?!][^<>]*>\s*)*<(?:urlset|sitemapindex)[\s>]"), "a sitemap", ""),
    (re.compile(rb"%PDF-"), "a PDF", ""),
)
"""What the first bytes say, what that is called, and the reader that a stanza chooses for it."""
_DOCUMENTS_AT_LEAST = 3
"""A page that links to fewer files is read for its text."""


def from_answer(look: Look) -> tuple[Proposal, ...]:
    """Ways to watch what a first look brought, the best first; a way that reads plain text is always among them.

    A page that links to a platform on which it keeps its agendas gets that after itself: a city's front page is not
    its calendar.
    """
    plain = Proposal("a page", look.url)
    head = (look.body or b"")[:_WINDOW].lstrip(b"\xef\xbb\xbf \t\r\n")
    for pattern, label, reader in _BY_FIRST_BYTES:
        if pattern.match(head):
            return (
                (Proposal(label, look.url, parameters={"extract": reader}), plain)
                if reader
                else (Proposal(label, look.url),)
            )
    if head.startswith((b"{", b"[")):
        return (*json_lists(look), plain)
    return (*csv_lists(look), plain) if _is_csv(look) else _of_page(look, plain)


def _of_page(look: Look, plain: Proposal) -> tuple[Proposal, ...]:
    page = read(look.body or b"", look.media_type, look.final_url)
    documents = {link.url for link in page.links if link.role == "document"}
    followed = Proposal("a page with documents", look.url, parameters={"follow": True})
    here = (followed, plain) if len(documents) >= _DOCUMENTS_AT_LEAST else (plain,)
    return (*_agenda_center(look), *table_lists(look), *here, *_linked_platforms(page.links))


def _is_csv(look: Look) -> bool:
    return look.media_type in ("text/csv", "application/csv") or urlsplit(look.final_url).path.lower().endswith(".csv")


def _agenda_center(look: Look) -> tuple[Proposal, ...]:
    """CivicPlus by its rows, wherever a city mounted it."""
    body = look.body or b""
    if b"catAgendaRow" not in body:
        return ()
    mounted = re.search(rb"""["']((?:https?://[^"'/]+)?[^"']{0,200}?/AgendaCenter)/ViewFile/""", body, re.IGNORECASE)
    path = mounted[1].decode("latin-1") if mounted else "/AgendaCenter"
    parts = urlsplit(look.final_url)
    address = path if path.startswith("http") else f"{parts.scheme}://{parts.netloc}{path}"
    return from_address(address)


def _linked_platforms(links: tuple[Link, ...]) -> tuple[Proposal, ...]:
    """Platforms that the page links to, the most often linked first."""
    found = [proposal for link in links for proposal in from_address(link.url)[:1] if proposal.spider != "civicplus"]
    often = Counter(proposal.url for proposal in found)
    known = {proposal.url: proposal for proposal in found}
    return tuple(known[url] for url, _ in often.most_common(3))
