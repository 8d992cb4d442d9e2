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
    from storage import Archive

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
    found = _resolution(name, kind)
    with session.reading(context) as archive:
        if not found.geoid:
            _say_open(name, found, as_json)
            raise typer.Exit(1)
        told = _Told(archive, found, _phrase(name, found), limit)
    if as_json:
        json_line(told.as_object(name))
    else:
        told.say()


def _resolution(name: str, kind: str) -> Resolution:
    from storage import census

    digits = name.strip()
    given = census.table().given(digits) if digits.isdigit() else None
    return given or census.meant(name, kind=kind)


def _phrase(name: str, found: Resolution) -> str:
    """What others call it: as typed, without the state; of a place's number its shortest name."""
    from monitor.jurisdictions.names import take_apart
    from storage import census

    if not name.strip().isdigit():
        return take_apart(name).bare
    one = census.table().get(found.geoid)
    if one is None or found.kind in ("state", "county"):
        return found.name
    return min((found.name, *one.short_names), key=len)


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
    """What there is to say, read from the archive while it is open."""

    def __init__(self, archive: Archive, found: Resolution, phrase: str, limit: int) -> None:
        from storage import census

        known = census.table()
        geoids = (found.geoid, *found.same_area)
        self.found, self.phrase = found, phrase
        self.one = known.get(found.geoid)
        self.same_ground = tuple(one for geoid in found.same_area if (one := known.get(geoid)))
        self.stays = archive.stays(geoids)
        self.unclear = archive.unclear_names(geoids)
        self.counts = archive.own_counts(geoids)
        self.records = archive.own_records(geoids, limit=limit)
        self.mentions = archive.mentions(phrase, geoids, limit=limit)

    def as_object(self, name: str) -> dict[str, object]:
        """The whole as one JSON value."""
        return {
            "name": name,
            **_resolution_object(self.found),
            "same_area": [_government_object(one) for one in self.same_ground],
            "listed": self.stays,
            "unclear": [{"name": printed, "reason": reason} for printed, reason in self.unclear],
            "counts": [
                {"source": source, "kind": kind, "count": count} for (source, kind), count in self.counts.items()
            ],
            "records": self.records,
            "phrase": self.phrase,
            "mentions": self.mentions,
        }

    def say(self) -> None:
        """The whole for people."""
        self._say_who()
        self._say_lists()
        self._say_records()
        self._say_mentions()

    def _say_who(self) -> None:
        from monitor.jurisdictions import How

        label = self.one.label if self.one else self.found.geoid
        ground = f"; its ground is that of {_named(self.same_ground)}" if self.same_ground else ""
        why = "" if self.found.how is How.GIVEN else f" {harmless(self.found.reason)}"
        say(f"{label}{ground}.{why}")

    def _say_lists(self) -> None:
        say()
        if not self.stays:
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
                    for stay in self.stays
                ],
            )
        for printed, reason in self.unclear:
            say(f"It may also be meant by {harmless(printed)}: {harmless(reason)}")

    def _say_records(self) -> None:
        if not self.records:
            return
        say()
        kinds = [f"{count:,} {kind} of {source}" for (source, kind), count in self.counts.items()]
        say(f"Its own: {', '.join(kinds)}; the newest {len(self.records)}:")
        table(
            ("about", "kind", "title", "source", "where"),
            [(one.about or "-", one.kind, one.title, one.source, one.url) for one in self.records],
        )

    def _say_mentions(self) -> None:
        say()
        if not self.mentions:
            say(f'Nobody else says "{harmless(self.phrase)}".')
            return
        say(f'{counted(len(self.mentions), "text", "texts")} of others that say "{harmless(self.phrase)}":')
        table(
            ("about", "kind", "title", "source", "where"),
            [(one.about or moment(one.at), one.kind, one.title, one.source, one.url) for one in self.mentions],
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
