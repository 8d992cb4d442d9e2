"""Records of kind `listed_jurisdiction`: one for each government on a list, wherever the list was printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.types import Record, RecordSet, Scope, ScopeKind
from scrapers.jurisdictions.names import Name
from scrapers.jurisdictions.sections import Member
from storage.census import resolve

KIND = "listed_jurisdiction"
NOUN = ("jurisdiction", "jurisdictions")
_NOTHING: Mapping[str, str] = {}
_KINDS = {"state": "state", "county": "county", "city": "city", "town": "city", "village": "city", "borough": "city"}
"""What a section's names can be, in the words of the table of places; of other sections the name itself says it."""


def listed(
    members: Iterable[Member],
    *,
    parent: str = "",
    prefix: str = "",
    about: str = "",
    extras: Mapping[str, str] = _NOTHING,
) -> RecordSet:
    """The whole list, each name once. `parent` is the record that holds it, `prefix` tells its lists apart."""
    records: dict[str, Record] = {}
    for member in members:
        name = member.name
        key = prefix + name.key(member.section)
        record = Record(
            kind=KIND,
            key=key,
            title=name.title,
            facts={"name": name.name, "section": member.section, "state": name.state},
            extras={
                "printed": name.printed,
                "geoid": _geoid(name, member.section),
                **{label: value for label, value in extras.items() if value},
            },
            parent=parent,
            member=name.title,
            place=name.title,
            about=about,
        )
        records.setdefault(key, record)
    scope = Scope(ScopeKind.COMPLETE, parent=parent or None, prefix=prefix)
    return RecordSet(KIND, tuple(records.values()), scope, noun=NOUN)


def _geoid(name: Name, section: str) -> str:
    """The government's Census number; empty where the table does not tell for certain which one it is."""
    return resolve(name.name, state=name.state, kind=_KINDS.get(section, "")).geoid if name.state else ""
