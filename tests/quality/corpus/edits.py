"""True changes: what an editor does to a page, from one digit to a whole list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from corpus.content import KINDS, Block, Content, Heading, Item, Items, Paragraph, Table, row_like
from corpus.words import Words

Edited = tuple[Content, str]
"""The page after the edit, and words that a reader must be shown for it ("" where something went)."""
Edit = Callable[[Content, Random, Words], Edited | None]
"""None where the page has nothing of the sort."""

_DATE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, )?[A-Z][a-z]+\.? \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2} \d{4}"
    r"|\d{2}/\d{2}/\d{4}"
)
_TIME = re.compile(r"\d{1,2}:\d\d PM")


def _blocks(content: Content, kind: type[Block]) -> list[int]:
    return [index for index, block in enumerate(content.blocks) if isinstance(block, kind)]


def _in_texts(content: Content, random: Random, change: Callable[[str], str | None]) -> Edited | None:
    """Try texts of the page in random order until one can be changed."""
    spots: list[tuple[int, int, int]] = []
    for index, block in enumerate(content.blocks):
        if isinstance(block, Paragraph):
            spots.append((index, 0, 0))
        elif isinstance(block, Items):
            spots += [(index, number, 0) for number in range(len(block.items))]
        elif isinstance(block, Table):
            spots += [(index, row, cell) for row in range(len(block.rows)) for cell in range(len(block.header))]
    random.shuffle(spots)
    for index, first, second in spots:
        block = content.blocks[index]
        if isinstance(block, Paragraph):
            text = change(block.text)
            if text:
                return content.with_block(index, Paragraph(text)), text
        elif isinstance(block, Items):
            text = change(block.items[first].text)
            if text:
                return content.with_block(index, _with_item(block, first, replace(block.items[first], text=text))), text
        elif isinstance(block, Table) and not block.rows[first][second].startswith("/"):
            text = change(block.rows[first][second])
            if text:
                return content.with_block(index, _with_cell(block, first, second, text)), text
    return None


def _with_item(block: Items, index: int, *new: Item) -> Items:
    return Items((*block.items[:index], *new, *block.items[index + 1 :]))


def _with_cell(table: Table, row: int, cell: int, text: str) -> Table:
    cells = (*table.rows[row][:cell], text, *table.rows[row][cell + 1 :])
    return replace(table, rows=(*table.rows[:row], cells, *table.rows[row + 1 :]))


def one_digit(content: Content, random: Random, words: Words) -> Edited | None:
    """One digit of one figure."""

    def change(text: str) -> str | None:
        digits = [match.start() for match in re.finditer(r"\d", text)]
        if not digits:
            return None
        at = random.choice(digits)
        return f"{text[:at]}{(int(text[at]) + random.randint(1, 8)) % 10}{text[at + 1 :]}"

    return _in_texts(content, random, change)


def date_moved(content: Content, random: Random, words: Words) -> Edited | None:
    """A date became another."""

    def change(text: str) -> str | None:
        found = _DATE.search(text)
        other = words.date(random)
        return text.replace(found[0], other, 1) if found and found[0] != other else None

    return _in_texts(content, random, change)


def time_moved(content: Content, random: Random, words: Words) -> Edited | None:
    """A meeting begins at another hour."""

    def change(text: str) -> str | None:
        found = _TIME.search(text)
        return text.replace(found[0], "12:15 PM", 1) if found else None

    return _in_texts(content, random, change)


_OTHER_WORDS = {
    "declined": "honored",
    "will": "may",
    "received": "lost",
    "until": "after",
    "not": "now",
    "voted": "refused",
    "ordered": "asked",
    "found": "denied",
    "expires": "begins",
    "filed": "dropped",
    "withheld": "freed",
    "be": "never be",
    "with": "without",
    "was": "was not",
    "were": "were not",
    "has": "never has",
    "introduced": "withdrawn",
    "lists": "omits",
    "joined": "left",
    "pays": "owes",
}
"""Words of the sentences, and what turns their meaning."""


def word_changed(content: Content, random: Random, words: Words) -> Edited | None:
    """One word inside a passage of prose."""

    def change(text: str) -> str | None:
        found = [word for word in re.findall(r"[a-z]+", text) if word in _OTHER_WORDS]
        if not found:
            return None
        word = random.choice(found)
        return re.sub(rf"\b{word}\b", _OTHER_WORDS[word], text, count=1)

    return _in_texts(content, random, change)


def name_corrected(content: Content, random: Random, words: Words) -> Edited | None:
    """A name is spelled otherwise."""
    names = [*words.places, *words.people]

    def change(text: str) -> str | None:
        found = [name for name in names if name in text]
        if not found:
            return None
        name = random.choice(found)
        return text.replace(name, name.replace("e", "a", 1) if "e" in name else f"{name}s", 1)

    return _in_texts(content, random, change)


def figure_in_table(content: Content, random: Random, words: Words) -> Edited | None:
    """One figure of a table row."""
    for index in _blocks(content, Table):
        table = content.blocks[index]
        assert isinstance(table, Table)
        cells = [
            (row, cell) for row, cells in enumerate(table.rows) for cell, text in enumerate(cells) if text.isdigit()
        ]
        if cells:
            row, cell = random.choice(cells)
            text = str(int(table.rows[row][cell]) + random.randint(1, 40))
            return content.with_block(index, _with_cell(table, row, cell, text)), text
    return None


def row_added(content: Content, random: Random, words: Words) -> Edited | None:
    """A new table row."""
    for index in _blocks(content, Table):
        table = content.blocks[index]
        assert isinstance(table, Table)
        at, row = random.randint(0, len(table.rows)), row_like(random, words, table)
        return content.with_block(index, replace(table, rows=(*table.rows[:at], row, *table.rows[at:]))), row[1]
    return None


def row_removed(content: Content, random: Random, words: Words) -> Edited | None:
    """A table row went."""
    for index in _blocks(content, Table):
        table = content.blocks[index]
        assert isinstance(table, Table)
        at = random.randrange(len(table.rows))
        return content.with_block(index, replace(table, rows=table.rows[:at] + table.rows[at + 1 :])), ""
    return None


def _list(content: Content, random: Random) -> tuple[int, Items] | None:
    found = [(i, block) for i in _blocks(content, Items) if isinstance(block := content.blocks[i], Items)]
    return random.choice([one for one in found if len(one[1].items) > 1] or found or [None])  # type: ignore[list-item]


def item_added(content: Content, random: Random, words: Words) -> Edited | None:
    """A new list item, of the shape of its neighbours."""
    found = _list(content, random)
    if found is None:
        return None
    index, block = found
    like = random.choice(block.items)
    if content.kind == "list":
        present = " ".join(item.text for item in block.items)
        text = next(place for place in words.places if place not in present)
        new = Item(f"{text} (added {words.date(random)})" if "(" in like.text else text)
    elif content.kind == "documents":
        new = Item(
            f"{words.date(random)} Agenda: {random.choice(words.subjects)}",
            f"/AgendaCenter/View/_{random.randint(1, 99)}.pdf",
        )
    elif content.kind == "agenda":
        new = Item(f"{len(block.items) + 30}. {words.headline(random)}")
    else:
        title, day = words.headline(random), words.date(random)
        new = Item(words.entry.format(title=title, date=day), f"/news/{random.randint(100, 999)}")
    at = random.randint(0, len(block.items))
    return content.with_block(index, Items((*block.items[:at], new, *block.items[at:]))), new.text


def item_removed(content: Content, random: Random, words: Words) -> Edited | None:
    """A list item went."""
    found = _list(content, random)
    if found is None or len(found[1].items) < 2:
        return None
    index, block = found
    return content.with_block(index, _with_item(block, random.randrange(len(block.items)))), ""


def item_to_other_list(content: Content, random: Random, words: Words) -> Edited | None:
    """A name stands under another heading now."""
    lists = _blocks(content, Items)
    if len(lists) < 2:
        return None
    one, other = content.blocks[lists[0]], content.blocks[lists[1]]
    assert isinstance(one, Items)
    assert isinstance(other, Items)
    item = random.choice(one.items)
    content = content.with_block(lists[0], _with_item(one, one.items.index(item)))
    return content.with_block(lists[1], Items((*other.items, item))), item.text


def paragraph_added(content: Content, random: Random, words: Words) -> Edited | None:
    """A new passage."""
    text = words.paragraph(random, 2)
    at = random.randint(0, len(content.blocks))
    return replace(content, blocks=(*content.blocks[:at], Paragraph(text), *content.blocks[at:])), text


def paragraph_removed(content: Content, random: Random, words: Words) -> Edited | None:
    """A passage went."""
    found = _blocks(content, Paragraph)
    if len(found) < 2:
        return None
    at = random.choice(found)
    return replace(content, blocks=content.blocks[:at] + content.blocks[at + 1 :]), ""


def heading_changed(content: Content, random: Random, words: Words) -> Edited | None:
    """A section is called otherwise."""
    found = _blocks(content, Heading)
    if not found:
        return None
    text = f"{random.choice(words.subjects)} (Amended)"
    return content.with_block(random.choice(found), Heading(text)), text


def document_replaced(content: Content, random: Random, words: Words) -> Edited | None:
    """A link that reads the same leads to another document."""
    for index in random.sample(_blocks(content, Items), len(_blocks(content, Items))):
        block = content.blocks[index]
        assert isinstance(block, Items)
        linked = [number for number, item in enumerate(block.items) if item.href.endswith(".pdf")]
        if linked:
            at = random.choice(linked)
            href = block.items[at].href.replace(".pdf", random.choice(("_revised.pdf", "-v2.pdf", "_0.pdf")))
            return content.with_block(index, _with_item(block, at, replace(block.items[at], href=href))), ""
    return None


def cancelled(content: Content, random: Random, words: Words) -> Edited | None:
    """A status is added to an entry, a row or the head of a page."""
    for index, block in enumerate(content.blocks):
        if isinstance(block, Table):
            row = random.randrange(len(block.rows))
            return content.with_block(
                index, _with_cell(block, row, 0, f"{block.rows[row][0]} {words.cancelled}")
            ), words.cancelled
        if isinstance(block, Items) and content.kind in ("documents", "agenda"):
            at = random.randrange(len(block.items))
            new = replace(block.items[at], text=f"{block.items[at].text} - {words.cancelled}")
            return content.with_block(index, _with_item(block, at, new)), words.cancelled
    return replace(content, blocks=(Paragraph(words.cancelled), *content.blocks)), words.cancelled


def dates_exchanged(content: Content, random: Random, words: Words) -> Edited | None:
    """Two rows have each other's date: every line is still there, in another place."""
    for index in _blocks(content, Table):
        table = content.blocks[index]
        assert isinstance(table, Table)
        cell = next(
            number
            for number, text in enumerate(table.rows[0])
            if _DATE.search(text) or re.fullmatch(r"[\d/-]{8,10}", text)
        )
        one, other = random.sample(range(len(table.rows)), 2)
        dates = table.rows[one][cell], table.rows[other][cell]
        if dates[0] != dates[1]:
            table = _with_cell(_with_cell(table, one, cell, dates[1]), other, cell, dates[0])
            return content.with_block(index, table), ""
    return None


def whole_list(content: Content, random: Random, words: Words) -> Edited | None:
    """Every entry is another one: the next edition under the same address."""
    if content.kind not in ("listing", "table", "documents", "calendar"):
        return None
    fresh = KINDS[content.kind](Random(random.random()), words)
    return replace(content, blocks=fresh.blocks), ""


EDITS: Mapping[str, Edit] = {
    "one digit": one_digit,
    "date moved": date_moved,
    "time moved": time_moved,
    "word changed": word_changed,
    "name corrected": name_corrected,
    "figure in a table": figure_in_table,
    "row added": row_added,
    "row removed": row_removed,
    "item added": item_added,
    "item removed": item_removed,
    "item under another heading": item_to_other_list,
    "paragraph added": paragraph_added,
    "paragraph removed": paragraph_removed,
    "heading changed": heading_changed,
    "document replaced": document_replaced,
    "status cancelled": cancelled,
    "dates exchanged": dates_exchanged,
    "whole list": whole_list,
}
"""By class of change."""
