"""why: what was weighed, ignored, masked, held and believed, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from monitor.url import canonical_url
from onnotice import session
from onnotice.commands.reading import as_object, change_of
from onnotice.printing import harmless, json_line, moment, say, table

if TYPE_CHECKING:
    from monitor.decide import Confirmation
    from onnotice.explaining import ChangeExplained, PageExplained


def why(
    context: typer.Context,
    what: str = typer.Argument(..., metavar="CHANGE|URL", help="A change's number, or a page's address."),
    as_json: bool = typer.Option(False, "--json", help="One object; of an address one a source that watches it."),
) -> None:
    """Why a change was told, or not; how a page is looked at, and what on it is not compared."""
    from onnotice.config import read_settings
    from onnotice.explaining import explain_change, explain_page, of_change
    from onnotice.polling import confirmation_of

    confirmation = confirmation_of(read_settings(session.home_of(context)))
    with session.reading(context) as archive:
        if what.isdecimal():
            change = explain_change(archive, change_of(archive, what))
            if as_json:
                json_line(_change_object(change))
                return
            for sentence in of_change(change):
                say(harmless(sentence))
            if change.page is not None:
                say("")
                _print_page(change.page, confirmation)
            return
        for page in explain_page(archive, canonical_url(what)):
            if as_json:
                json_line(_page_object(page))
            else:
                _print_page(page, confirmation)


def _print_page(page: PageExplained, confirmation: Confirmation) -> None:
    from onnotice.explaining import of_page

    for sentence in of_page(page, confirmation):
        say(harmless(sentence))
    table(
        ("looked", "status", "verdict", "why", "by"),
        [
            (
                moment(look.at),
                look.status if look.status is not None else "-",
                look.verdict,
                look.reason,
                look.mechanism,
            )
            for look in page.looks
        ],
    )


def _change_object(explained: ChangeExplained) -> dict[str, object]:
    return {
        "change": as_object(explained.stored),
        "look": explained.look,
        "ignored": [
            {"rule": one.rule, "before": list(one.hunk.before), "after": list(one.hunk.after)}
            for one in explained.ignored
        ],
        "page": None if explained.page is None else _page_object(explained.page),
    }


def _page_object(page: PageExplained) -> dict[str, object]:
    return {
        "source": page.status.source.slug,
        "url": page.url,
        "title": page.title,
        "extractor": page.reader,
        "version": page.version,
        "include": list(page.selection.include),
        "exclude": list(page.selection.exclude),
        "ignore_lines": list(page.selection.ignore_lines),
        "masks": list(page.masks),
        "hold": page.hold,
        "withdrawn": page.withdrawn,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "last_full_look": page.last_full_look,
        "health": page.status.health,
        "next_due_at": page.status.next_due_at,
        "looks": list(page.looks),
    }


COMMANDS = {"why": why}
