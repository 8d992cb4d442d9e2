"""Word, PowerPoint and Excel documents as text: whatever their address, and whatever somebody did to them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from monitor.errors import ExtractionError
from monitor.types import ChangeKind, Health, Look, Source, VerdictKind
from scrapers.document_forms import document_form
from scrapers.documents import bounded
from scrapers.extraction import docx, find, pptx, workbook
from scrapers.intake import Intake
from storage import Archive

SOURCE = Source("city", "City", "https://city.example/", parameters={"follow": True})
AT = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)
WORKBOOK = Path(__file__).parent / "extraction" / "examples" / "xlsx" / "facilities.xlsx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
WORD_XML = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def look(body: bytes, url: str = "https://city.example/a") -> Look:
    return Look(url, AT, 200, body)


def word(*paragraphs: str, title: str = "", saved: int = 1) -> bytes:
    """A document with paragraphs and a table; `saved` only changes what a reader does not see."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.revision = saved
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Vote", "7-0"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def slides() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Form I-247A"
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    box.text_frame.text = "Study session\nMarch 27"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(3), Inches(3), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Holds", "48 hours"
    slide.notes_slide.notes_text_frame.text = "for the speaker alone"
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def pdf(line: str, title: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.setTitle(title)
    canvas.drawString(72, 700, line)
    canvas.save()
    return target.getvalue()


def rewritten(body: bytes, part: str, content: bytes) -> bytes:
    """The package with one part replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        new.writestr(part, content)
    return target.getvalue()


# -- text -------------------------------------------------------------------------------------------------------


def test_a_word_document_as_a_reader_reads_it() -> None:
    """Paragraphs, table rows, tracked insertions; no tracked deletion."""
    body = word("Sanctuary  ordinance", "Item 2", title="Agenda")
    assert docx.extract(look(body), SOURCE).text == ("Sanctuary ordinance", "Item 2", "Vote | 7-0")
    assert docx.extract(look(body), SOURCE).title == "Agenda"
    tracked = (
        b'<w:document xmlns:w="%b"><w:body><w:p><w:r><w:t>The </w:t></w:r><w:del><w:r><w:delText>old</w:delText>'
        b"<w:t>old</w:t></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:tab/><w:t>rule</w:t></w:r></w:p>"
        b"<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:hyperlink></w:p>"
        b"</w:sdtContent></w:sdt></w:body></w:document>" % WORD_XML
    )
    extraction = docx.extract(look(rewritten(body, "word/document.xml", tracked)), SOURCE)
    assert extraction.text == ("The new rule", "a", "b")


def test_slides_as_an_audience_reads_them() -> None:
    """Titles, boxes and tables in their order; notes are left out."""
    extraction = pptx.extract(look(slides()), SOURCE)
    assert extraction.text == ("Form I-247A", "Study session", "March 27", "Holds | 48 hours")
    assert extraction.title == "Form I-247A"


def test_a_workbook_as_text() -> None:
    """Sheet by sheet, row by row, under its file's name."""
    extraction = workbook.extract(look(WORKBOOK.read_bytes(), "https://city.example/fy17.xlsx"), SOURCE)
    assert extraction.title == "fy17.xlsx"
    assert "Facilities FY17" in extraction.text
    assert "Aurora Contract Facility | Aurora | 350 | GEO" in extraction.text


# -- which reader ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/View.ashx?M=F&ID=1", word("a"), "docx"),
        ("/attachments/6f0c.docx", b"", "docx"),
        ("/attachments/6f0c", slides(), "pptx"),
        ("/attachments/6f0c", WORKBOOK.read_bytes(), "workbook"),
        ("/ViewFile/Agenda/_03272017-1", b"%PDF-1.7 ...", "pdf"),
        ("/agenda.pdf", word("a"), "docx"),
        ("/agenda.docx", b"%PDF-1.7 ...", "pdf"),
        ("/agenda.pdf", b"<html></html>", "pdf"),
        ("/agenda", b"<html></html>", "page"),
        ("/agenda", b"PK\x03\x04 any archive", "page"),
        ("/old", OLE + "WordDocument".encode("utf-16-le"), "docx"),
        ("/old.xls", OLE + "Workbook".encode("utf-16-le"), "workbook"),
    ],
)
def test_the_bytes_say_which_reader(path, body, name) -> None:
    """An attachment without a suffix, one with the wrong suffix; a page in its place stays what the address says."""
    assert name == find(SOURCE, f"https://city.example{path}", body).NAME


def test_a_reader_of_its_own_keeps_its_pages() -> None:
    """Bytes decide among readers of text alone."""
    detainers = Source("d", "D", "https://www.ice.gov/declined-detainer-outcome-report", spider="ice_detainers")
    assert find(detainers, "https://www.ice.gov/doclib/ddor/a.pdf", word("a")).NAME == "ice_ddor_report"


# -- what cannot be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "needs a password"),
        (OLE + "WordDocument".encode("utf-16-le"), r"format of before 2007 \(.doc\)"),
        (b"<html>", "not a Word document"),
        (b"", "not a Word document"),
        (slides(), "not a Word document"),
        (word("a")[:-30], "damaged or cut off"),
        (word("a")[:3000], "damaged or cut off"),
        (rewritten(word("a"), "word/document.xml", b"<w:document"), "damaged or cut off"),
        (rewritten(word("a"), "[Content_Types].xml", b"<Types/>"), "damaged or cut off"),
        (rewritten(word("a"), "big", b"\0" * 400_000_000), "unpacked it would take 400 MB"),
        (
            rewritten(
                word("a"),
                "word/document.xml",
                b'<w:document xmlns:w="%b"><w:body><w:p/></w:body></w:document>' % WORD_XML,
            ),
            "holds no text",
        ),
    ],
    ids=["password", "old", "page", "empty", "slides", "cut", "cut early", "broken xml", "no types", "bomb", "no text"],
)
def test_each_damage_is_one_sentence(body, says) -> None:
    """Encrypted, old, another thing, cut off, broken, a bomb, blank."""
    with pytest.raises(ExtractionError, match=says):
        docx.extract(look(body), SOURCE)


def test_entities_are_not_opened() -> None:
    """Neither the machine's files nor a billion laughs get into the text."""
    bomb = (
        b'<!DOCTYPE w:document [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        b'<w:document xmlns:w="%b"><w:body><w:p><w:r><w:t>seen &f; &b;</w:t></w:r></w:p></w:body></w:document>'
        % WORD_XML
    )
    text = docx.extract(look(rewritten(word("a"), "word/document.xml", bomb)), SOURCE).text
    assert text[0].startswith("seen")
    assert "root:" not in text[0]
    assert "ha" not in text[0]


@pytest.mark.parametrize(
    ("name", "body"), [("docx", word("a")), ("pptx", slides()), ("workbook", WORKBOOK.read_bytes())]
)
async def test_they_are_read_in_the_bounded_child(name, body) -> None:
    """Like PDFs."""
    assert (await bounded(name, look(body), SOURCE)).extractor == f"{name}/1"


@pytest.mark.parametrize("body", [word("a"), slides(), WORKBOOK.read_bytes(), b"PK", b""])
def test_forms(body) -> None:
    """Of cut-off files too, never an error."""
    for length in (0, 1, 4, 100, len(body)):
        assert document_form(body[:length]) in ("", "docx", "pptx", "workbook")


# -- through the intake -------------------------------------------------------------------------------------------


@pytest.fixture
def archive():
    one = Archive.in_memory()
    yield one
    one.close()


async def told(archive: Archive, url: str, *bodies: bytes) -> list[ChangeKind]:
    """What is told of a document that is looked at once an hour."""
    now = AT
    intake = Intake(archive, lambda: now)
    archive.keep_source(SOURCE, AT)
    for number, body in enumerate(bodies):
        now = AT + timedelta(hours=number)
        run = archive.begin_run(SOURCE.slug, archive.begin_poll(now), now)
        taken = await intake.take(Look(url, now, 200, body), SOURCE, run)
        assert taken.verdict.kind is VerdictKind.CREDIBLE, taken.verdict
        archive.end_run(
            run, now, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
        )
    return [stored.change.kind for stored in archive.changes()]


@pytest.mark.parametrize(
    "bodies",
    [
        (word("Item 1", "Item 2"), word("Item 1", "Item 2", title="v2 final.docx", saved=9)),
        (pdf("Item 1", "Agenda"), pdf("Item 1", "Agenda (saved anew)")),
    ],
    ids=["word", "pdf"],
)
async def test_a_document_that_was_saved_anew_is_no_change(archive, bodies) -> None:
    """Other bytes, another date, another title in the metadata, the same text: nothing is told, and no version kept."""
    assert bodies[0] != bodies[1]
    assert await told(archive, "https://city.example/a", *bodies) == []
    assert len(archive.snapshots("https://city.example/a")) == 1


async def test_a_document_replaced_by_another_form_is_compared(archive) -> None:
    """The Word draft under an address becomes a PDF with another item: an edit, and no better reading of the draft."""
    kinds = await told(archive, "https://city.example/agenda", word("Item 1"), pdf("Item 2", "Agenda"))
    assert kinds == [ChangeKind.PAGE_CHANGED]
