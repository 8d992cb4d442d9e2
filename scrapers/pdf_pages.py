"""Reads a PDF's pages into words and ruling lines, by pypdfium2 or by pdfplumber, in one shape.

Runs inside the bounded child process only (`scrapers.documents`): both libraries can be made to abort, to eat memory
or to run for hours by a file written for it.
"""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from monitor.errors import ExtractionError

MOST_PAGES = 500
"""The child process sets it to its limit. Longer than any list that is read; 10,000 pages killed pdfplumber."""
_MOST_PATHS = 20_000
"""Path objects on one page: a ruled table has hundreds, a drawing made to exhaust the reader hundreds of thousands."""
_MOST_CHARACTERS = 200_000
"""Characters on one page; a page of a dense table has 5,000."""
_THIN = 3.0
"""Points: a path thinner than this is a line, drawn as a stroke or as a narrow filled box."""
_SHORTEST_RULE = 6.0
"""Points: shorter strokes are underlines of letters, ticks and bullets, not the edge of a cell."""
_UNMAPPED = re.compile(r"^\(cid:\d+\)$")
"""What pdfplumber makes of a glyph without a letter that stands alone: a bullet out of a font of symbols."""
_PAGE_NUMBER = re.compile(
    r"(?!\d{4}$)[-–— ]*(?:page\s+)?(?:\d{1,4}|[ivx]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–— ]*", re.IGNORECASE
)
"""Four bare figures are a year that the end of a line has parted from its sentence, and so is "2026."."""
_INVISIBLE = dict.fromkeys((0x00, 0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space between them. Points from the page's top left corner as displayed."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line: upright at `at` from `start` down to `end`, or level at `at` from `start` right to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page. `lines` are in the order of the file, which keeps a cell's lines together."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    level: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A whole document. `title` is from its metadata and often empty or a file name."""

    title: str
    pages: tuple[PdfPage, ...]


def read_with_pdfium(body: bytes) -> PdfDocument:
    """Words, rules and lines by pypdfium2: 13-18 ms a page. Raises ExtractionError with one sentence."""
    _must_be_pdf(body)
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as problem:
        raise _unreadable(str(problem)) from problem
    with closing(document):
        count = len(document)
        _must_have_pages(count)
        pages = []
        for index in range(count):
            try:
                page = document[index]
            except pdfium.PdfiumError as problem:
                raise ExtractionError(
                    f"The PDF could not be read: page {index + 1} is damaged; look whether the publisher repairs it."
                ) from problem
            with closing(page):
                pages.append(_pdfium_page(page, index + 1))
        return PdfDocument(fold(str(document.get_metadata_value("Title"))), tuple(pages))


def read_with_pdfplumber(body: bytes) -> PdfDocument:
    """The same by pdfplumber: 250 ms a page, but it also sees lines inside form objects. Raises ExtractionError."""
    # Half of the child's start-up time, and rarely needed.
    import pdfplumber  # noqa: PLC0415
    from pdfminer.pdfexceptions import PDFException  # noqa: PLC0415
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

    _must_be_pdf(body)
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            _must_have_pages(len(document.pages))
            pages = []
            for page in document.pages:
                pages.append(_pdfplumber_page(page))
                # Without this 20 pages hold 208 MB instead of 45.
                page.close()
            return PdfDocument(fold(str((document.metadata or {}).get("Title", ""))), tuple(pages))
    except (PDFException, PdfminerException) as problem:
        raise _unreadable(str(problem) or type(problem).__name__) from problem


def lines_of(words: Iterable[Word]) -> tuple[tuple[Word, ...], ...]:
    """Words side by side as lines, top to bottom, each line left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        height = word.bottom - word.top
        if lines and abs(word.middle - lines[-1][0].middle) <= max(2.0, 0.45 * height):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(tuple(sorted(line, key=lambda word: word.left)) for line in lines)


def text_of(line: Iterable[Word]) -> str:
    """A line's words with single spaces."""
    return " ".join(word.text for word in line)


def fold(text: str) -> str:
    """NFC, invisible characters out, white space folded to single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def is_page_number(line: str) -> bool:
    """Whether a line holds nothing but where in the document it is: "12", "- 12 -", "Page 12 of 35", "iv"."""
    return _PAGE_NUMBER.fullmatch(line) is not None


def _must_be_pdf(body: bytes) -> None:
    """pypdfium2 says the same of anything, and pdfplumber searches whole HTML pages for objects: ask first."""
    if b"%PDF-" not in body[:1024]:
        raise ExtractionError("The document could not be read: it is not a PDF; open the address to see what it is.")


def _must_have_pages(count: int) -> None:
    if count == 0:
        raise ExtractionError("The PDF could not be read: it has no pages; look whether the publisher repairs it.")
    if count > MOST_PAGES:
        raise ExtractionError(f"The PDF was not read: it has {count} pages, and no more than {MOST_PAGES} are read.")


def _unreadable(detail: str) -> ExtractionError:
    if re.search(r"password|encrypt|security", detail, re.I):
        return ExtractionError("The PDF could not be read: it needs a password; ask the publisher for an open copy.")
    return ExtractionError(
        "The PDF could not be read: it is damaged or cut off; look whether the publisher repairs it."
    )


Place = Callable[[float, float], tuple[float, float]]
"""From a PDF's own point (upwards, before rotation) to points from the displayed page's top left corner."""


def _pdfium_page(page: Any, number: int) -> PdfPage:
    width, height = page.get_size()
    place = _display(page, width, height)
    with closing(page.get_textpage()) as text:
        count = text.count_chars()
        if count > _MOST_CHARACTERS:
            raise ExtractionError(f"The PDF was not read: its page {number} has {count} characters, which no page has.")
        words = tuple(_pdfium_words(text, place))
        lines = tuple(line for line in map(fold, text.get_text_range().splitlines()) if line)
    level, upright = _pdfium_rules(page, place)
    return PdfPage(number, width, height, words, level, upright, lines)


def _display(page: Any, width: float, height: float) -> Place:
    rotation = page.get_rotation()
    left, bottom, _, _ = page.get_cropbox()
    turned: dict[int, Place] = {
        0: lambda x, y: (x - left, height - (y - bottom)),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (width - (x - left), y - bottom),
        270: lambda x, y: (width - (y - bottom), height - (x - left)),
    }
    return turned[rotation]


def _pdfium_words(text: Any, place: Place) -> Iterator[Word]:
    """Characters joined to words at spaces, at jumps to another line and at gaps as wide as a column's margin."""
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(text.count_chars()):
        letter = chr(pdfium_c.FPDFText_GetUnicode(text, index))
        if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cf"):
            # A hyphen at a line's end comes as U+0002: it is printed, so it is kept.
            if letter == "\x02" and letters:
                letters.append("-")
            if letters:
                yield _word(letters, boxes)
                letters, boxes = [], []
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        (x0, y0), (x1, y1) = place(left, top), place(right, bottom)
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if letters and _apart(boxes[-1], box):
            yield _word(letters, boxes)
            letters, boxes = [], []
        letters.append(letter)
        boxes.append(box)
    if letters:
        yield _word(letters, boxes)


def _apart(before: tuple[float, float, float, float], after: tuple[float, float, float, float]) -> bool:
    height = max(after[3] - after[1], 1.0)
    return abs(after[3] - before[3]) > 0.6 * height or not -height < after[0] - before[2] < 0.6 * height


def _word(letters: list[str], boxes: list[tuple[float, float, float, float]]) -> Word:
    return Word(
        unicodedata.normalize("NFC", "".join(letters)),
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _pdfium_rules(page: Any, place: Place) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Level and upright lines out of the page's paths: strokes, edges of boxes, and boxes too thin to be one."""
    level: list[Rule] = []
    upright: list[Rule] = []
    for number, item in enumerate(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1)):
        if number == _MOST_PATHS:
            # A drawing, not a table: its words are still read.
            return (), ()
        for start, end in _segments(item, place):
            _sort_rule(start, end, level, upright)
    return tuple(level), tuple(upright)


Point = tuple[float, float]


def _segments(item: Any, place: Place) -> Iterator[tuple[Point, Point]]:
    matrix = item.get_matrix()
    first: Point | None = None
    last: Point | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(min(pdfium_c.FPDFPath_CountSegments(item), _MOST_PATHS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, number)
        if not pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = place(*matrix.on_point(x.value, y.value))
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO and last is not None:
            yield last, point
        last = point
        if pdfium_c.FPDFPathSegment_GetClose(segment) and first is not None:
            yield last, first


def _sort_rule(start: Point, end: Point, level: list[Rule], upright: list[Rule]) -> None:
    across, down = abs(start[0] - end[0]), abs(start[1] - end[1])
    if down <= _THIN and across >= _SHORTEST_RULE:
        level.append(Rule((start[1] + end[1]) / 2, min(start[0], end[0]), max(start[0], end[0])))
    elif across <= _THIN and down >= _SHORTEST_RULE:
        upright.append(Rule((start[0] + end[0]) / 2, min(start[1], end[1]), max(start[1], end[1])))


def _pdfplumber_page(page: Any) -> PdfPage:
    words = tuple(
        Word(_UNMAPPED.sub("•", fold(word["text"])), word["x0"], word["top"], word["x1"], word["bottom"])
        for word in page.extract_words(x_tolerance=2, y_tolerance=3)
        if fold(word["text"])
    )
    level: list[Rule] = []
    upright: list[Rule] = []
    for edge in page.edges[:_MOST_PATHS]:
        _sort_rule((edge["x0"], edge["top"]), (edge["x1"], edge["bottom"]), level, upright)
    lines = tuple(text_of(line) for line in lines_of(words))
    return PdfPage(page.page_number, float(page.width), float(page.height), words, tuple(level), tuple(upright), lines)
