"""Pages that are no web pages: PDF text and tables, JSON, CSV, RSS; each with its true changes and its noise."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

from corpus.case import Capture
from corpus.content import Content, Heading, Item, Items, Paragraph, Table
from corpus.words import Words
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph as Passage
from reportlab.platypus import SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as Grid


@dataclass(frozen=True)
class Writing:
    """One way to write the same content: what a machine chooses anew each time."""

    random: Random
    at: datetime
    plain: bool = False
    """The first writing: nothing is chosen otherwise."""


Writer = Callable[[Content, Words, Writing], Capture]


def pdf(content: Content, words: Words, writing: Writing, *, margin: int = 72) -> Capture:
    """A PDF: prose and tables. Written again it has another id, date and compression."""
    buffer = io.BytesIO()
    styles = getSampleStyleSheet()
    story: list[object] = [Passage(escape(content.title), styles["Title"])]
    for block in content.blocks:
        if isinstance(block, Heading):
            story.append(Passage(escape(block.text), styles["Heading2"]))
        elif isinstance(block, Paragraph):
            story.append(Passage(escape(block.text), styles["BodyText"]))
        elif isinstance(block, Items):
            story += [Passage(escape(item.text), styles["BodyText"]) for item in block.items]
        else:
            cells = [[Passage(escape(cell), styles["BodyText"]) for cell in row] for row in (block.header, *block.rows)]
            story.append(Grid(cells, repeatRows=1, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])))
    document = SimpleDocTemplate(
        buffer, pagesize=letter, leftMargin=margin, rightMargin=margin, title=content.title, invariant=1,
        author="" if writing.plain else f"clerk{writing.random.randint(1, 99)}",
        pageCompression=1 if writing.plain else writing.random.choice((0, 1)),
    )  # fmt: skip
    document.build(story)
    return Capture(buffer.getvalue(), "application/pdf")


def _records(content: Content) -> list[dict[str, str]]:
    for block in content.blocks:
        if isinstance(block, Table):
            return [
                dict(zip((name.lower().replace(" ", "_") for name in block.header), row, strict=True))
                for row in block.rows
            ]
    return [
        {"id": str(number), "title": item.text, "url": item.href}
        for block in content.blocks if isinstance(block, Items) for number, item in enumerate(block.items)
    ]  # fmt: skip


def json_answer(content: Content, words: Words, writing: Writing) -> Capture:
    """An API's answer. Written again it has another request id, time, order of keys and indentation."""
    random = writing.random
    records: Sequence[Mapping[str, str]] = _records(content)
    meta = {
        "requestId": f"{random.getrandbits(64):x}",
        "generatedAt": writing.at.isoformat(),
        "executionTime": f"0.{random.randint(100, 999)}",
    }
    if not writing.plain:
        records = [dict(random.sample(list(record.items()), len(record))) for record in records]
    whole = {"metadata": meta, "title": content.title, "results": records}
    indent = None if writing.plain else random.choice((None, 1, 4))
    return Capture(json.dumps(whole, indent=indent).encode(), "application/json")


def csv_file(content: Content, words: Words, writing: Writing) -> Capture:
    """A download. Written again it has other quotes and line ends."""
    quoted = not writing.plain and writing.random.random() < 0.6
    end = "\n" if writing.plain else writing.random.choice(("\n", "\r\n"))
    records = _records(content)

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quoted or "," in text or '"' in text else text

    lines = [",".join(map(cell, records[0])), *(",".join(map(cell, record.values())) for record in records)]
    mark = "\ufeff" if quoted else ""
    return Capture((mark + end.join(lines) + end).encode(), "text/csv; charset=utf-8")


def rss(content: Content, words: Words, writing: Writing) -> Capture:
    """A feed. Written again it has another build date, ttl and form of its entries."""
    random = writing.random
    entries = []
    for block in content.blocks:
        for number, item in enumerate(block.items if isinstance(block, Items) else ()):
            link = f"https://www.example.gov{item.href or f'/n/{number}'}"
            text = escape(item.text)
            title = text if writing.plain or random.random() < 0.5 else f"<![CDATA[{item.text}]]>"
            entries.append(f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>")
    built = format_datetime(writing.at)
    gap = "" if writing.plain else random.choice(("\n", "\n  "))
    return Capture(
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{escape(content.title)}</title>"
        f"<link>https://www.example.gov/</link><lastBuildDate>{built}</lastBuildDate><ttl>{random.randint(5, 60)}</ttl>"
        f"{gap.join(entries)}</channel></rss>".encode(),
        "application/rss+xml; charset=utf-8",
    )


WRITERS: Mapping[str, tuple[Writer, tuple[str, ...], str]] = {
    "PDF text": (pdf, ("press release", "notice", "agenda"), "https://www.example.gov/files/release.pdf"),
    "PDF table": (pdf, ("table",), "https://www.example.gov/files/report.pdf"),
    "JSON": (json_answer, ("table", "listing"), "https://www.example.gov/api/list.json"),
    "CSV": (csv_file, ("table", "documents"), "https://www.example.gov/files/list.csv"),
    "RSS": (rss, ("listing", "documents"), "https://www.example.gov/news/rss.xml"),
}
"""By kind of page: who writes it, the kinds of content that it may hold, its address."""


def shuffled(content: Content, random: Random) -> Content:
    """Lists in another order."""
    blocks = []
    for block in content.blocks:
        if isinstance(block, Items):
            items: list[Item] = list(block.items)
            random.shuffle(items)
            blocks.append(Items(tuple(items)))
        elif isinstance(block, Table):
            rows = list(block.rows)
            random.shuffle(rows)
            blocks.append(replace(block, rows=tuple(rows)))
        else:
            blocks.append(block)
    return replace(content, blocks=tuple(blocks))
