"""What an answer is, where its address says nothing: a feed, a calendar, a file, a page with documents."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from monitor.text import read
from monitor.types import Link, Look
from scrapers.platforms.councils import from_address
from scrapers.platforms.proposals import Proposal

_WINDOW = 4096
"""Bytes of an answer in which its kind shows."""
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)[\s>]")
_DOCUMENTS_AT_LEAST = 3
"""A page that links to fewer files is read for its text."""


def from_answer(look: Look) -> tuple[Proposal, ...]:
    """Ways to watch what a first look brought, the best first; a plain page is always the last.

    A page that links to a platform on which it keeps its agendas gets that as its second choice at best: a city's
    front page is not its calendar.
    """
    body, head = look.body or b"", (look.body or b"")[:_WINDOW].lstrip(b"\xef\xbb\xbf \t\r\n")
    plain = Proposal("a page", look.url)
    if head.startswith(b"BEGIN:VCALENDAR"):
        return (Proposal("an iCalendar feed", look.url, parameters={"extract": "ical"}), plain)
    if _FEED.search(head):
        return (Proposal("a feed", look.url, parameters={"extract": "feed"}), plain)
    if _SITEMAP.search(head):
        return (Proposal("a sitemap", look.url),)
    if head.startswith(b"%PDF-"):
        return (Proposal("a PDF", look.url),)
    page = read(body, look.media_type, look.final_url)
    documents = {link.url for link in page.links if link.role == "document"}
    followed = Proposal("a page with documents", look.url, parameters={"follow": True})
    here = (followed, plain) if len(documents) >= _DOCUMENTS_AT_LEAST else (plain,)
    return (*_agenda_center(look), *here, *_linked_platforms(page.links))


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
