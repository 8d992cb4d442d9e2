"""What every spider here does: asks for pages on behalf of a source, and hands each look to the intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from monitor.errors import ConfigurationError
from monitor.types import Look, Source
from monitor.url import vendor_host
from scrapers.halt import Halt, Stopped
from scrapers.looking import Looking, Progress, Tally
from scrapers.looks import look_at, look_without_answer
from scrapers.manners import Manners
from scrapers.sources import shipped
from scrapers.watched import Asked, Watched, asked_of, carry

if TYPE_CHECKING:
    from scrapers.intake import Baseline, Intake, Taken

__all__ = ["Progress", "Tally", "WatchSpider", "Watched"]

_AFTER_FIRST_LOOKS = -100


class WatchSpider(Spider, Looking):
    """Base of the spiders. A callback is `async def` with `(response, watched)`; it begins with `await self.keep()`.

    Without an intake (`scrapy crawl NAME -a source=SLUG`, or `-a url=URL`) nothing is stored, and every record that
    is read, or the page's text where there are none, comes out as an item.
    """

    walks_past = False
    """Whether the spider can walk through a source's whole past: `onnotice poll SOURCE --backfill`."""

    def __init__(
        self,
        sources: Sequence[Watched] = (),
        intake: Intake | None = None,
        *,
        source: str = "",
        url: str = "",
        manners: Manners | None = None,
        halt: Halt | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        backfill: bool | str = False,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        # `scrapy crawl -a backfill=1` gives text.
        self.backfill = str(backfill).lower() in ("1", "true", "yes")
        if self.backfill and not self.walks_past:
            raise ConfigurationError(f'The spider "{self.name}" knows no way into the past; poll without --backfill')
        chosen = tuple(sources) or (Watched(self._asked_for(source, url)),)
        Looking.__init__(self, chosen, intake, halt, on_progress)
        self.manners = manners

    async def start(self) -> AsyncIterator[Any]:
        """The first requests of every source. One that cannot be begun keeps no other from being looked at."""
        for watched in self.watched:
            tally = self.tallies[watched.source.slug]
            try:
                async for request in self.begin(watched):
                    yield request
            except Exception as error:
                self.logger.exception("The source %s could not be begun", watched.source.slug)
                tally.faults.append(f"{type(error).__name__}: {error}")
            else:
                tally.begun = True

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The first requests of one source; the source's own URL unless a spider knows better."""
        yield self.request(watched.source.url, watched, self.look)

    async def look(self, response: Response, watched: Watched) -> Any:
        """The plainest callback: take the look and follow nothing."""
        await self.keep(response, watched)

    def request(
        self,
        url: str,
        watched: Watched,
        callback: Callable[..., Any],
        *,
        page: str = "",
        conditional: bool = True,
        needed: bool = True,
        rendered: bool | None = None,
        dont_filter: bool = False,
        priority: int = 0,
        headers: Mapping[str, str] | None = None,
        meta: Mapping[str, Any] | None = None,
        cb_kwargs: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Request:
        """A request for `callback(response, watched, **cb_kwargs)`; its failure becomes a look without an answer.

        `page` is the URL under which the page is known, where that is not the one asked for (a token in the query).
        `conditional` lets the intake's validators go along. A run in which a page that is not `needed` (one document
        among hundreds) could not be seen is complete all the same. `rendered` is whether a browser shows it where the
        source asks for one; needed pages are unless it says otherwise. Within a crawl one page of a source is asked for
        once, unless `dont_filter`. Further `options` are scrapy.Request's: method, body.
        """
        asked = self.purpose(url, watched, needed=needed, rendered=rendered, page=page)
        sent = {**(headers or {}), **(self.validators(asked) if conditional else {})}
        request = Request(
            url,
            callback=callback,
            errback=self.failed,
            headers=sent,
            priority=priority,
            dont_filter=dont_filter,
            meta={"download_slot": vendor_host(url), **carry(asked, dict(meta or {}))},
            cb_kwargs={"watched": watched, **(cb_kwargs or {})},
            **options,
        )
        self.tallies[watched.source.slug].asked += 1
        return request

    async def keep(
        self, response: Response, watched: Watched, *, repeatable: bool = False, baseline: Baseline = False
    ) -> Taken:
        """Hand an answer to the intake; `repeatable` promises to look again where the answer is `again`.

        With `baseline` what is met for the first time is kept and told to nobody: a look into the source's past. It may
        also tell which records are of the past.
        """
        asked = _asked(response.request)
        self.tallies[watched.source.slug].ended += 1
        look = look_at(response, asked.page, self._now())
        return await self.take(look, asked, repeatable=repeatable, baseline=baseline)

    def once_more(self, response: Response, watched: Watched, taken: Taken) -> list[Request]:
        """The request for another look where a repeatable one asked for it: after all first looks, unconditional."""
        if not taken.again:
            return []
        assert response.request is not None
        first_asked = (response.request.meta.get("redirect_urls") or [response.request.url])[0]
        again = self.request(
            first_asked,
            watched,
            self.look_again,
            conditional=False,
            needed=False,
            rendered=_asked(response.request).render,
            dont_filter=True,
            priority=_AFTER_FIRST_LOOKS,
        )
        return [again]

    async def look_again(self, response: Response, watched: Watched) -> Any:
        """The second of looks in a row, or a later one: take it, follow nothing."""
        taken = await self.keep(response, watched, repeatable=True)
        return self.once_more(response, watched, taken)

    def today(self, source: Source) -> date:
        """The day that it is in the source's own zone."""
        return self._now().astimezone(ZoneInfo(source.timezone)).date()

    def checkpoint(self, source: Source) -> Mapping[str, Any]:
        """What the spider keeps from run to run; nothing without an intake."""
        return self.intake.checkpoint(source) if self.intake is not None else {}

    def remember(self, source: Source, **entries: Any) -> None:
        """Keep entries of the checkpoint beside the others; None drops one."""
        if self.intake is not None:
            merged = {**self.intake.checkpoint(source), **entries}
            self.intake.keep_checkpoint(source, {name: entry for name, entry in merged.items() if entry is not None})

    def progress(self, watched: Watched, done: int, total: int) -> None:
        """How far a walk has come; reported with the looks that are kept from now on."""
        self._walked[watched.source.slug] = (done, total)

    async def failed(self, failure: Failure) -> None:
        """Every request's errback: no answer is a look too, unless we gave the request up ourselves."""
        request: Request = failure.request  # type: ignore[attr-defined]
        asked = _asked(request)
        if self.halt.asked:
            return
        self.tallies[asked.watched.source.slug].ended += 1
        error = failure.value
        assert error is not None
        await self.take(look_without_answer(error, request, asked.page, self._now()), asked)

    async def judge(self, look: Look, asked: Asked, *, repeatable: bool, baseline: Baseline) -> Taken:
        """The intake's judgement; without an intake what the page says goes to the item pipeline."""
        if self.intake is None:
            return await self._preview(look, asked.watched.source)
        try:
            return await super().judge(look, asked, repeatable=repeatable, baseline=baseline)
        except Stopped as stopped:
            # What Scrapy takes for a wish; of any other exception it logs the trace, page by page.
            raise CloseSpider(str(stopped)) from stopped

    async def _preview(self, look: Look, source: Source) -> Taken:
        """Judge and read a look, and send what it holds to the item pipeline."""
        from scrapers.preview import items, preview  # noqa: PLC0415 - pulls in the archive, which a crawl brings itself

        taken, extraction = await preview(look, source)
        if taken.broken or not taken.verdict.believed:
            self.logger.warning("%s: %s", look.url, taken.broken or taken.verdict.reason)
        for item in items(look, extraction):
            await self.crawler.engine.scraper.start_itemproc_async(item, response=None)
        return taken

    def _asked_for(self, slug: str, url: str) -> Source:
        """What `scrapy crawl` was asked for: `-a url=`, `-a source=`, or the shipped source of the spider's name."""
        if url:
            return Source(slug=self.name, title=url, url=url, spider=self.name)
        sources = shipped()
        wanted = slug or self.name
        if wanted not in sources:
            raise ConfigurationError(
                f'The spider "{self.name}" was given nothing to look at; add -a url=URL, or -a source=SLUG with one of:'
                f" {', '.join(sorted(sources)) or 'none are shipped'}"
            )
        return sources[wanted]


def _asked(request: Request | None) -> Asked:
    asked = asked_of(request) if request is not None else None
    if asked is None:
        raise TypeError("This request was not made by WatchSpider.request(); make it so")
    return asked
