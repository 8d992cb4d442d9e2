"""The detainer spider: the page, every report it links to, and a broken report that stops nobody."""

from __future__ import annotations

from typing import Any

from monitor.types import Link, Verdict, VerdictKind
from scrapers.sources import shipped
from scrapers.spiders.ice_declined_detainers import IceDeclinedDetainersSpider
from scrapers.spiders.ice_detainers import IceDetainersSpider

PAGE = "/declined-detainer-outcome-report"
ONE, TWO = "/doclib/ddor/ddor2017_01-28to02-03.pdf", "/doclib/ddor/ddor2017_02-04to02-10.pdf"


def linking(site: Any, kept: Any, **changes: Any) -> Any:
    links = (
        Link(site.url(ONE), "January 28", "report"),
        Link(site.url(TWO), "February 4", "report"),
        Link(site.url(ONE), "January 28 again", "report"),
        Link(site.url("/news"), "News", "page"),
    )
    return kept(Verdict(VerdictKind.CREDIBLE, ""), links=links, **changes)


def watching(site: Any, make_source: Any) -> Any:
    return make_source(site.url(PAGE), slug="ice_declined_detainers", spider="ice_detainers")


async def test_it_looks_at_the_page_and_at_every_report(
    site: Any, intake: Any, kept: Any, make_source: Any, run_crawl: Any
) -> None:
    """Each report once, and no other link."""
    site.says(PAGE, "<p>Reports</p>")
    for path in (ONE, TWO):
        site.says(path, b"%PDF-1.4", media="application/pdf")
    intake.answers[site.url(PAGE)] = linking(site, kept)
    (report,) = await run_crawl(watching(site, make_source))
    assert sorted(look.url for look in intake.of("ice_declined_detainers")) == sorted(map(site.url, (PAGE, ONE, TWO)))
    assert report.complete


async def test_reports_are_asked_for_with_their_validators(
    site: Any, intake: Any, kept: Any, make_source: Any, run_crawl: Any
) -> None:
    """Every report every time: a file may be replaced under its name."""
    site.says(PAGE, "<p>Reports</p>")
    site.says(ONE, b"%PDF-1.4", media="application/pdf")
    site.says(TWO, b"", status=304)
    intake.answers[site.url(PAGE)] = linking(site, kept)
    intake.headers[site.url(TWO)] = {"If-None-Match": '"week-2"'}
    await run_crawl(watching(site, make_source))
    sent = dict(site.requests)
    assert sent[TWO]["if-none-match"] == '"week-2"'
    assert "if-none-match" not in sent[ONE]
    statuses = {look.url: look.status for look in intake.of("ice_declined_detainers")}
    assert statuses[site.url(TWO)] == 304


async def test_a_report_that_cannot_be_had_costs_only_itself(
    site: Any, intake: Any, kept: Any, make_source: Any, run_crawl: Any
) -> None:
    """The other report is looked at and the run is complete: a broken file must not keep the source untold for ever."""
    site.says(PAGE, "<p>Reports</p>")
    site.says(ONE, "gone wrong", status=500)
    site.says(TWO, b"%PDF-1.4", media="application/pdf")
    intake.answers[site.url(PAGE)] = linking(site, kept)
    (report,) = await run_crawl(watching(site, make_source))
    looks = {look.url: look.status for look in intake.of("ice_declined_detainers")}
    assert looks[site.url(TWO)] == 200
    assert looks[site.url(ONE)] in (500, None)
    assert report.complete


async def test_a_page_that_reads_otherwise_is_looked_at_twice(
    site: Any, intake: Any, kept: Any, make_source: Any, run_crawl: Any
) -> None:
    """The page's text is compared, so what changes by itself is learned at once."""
    site.says(PAGE, "<p>Reports</p>")
    for path in (ONE, TWO):
        site.says(path, b"%PDF-1.4", media="application/pdf")
    intake.answers[site.url(PAGE)] = linking(site, kept, again=True)
    await run_crawl(watching(site, make_source))
    assert [look.url for look in intake.seconds] == [site.url(PAGE)]


def test_the_shipped_source_is_this_spiders() -> None:
    """`scrapy crawl ice_declined_detainers` finds its stanza by its name."""
    source = shipped()[IceDeclinedDetainersSpider.name]
    assert source.spider == IceDetainersSpider.name
    assert source.url == "https://www.ice.gov/declined-detainer-outcome-report"
    assert source.timezone == "America/New_York"
