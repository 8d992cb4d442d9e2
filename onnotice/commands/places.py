"""jurisdiction: everything that the archive has about one government, across sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import harmless, json_line, moment, say, table

if TYPE_CHECKING:
    from monitor.jurisdictions import Jurisdiction, Resolution
    from onnotice.governments import Government

_KINDS = ("state", "county", "city")


def jurisdiction(
    context: typer.Context,
    name: str = typer.Argument(..., help="With its state, as `Aurora, Colorado`; or a Census GEOID."),
    kind: str = typer.Option("", help="state, county or city, where the name may be several."),
    limit: int = typer.Option(20, min=1, max=1000, help="At most so many of its records, and of others' texts."),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Everything about one government, across sources.

    Lists that it is or was on, its agendas, and what others say of it. Exit code 1 where the name does not say which
    government it means; those that it may be are listed.
    """
    if kind and kind not in _KINDS:
        raise UsageError(f"{kind!r} is no kind of government; those are {', '.join(_KINDS)}.")
    from onnotice.governments import about, resolved

    found = resolved(name, kind)
    with session.reading(context) as archive:
        if not found.geoid:
            _say_open(name, found, as_json)
            raise typer.Exit(1)
        told = _Told(about(archive, name, found, limit))
    if as_json:
        json_line(told.as_object(name))
    else:
        told.say()


def _say_open(name: str, found: Resolution, as_json: bool) -> None:
    if as_json:
        json_line({"name": name, **_resolution_object(found)})
        return
    say(f"{harmless(name)} is left open: {harmless(found.reason)}")
    for one in found.candidates:
        say(f"  {one.label}")
    if found.candidates:
        say("Ask for one of these by its number.")


class _Told:
    """What there is to say."""

    def __init__(self, about: Government) -> None:
        self.about = about

    def as_object(self, name: str) -> dict[str, object]:
        """The whole as one JSON value."""
        return {
            "name": name,
            **_resolution_object(self.about.found),
            "same_area": [_government_object(one) for one in self.about.same_ground],
            "listed": self.about.stays,
            "unclear": [{"name": printed, "reason": reason} for printed, reason in self.about.unclear],
            "counts": [
                {"source": source, "kind": kind, "count": count} for (source, kind), count in self.about.counts.items()
            ],
            "records": self.about.records,
            "phrase": self.about.phrase,
            "mentions": self.about.mentions,
        }

    def say(self) -> None:
        """The whole for people."""
        self._say_who()
        self._say_lists()
        self._say_records()
        self._say_mentions()

    def _say_who(self) -> None:
        from monitor.jurisdictions import How

        ground = f"; its ground is that of {_named(self.about.same_ground)}" if self.about.same_ground else ""
        why = "" if self.about.found.how is How.GIVEN else f" {harmless(self.about.found.reason)}"
        say(f"{self.about.label}{ground}.{why}")

    def _say_lists(self) -> None:
        say()
        if not self.about.stays:
            say("It is on no list that was seen.")
        else:
            say("On lists:")
            table(
                ("list", "kind", "as printed", "from", "to", "called wrong in"),
                [
                    (
                        stay.source_title,
                        stay.kind,
                        stay.member,
                        moment(stay.valid_from),
                        moment(stay.valid_to) if stay.valid_to else "still on it",
                        "; ".join(stay.disputed_by) or "-",
                    )
                    for stay in self.about.stays
                ],
            )
        for printed, reason in self.about.unclear:
            say(f"It may also be meant by {harmless(printed)}: {harmless(reason)}")

    def _say_records(self) -> None:
        if not self.about.records:
            return
        say()
        kinds = [f"{count:,} {kind} of {source}" for (source, kind), count in self.about.counts.items()]
        say(f"Its own: {', '.join(kinds)}; the newest {len(self.about.records)}:")
        table(
            ("about", "kind", "title", "source", "where"),
            [(one.about or "-", one.kind, one.title, one.source, one.url) for one in self.about.records],
        )

    def _say_mentions(self) -> None:
        say()
        if not self.about.mentions:
            say(f'Nobody else says "{harmless(self.about.phrase)}".')
            return
        say(f'{counted(len(self.about.mentions), "text", "texts")} of others that say "{harmless(self.about.phrase)}":')
        table(
            ("about", "kind", "title", "source", "where"),
            [(one.about or moment(one.at), one.kind, one.title, one.source, one.url) for one in self.about.mentions],
        )


def _named(governments: Sequence[Jurisdiction]) -> str:
    return ", ".join(one.label for one in governments)


def _resolution_object(found: Resolution) -> dict[str, object]:
    return {
        "outcome": found.outcome.value,
        "reason": found.reason,
        "geoid": found.geoid,
        "official_name": found.name,
        "kind": found.kind,
        "state": found.state,
        "confidence": found.confidence,
        "former": found.former,
        "candidates": [_government_object(one) for one in found.candidates],
    }


def _government_object(one: Jurisdiction) -> dict[str, object]:
    return {"geoid": one.geoid, "kind": one.kind, "official_name": one.name, "state": one.state}


COMMANDS = {"jurisdiction": jurisdiction}
