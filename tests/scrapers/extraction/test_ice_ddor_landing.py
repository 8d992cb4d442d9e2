"""The report's page: notices as records, reports as links, and nothing said twice."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare
from monitor.types import Extraction, Look, Record, Source
from scrapers.extraction import find, ice_ddor_landing

EXAMPLES = Path(__file__).parent / "examples" / "ice_ddor_landing"
SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples" / "federal" / "ice"
URL = "https://www.ice.gov/declined-detainer-outcome-report"
SOURCE = Source("ice_declined_detainers", "Declined Detainer Outcome Report", URL, spider="ice_detainers")
APRIL = (EXAMPLES / "april.html").read_text(encoding="utf-8")


def read(page: str, url: str = URL) -> Extraction:
    look = Look(url, datetime(2017, 4, 12, 14, tzinfo=UTC), 200, page.encode(), "text/html; charset=UTF-8")
    return ice_ddor_landing.extract(look, SOURCE)


def notices(page: str) -> tuple[Record, ...]:
    return read(page).record_sets[0].records


def paragraph(page: str, beginning: str) -> str:
    """One whole paragraph of the example's markup."""
    start = page.index(beginning)
    return page[start : page.index("</p>", start) + 4]


SUSPENSION = paragraph(APRIL, "<p>Publication")
CORRECTION = paragraph(APRIL, "<p><strong>Correction")


def test_the_example_reads_as_expected() -> None:
    """Notices, affected jurisdictions and links, exactly as written down beside the page."""
    extraction = asdict(read(APRIL))
    expected = json.loads((EXAMPLES / "april.expected.json").read_text(encoding="utf-8"))
    for whole in (extraction, expected):
        del whole["text"]  # the canonical lines are another module's; what matters of them is tested below
    assert json.loads(json.dumps(extraction)) == expected


def test_a_correction_is_a_sentence_that_names_everybody() -> None:
    """The mail's subject is made of it."""
    correction = notices(APRIL)[1]
    assert correction.title == (
        "Correction to the January 28 – February 3, 2017 report: withdraws Franklin County, Iowa; Franklin County, New"
        " York; Franklin County, Pennsylvania; Montgomery County, Iowa; Williamson County, Texas; Bastrop"
        " County, Texas; Chester County, Pennsylvania; Richmond County, North Carolina"
    )


def test_one_news_is_not_told_twice() -> None:
    """Neither a notice nor a new report changes the text that is compared."""
    before = APRIL.replace(SUSPENSION, "<p>The report is issued on a weekly basis.</p>").replace(CORRECTION, "")
    second = before.index('<li><a href="/doclib/ddor/ddor2017_02-04')
    older = before[:second] + before[before.index("</li>", second) + 5 :]
    assert len(read(older).links) == 1
    assert read(older).text == read(before).text == read(APRIL).text


def test_other_text_is_compared() -> None:
    """Whatever is neither a notice nor a report's link is watched as on any page."""
    after = APRIL.replace("limit what detainers", "refuse what detainers")
    assert read(after).text != read(APRIL).text
    assert any("form I-247A" in line for line in read(APRIL).text)


def test_a_reworded_correction_is_amended() -> None:
    """Same edition, same notice: who is now withdrawn as well is a field that changed."""
    after = APRIL.replace("and Richmond County, NC", "and Richmond County, NC, and Dallas County, IA")
    told = compare(notices(APRIL), read(after).record_sets[0])
    assert [amendment.fields for amendment in told.amended] == [("text", "affects")]
    assert (told.added, told.removed) == ((), ())


def test_the_suspension_takes_the_place_of_the_weekly_promise() -> None:
    """Whether the report appears is one record, the schedule: one change is told, in the words of what holds now."""
    before = APRIL.replace(SUSPENSION, "<p>The report is issued on a weekly basis.</p>")
    assert notices(before)[0].title == "ICE says that the Declined Detainer Outcome Report is weekly"
    told = compare(notices(before), read(APRIL).record_sets[0])
    assert (told.added, told.removed) == ((), ())
    (pair,) = told.amended
    assert (pair.before.facts["notice"], pair.after.facts["notice"]) == ("cadence", "suspension")
    assert pair.after.title == "ICE suspends the Declined Detainer Outcome Report"


def test_corrections_of_two_editions_are_two_notices() -> None:
    """And two of one edition are told apart by an ordinal."""
    other = CORRECTION.replace("Jan. 28 - Feb 03, 2017", "Feb 4 – Feb 10, 2017")
    keys = [record.key for record in notices(APRIL.replace(CORRECTION, CORRECTION + other + CORRECTION))]
    assert keys == [
        "schedule",
        "correction/2017-01-28/2017-02-03",
        "correction/2017-02-04/2017-02-10",
        "correction/2017-01-28/2017-02-03#2",
    ]


def test_links_are_reports_only() -> None:
    """The folder's PDFs, and PDFs of this site that are called a report; not its forms, not another site's."""
    page = APRIL.replace(
        "<h2>Reports</h2>",
        '<h2>Reports</h2><a href="/files/q2.pdf">Declined Detainer Report</a> <a href="/doclib/ddor/">Folder</a>'
        ' <a href="https://else.example/a.pdf">A report</a>',
    )
    links = read(page, "http://127.0.0.1:8000/declined-detainer-outcome-report").links
    assert [link.url for link in links] == [
        "http://127.0.0.1:8000/files/q2.pdf",
        "http://127.0.0.1:8000/doclib/ddor/ddor2017_01-28to02-03.pdf",
        "http://127.0.0.1:8000/doclib/ddor/ddor2017_02-04to02-10.pdf",
    ]
    assert {link.role for link in links} == {"report"}


def test_a_page_without_notices_has_none() -> None:
    """Absence counts: a notice that is taken down is a removal."""
    page = APRIL.replace(SUSPENSION, "").replace(CORRECTION, "")
    (found,) = read(page).record_sets
    assert found.records == ()
    assert len(compare(notices(APRIL), found).removed) == 2


def test_an_empty_page_is_refused() -> None:
    """A page that cannot be read must not take its notices down."""
    with pytest.raises(ExtractionError):
        read("<html><body></body></html>")


def test_the_page_is_claimed_wherever_it_is_served() -> None:
    """A replica has another host; another source's page of that name is not this one's."""
    assert find(SOURCE, "http://127.0.0.1:8000/declined-detainer-outcome-report/").NAME == "ice_ddor_landing"
    assert find(replace(SOURCE, spider="page"), URL).NAME == "page"


def test_the_agencys_own_wording_is_understood() -> None:
    """The notices as they were quoted in 2017 to 2019, where the samples lie beside the checkout."""
    quoted = SAMPLES / "ddor_landing_page_notices.txt"
    if not quoted.exists():
        pytest.skip("the samples are not beside this checkout")
    lines = [f"<p>{line}</p>" for line in quoted.read_text(encoding="utf-8").splitlines() if line and line[0] != "["]
    found = notices(f"<html><body><main>{''.join(lines)}</main></body></html>")
    assert [record.key for record in found] == ["cadence", "schedule", "correction/2017-01-28/2017-02-03"]
    assert len(found[2].facts["affects"]) == 8
