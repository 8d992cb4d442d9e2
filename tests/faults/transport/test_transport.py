"""Every way in which a connection fails, at every step of a look: sources beside it are well, and it catches up."""

from __future__ import annotations

import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp.connector
import pytest

from monitor.types import Source, StoredChange
from onnotice.config import settings_from
from onnotice.polling import PollReport, keep_sources, poll
from scrapers import crawl, guard, handler
from scrapers.crawl import CrawlOptions
from scrapers.manners import Manners
from storage import Archive

BEGINNING = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
SENTENCE = re.compile(r"[A-Z0-9a-z/:.-][^\n\r\x00-\x1f]{10,400}")
QUICK = ("dns", "certificate", "reset-in-headers", "trickled-headers", "truncate", "garbage")
BESIDE = 4
TIMEOUT = 1.0


class Watch:
    """An archive that watches every failing site and some that are well, by a clock that is moved by hand."""

    def __init__(self, web: Any, archive: Archive) -> None:
        self.web, self.archive, self.now = web, archive, BEGINNING
        self.sources = [self._source(case) for case in web.cases]

    def _source(self, case: Any) -> Source:
        if case.step == "spider":
            api = self.web.url(case, "/v1/boulder/events")
            return Source(
                slug=case.slug, title=case.slug, url=api, spider="legistar_api", jurisdiction="Boulder, Colorado",
                timezone="America/Denver",
            )  # fmt: skip
        parameters = {"follow": True} if case.step == "document" else {}
        return Source(slug=case.slug, title=case.slug, url=self.web.url(case, "/page"), parameters=parameters)

    async def poll(self) -> PollReport:
        self.now += timedelta(hours=1)
        keep_sources(self.archive, self.sources, self.now)
        return await poll(self.archive, self.sources, settings_from({}, "x"), lambda: self.now)

    def news(self) -> list[StoredChange]:
        return [one for one in self.archive.changes() if not one.change.kind.about_our_eyes]

    def news_by_source(self) -> Counter[str]:
        return Counter(one.change.source for one in self.news())


@pytest.mark.parametrize("by_scrapy", [False, True], ids=["plain", "scrapy"])
async def test_a_connection_that_fails(
    by_scrapy: bool,
    failing_web: Any,
    whole: bool,
    counted: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No address, a closed port, a bad certificate, a reset, a stall, a trickle, an answer cut short or garbled, at the
    page, the API, robots.txt, the redirect's goal and the document: one clear sentence, no news of the watched, sources
    beside are seen as ever, and when it ends what was published meanwhile is news exactly once."""
    faults = failing_web.FAULTS if whole else {fault: failing_web.FAULTS[fault] for fault in QUICK}
    steps = [step for step in failing_web.STEPS if not (by_scrapy and step == "spider")]
    cases = [failing_web.Case(fault, step) for fault in faults for step in steps]
    beside = [failing_web.Case("none", f"page{number}") for number in range(BESIDE)]
    web = failing_web((*cases, *beside), tmp_path)
    async with web.served():
        _reach(web, by_scrapy, monkeypatch)
        with Archive.open(tmp_path / "archive.sqlite", create=True) as archive:
            watch = Watch(web, archive)
            first = await watch.poll()
            assert [(one.slug, one.message) for one in first.outcomes if one.failed] == []
            web.failing = True
            for edition in (1, 2):
                web.edition = edition
                report = await watch.poll()
                _check_failing(watch, report, cases, faults)
                assert {watch.news_by_source()[case.slug] for case in beside} == {edition}
            assert {slug for slug, count in watch.news_by_source().items() if count} == {case.slug for case in beside}
            web.failing = False
            last = await watch.poll()
            assert [(one.slug, one.message) for one in last.outcomes if one.failed] == []
            await watch.poll()
            told = watch.news_by_source()
            assert {case.slug: told[case.slug] for case in cases} == {case.slug: 1 for case in cases}
            assert archive.integrity_problem() == ""
            assert list(archive.flaws()) == []
    counted(cases=len(cases), failing_looks=2 * len(cases), sources_beside=BESIDE)


def _reach(web: Any, by_scrapy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead names to the sites, vouch for their certificates, and wait for nobody longer than a moment."""
    judge = guard.why_refused
    monkeypatch.setattr(socket, "getaddrinfo", web.resolver(socket.getaddrinfo))
    monkeypatch.setattr(guard, "why_refused", lambda address: "" if address == web.ADDRESS else judge(address))
    monkeypatch.setenv("SSL_CERT_FILE", str(web.authority))
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", ssl.create_default_context())
    monkeypatch.setattr(handler, "_contexts", {})

    def options(**chosen: Any) -> CrawlOptions:
        seconds = [1000.0]

        async def sleep(waited: float) -> None:
            seconds[0] += waited

        manners = Manners(clock=lambda: seconds[0], sleep=sleep)
        return CrawlOptions(manners=manners, timeout=TIMEOUT, retries=1, pages_by_scrapy=by_scrapy, **chosen)

    monkeypatch.setattr(crawl, "CrawlOptions", partial(options))


def _check_failing(watch: Watch, report: PollReport, cases: list[Any], faults: dict[str, str]) -> None:
    """Each failing look is kept, with one sentence that names the cause; so does the source's own."""
    outcomes = {outcome.slug: outcome for outcome in report.outcomes}
    problems: list[tuple[Any, ...]] = []
    for case in cases:
        looked = next(url for url in watch.archive.known_urls(case.slug) if _is_failing(case, url))
        visit = watch.archive.visits(looked, case.slug)[-1]
        if not (visit.at == watch.now and _says(visit.reason, faults[case.fault])):
            problems.append((case.slug, visit.verdict, visit.reason))
        outcome = outcomes[case.slug]
        if case.step != "document" and not (outcome.failed and _says(outcome.message, faults[case.fault])):
            problems.append((case.slug, outcome.failed, outcome.message))
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


def _says(sentence: str, cause: str) -> bool:
    return bool(SENTENCE.fullmatch(sentence) and re.search(cause, sentence))


def _is_failing(case: Any, url: str) -> bool:
    return {"document": "/minutes.txt", "spider": "/events"}.get(case.step, "/page") in url
