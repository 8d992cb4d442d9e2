"""The demonstration's reports: true where the record is known, marked where it is not, the same bytes every time."""

from __future__ import annotations

import re
from collections import Counter

from onnotice.demo import reports, weeks
from scrapers.pdf_pages import read_with_pdfium


def test_the_numbers_are_the_known_ones() -> None:
    """Rows recorded, detainers issued, pages, and the first list's order are facts of 2017."""
    one, two = weeks.week_one_facts(), weeks.week_two_facts()
    assert (len(one.declined), one.issued, len(read_with_pdfium(reports.week_one()).pages)) == (206, 3083, 35)
    assert (len(two.declined), two.issued, len(read_with_pdfium(reports.week_two()).pages)) == (47, 2825, 25)
    agencies = Counter(row.agency for row in one.declined)
    assert agencies["Travis County Jail"] == 128
    assert agencies["Travis County Jail"] + agencies["Travis County, other agencies"] == 142
    assert (agencies["Williamson County"], agencies["Bastrop County"]) == (4, 3)
    assert [row.jurisdiction for row in one.volume[:3]] == ["Clark County", "Nassau County", "Cook County"]
    assert one.volume[0].issued == max(row.issued for row in one.volume) == 51
    assert [policy.jurisdiction for policy in one.policies[:2]] == ["Ithaca, New York", "Travis County, Texas"]


def test_every_page_says_that_it_is_a_replica() -> None:
    """Nobody who prints a page alone may take it for the agency's."""
    for body in (reports.week_one(), reports.week_two()):
        assert all(
            any("Replica written for the On Notice demonstration" in line for line in page.lines)
            for page in read_with_pdfium(body).pages
        )


def test_rows_that_are_not_of_the_record_say_filler() -> None:
    """No agency that exists is given people whom the record does not give it."""
    known = re.compile(r"Santa Rita Jail|LAPD|Twin Towers|(Richmond|Chester|Bastrop|Travis|Williamson) County")
    for week in (weeks.week_one_facts(), weeks.week_two_facts()):
        assert all(known.match(row.agency) or row.agency.endswith("(filler)") for row in week.declined)


def test_the_second_week_differs_as_a_real_one_would() -> None:
    """Some are new, some gone, one has another criterion; the newest policy comes first."""
    before = {policy.jurisdiction: policy for policy in weeks.week_one_facts().policies}
    after = {policy.jurisdiction: policy for policy in weeks.week_two_facts().policies}
    assert set(after) - set(before) == {"Santa Fe, New Mexico", "Richmond, California", "Aurora, Colorado"}
    assert set(before) - set(after) == {"Montour County, Pennsylvania", "Ida County, Iowa"}
    amended = [name for name, policy in after.items() if name in before and before[name] != policy]
    assert amended == ["Clark County, Nevada"]


def test_bytes_are_the_same_every_time() -> None:
    """Validators, digests and the demo's replay depend on it."""
    assert reports.declined_detainer_report(weeks.week_two_facts()) == reports.week_two()
