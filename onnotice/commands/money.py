"""grants: what the Justice Department has awarded to a government, from the awards that the archive holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import harmless, json_line, moment, say, table

if TYPE_CHECKING:
    from monitor.grants import Grants
    from monitor.recipients import Government

_SHOWN = 10
"""Recipients of other names that are shown, of those with the most awards."""


def grants(
    context: typer.Context,
    jurisdiction: str = typer.Argument(..., help="With its state, such as `Denver, Colorado`; or its Census GEOID."),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """What a government was awarded by the Justice Department, by fiscal year and programme."""
    from alerts.money import grants_of

    government = _government(jurisdiction)
    with session.reading(context) as archive:
        found = grants_of(archive, government)
    if found is None:
        raise UsageError(
            f"No award to anybody in {government.seat} is in the archive; add usaspending_doj_grants to `watch` in"
            " onnotice.toml, and poll it."
        )
    if as_json:
        json_line(_as_object(found))
    else:
        _print(found)


def _government(name: str) -> Government:
    from alerts.money import government_named
    from monitor.recipients import government_of, governments
    from storage.census import meant

    found = government_named(name) or government_of(meant(name).geoid)
    if found is None:
        known = "; ".join(government.jurisdiction for government in governments())
        raise UsageError(f"{name!r} is not in the table of recipients; write one of these, with its state: {known}.")
    return found


def _print(found: Grants) -> None:
    from monitor.grants import CAVEATS, PROGRAMS
    from monitor.recipients import BASIS

    say(f"{found.government.jurisdiction}: DOJ awards, {BASIS}, as of {moment(found.as_of)} UTC")
    table(
        ("fiscal year", "program", "listing", "awards", "obligated"),
        [
            (
                part.fiscal_year or "unknown",
                PROGRAMS.get(part.program, "-"),
                part.program,
                part.awards,
                f"{part.obligated:,.2f}",
            )
            for part in found.sums
        ],
    )
    say(f"Total: {found.total:,.2f} dollars in {counted(sum(part.awards for part in found.sums), 'award', 'awards')}.")
    if found.unread:
        say(f"Not in it: {counted(found.unread, 'award', 'awards')} without an amount.")
    if found.uncounted:
        names = "; ".join(f"{harmless(name)} ({awards})" for name, awards in found.uncounted[:_SHOWN])
        rest = len(found.uncounted) - _SHOWN
        say(f"Seated in {found.government.seat} and not counted: {names}{f'; and {rest:,} more' if rest > 0 else ''}.")
    for caveat in CAVEATS:
        say(f"- {caveat}")


def _as_object(found: Grants) -> dict[str, object]:
    """A stable shape; dollars are text, so that no cent is lost in reading them."""
    from monitor.grants import CAVEATS
    from monitor.recipients import BASIS

    government = found.government
    return {
        "jurisdiction": government.jurisdiction,
        "geoid": government.geoid,
        "same_area": government.same_area,
        "seat": government.seat,
        "recipients": list(government.recipients),
        "basis": BASIS,
        "as_of": found.as_of,
        "total": str(found.total),
        "sums": [
            {
                "fiscal_year": part.fiscal_year,
                "program": part.program,
                "name": part.name,
                "awards": part.awards,
                "obligated": str(part.obligated),
            }
            for part in found.sums
        ],
        "without_amount": found.unread,
        "not_counted": [{"recipient": name, "awards": awards} for name, awards in found.uncounted],
        "caveats": list(CAVEATS),
    }


COMMANDS = {"grants": grants}
