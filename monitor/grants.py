"""Sums the Justice Department's awards to a government: by programme and fiscal year, with what the sums leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from monitor.recipients import BASIS, Government
from monitor.types import Record
from monitor.wording import day

KIND: Final = "grant_award"

PROGRAMS: Final[Mapping[str, str]] = {"16.738": "Byrne JAG", "16.606": "SCAAP", "16.710": "COPS"}
"""Assistance listings by number: justice assistance grants, criminal alien assistance, community policing."""

CAVEATS: Final = (
    f"Awards are {BASIS}; recipients of other names are not counted.",
    "Prime awards only: what a state passes on, such as its share of JAG, is not in these figures.",
    "SCAAP pays for costs already borne; it is a payment programme.",
    "A joint JAG award is filed under one fiscal agent, who may owe parts of it to its neighbors.",
    "The fiscal year is that of an award's first obligation; its amount is net of later de-obligations.",
    "Agencies report weeks late.",
)

_MILLION: Final = Decimal(1_000_000)
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sum:
    """What was obligated under one programme in one fiscal year, in dollars; below zero where more was taken back."""

    fiscal_year: str
    """Four digits; empty where the award does not say when it began."""
    program: str
    obligated: Decimal
    awards: int

    @property
    def name(self) -> str:
        return PROGRAMS.get(self.program, self.program)


@dataclass(frozen=True, slots=True)
class Grants:
    """A government's awards. `sums` begin with the newest fiscal year."""

    government: Government
    sums: tuple[Sum, ...]
    as_of: datetime
    """When the oldest of the answers that hold the awards was last looked at."""
    uncounted: tuple[tuple[str, int], ...] = ()
    """Other recipients with the same seat, and how many awards each has: for whoever reviews the names."""
    unread: int = 0
    """Awards of the government without an amount."""

    @property
    def total(self) -> Decimal:
        return sum((part.obligated for part in self.sums), Decimal(0))


def summed(government: Government, records: Iterable[Record], as_of: datetime) -> Grants:
    """The figures of a government from records of kind `grant_award`; one that two sources hold is counted once."""
    sums: dict[tuple[str, str], list[Decimal]] = {}
    others: dict[str, int] = {}
    unread = 0
    for record in {record.key: record for record in records if record.kind == KIND}.values():
        recipient = str(record.facts.get("recipient") or "")
        if not government.receives(recipient):
            others[recipient] = others.get(recipient, 0) + 1
            continue
        amount = dollars(record.facts.get("amount"))
        if amount is None:
            unread += 1
            continue
        where = (str(record.facts.get("fiscal_year") or ""), str(record.facts.get("program") or ""))
        sums.setdefault(where, []).append(amount)
    return Grants(
        government=government,
        sums=tuple(
            Sum(year, program, sum(amounts, Decimal(0)), len(amounts))
            for (year, program), amounts in sorted(sums.items(), key=lambda one: (-int(one[0][0] or 0), one[0][1]))
        ),
        as_of=as_of,
        uncounted=tuple(sorted(others.items(), key=lambda one: (-one[1], one[0]))),
        unread=unread,
    )


def sentence(grants: Grants) -> str:
    """The newest fiscal year in a sentence, for a mail; empty where there is no award."""
    year = next((part.fiscal_year for part in grants.sums if part.fiscal_year), "")
    newest = [part for part in grants.sums if part.fiscal_year == year and year]
    if not newest:
        return ""
    parts = ", ".join(f"{part.name} {written(part.obligated)}" for part in newest)
    whole = written(sum((part.obligated for part in newest), Decimal(0)))
    of_which = f" ({parts})" if len(newest) > 1 else f" ({newest[0].name})"
    return (
        f"{whole} in DOJ awards of fiscal year {year}{of_which}; prime awards, {BASIS},"
        f" as of {day(grants.as_of.date().isoformat())}"
    )


def dollars(value: object) -> Decimal | None:
    """An amount as stored ("250000.00"), or as an API prints it; None for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace("$", "").strip())
        return amount.quantize(_CENT) if amount.is_finite() else None
    except InvalidOperation:
        return None


def written(amount: Decimal) -> str:
    """ "$4.3 million", "$612,345", "-$12,000"."""
    sign, size = "-" if amount < 0 else "", abs(amount)
    if size >= _MILLION:
        return f"{sign}${size / _MILLION:,.1f} million"
    return f"{sign}${size:,.0f}"
