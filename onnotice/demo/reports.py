"""Writes the demonstration's Declined Detainer Outcome Reports: PDFs in the real layout, marked as replicas.

What is real in them and what is filler is said in `reports.toml`; every page says at its foot that it is a replica.
The same week and layout always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any, Literal

from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from onnotice.demo.weeks import Declined, Week, week_one_facts, week_two_facts

FOOT = "Replica written for the On Notice demonstration. Rows that the public record does not give are filler."

VOLUME_HEADINGS = ("Rank", "Jurisdiction", "State", "Detainers Issued")
DECLINED_HEADINGS = (
    "State",
    "Law Enforcement Agency",
    "Citizenship",
    "Date Detainer Issued",
    "Date Detainer Declined",
    "Notable Criminal Activity",
)
POLICY_HEADINGS = ("Jurisdiction (AOR)", "Date Enacted", "Policy", "Criteria for Honoring Detainer")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a report is drawn. The agency prints full grids; the other rulings try a reader's second method."""

    ruling: Literal["grid", "level", "none"] = "grid"
    break_rows: bool = False
    """Rows may break in their middle at a page's end."""
    policy_padding: float = 54
    declined_padding: float = 12.3
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other column headings, by "volume", "declined", "policies"."""


@cache
def week_one() -> bytes:
    """The first report, published on 20 March 2017: 206 rows recorded as declined."""
    return declined_detainer_report(week_one_facts())


@cache
def week_two() -> bytes:
    """The second report: 47 rows, three jurisdictions more, two fewer, one with another criterion."""
    return declined_detainer_report(week_two_facts())


def declined_detainer_report(week: Week, layout: Layout | None = None) -> bytes:
    """The PDF of a week, landscape; about half a second for the longest."""
    drawn = layout or Layout()
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=landscape(letter),
        leftMargin=54,
        rightMargin=54,
        topMargin=50,
        bottomMargin=58,
        invariant=1,
        title=f"{week.title}, {week.order}",
        author=FOOT,
    )
    document.build([*_first_page(week), *_sections(week, drawn)], onFirstPage=_foot, onLaterPages=_foot)
    return target.getvalue()


_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=12, spaceAfter=6)
_HEADING = ParagraphStyle("heading", parent=_BODY, fontName="Helvetica-Bold", fontSize=12, leading=15)
_TITLE = ParagraphStyle("title", parent=_HEADING, fontSize=16, leading=22, alignment=1)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9, leading=11, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head cell", parent=_CELL, fontName="Helvetica-Bold")
_BULLET = ParagraphStyle("bullet", parent=_CELL, leftIndent=12, bulletIndent=3)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _first_page(week: Week) -> list[Flowable]:
    return [
        Paragraph("ENFORCEMENT AND REMOVAL OPERATIONS", _TITLE),
        Paragraph(week.title, _TITLE),
        Paragraph(week.title_line, _TITLE),
        Spacer(1, 18),
        Paragraph("Summary", _HEADING),
        Paragraph(
            "This replica has the form of the report that the agency published: who is said to have declined detainers"
            f" that were recorded as declined between {_day(week.start)}, and {_day(week.end)}, whenever they were"
            " issued. It stands in for the original in a demonstration and in tests, and is not a source.",
            _BODY,
        ),
        Paragraph("The report has four sections:", _BODY),
        *(Paragraph(section, _BODY) for section in week.sections),
        PageBreak(),
    ]


def _sections(week: Week, layout: Layout) -> list[Flowable]:
    one, two, three, four = week.sections
    return [
        Paragraph(one, _HEADING),
        Paragraph(
            f"During the week of {_day(week.start)}{week.joint}{_day(week.end)}, ICE issued {week.issued:,} detainers"
            " throughout the United States. These jurisdictions received most of them; the number says issued, not"
            " declined.",
            _BODY,
        ),
        _volume_table(week, layout),
        PageBreak(),
        Paragraph(two, _HEADING),
        _declined_table(week, layout),
        PageBreak(),
        Paragraph(three, _HEADING),
        Paragraph("The newest policy comes first.", _BODY),
        _policy_table(week, layout),
        PageBreak(),
        Paragraph(four, _HEADING),
        Paragraph("The scope is what was recorded in the week named above, and no more than the record holds.", _BODY),
    ]


def _volume_table(week: Week, layout: Layout) -> Table:
    rows = [[str(rank), row.jurisdiction, row.state, str(row.issued)] for rank, row in enumerate(week.volume, start=1)]
    headings = layout.headings.get("volume", VOLUME_HEADINGS)
    return _table(headings, rows, (60, 250, 200, 130), layout, padding=5)


def _declined_table(week: Week, layout: Layout) -> Table:
    """State and agency are printed once, where their rows begin, and their cells run on over the page's end."""
    rows: list[list[str]] = []
    group_ends: list[tuple[int, int]] = []
    before: Declined | None = None
    for number, row in enumerate(week.declined):
        same_state = before is not None and before.state == row.state
        same_agency = same_state and before is not None and before.agency == row.agency
        if not same_agency:
            group_ends.append((0 if not same_state else 1, number))
        rows.append(
            [
                "" if same_state else row.state,
                "" if same_agency else row.agency,
                row.citizenship,
                f"{row.issued_on:%m/%d/%Y}",
                f"{row.declined_on:%m/%d/%Y}",
                row.activity,
            ]
        )
        before = row
    headings = layout.headings.get("declined", DECLINED_HEADINGS)
    return _table(
        headings, rows, (84, 120, 90, 90, 90, 206), layout, padding=layout.declined_padding, group_ends=group_ends
    )


def _policy_table(week: Week, layout: Layout) -> Table:
    rows: list[list[str | Sequence[str]]] = [
        [f"{row.jurisdiction} ({row.area})", row.enacted, row.policy, row.criteria] for row in week.policies
    ]
    headings = layout.headings.get("policies", POLICY_HEADINGS)
    return _table(headings, rows, (160, 90, 190, 240), layout, padding=layout.policy_padding)


def _table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str | Sequence[str]]],
    widths: Sequence[float],
    layout: Layout,
    *,
    padding: float,
    group_ends: Sequence[tuple[int, int]] | None = None,
) -> Table:
    cells = [[Paragraph(heading, _HEAD_CELL) for heading in headings], *([_cell(text) for text in row] for row in rows)]
    lines: list[tuple[Any, ...]] = []
    if layout.ruling == "grid" and group_ends is None:
        lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black)]
    elif layout.ruling == "grid":
        lines = [
            ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
            ("INNERGRID", (2, 0), (-1, -1), 0.5, colors.black),
            ("LINEAFTER", (0, 0), (1, -1), 0.5, colors.black),
            ("LINEBELOW", (0, 0), (1, 0), 0.5, colors.black),
            ("LINEBELOW", (0, "splitlast"), (1, "splitlast"), 0.5, colors.black),
            *(("LINEABOVE", (left, row + 1), (2, row + 1), 0.5, colors.black) for left, row in group_ends or ()),
        ]
    elif layout.ruling == "level":
        lines = [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black), ("LINEABOVE", (0, 0), (-1, 0), 0.5, colors.black)]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 1), (-1, -1), padding / 2),
            ("BOTTOMPADDING", (0, 1), (-1, -1), padding),
            *lines,
        ]
    )
    return Table(
        cells, colWidths=list(widths), repeatRows=1, splitByRow=1, splitInRow=1 if layout.break_rows else 0, style=style
    )


def _cell(text: str | Sequence[str]) -> Any:
    if isinstance(text, str):
        return Paragraph(text, _CELL)
    return [Paragraph(item, _BULLET, bulletText="•") for item in text]


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(document.pagesize[0] / 2, 40, str(canvas.getPageNumber()))
    canvas.setFont("Helvetica-Oblique", 8)
    canvas.drawString(54, 24, FOOT)
    canvas.restoreState()
