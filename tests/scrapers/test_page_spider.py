"""The spider that watches any page."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.types import Link, Verdict, VerdictKind

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""

CREDIBLE = Verdict(VerdictKind.CREDIBLE, "")


async def test_further_urls_are_pages_of_the_source(site, make_source, run_crawl, intake) -> None:
    """The source's URL first, each once."""
    for path in ("/a", "/b"):
        site.says(path)
    source = make_source(site.url("/a"), parameters={"urls": [site.url("/b"), site.url("/a")]})
    await run_crawl(source)
    assert sorted(look.url for look in intake.of(source.slug)) == [site.url("/a"), site.url("/b")]


async def test_a_page_that_reads_otherwise_is_looked_at_once_more(site, make_source, run_crawl, intake, kept) -> None:
    """The second look is marked, comes after all first looks, and is never conditional."""
    paths = ["/a", "/b", "/c", "/d"]
    for path in paths:
        site.says(path)
    intake.answers[site.url("/a")] = kept(CREDIBLE, again=True)
    intake.headers[site.url("/a")] = {"If-None-Match": '"1"'}
    reports = await run_crawl(*(make_source(site.url(path)) for path in paths), requests_at_once=1)
    assert [path for path, _ in site.requests] == [*paths, "/a"]
    assert "if-none-match" not in site.requests[-1][1]
    assert [look.url for look in intake.seconds] == [site.url("/a")]
    assert all(report.complete for report in reports)


async def test_the_second_look_asks_for_the_first_address(site, make_source, run_crawl, intake, kept) -> None:
    """A page behind a redirect is looked at again under its own address."""
    site.redirects("/a", "/b")
    site.says("/b")
    intake.answers[site.url("/a")] = kept(CREDIBLE, again=True)
    await run_crawl(make_source(site.url("/a")))
    assert [look.url for _, look in intake.looks] == [site.url("/a")] * 2
    assert site.asked("/a") == 2


@pytest.mark.parametrize(("parameters", "fetched"), [({"follow": True}, 1), ({"follow": False}, 0), ({}, 0)])
async def test_documents_are_followed_where_the_source_says_so(
    parameters, fetched, site, make_source, run_crawl, intake, kept
) -> None:
    """Links with the role of a document, each once; other links never."""
    site.says("/a")
    site.says("/report.pdf", b"%PDF-1.7", media="application/pdf")
    links = (
        Link(site.url("/report.pdf")),
        Link(site.url("/report.pdf"), "again"),
        Link(site.url("/about"), role="page"),
    )
    intake.answers[site.url("/a")] = kept(CREDIBLE, links=links)
    await run_crawl(make_source(site.url("/a"), parameters=parameters))
    assert (site.asked("/report.pdf"), site.asked("/about")) == (fetched, 0)


async def test_a_link_cannot_lead_to_a_neighbour(site, other_site, make_source, run_crawl, intake, kept) -> None:
    """A page on a named host may not send us to a neighbour; the refusal is a look of its own."""
    site.says("/a")
    other_site.says("/secret.pdf")
    intake.answers[site.url("/a")] = kept(CREDIBLE, links=(Link(other_site.url("/secret.pdf")),))
    source = make_source(site.url("/a"), parameters={"follow": True})
    (report,) = await run_crawl(source)
    assert other_site.requests == []
    assert "loopback" in intake.of(source.slug)[1].error
    assert (report.outcome, report.complete) == ("ok", True)


async def _scrapy(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scrapy", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_scrapy_crawl_works_from_the_checkout(site, tmp_path) -> None:
    """`scrapy list` names the spider, `scrapy crawl page -a url=` writes items, through the same guard."""
    site.says("/a", "<title>Agenda</title><p>Sanctuary cities: study session</p>")
    site.redirects("/away", "http://localhost:1/")
    _, listed = await _scrapy(tmp_path, "list")
    assert "page" in listed.split()
    await _scrapy(tmp_path, "crawl", "page", "-a", f"url={site.url('/a')}", "-O", f"{tmp_path}/items.jsonl")
    (item,) = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    assert item["page"] == site.url("/a")
    assert "study session" in item["text"]
    _, out = await _scrapy(tmp_path, "crawl", "page", "-a", f"url={site.url('/away')}", "-O", f"{tmp_path}/no.jsonl")
    assert "is not fetched" in out
    assert (tmp_path / "no.jsonl").read_text() == ""


async def test_a_parameter_that_is_none_is_said(site, make_source, run_crawl, intake) -> None:
    """A typing error is no silent default: the source fails with a sentence, and nothing is asked for."""
    (report,) = await run_crawl(make_source(site.url("/a"), parameters={"folow": True}))
    assert report.outcome == "failed"
    assert "parameters.folow is none of this spider's; those are delay, exclude, extract, follow, " in report.message
    assert site.requests == []


async def test_a_reader_that_is_none_is_said(site, make_source, run_crawl, intake) -> None:
    """A stanza that chooses a reader which there is not fails with a sentence, before anything is asked for."""
    (report,) = await run_crawl(make_source(site.url("/a"), parameters={"extract": "tabel"}))
    assert report.outcome == "failed"
    assert 'no extractor is called "tabel"' in report.message
    assert site.requests == []


async def test_a_document_that_is_no_longer_linked_is_asked_for_again(
    site, make_source, run_crawl, intake, kept
) -> None:
    """Only asking tells whether a file was taken down with its link; those that are linked, or pages, once only."""
    site.says("/a")
    site.says("/b")
    for path in ("/kept.pdf", "/other.pdf", "/gone.pdf"):
        site.says(path, b"%PDF-1.7", media="application/pdf")
    intake.answers[site.url("/a")] = kept(CREDIBLE, links=(Link(site.url("/kept.pdf")),))
    intake.answers[site.url("/b")] = kept(CREDIBLE, links=(Link(site.url("/other.pdf")),))
    intake.standing = tuple(map(site.url, ("/a", "/gone.pdf", "/kept.pdf", "/b", "/other.pdf")))
    source = make_source(site.url("/a"), parameters={"follow": True, "urls": [site.url("/b")]})
    await run_crawl(source, requests_at_once=1)
    assert sorted(path for path, _ in site.requests) == ["/a", "/b", "/gone.pdf", "/kept.pdf", "/other.pdf"]


async def test_no_more_than_twenty_are_asked_for_again(site, make_source, run_crawl, intake, kept) -> None:
    """The archive names those on hold first; the others wait for later runs."""
    site.says("/a")
    intake.answers[site.url("/a")] = kept(CREDIBLE)
    intake.standing = tuple(site.url(f"/{number}.pdf") for number in range(100))
    await run_crawl(make_source(site.url("/a"), parameters={"follow": True}))
    assert sorted(path for path, _ in site.requests if path != "/a") == sorted(f"/{number}.pdf" for number in range(20))


@pytest.mark.parametrize("status", [500, 404])
async def test_a_page_that_was_not_seen_makes_nothing_unlinked(
    status, site, make_source, run_crawl, intake, kept
) -> None:
    """Whose links are not known may link to anything."""
    site.says("/a")
    site.says("/b", status=status)
    intake.answers[site.url("/a")] = kept(CREDIBLE)
    intake.standing = (site.url("/linked_from_b.pdf"),)
    await run_crawl(make_source(site.url("/a"), parameters={"follow": True, "urls": [site.url("/b")]}))
    assert site.asked("/linked_from_b.pdf") == 0


@pytest.mark.parametrize("there", [False, True])
async def test_what_is_on_hold_is_asked_for_whatever_links_to_it(
    there, site, make_source, run_crawl, intake, kept, unused_tcp_port
) -> None:
    """A list that cannot be seen, answering or not, keeps no withdrawal of a document from being confirmed."""
    source = make_source(
        site.url("/list") if there else f"http://127.0.0.1:{unused_tcp_port}/list", parameters={"follow": True}
    )
    site.says("/list", status=500)
    intake.on_hold, intake.standing = (source.url, site.url("/held.pdf")), (site.url("/other.pdf"),)
    source = replace(source, parameters={**source.parameters, "urls": [site.url("/more")]})
    site.says("/more")
    intake.answers[site.url("/more")] = kept(CREDIBLE)
    await run_crawl(source, retries=0)
    assert (site.asked("/held.pdf"), site.asked("/other.pdf")) == (1, 0)


async def test_a_list_that_leads_back_to_itself_hides_no_document(site, make_source, run_crawl, intake, kept) -> None:
    """A last page whose "next" is the first one again is the end, and what no page links to is asked for."""
    for path, following in (("/a", "/b"), ("/b", "/a")):
        site.says(path)
        intake.answers[site.url(path)] = kept(CREDIBLE, links=(Link(site.url(following), role="next"),))
    intake.standing = (site.url("/unlinked.pdf"),)
    await run_crawl(make_source(site.url("/a"), parameters={"follow": True}))
    assert site.asked("/unlinked.pdf") == 1


async def test_a_list_in_pages_is_read_to_its_end(site, make_source, run_crawl, intake, kept) -> None:
    """Page after page, and at most a hundred of one that never ends."""
    for number in range(150):
        site.says(f"/{number}")
        intake.answers[site.url(f"/{number}")] = kept(CREDIBLE, links=(Link(site.url(f"/{number + 1}"), role="next"),))
    (report,) = await run_crawl(make_source(site.url("/0")))
    assert site.asked("/100") == 1
    assert site.asked("/101") == 0
    assert report.complete


async def test_an_extractor_may_follow_by_itself(site, make_source, run_crawl, intake, kept) -> None:
    """A page that lists agendas follows them unless its stanza says otherwise."""
    site.says("/a")
    site.says("/agenda.pdf", b"%PDF-1.7", media="application/pdf")
    intake.answers[site.url("/a")] = kept(CREDIBLE, links=(Link(site.url("/agenda.pdf")),))
    await run_crawl(make_source(site.url("/a"), parameters={"extract": "documents", "follow": False}))
    assert site.asked("/agenda.pdf") == 0
    await run_crawl(make_source(site.url("/a"), parameters={"extract": "documents"}))
    assert site.asked("/agenda.pdf") == 1
