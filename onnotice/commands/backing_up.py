"""backup, restore, tidy: a verified copy of a home, a home made of one, and room made in one."""

from __future__ import annotations

from pathlib import Path

import typer

from alerts.wording import counted
from onnotice import session
from onnotice.printing import harmless, json_line, moment, progress, say


def backup(
    context: typer.Context,
    folder: Path | None = typer.Argument(
        None, metavar="[DIR]", help="Where a dated folder is made, best on another disk; default: backups in the home."
    ),
    keep: int | None = typer.Option(
        None,
        "--keep",
        min=1,
        max=10_000,
        help="Keep so many of this home there; older ones go once this one is verified.",
    ),
    verify: bool = typer.Option(False, "--verify", help="Verify all that is in the copy, as `onnotice verify` does."),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Copy the archive, the settings and the signing key, beside whatever polls; the copy is verified."""
    from onnotice.backup import back_up

    home = session.home_of(context)
    place = (folder.expanduser() if folder else home.folder / "backups").absolute()
    with progress("backing up") as bar:
        made = back_up(home, place, session.now(), keep=keep, whole=verify, progress=bar)
    if as_json:
        json_line(
            {
                "folder": str(made.folder),
                "at": made.at,
                "size": made.size,
                "has_key": made.has_key,
                "same_disk": made.same_disk,
                "removed": [str(path) for path in made.removed],
                "contents": made.contents,
            }
        )
        return
    contents = made.contents
    say(
        f"Wrote {harmless(str(made.folder))}: {counted(contents.visits, 'look', 'looks')},"
        f" {counted(contents.changes, 'change', 'changes')}, {made.size / 1e6:,.1f} MB, verified."
    )
    holds = "the signing key and people's addresses" if made.has_key else "people's addresses"
    say(f"Only its owner can read it: it holds {holds}.")
    if made.same_disk:
        say("It is on the same disk as the archive, and would be lost with it; name a folder on another one.")
    if made.removed:
        say(f"Removed {counted(len(made.removed), 'older backup', 'older backups')}.")


def restore(
    context: typer.Context,
    backup: Path = typer.Argument(..., metavar="BACKUP", help="A folder that `onnotice backup` made."),
    home: Path | None = typer.Option(
        None, "--home", metavar="DIR", help="The home that is made; default: as elsewhere."
    ),
    overwrite: bool = typer.Option(
        False, "--overwrite", help="What the home holds is put aside, into a folder in it, and deleted by nobody."
    ),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Make a home of a backup, which is verified first; a poll goes on from there, on this machine or another."""
    from onnotice.restoring import restore as make_home

    made = session.new_home_of(context, home, ".")
    with progress("restoring") as bar:
        restored = make_home(backup.expanduser().absolute(), made, session.now(), overwrite=overwrite, progress=bar)
    if as_json:
        json_line(
            {
                "home": str(made.folder),
                "at": restored.at,
                "aside": str(restored.aside) if restored.aside else None,
                "contents": restored.contents,
            }
        )
        return
    contents = restored.contents
    say(
        f"{harmless(str(made.folder))} is as it was at {moment(restored.at)} UTC:"
        f" {counted(contents.visits, 'look', 'looks')}, {counted(contents.changes, 'change', 'changes')}."
    )
    if restored.aside:
        say(f"What was there before is in {harmless(str(restored.aside))}.")
    say(f"Next: stop what polls the old home, then `onnotice --home {harmless(str(made.folder))} doctor`.")


def tidy(
    context: typer.Context,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would go, and erase nothing."),
    compact: bool = typer.Option(
        False, "--compact", help="Give free room in the file back to the disk; not while something polls."
    ),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """Erase bodies that said nothing new, as [keep] in the settings allows: by default nothing. Works beside a poll."""
    from onnotice.tidying import tidy_up

    home = session.home_of(context)
    with progress("tidying") as bar:
        tidied = tidy_up(home, session.now(), dry_run=dry_run, compact=compact, progress=bar)
    if as_json:
        json_line(tidied)
        return
    if tidied.older_than is None:
        say("All bodies are kept; `noise_bodies` under [keep] in the settings says which may be erased, and when.")
    else:
        verb = "would be erased" if dry_run else "erased"
        bodies = counted(tidied.bodies, "body that said nothing new", "bodies that said nothing new")
        say(f"{bodies} before {moment(tidied.older_than)} UTC {verb}, {tidied.size / 1e6:,.1f} MB.")
        if tidied.needed:
            say(f"{counted(tidied.needed, 'more is', 'more are')} kept, because others are stored against them.")
    if tidied.given_back is not None:
        say(f"{tidied.given_back / 1e6:,.1f} MB were given back to the disk.")
    elif tidied.bodies and not dry_run:
        say("The file stays as large; what is kept next goes into that room. `onnotice tidy --compact` gives it back.")


COMMANDS = {"backup": backup, "restore": restore, "tidy": tidy}
