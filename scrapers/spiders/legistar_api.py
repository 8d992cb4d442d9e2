"""Watches a council through its Legistar Web API: the calendar as a whole, and each meeting's agenda when it is due.

Meetings' versions do not move when a paper is attached, so agendas of the weeks around today are read at every run;
the others when the calendar shows a new version of them, and once a day.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError, ExtractionError
from monitor.types import Source
from scrapers import settings as project
from scrapers.council.window import Window
from scrapers.json_answers import json_of
from scrapers.legistar.addresses import ROWS_AT_MOST, calendar_page, calendar_url, event_url, without_query
from scrapers.legistar.parameters import Parameters
from scrapers.legistar.tokens import TOKEN_VARIABLE, token_in
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_HANDLER = "scrapers.legistar.tokens.TokenHandler"
_FORBIDDEN = 403
_JSON = {"Accept": "application/json"}
"""Some gateways answer XML to anybody who does not ask for JSON."""

_REMEMBERED = timedelta(days=7)
"""A meeting in the window is read daily; one that was not read for so long is no longer in it."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A meeting as the calendar lists it."""

    event: str
    day: date
    version: str


class LegistarApiSpider(CouncilSpider):
    """A council's calendar and agendas. See `scrapers.legistar.parameters` for what a stanza may say."""

    name = "legistar_api"
    parameters = Parameters
    custom_settings = {  # noqa: RUF012 - Scrapy's own declaration
        "DOWNLOAD_HANDLERS": {**project.DOWNLOAD_HANDLERS, "http": _HANDLER, "https": _HANDLER}
    }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._read: dict[str, dict[str, Mapping[str, str]]] = {watched.source.slug: {} for watched in self.watched}
        """By source and event: the version last read, and when."""
        self._requested: dict[str, set[str]] = {watched.source.slug: set() for watched in self.watched}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The calendar. Raises ConfigurationError for a stanza that cannot be used, or a token that is not there."""
        source, parameters = watched.source, Parameters.of(watched.source)
        client = without_query(source.url).rpartition("/events")[0].rpartition("/")[2]
        if parameters.client and parameters.client.lower() != client.lower():
            raise ConfigurationError(
                f'{source.slug}: its URL asks for the client "{client}", parameters.client says "{parameters.client}";'
                " make them the same."
            )
        if parameters.token_env:
            token_in(parameters.token_env)
        if self.intake is not None:
            self._read[source.slug] = dict(self.intake.checkpoint(source).get("events", {}))
        yield self._calendar_request(self.listed(source), 1, watched)

    async def calendar(self, response: Response, watched: Watched, window: Window, part: int) -> Any:
        """Take the calendar, go on where it was cut off, and read the agendas that are due."""
        await self.keep(response, watched)
        if response.status == _FORBIDDEN:
            self._refused(watched.source)
            return []
        rows = _rows(response)
        meetings = (
            [listed for listed in map(_listed, rows) if listed] if response.body else self._known(watched, window)
        )
        requests = [self._agenda_request(listed, watched) for listed in self._due(meetings, watched.source)]
        if len(rows) >= ROWS_AT_MOST:
            last = max((listed.day for listed in meetings), default=window.since)
            if last > window.since:
                requests.insert(0, self._calendar_request(Window(last, window.until), part + 1, watched))
            else:
                self.tallies[watched.source.slug].unseen.append(
                    f"Legistar lists {len(rows)} meetings on one day and cuts the rest off; watch a single body instead"
                )
        return requests

    async def event(self, response: Response, watched: Watched, listed: _Listed) -> Any:
        """Take one meeting with its items and papers, and remember which version of it was read."""
        if not await self.keep_agenda(response, watched):
            return
        read, now = self._read[watched.source.slug], self._now()
        read[listed.event] = {"version": listed.version, "at": now.isoformat()}
        if self.intake is not None:
            kept = {event: last for event, last in read.items() if now - _when(last) < _REMEMBERED}
            self.intake.keep_checkpoint(watched.source, {"events": kept})

    def _calendar_request(self, window: Window, part: int, watched: Watched) -> Request:
        url = watched.source.url
        return self.request(
            calendar_url(url, window),
            watched,
            self.calendar,
            page=calendar_page(url, part),
            # Validators belong to one address, and this one moves with the days.
            conditional=False,
            headers=_JSON,
            meta=_token(watched.source),
            cb_kwargs={"window": window, "part": part},
            priority=1,
        )

    def _agenda_request(self, listed: _Listed, watched: Watched) -> Request:
        return self.request_on(
            listed.day,
            event_url(watched.source.url, listed.event),
            watched,
            self.event,
            headers=_JSON,
            meta=_token(watched.source),
            cb_kwargs={"listed": listed},
        )

    def _due(self, meetings: list[_Listed], source: Source) -> Iterator[_Listed]:
        """Meetings whose agenda is to be read in this run, each once."""
        now, near, already = self._now(), self.near(source), self._requested[source.slug]
        for listed in meetings:
            if listed.event in already:
                continue
            read = self._read[source.slug].get(listed.event)
            stale = read is None or read["version"] != listed.version or now - _when(read) >= source.full_look_every
            if stale or listed.day in near:
                already.add(listed.event)
                yield listed

    def _known(self, watched: Watched, window: Window) -> list[_Listed]:
        """The meetings of the archive, where the server only said that nothing changed."""
        if self.intake is None:
            return []
        records = self.intake.known_records(watched.source, "meeting", since=window.since.isoformat())
        return [
            _Listed(record.key, date.fromisoformat(record.about[:10]), str(record.extras.get("row_version", "")))
            for record in records
            if record.about
        ]

    def _refused(self, source: Source) -> None:
        variable = Parameters.of(source).token_env
        remedy = f"check the token in {variable}" if variable else "ask the clerk for one and name it in token_env"
        message = f"Legistar refuses {without_query(source.url)} without a valid token (403); {remedy}."
        self.logger.warning(message)
        self.tallies[source.slug].unseen.insert(0, message)


class DenverCouncilSpider(LegistarApiSpider):
    """The shipped source of that name: `scrapy crawl denver_council`."""

    name = "denver_council"


def _rows(response: Response) -> list[Any]:
    """The rows of a calendar; none of anything else, which the intake has judged already."""
    try:
        answer = json_of(response.body, response.url)
    except ExtractionError:
        return []
    return answer if isinstance(answer, list) else []


def _listed(row: Any) -> _Listed | None:
    try:
        return _Listed(str(row["EventId"]), date.fromisoformat(row["EventDate"][:10]), str(row.get("EventRowVersion")))
    except (KeyError, TypeError, ValueError):
        return None


def _when(read: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(read["at"])


def _token(source: Source) -> dict[str, str]:
    variable = Parameters.of(source).token_env
    return {TOKEN_VARIABLE: variable} if variable else {}
