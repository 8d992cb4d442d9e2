"""A megabyte of whatever a stranger writes, from the first look to the change: time is bounded."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.types import Look, Source
from scrapers.intake import Intake
from storage import Archive

START = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
MEGABYTE = 1_000_000
BOUND = 20.0
"""Seconds of computing for three looks, which take five; a fifth of it for the quick part. What tries all partitions of
such a text takes hours."""

SEEDS = (
    "a", "A", "1", " ", "-", ".", "a ", "1 ", "A. ", "a.", "(", "[", "<", "\"", "=", "/", "a=", "1/", "1:", "1,", "é",
    "of ", "May 1 ", "May 1, 2017 ", "mostly ", "the ", "11:11 ", "1:11 PM ", "Last updated: ", "city of ", "* ", "| ",
    "http://a/", "%41", "“A. ", "&amp;", "[1] ", "\u200b", "\u0301", "a\n", "1\n", "\n ", "issued 1",
)  # fmt: skip
"""What patterns repeat over: each is met by one or more that `*` and `+` stand behind."""
MARKUP = (
    "a<", "<a", "<a ", "<a=", "<a/", '<a b="', "<a b=", "<!--", "<![CDATA[", "</", "<p>", "<script>", "<title>",
    "<ul><li>", "<table>", '<a href="/x.pdf">', '<div class="carousel">', '="#', "&#x", "charset=", "<?xml ",
)  # fmt: skip
"""Of which nothing is escaped."""


@pytest.fixture
def source() -> Source:
    return Source(slug="hostile", title="Hostile", url="https://hostile.example/a")


async def looked(source: Source, media: str, bodies: list[str]) -> float:
    """Seconds of computing for a look at each."""
    began = time.process_time()
    with Archive.in_memory() as archive:
        archive.keep_source(source, START)
        for hour, body in enumerate(bodies):
            now = START + timedelta(hours=hour)
            run = archive.begin_run(source.slug, archive.begin_poll(now), now)
            intake = Intake(archive, lambda now=now: now)
            headers = {"content-type": media}
            look = Look(source.url, now, 200, body.encode(), media, headers, source.url)
            await intake.take(look, source, run)
    return time.process_time() - began


def written(text: str, form: str) -> str:
    """The text as it is, as markup, or in a page."""
    if form == "text/plain":
        return text
    if form == "markup":
        return f"<!DOCTYPE html><html><head><title>A</title></head><body><h1>A</h1><p>Begin</p>{text}"
    title, shown = html.escape(text[:5000]), html.escape(text)
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><p>{shown}</p><p>End</p></body></html>"


@pytest.mark.parametrize("form", ["text/html", "text/plain", "markup"])
async def test_a_megabyte_of_anything_is_read_in_time(
    form: str, source: Source, whole: bool, counted: Callable[..., None]
) -> None:
    """One endless line of each kind, or as many lines; then with a word put in the middle, and cut at its end. The
    quick part does with fewer kinds and characters: what tries all partitions exceeds the bound all the same."""
    length = MEGABYTE if whole else MEGABYTE // 16
    kinds, media = (MARKUP, "text/html") if form == "markup" else (SEEDS, form)
    for seed in kinds if whole else kinds[::3]:
        text = (seed * (length // len(seed) + 1))[:length]
        half = length // 2
        editions = (text, f"{text[:half]} word {text[half:]}!", text[: -length // 200])
        seconds = await looked(source, media, [written(edition, form) for edition in editions])
        assert seconds < (BOUND if whole else BOUND / 5), repr(seed)
    counted(looks=3 * len(kinds))
