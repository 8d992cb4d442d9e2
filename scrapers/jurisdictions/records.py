"""Records of kind `listed_jurisdiction`: one for each government on a list, wherever the list was printed."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.types import Record, RecordSet, Scope, ScopeKind
from scrapers.jurisdictions.sections import Member

KIND = "listed_jurisdiction"
NOUN = ("jurisdiction", "jurisdictions")


def listed(
    members: Iterable[Member], *, parent: str = "", about: str = "", updated: str = "", created: str = ""
) -> RecordSet:
    """The whole list, each name once. `parent` is the record that holds it, under which it is complete."""
    prefix = f"{parent}/" if parent else ""
    records: dict[str, Record] = {}
    for member in members:
        name = member.name
        key = prefix + name.key(member.section)
        extras = {"printed": name.printed, "updated": updated, "created": created}
        record = Record(
            kind=KIND,
            key=key,
            title=name.title,
            facts={"name": name.name, "section": member.section, "state": name.state},
            extras={label: value for label, value in extras.items() if value},
            parent=parent,
            member=name.title,
            place=name.title,
            about=about,
        )
        records.setdefault(key, record)
    scope = Scope(ScopeKind.COMPLETE, parent=parent or None)
    return RecordSet(KIND, tuple(records.values()), scope, noun=NOUN)
