"""ignore: leave a part of a page, or lines like a pattern, out of its comparison from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from monitor.significance import told
from monitor.url import canonical_url
from onnotice import session
from onnotice.printing import moment, say, table

if TYPE_CHECKING:
    from monitor.types import Source
    from onnotice.config import Settings
    from onnotice.ignoring import Hindsight

_SHOWN = 20


def ignore(
    context: typer.Context,
    url: str = typer.Argument(..., help="A page that a stanza in onnotice.toml watches."),
    exclude: str = typer.Option("", metavar="SELECTOR", help='A part of the page: "#weather", "aside .visitors".'),
    pattern: str = typer.Option("", metavar="PATTERN", help='Lines: "Visitors: *"; an asterisk is any text.'),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what it would have hidden, and write nothing."),
    yes: bool = typer.Option(False, "--yes", help="Write it although it would have hidden what was told."),
) -> None:
    """Compare a part of a page, or lines like a pattern, no more: says what that would have hidden so far."""
    import asyncio

    from onnotice.config import read_settings, settings_from
    from onnotice.editing import with_parameter
    from onnotice.ignoring import look_back
    from onnotice.stanzas import parsed_with, write_whole

    if bool(exclude) == bool(pattern):
        raise UsageError("Name what is to be ignored: --exclude SELECTOR, or --pattern PATTERN.")
    page = canonical_url(url)
    home = session.home_of(context)
    settings = read_settings(home)
    name, added = ("exclude", exclude) if exclude else ("ignore_lines", pattern)
    with session.reading(context) as archive:
        source = _watching(page, settings, archive.watchers(page))
        values = _with(source, name, added)
        chosen = _checked(source, page, name, values)
        seen = archive.source(source.slug) is not None
        found = asyncio.run(look_back(archive, source, chosen, page)) if seen else None
    if found is not None:
        _print(found)
    if dry_run:
        say("Nothing was written.")
        return
    _refuse(found, added, yes=yes)
    text = with_parameter(home.settings.read_bytes().decode("utf-8-sig"), source.slug, name, values)
    settings_from(parsed_with(text), str(home.settings)).sources(str(home.settings))
    write_whole(home.settings, text)
    say(f"Wrote {name} into the stanza of {source.slug}; bodies are kept whole, and that is no change of the page.")


def _watching(page: str, settings: Settings, watchers: tuple[str, ...]) -> Source:
    """The source with a stanza of the user's own that watches the page. Raises UsageError."""
    from scrapers.extraction import own_pages
    from scrapers.sources import source_from_stanza

    for stanza in settings.source:
        source = source_from_stanza(stanza, "onnotice.toml")
        if page in own_pages(source) or source.slug in watchers:
            if source.spider != "page":
                raise UsageError(
                    f"{source.slug} is read by the spider {source.spider}, whose records are told whole; choose by"
                    " subscription who is told of them."
                )
            return source
    if watchers:
        raise UsageError(
            f"{page} is watched by {watchers[0]}, which has no stanza in onnotice.toml; only a page that has one can"
            " be cut."
        )
    raise UsageError(f"{page} is not watched; `onnotice add {page}` watches it.")


def _with(source: Source, name: str, added: str) -> tuple[str, ...]:
    values = tuple(source.parameters.get(name, ()))
    if added in values:
        raise UsageError(f"The stanza of {source.slug} ignores that already.")
    return (*values, added)


def _checked(source: Source, page: str, name: str, values: tuple[str, ...]) -> Source:
    """The source as it would be. Raises ConfigurationError for a selector or a pattern that is none."""
    from scrapers.extraction import choice_of, own_pages
    from scrapers.parameters import PageParameters

    if name == "exclude" and page not in own_pages(source):
        raise UsageError(
            f"{page} was found by way of {source.slug}, and selectors speak of a source's own pages; use --pattern, or"
            f" `onnotice add {page}`."
        )
    chosen = replace(source, parameters={**source.parameters, name: list(values)})
    getattr(choice_of(source), "PARAMETERS", PageParameters).of(chosen)
    return chosen


def _print(found: Hindsight) -> None:
    changes = counted(found.considered, "change of text", "changes of texts")
    say(f"It would have hidden {len(found.hidden):,} of {changes}" + (":" if found.hidden else "."))
    if found.hidden:
        newest = found.hidden[-_SHOWN:]
        table(
            ("change", "seen", "told", "what"),
            [
                (one.id, moment(one.change.at), "yes" if told(one.change) else "no", one.change.summary)
                for one in newest
            ],
        )
        if len(newest) < len(found.hidden):
            say(f"and {len(found.hidden) - len(newest):,} older.")
    lines = counted(found.takes, "line", "lines")
    say(f"It takes {lines} from the page as it was last seen.")


def _refuse(found: Hindsight | None, added: str, *, yes: bool) -> None:
    if yes or found is None:
        return
    news = sum(told(one.change) for one in found.hidden)
    if news:
        were = "change that was" if news == 1 else "changes that were"
        raise UsageError(
            f"That part held {news:,} {were} told; add --yes to ignore it all the same. Nothing was written."
        )
    if not found.takes:
        raise UsageError(
            f"Nothing on the page as it was last seen is like {added!r}; correct it, or add --yes. Nothing was written."
        )


COMMANDS = {"ignore": ignore}
