"""What a generated page says: a title and blocks, apart from how any site renders them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from corpus.words import Words


@dataclass(frozen=True)
class Heading:
    """A heading inside the page."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A passage of prose, or a short line such as a dateline."""

    text: str


@dataclass(frozen=True)
class Item:
    """One entry of a list; `href` leads to a page or a document."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """A table with a header row. A cell that begins with "/" is the address of a document that the cell links to."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cards: bool = False
    """Shown as one box a row, each cell a line of its own."""


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True)
class Content:
    """All that a page says."""

    kind: str
    title: str
    blocks: tuple[Block, ...]

    def with_block(self, index: int, block: Block) -> Content:
        """The same page with one block replaced."""
        return replace(self, blocks=(*self.blocks[:index], block, *self.blocks[index + 1 :]))


def _release(random: Random, words: Words) -> Content:
    number = f"{random.randint(10, 26)}-{random.randint(100, 999)}"
    return Content(
        "press release",
        words.headline(random),
        (
            Paragraph("FOR IMMEDIATE RELEASE"),
            Paragraph(words.date(random)),
            *(Paragraph(words.paragraph(random)) for _ in range(random.randint(3, 6))),
            Items((Item("Download the indictment", f"/files/indictment-{random.randint(1, 99)}.pdf"),)),
            Paragraph(f"### {number}"),
        ),
    )


def _listing(random: Random, words: Words) -> Content:
    day = date(2026, 6, 20)
    items = []
    for _ in range(random.randint(8, 14)):
        day -= timedelta(days=random.randint(1, 6))
        title = words.headline(random)
        items.append(Item(words.entry.format(title=title, date=words.date(random, day=day)), f"/news/{len(items)}"))
    return Content("listing", f"News of {words.site}", (Paragraph(words.sentence(random)), Items(tuple(items))))


def _agenda(random: Random, words: Words) -> Content:
    def items(first: int, count: int) -> Items:
        return Items(
            tuple(
                Item(f"{first + index}. {random.choice(words.subjects)}: {words.sentence(random)}", "")
                if index % 3
                else Item(
                    f"{first + index}. {words.headline(random)}",
                    f"/agenda/packet_{first + index}_{random.randint(1, 99)}.pdf",
                )
                for index in range(count)
            )
        )

    return Content(
        "agenda",
        f"Regular Meeting of {random.choice(words.bodies)}",
        (
            Paragraph(f"{words.date(random)}, {random.randint(1, 11)}:{random.choice(('00', '30'))} PM"),
            Paragraph(f"Room {random.randint(100, 400)}, {random.randint(10, 990)} Court Street"),
            Heading("Consent Calendar"),
            items(1, 5),
            Heading("Public Hearings"),
            items(6, 4),
            Paragraph(words.sentence(random)),
        ),
    )


def _row(random: Random, words: Words, place: str) -> tuple[str, ...]:
    return (
        place, words.sentence(random), str(random.randint(10, 3_000)), str(random.randint(1, 400)), words.date(random),
    )  # fmt: skip


def _table(random: Random, words: Words) -> Content:
    places = random.sample(words.places, random.randint(8, 16))
    return Content(
        "table",
        f"Report on {random.choice(words.subjects)}",
        (
            Paragraph(words.paragraph(random, 2)),
            Table(words.columns, tuple(_row(random, words, place) for place in sorted(places))),
            Paragraph(words.sentence(random)),
        ),
    )


def _names(random: Random, words: Words) -> Content:
    places = random.sample(words.places, 14)
    return Content(
        "list",
        f"Jurisdictions and {random.choice(words.subjects)}",
        (
            Paragraph(words.paragraph(random, 2)),
            Heading("States and Counties"),
            Items(tuple(Item(place) for place in sorted(places[:9]))),
            Heading("Cities"),
            Items(tuple(Item(f"{place} (added {words.date(random)})") for place in sorted(places[9:]))),
            Paragraph(words.sentence(random)),
        ),
    )


def _documents(random: Random, words: Words) -> Content:
    def meetings(count: int) -> Items:
        return Items(
            tuple(
                Item(
                    f"{words.date(random)} Agenda: {random.choice(words.subjects)}", f"/AgendaCenter/View/_{number}.pdf"
                )
                for number in random.sample(range(1000, 2000), count)
            )
        )

    return Content(
        "documents",
        "Agendas and Minutes",
        (Heading("City Council"), meetings(6), Heading("Planning Board"), meetings(5)),
    )


def _calendar(random: Random, words: Words) -> Content:
    rows = tuple(
        (
            random.choice(words.bodies), words.date(random), f"{random.randint(1, 11)}:00 PM",
            f"Room {random.randint(100, 400)}", f"/View.ashx?M=A&ID={random.randint(10_000, 99_999)}",
        )
        for _ in range(10)
    )  # fmt: skip
    return Content(
        "calendar", f"{words.site} Calendar", (Table(("Name", "Meeting Date", "Time", "Location", "Agenda"), rows),)
    )


def _cards(random: Random, words: Words) -> Content:
    rows = tuple(
        (
            words.headline(random), words.date(random), random.choice(words.places), random.choice(words.statuses),
            random.choice(words.people), words.sentence(random),
        )
        for _ in range(9)
    )  # fmt: skip
    header = ("Title", "Date", "Place", "Status", "Contact", "Summary")
    return Content("cards", f"{words.site} Cases", (Paragraph(words.sentence(random)), Table(header, rows, cards=True)))


def _notice(random: Random, words: Words) -> Content:
    return Content(
        "notice",
        words.headline(random),
        (Paragraph(words.date(random)), Paragraph(words.paragraph(random, 2)), Paragraph(words.sentence(random))),
    )


KINDS = {
    "press release": _release,
    "listing": _listing,
    "agenda": _agenda,
    "table": _table,
    "list": _names,
    "documents": _documents,
    "calendar": _calendar,
    "cards": _cards,
    "notice": _notice,
}
"""By kind of page: who writes one."""


def row_like(random: Random, words: Words, table: Table) -> tuple[str, ...]:
    """A new row of a table."""
    if len(table.header) == len(words.columns) and table.header == words.columns:
        taken = {row[0] for row in table.rows}
        place = next((place for place in words.places if place not in taken), "Unincorporated Area")
        return _row(random, words, place)
    if table.cards:
        return _cards(random, words).blocks[1].rows[0]  # type: ignore[union-attr]
    return (
        random.choice(words.bodies), words.date(random), f"{random.randint(1, 11)}:30 PM", "Annex",
        f"/View.ashx?M=A&ID={random.randint(10_000, 99_999)}",
    )  # fmt: skip
