"""verify, timestamp, evidence: whether the archive is as it was written, and how others are shown that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.errors import ConfigurationError, EvidenceDamaged, UsageError
from onnotice import session
from onnotice.printing import Bar, harmless, json_line, progress, say

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import ChainLink, Flaw


def verify(
    context: typer.Context,
    head: bool = typer.Option(False, "--head", help="Only print the newest link of the chain, to be kept elsewhere."),
    holds: list[str] = typer.Option(
        [], "--holds", metavar="LINK", help="What --head printed once, and must still be there; may be repeated."
    ),
    as_json: bool = typer.Option(False, "--json", help="One object for each flaw, or for the head."),
) -> None:
    """Check all that is kept: file, chain of visits, versions, records, changes, bodies. Exit code 1 for any flaw."""
    with session.reading(context) as archive:
        if head:
            _print_head(archive.chain_head(), as_json=as_json)
            return
        wanted = [_link(text) for text in holds]
        found = 0
        with progress("verifying") as bar:
            for flaw in _flaws(context, archive, wanted, bar):
                found += 1
                if as_json:
                    json_line(flaw)
                else:
                    say(harmless(flaw.sentence))
        newest = archive.chain_head()
    if found:
        raise EvidenceDamaged(f"{counted(found, 'flaw was', 'flaws were')} found; what none of them names is sound.")
    if not as_json:
        say(f"Everything is as it was written, up to {_written(newest)}." if newest else "Nothing is kept yet.")


def _flaws(context: typer.Context, archive: Archive, wanted: Sequence[tuple[int, str]], bar: Bar) -> Iterator[Flaw]:
    from onnotice import stamping
    from onnotice.config import read_settings
    from storage.rows import Flaw

    yield from archive.flaws(bar)
    if next(archive.time_stamps(), None) is not None:
        home = session.home_of(context)
        try:
            yield from stamping.flaws(archive, read_settings(home), home)
        except ConfigurationError as error:
            typer.echo(f"onnotice: time stamps were not held against their authority: {harmless(str(error))}", err=True)
    for visit, link in wanted:
        kept = archive.chain_link(visit)
        if kept is None or kept.link.hex() != link:
            sentence = (
                f"Visit {visit} does not have the link {link} any more: what was recorded up to it was exchanged or"
                " deleted; restore the archive from a backup of before that."
            )
            yield Flaw("chain", sentence, visit=visit)


def _print_head(head: ChainLink | None, *, as_json: bool) -> None:
    if head is None:
        raise UsageError("Nothing is chained yet; `onnotice poll` first.")
    if as_json:
        json_line({"visit": head.visit, "at": head.at, "link": head.link.hex()})
    else:
        say(_written(head))


def _written(link: ChainLink) -> str:
    return f"{link.visit}:{link.link.hex()}"


def _link(text: str) -> tuple[int, str]:
    """A link as `_written` writes it. Raises UsageError."""
    if not re.fullmatch(r"[0-9]{1,18}:[0-9a-fA-F]{64}", text):
        raise UsageError(f"{text[:100]!r} is no link of the chain; copy what `onnotice verify --head` printed.")
    number, _, link = text.partition(":")
    return int(number), link.lower()


def timestamp(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Have an authority sign that all that is kept was there by now (RFC 3161). `run` does so once a day."""
    import asyncio

    from onnotice.stamping import stamp

    with session.working(session.home_of(context), alone=False) as opened:
        kept = asyncio.run(stamp(opened.archive, opened.settings, opened.home))
    if as_json:
        json_line({"visit": kept.visit, "link": kept.link.hex(), "at": kept.at, "authority": kept.authority})
    else:
        say(f"{harmless(kept.authority)} signed at {kept.at:%Y-%m-%d %H:%M:%S} UTC that visit {kept.visit} was there.")


def evidence(
    context: typer.Context,
    change: int = typer.Argument(..., metavar="CHANGE", min=1, help="Number of the change."),
    out: Path | None = typer.Option(
        None,
        "--out",
        metavar="PATH",
        help="A new folder, or a file ending in .zip; default: change-NUMBER.zip.",
    ),
    as_json: bool = typer.Option(False, "--json", help="One object: the path, and the digest that vouches for it."),
) -> None:
    """Write all that shows one change, so that anybody can check it without On Notice."""
    from onnotice.evidence.bundle import bundle_of, write_bundle

    with session.reading(context) as archive:
        bundle = bundle_of(archive, change)
    path = out or Path(f"change-{change}.zip")
    write_bundle(bundle, path)
    if as_json:
        json_line({"path": str(path), "sha256sums": bundle.digest})
    else:
        say(f"Wrote {path}. SHA-256 of its SHA256SUMS, to be told by another way:\n{bundle.digest}")


COMMANDS = {"verify": verify, "timestamp": timestamp, "evidence": evidence}
