"""sources: what is watched, how it fares, and how it has fared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from monitor.health import duration
from onnotice import session
from onnotice.printing import apart, harmless, json_line, moment, on_terminal, say, table
from onnotice.standing import totals, urgency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.schedule import NextLook
    from storage import Archive
    from storage.rows import HealthStretch, SourceCounts, SourceStatus


def sources(
    context: typer.Context,
    name: str = typer.Argument(
        "", metavar="SOURCE", help="One source, with how well it was seen since the first look."
    ),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
    everything: bool = typer.Option(False, "--all", help="Also those that are no longer watched."),
) -> None:
    """What is watched and how it fares, what is not well first. Exit code 0 however it fares: `doctor` judges."""
    from onnotice.at_work import at_work_in_words, late, late_in_words
    from onnotice.bounces import sentence
    from onnotice.polling import standing

    watched = session.watched_of(context)
    now = session.now()
    with session.reading(context) as archive:
        known = standing(archive, watched)
        counted_by = archive.source_counts()
        blind = archive.blind_times(now)
        working = at_work_in_words(archive, now)
        returned = archive.returned_mail()
        if name:
            _one_source(name, known, counted_by, blind, archive, now, as_json=as_json)
            return
    rows = sorted((status for status in known if status.active or everything), key=urgency)
    if as_json:
        for status in rows:
            json_line(_as_object(status, _counts(status, counted_by), blind))
        return
    if on_terminal():
        glance = ("source", "health", "for", "seen", "news", "next look", "message")
        table(glance, [_at_a_glance(status, now) for status in rows], one_line=True)
    else:
        headings = ("source", "health", "since", "last seen", "last news", "pages", "records", "next look", "message")
        table(headings, [_as_row(status, _counts(status, counted_by)) for status in rows])
    active = [status for status in rows if status.active]
    say(totals(active) if active else "Nothing is watched yet; `onnotice add URL` watches a page.")
    for said in (late_in_words(late(active, now), now), working):
        if said and active:
            say(said)
    for one in returned:
        if one.stopped_at is not None:
            say(harmless(sentence(one)))
    if any(status.health.blind for status in active):
        say("`onnotice sources NAME` lists when one was not seen.")
    if len(rows) < len(known):
        say(f"{len(known) - len(rows):,} more on record are not watched, or no longer; --all lists them too.")


def _one_source(
    name: str,
    known: Sequence[SourceStatus],
    counted_by: Mapping[str, SourceCounts],
    blind: Mapping[str, timedelta],
    archive: Archive,
    now: datetime,
    *,
    as_json: bool,
) -> None:
    """How one source fares and has fared. Raises UsageError for a name that is not on record."""
    from onnotice.scheduling import planned_look

    status = next((status for status in known if status.source.slug == name), None)
    if status is None:
        raise UsageError(f"No source is called {name!r}; `onnotice sources --all` lists those on record.")
    history = archive.health_history(name) if status.last_run_at else ()
    planned = planned_look(archive, status, now) if status.active else None
    if as_json:
        why = planned.reasons if planned else ()
        json_line({**_as_object(status, _counts(status, counted_by), blind), "why_then": why, "history": history})
        return
    say(f"{harmless(status.source.title)}, {harmless(status.source.url)}")
    since = f" since {moment(status.health_since)} UTC" if status.health_since else ""
    say(f"{status.health.value}{since}" + (f": {harmless(status.message)}" if status.message else ""))
    say(_seen_in_words(history, blind.get(name, timedelta())))
    if planned:
        say(_next_in_words(planned, now))
    if not history:
        return
    lines = [
        (
            stretch.health.value,
            moment(stretch.since),
            moment(stretch.until) if stretch.until else "now",
            duration((stretch.until or max(now, stretch.since)) - stretch.since),
            stretch.message,
        )
        for stretch in history
    ]
    table(("health", "since", "until", "lasted", "message"), lines)


def _seen_in_words(history: Sequence[HealthStretch], unseen: timedelta) -> str:
    if not history:
        return "It was never looked at."
    stretches = sum(stretch.health.blind for stretch in history)
    said = f"not seen for {duration(unseen)} in all, in {counted(stretches, 'stretch', 'stretches')}"
    return f"Looked at since {moment(history[0].since)} UTC; {said if stretches else 'seen all the time'}."


def _next_in_words(planned: NextLook, now: datetime) -> str:
    when = f"{moment(planned.at)} UTC" if planned.at > now else "now"
    return f"Next look: {when}, because {harmless('; '.join(planned.reasons))}."


def _counts(status: SourceStatus, counted_by: Mapping[str, SourceCounts]) -> SourceCounts:
    from storage.rows import SourceCounts

    return counted_by.get(status.source.slug, SourceCounts())


def _as_object(status: SourceStatus, counts: SourceCounts, blind: Mapping[str, timedelta]) -> dict[str, object]:
    return {
        "source": status.source.slug,
        "title": status.source.title,
        "url": status.source.url,
        "spider": status.source.spider,
        "active": status.active,
        "health": status.health,
        "health_since": status.health_since,
        "blind_since": status.blind_since,
        "blind_seconds": round(blind.get(status.source.slug, timedelta()).total_seconds()),
        "last_run_at": status.last_run_at,
        "last_success_at": status.last_success_at,
        "last_news_at": status.last_news_at,
        "next_due_at": status.next_due_at,
        "pages": counts.pages,
        "records": counts.records,
        "changes": counts.changes,
        "message": status.message,
    }


def _at_a_glance(status: SourceStatus, now: datetime) -> tuple[str, ...]:
    """A source on one line of a terminal: how long it has been so, and how long ago what was."""

    def ago(when: datetime | None) -> str:
        return apart(now - when) if when else "never"

    planned = status.next_due_at
    return (
        status.source.slug,
        status.health.value,
        ago(status.health_since) if status.health_since else "",
        ago(status.last_success_at),
        ago(status.last_news_at),
        f"in {apart(planned - now)}" if planned and planned > now else "now" if status.active else "",
        status.message.removeprefix(status.source.title).lstrip(": "),
    )


def _as_row(status: SourceStatus, counts: SourceCounts) -> tuple[object, ...]:
    return (
        status.source.slug,
        status.health.value,
        moment(status.health_since) if status.health_since else "",
        moment(status.last_success_at),
        moment(status.last_news_at),
        f"{counts.pages:,}",
        f"{counts.records:,}",
        moment(status.next_due_at),
        status.message,
    )
