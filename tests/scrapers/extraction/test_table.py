"""Tables of any page or PDF, a row a record."""

from __future__ import annotations

from io import BytesIO

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from monitor.errors import ConfigurationError, ExtractionError
from monitor.records import compare
from monitor.types import ScopeKind

POLICIES = {
    "key": ["county", "policy"], "title": "County", "member": "County", "place": "County", "state": "Colorado",
    "ignore": ["Asked"], "kind": "policy", "noun": ["policy", "policies"],
}  # fmt: skip
ROWS = "<tr><th>County</th><th>Since</th></tr><tr><td>Mesa</td><td>2014</td></tr>"


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """Spans filled in, a nested table left out, the repeated header and the blank row no rows, the rest as text."""
    reads_as_expected("table", "policies.html", **POLICIES)


def test_columns_that_were_renamed_are_named(chosen) -> None:
    """The operator reads which column is missing and which there are."""
    with pytest.raises(ExtractionError, match=r"columns “Sheriff”; found \[County; Since\].*rename them in the stanza"):
        chosen("table", f"<table>{ROWS}</table>", key=["County"], title="Sheriff")


def test_a_page_without_any_table_is_refused(chosen) -> None:
    """A list that became something else is no empty list."""
    with pytest.raises(ExtractionError, match="found none"):
        chosen("table", "<p>Soon</p>", key=["County"])


def test_a_table_without_rows_is_refused(chosen) -> None:
    """A header alone is a layout that cannot be read, and no removal of all rows."""
    with pytest.raises(ExtractionError):
        chosen("table", "<table><tr><th>County</th><th>Since</th></tr></table>", key=["County"])


def test_one_of_several_tables_is_chosen(chosen) -> None:
    """By the heading above it or by its number; where neither is said, the tables that fit are named."""
    page = f"<h2>Honors</h2><table>{ROWS}</table><h2>Refuses</h2><table>{ROWS.replace('Mesa', 'Denver')}</table>"
    with pytest.raises(ExtractionError, match="2 tables fit"):
        chosen("table", page)
    for said in ({"caption": "refuses"}, {"nth": 2}):
        (found,) = chosen("table", page, **said).record_sets
        assert [record.title for record in found.records] == ["Denver"]
    with pytest.raises(ExtractionError, match="No table stands under “Asked”; found “Honors”; “Refuses”"):
        chosen("table", page, caption="Asked")
    with pytest.raises(ExtractionError, match="Only 2 tables fit"):
        chosen("table", page, nth=3)


def test_rows_of_one_key_are_told_apart(chosen) -> None:
    """By their order."""
    (found,) = chosen("table", f"<table>{ROWS}<tr><td>Mesa</td><td>2019</td></tr></table>").record_sets
    assert [record.key for record in found.records] == ["mesa", "mesa #2"]
    assert found.scope.kind is ScopeKind.COMPLETE


def test_a_sorted_table_and_a_corrected_name_are_what_they_are(chosen) -> None:
    """Rows in another order are nothing; a county spelled anew is renamed and not two rows."""
    rows = [("Mesa", "2014"), ("Arapaho", "2015"), ("Boulder", "2016")]

    def read(rows):
        cells = "".join(f"<tr><td>{name}</td><td>{year}</td></tr>" for name, year in rows)
        head = "<tr><th>County</th><th>Since</th></tr>"
        return chosen("table", f"<table>{head}{cells}</table>", member="County").record_sets[0]

    compared = compare(read(rows).records, read([*reversed(rows[1:]), ("Mesa", "2014")]))
    assert (compared.added, compared.removed, compared.amended, compared.moved) == ((), (), (), ())
    compared = compare(read(rows).records, read([rows[0], ("Arapahoe", "2015"), rows[2]]))
    assert [(pair.before.title, pair.after.title) for pair in compared.renamed] == [("Arapaho", "Arapahoe")]
    assert (compared.added, compared.removed) == ((), ())


@pytest.mark.parametrize("said", [{"nth": -1}, {"kind": "Policy!"}, {"noun": ["one"]}, {"keys": ["a"]}])
def test_a_mistake_in_the_stanza_is_said(said, chosen) -> None:
    """In a sentence that names the source and the parameter."""
    with pytest.raises(ConfigurationError, match=f"one: parameters.{next(iter(said))}"):
        chosen("table", f"<table>{ROWS}</table>", **said)


def test_hostile_spans_are_bounded(chosen) -> None:
    """A cell that claims ten thousand columns in each of a thousand rows is refused in a sentence."""
    rows = '<tr><td colspan="99999" rowspan="99999">a</td></tr>' * 5000
    with pytest.raises(ExtractionError, match="cells"):
        chosen("table", f"<table>{rows}</table>")


# -- PDF ------------------------------------------------------------------------------------------------------


def ruled(rows: int) -> bytes:
    """A grid over several pages, its header repeated on each."""
    target = BytesIO()
    style = getSampleStyleSheet()["Normal"]
    cells = [["County", "Policy"]]
    cells += [
        [f"County {number}", Paragraph("Will not honor a request without a warrant", style)] for number in range(rows)
    ]
    table = Table(cells, colWidths=[120, 160], repeatRows=1)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])
    SimpleDocTemplate(target, pagesize=letter, invariant=1).build([table])
    return target.getvalue()


def in_columns() -> bytes:
    """Columns without a line, over two pages, with prose below."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1)
    canvas.drawString(72, 740, "Planning commission, 2019")
    for page in range(2):
        canvas.drawString(72, 700, "MEETING")
        canvas.drawString(300, 700, "FILE DATE")
        for number in range(3):
            canvas.drawString(72, 680 - 20 * number, f"January {10 * page + number + 1}, 2019")
            canvas.drawString(300, 680 - 20 * number, f"December {number + 1}, 2018")
        if page:
            canvas.drawString(
                72, 600, "A petition must meet all of the requirements that are listed in the petition itself."
            )
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_a_grid_over_several_pages_is_one_table(chosen) -> None:
    """Every row once, wrapped cells whole, the repeated headers no rows."""
    (found,) = chosen("table", ruled(120), key=["County"]).record_sets
    assert [record.title for record in found.records] == [f"County {number}" for number in range(120)]
    assert {record.facts["Policy"] for record in found.records} == {"Will not honor a request without a warrant"}


def test_columns_without_lines_are_found_by_their_header(chosen) -> None:
    """On both pages, and the prose below is no row."""
    extraction = chosen("table", in_columns(), key=["Meeting"], columns=["File date"])
    assert [record.facts["MEETING"] for record in extraction.record_sets[0].records] == [
        f"January {day}, 2019" for day in (1, 2, 3, 11, 12, 13)
    ]
    assert not extraction.compare_text
