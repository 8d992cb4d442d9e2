"""Watches a council through its Legistar Web API: the calendar as a whole, and each meeting's agenda when it is due.

Meetings' versions do not move when a paper is attached, so agendas of the weeks around today are read at every run;
the others when the calendar shows a new version of them, and once a day.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from monitor.types import Source
from scrapers import settings as project
from scrapers.legistar.addresses import ROWS_AT_MOST, Window, calendar_page, event_url, without_query
from scrapers.legistar.parameters import Parameters
from scrapers.legistar.tokens import TOKEN_VARIABLE, token_in
from scrapers.spiders.base import Watched, WatchSpider

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


class LegistarApiSpider(WatchSpider):
    """A council's calendar and agendas. See `scrapers.legistar.parameters` for what a stanza may say."""

    name = "legistar_api"
    parameters = Parameters
    custom_settings = {  # noqa: RUF012 - Scrapy's own declaration
        "DOWNLOAD_HANDLERS": {**project.DOWNLOAD_HANDLERS, "http": _HANDLER, "https": _HANDLER}
    }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._agendas = {watched.source.slug: _Agendas() for watched in self.watched}

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
            self._agendas[source.slug].read = dict(self.intake.checkpoint(source).get("events", {}))
        window = Window.around(self._today(source), parameters.days_back, parameters.days_ahead)
        yield self._calendar_request(window, 1, watched)

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

    async def agenda(self, response: Response, watched: Watched, listed: _Listed) -> Any:
        """Take one meeting with its items and papers, and remember which version of it was read."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return
        agendas = self._agendas[watched.source.slug]
        agendas.seen += 1
        now = self._now()
        agendas.read[listed.event] = {"version": listed.version, "at": now.isoformat()}
        if self.intake is not None:
            kept = {event: read for event, read in agendas.read.items() if now - _when(read) < _REMEMBERED}
            self.intake.keep_checkpoint(watched.source, {"events": kept})

    def closed(self, reason: str) -> None:
        """One agenda that cannot be read leaves a run complete; when most cannot, the council is not being watched."""
        for slug, agendas in self._agendas.items():
            if agendas.asked > 1 and agendas.seen * 2 < agendas.asked and not self.halt.asked:
                self.tallies[slug].unseen.append(
                    f"{agendas.asked - agendas.seen} of {agendas.asked} agendas could not be read; look at their visits"
                )

    def _calendar_request(self, window: Window, part: int, watched: Watched) -> Request:
        url = watched.source.url
        return self.request(
            window.asked_of(url),
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
        self._agendas[watched.source.slug].asked += 1
        return self.request(
            event_url(watched.source.url, listed.event),
            watched,
            self.agenda,
            needed=False,
            headers=_JSON,
            meta=_token(watched.source),
            cb_kwargs={"listed": listed},
            # The nearest first: a run that is cut short has read what people wait for.
            priority=-self._distance(listed, watched.source),
        )

    def _due(self, meetings: list[_Listed], source: Source) -> Iterator[_Listed]:
        """Meetings whose agenda is to be read in this run, each once."""
        parameters, today, now = Parameters.of(source), self._today(source), self._now()
        near = Window.around(today, parameters.near_back, parameters.near_ahead)
        already = self._agendas[source.slug]
        for listed in meetings:
            if listed.event in already.asked_for:
                continue
            read = already.read.get(listed.event)
            stale = read is None or read["version"] != listed.version or now - _when(read) >= source.full_look_every
            if stale or near.since <= listed.day < near.until:
                already.asked_for.add(listed.event)
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

    def _distance(self, listed: _Listed, source: Source) -> int:
        return abs((listed.day - self._today(source)).days)

    def _today(self, source: Source) -> date:
        return self._now().astimezone(ZoneInfo(source.timezone)).date()


class DenverCouncilSpider(LegistarApiSpider):
    """The shipped source of that name: `scrapy crawl denver_council`."""

    name = "denver_council"


class _Agendas:
    """What one run knows of one council's agendas."""

    def __init__(self) -> None:
        self.read: dict[str, Mapping[str, str]] = {}
        """By event: the version last read, and when."""
        self.asked_for: set[str] = set()
        self.asked = 0
        self.seen = 0


def _rows(response: Response) -> list[Any]:
    """The rows of a calendar; none of anything else, which the intake has judged already."""
    try:
        answer = json.loads(response.body)
    except ValueError:
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
