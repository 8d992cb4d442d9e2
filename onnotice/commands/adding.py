"""add: recognise what stands behind an address, show what would be read there, and write its stanza."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted, plural_of
from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import harmless, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.types import Source
    from onnotice.home import Home
    from onnotice.recognising import Recognised
    from onnotice.stanzas import Stanza

_SHOWN = 3
"""Records of a kind, or lines of a text, that are shown of a first look."""


def add(
    context: typer.Context,
    url: str = typer.Argument(..., help="A page, a council's portal, a feed, a document."),
    title: str = typer.Option("", help="What mails call it; default: what it calls itself."),
    jurisdiction: str = typer.Option("", help='Whose it is, with its state: "Aurora, Colorado". Councils need it.'),
    timezone: str = typer.Option("", help="IANA zone of its local times; default: that of the jurisdiction's state."),
    cadence: str = typer.Option("1h", help="How often to look: 15m, 1h, 1d."),
    plain: bool = typer.Option(False, "--plain", help="Watch it as a plain page, whatever it is."),
    look: bool = typer.Option(True, "--look/--no-look", help="Look at it first; without, only the address speaks."),
    yes: bool = typer.Option(False, "--yes", help="Write the stanza without asking, and where names disagree."),
) -> None:
    """Watch an address: recognise its platform, show what would be read, write the stanza into onnotice.toml."""
    from onnotice.config import read_settings
    from onnotice.stanzas import page_stanza

    home = session.home_of(context)
    settings = read_settings(home)
    watched = settings.sources(str(home.settings))
    stanza = page_stanza(url, title=title, cadence=cadence)
    _refuse_twice(stanza, watched)
    _checked(home, stanza)
    recognised = (
        _recognised(url, settings.contact, jurisdiction, plain=plain) if look else _by_address(url, plain=plain)
    )
    if recognised is not None:
        if look:
            _show(recognised)
        if recognised.proposal.council:
            jurisdiction = _confirmed(recognised, jurisdiction, yes=yes)
        stanza = _stanza(recognised, watched, title, jurisdiction, timezone, cadence)
        _refuse_twice(stanza, watched)
        if not yes and sys.stdin.isatty() and not typer.confirm("Write this stanza?\n" + stanza.text, default=True):
            raise UsageError("Nothing was written.")
    _write(home, stanza)
    say(f"Watching {stanza.url} as {stanza.slug}; `onnotice poll {stanza.slug}` looks at it now.")


def _recognised(url: str, contact: str, jurisdiction: str, *, plain: bool) -> Recognised:
    import asyncio

    from onnotice.recognising import Looking, recognise
    from scrapers.council.zones import zone_of

    looking = Looking(contact, session.now, zone_of(jurisdiction) or "UTC")
    return asyncio.run(recognise(url, looking, plain=plain))


def _by_address(url: str, *, plain: bool) -> Recognised | None:
    """What a platform's address alone says; None where it says nothing, or shall not be asked."""
    from onnotice.recognising import untried
    from scrapers.platforms import from_address

    found = () if plain else from_address(url)
    return untried(found[0]) if found else None


def _show(recognised: Recognised) -> None:
    """What it is, and the first few things that would be read of it."""
    trial, proposal = recognised.trial, recognised.proposal
    say(f"It is {proposal.label}: {proposal.url}")
    if recognised.tenant:
        say(f"It calls itself: {harmless(recognised.tenant)}")
    for kind, count in trial.counts().items():
        named = kind.replace("_", " ")
        say(f"  {counted(count, named, plural_of(named))} at a first look, such as:")
        for record in [record for record in trial.records if record.kind == kind][:_SHOWN]:
            say(f"    {harmless(record.title)}")
    if not trial.records:
        say(
            f"  {harmless(trial.title) or '(no title)'}: {counted(len(trial.lines), 'line', 'lines')} of text, such as:"
        )
        for line in trial.lines[:_SHOWN]:
            say(f"    {harmless(line)[:160]}")
    for other in recognised.others[:_SHOWN]:
        if other.url != proposal.url:
            say(f"It leads to {other.label}: {other.url}; `onnotice add` that to watch it.")


def _confirmed(recognised: Recognised, jurisdiction: str, *, yes: bool) -> str:
    """Whose council it is, as a person says it. Raises UsageError where nobody does, or the portal says otherwise."""
    from onnotice.recognising import contradiction

    itself = f'calls itself "{harmless(recognised.tenant)}"' if recognised.tenant else "does not say who it is"
    if not jurisdiction and sys.stdin.isatty() and not yes:
        jurisdiction = typer.prompt('Whose council is it? With its state, as "Aurora, Colorado"').strip()
    if "," not in jurisdiction:
        raise UsageError(
            f"{recognised.proposal.url} {itself}, and the same name stands for other places; confirm whose it is with"
            ' --jurisdiction "Aurora, Colorado". Nothing was written.'
        )
    against = contradiction(recognised, jurisdiction)
    if against and not yes:
        raise UsageError(
            f"{recognised.proposal.url} {itself}: {against}. If it is {jurisdiction} all the same, add --yes; nothing"
            " was written."
        )
    return jurisdiction


def _stanza(
    recognised: Recognised, watched: Sequence[Source], title: str, jurisdiction: str, timezone: str, cadence: str
) -> Stanza:
    import re

    from onnotice.stanzas import stanza_of
    from scrapers.council.zones import zone_of

    proposal = recognised.proposal
    slug = ""
    if proposal.council:
        timezone = timezone or zone_of(jurisdiction)
        if not timezone:
            raise UsageError(f"The time zone of {jurisdiction} is not known; add --timezone, such as America/Denver.")
        named = "_".join(re.findall(r"[a-z0-9]+", jurisdiction.rpartition(",")[0].lower())) + "_council"
        slug = named if named not in {source.slug for source in watched} else ""
        title = title or f"{jurisdiction.rpartition(',')[0]} council"
    return stanza_of(
        proposal.url,
        slug=slug,
        title=title or harmless(recognised.trial.title)[:120],
        spider=proposal.spider,
        jurisdiction=jurisdiction,
        timezone=timezone,
        cadence=cadence,
        parameters=proposal.parameters,
    )


def _refuse_twice(stanza: Stanza, watched: Sequence[Source]) -> None:
    from scrapers.extraction import own_pages

    for source in watched:
        if source.slug == stanza.slug or stanza.url in own_pages(source):
            raise UsageError(f"{stanza.url} is watched already, as {source.slug}; `onnotice poll {source.slug}`.")


def _checked(home: Home, stanza: Stanza) -> str:
    """The settings' text with the stanza at its end, checked as a whole."""
    from onnotice.config import settings_from
    from onnotice.stanzas import parsed_with

    # As it stands, with the line ends that it has.
    text = home.settings.read_bytes().decode("utf-8-sig")
    whole = text + ("" if text.endswith("\n") else "\n") + stanza.text
    settings_from(parsed_with(whole), str(home.settings)).sources(str(home.settings))
    return whole


def _write(home: Home, stanza: Stanza) -> None:
    from onnotice.stanzas import write_whole

    write_whole(home.settings, _checked(home, stanza))


COMMANDS = {"add": add}
