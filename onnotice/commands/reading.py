"""changes, show, history, diff, search, as-of: read the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from alerts.wording import counted
from monitor.errors import UsageError
from monitor.significance import told
from monitor.types import Change, ChangeKind, StoredChange
from monitor.url import canonical_url
from onnotice import session
from onnotice.printing import harmless, json_line, moment, parse_moment, say, table

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import StoredRecord, StoredSnapshot


def changes(
    context: typer.Context,
    run: str = typer.Option("", "--run", help="`last`, or the number of a run."),
    since: str = typer.Option("", help="ISO date or time, or 3d, 12h for that long ago."),
    source: str = typer.Option("", help="Slug of a source."),
    url: str = typer.Option("", help="A page's address."),
    kind: str = typer.Option("", help="A kind of change, such as list_published."),
    everything: bool = typer.Option(False, "--all", help="Also what was seen at first looks and is told to nobody."),
    limit: int = typer.Option(0, min=0, help="At most so many, the newest; 0: all."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """What changed, oldest first."""
    if kind and kind not in set(ChangeKind):
        raise UsageError(f"{kind!r} is no kind of change; those are {', '.join(ChangeKind)}.")
    wanted: dict[str, Any] = {"baseline": everything}
    if since:
        wanted["since"] = parse_moment(since, "time")
    if source:
        wanted["source"] = source
    if url:
        wanted["url"] = canonical_url(url)
    if kind:
        wanted["kind"] = kind
    with session.reading(context) as archive:
        if source and archive.source(source) is None:
            raise UsageError(f"No source is called {source!r}; `onnotice sources --all` lists them.")
        if limit:
            # One more, to know whether there are older ones.
            wanted |= {"limit": limit + 1, "newest": True}
        found = _of_run(archive, run, wanted)
        rows = found[-limit:] if limit else found
        for stored in rows if as_json else ():
            json_line(as_object(stored))
    if as_json:
        return
    table(
        ("change", "seen", "weight", "kind", "what"),
        [(row.id, moment(row.change.at), _weight(row), row.change.kind.value, row.change.summary) for row in rows],
    )
    if not rows:
        say("No change matches.")
    elif len(rows) < len(found):
        say("and older ones; without --limit all are listed.")


def as_object(stored: StoredChange) -> dict[str, object]:
    """A change as `changes --json` prints it: a stable shape."""
    return {"id": stored.id, "run": stored.run, **described(stored.change)}


def described(change: Change) -> dict[str, object]:
    """The part of it that says what happened."""
    return {
        "at": change.at,
        "source": change.source,
        "url": change.url,
        "kind": change.kind,
        "record_kind": change.record_kind,
        "record_key": change.record_key,
        "title": change.title,
        "place": change.place,
        "about": change.about,
        "significance": change.significance,
        "reasons": list(change.reasons),
        "told": told(change),
        "baseline": change.baseline,
        "cluster": change.cluster,
        "summary": change.summary,
        "before": change.before,
        "after": change.after,
        "details": change.details,
    }


def show(
    context: typer.Context,
    what: str = typer.Argument(..., metavar="CHANGE|URL", help="A change's number, or a page's address."),
    version: int = typer.Option(0, min=0, help="Of a page: that version; default: the newest."),
    raw: bool = typer.Option(False, "--raw", help="The stored bytes, as the server sent them, to standard output."),
    as_json: bool = typer.Option(False, "--json", help="One object."),
) -> None:
    """A change with its evidence, or what a page said."""
    with session.reading(context) as archive:
        if what.isdecimal():
            stored = change_of(archive, what)
            if raw:
                _raw(archive, stored.body_digest)
            elif as_json:
                json_line(as_object(stored))
            else:
                _print_change(stored)
            return
        snapshot = _version(archive, what, version)
        if raw:
            _raw(archive, snapshot.body_digest)
        elif as_json:
            json_line(_snapshot_object(snapshot) | {"text": list(snapshot.text)})
        else:
            say(f"{harmless(snapshot.title)}  (version {snapshot.number}, {moment(snapshot.first_seen)} UTC)")
            for line in snapshot.text:
                say(harmless(line))


def history(
    context: typer.Context,
    url: str = typer.Argument(..., help="A page's address."),
    looks: bool = typer.Option(False, "--looks", help="Every look, also those that failed or were blocked."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """Every version of a page, or every look at it."""
    page = canonical_url(url)
    with session.reading(context) as archive:
        snapshots = archive.snapshots(page)
        visits = archive.visits(page)
    if not visits:
        raise UsageError(f"{page} was never looked at; `onnotice sources` lists what is watched.")
    if looks:
        if as_json:
            for visit in visits:
                json_line(visit)
            return
        table(
            ("looked", "status", "verdict", "version", "why", "sha-256"),
            [
                (
                    moment(visit.at),
                    visit.status if visit.status is not None else "-",
                    visit.verdict,
                    visit.snapshot_number or "-",
                    visit.reason,
                    (visit.body_digest or "-")[:16],
                )
                for visit in visits
            ],
        )
        return
    if as_json:
        for snapshot in snapshots:
            json_line(_snapshot_object(snapshot))
        return
    table(
        ("version", "first seen", "last seen", "title", "sha-256"),
        [
            (row.number, moment(row.first_seen), moment(row.last_seen), row.title, row.body_digest[:16])
            for row in snapshots
        ],
    )
    say(f"{counted(len(visits), 'look', 'looks')}; --looks lists them.")


def diff(
    context: typer.Context,
    url: str = typer.Argument(..., help="A page's address."),
    before: int = typer.Option(0, "--from", min=0, help="Version; default: the one before the newest."),
    after: int = typer.Option(0, "--to", min=0, help="Version; default: the newest."),
    as_json: bool = typer.Option(False, "--json", help="One object a passage."),
) -> None:
    """What differs between two versions of a page. Exit code 1 when nothing does."""
    from monitor.diff import hunks, pair_lines

    with session.reading(context) as archive:
        newer = _version(archive, url, after)
        older = _version(archive, url, before or max(1, newer.number - 1))
    found = hunks(older.text, newer.text)
    for hunk in found:
        if as_json:
            json_line({"before": list(hunk.before), "after": list(hunk.after)})
            continue
        say("")
        for old, new in pair_lines(hunk):
            say(_marked(old, new))
    if not as_json:
        passages = counted(len(found), "passage differs", "passages differ")
        say(f"{passages} between versions {older.number} and {newer.number}.")
    if not found:
        raise typer.Exit(1)


def search(
    context: typer.Context,
    query: list[str] = typer.Argument(..., help="Words; quote a phrase."),
    limit: int = typer.Option(20, min=1, max=1000, help="At most so many."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """Search titles and texts of every version of every page and record."""
    with session.reading(context) as archive:
        found = archive.search(" ".join(query), limit=limit)
    for hit in found:
        if as_json:
            json_line(hit)
            continue
        current = "" if hit.current else ", no longer current"
        say(f"{moment(hit.at)}  {harmless(hit.title)}  ({hit.what} of {hit.source}, version {hit.version}{current})")
        say(f"    {harmless(hit.snippet)}")
        say(f"    {harmless(hit.url)}")
    if not found and not as_json:
        say("Nothing matches.")


def as_of(
    context: typer.Context,
    what: str = typer.Argument(..., metavar="SOURCE|URL", help="A source's records, or a page."),
    date: str = typer.Argument(..., help="ISO date or time (a day means its end), or 3d for ago."),
    kind: str = typer.Option("", help="Only records of this kind."),
    as_json: bool = typer.Option(False, "--json", help="One object a line."),
) -> None:
    """What a list or a page said on a date."""
    asked = parse_moment(date, "date", end_of_day=True)
    with session.reading(context) as archive:
        if what.lower().startswith(("http://", "https://")):
            snapshot = archive.snapshot_at(canonical_url(what), asked)
            if snapshot is None:
                raise UsageError(f"Nothing is known of {what} on {date}; `onnotice history` says since when it is.")
            if as_json:
                json_line(_snapshot_object(snapshot) | {"text": list(snapshot.text)})
                return
            say(
                f"{harmless(snapshot.title)}  (version {snapshot.number}, first seen {moment(snapshot.first_seen)} UTC)"
            )
            for line in snapshot.text:
                say(harmless(line))
            return
        if archive.source(what) is None:
            raise UsageError(f"No source is called {what!r}; `onnotice sources` lists them.")
        rows = archive.records_at(what, asked, kind or None)
    if as_json:
        for row in rows:
            json_line(_record_object(row))
        return
    table(
        ("kind", "title", "since", "until", "disputed by"),
        [
            (
                row.record.kind,
                row.record.title,
                moment(row.valid_from),
                moment(row.valid_to) if row.valid_to else "still",
                "; ".join(row.disputed_by),
            )
            for row in rows
        ],
    )
    say(f"{counted(len(rows), 'record', 'records')} on {moment(asked)} UTC.")


def _of_run(archive: Archive, run: str, wanted: dict[str, Any]) -> tuple[StoredChange, ...]:
    if run == "last":
        poll = archive.last_poll()
        return archive.changes(poll=poll, **wanted) if poll is not None else ()
    if run:
        if not run.isdecimal():
            raise UsageError(f"--run takes `last` or a number, not {run!r}; `onnotice changes --json` names the runs.")
        return archive.changes(run=_number(run), **wanted)
    return archive.changes(**wanted)


def change_of(archive: Archive, digits: str) -> StoredChange:
    """The change with a number that somebody typed. Raises UsageError where there is none."""
    stored = archive.change(_number(digits))
    if stored is None:
        raise UsageError(f"There is no change {digits}; `onnotice changes` lists them.")
    return stored


def _number(digits: str) -> int:
    """A number that a row may have; -1, which none has, for one that is too long."""
    return int(digits) if len(digits) <= 18 else -1


def _weight(stored: StoredChange) -> str:
    return f"{stored.change.significance:.2f}" + ("" if told(stored.change) else " (not told)")


def _version(archive: Archive, url: str, number: int) -> StoredSnapshot:
    page = canonical_url(url)
    snapshots = archive.snapshots(page)
    if not snapshots:
        raise UsageError(f"There is no version of {page}; `onnotice sources` lists what is watched.")
    if not number:
        return snapshots[-1]
    for snapshot in snapshots:
        if snapshot.number == number:
            return snapshot
    raise UsageError(f"{page} has versions 1 to {snapshots[-1].number}; there is no version {number}.")


def _raw(archive: Archive, digest: str) -> None:
    import sys

    if not digest:
        raise UsageError("No bytes are kept for that: the look brought none; `onnotice show` without --raw says more.")
    if sys.stdout.isatty():
        raise UsageError("Stored bytes may drive a terminal; send them into a file: `onnotice show ... --raw > FILE`.")
    sys.stdout.buffer.write(archive.body(digest))


def _print_change(stored: StoredChange) -> None:
    change = stored.change
    say(harmless(change.summary))
    say(f"{change.kind.value}, seen {moment(change.at)} UTC on {harmless(stored.source_title or change.source)}")
    say(harmless(change.url))
    say("")
    for name, (old, new) in _differences(stored).items():
        say(f"{harmless(name)}:")
        for line in _field(old, new):
            say("  " + line)
    say("")
    say(f"weight {change.significance:.2f}: {'; '.join(change.reasons)} (`onnotice why {stored.id}` says more)")
    if stored.body_digest:
        say(f"evidence: SHA-256 {stored.body_digest} (`onnotice show {stored.id} --raw`)")


def _differences(stored: StoredChange) -> dict[str, tuple[object, object]]:
    before, after = stored.change.before or {}, stored.change.after or {}
    return {name: (before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])}


def _field(old: object, new: object) -> list[str]:
    from monitor.diff import hunks, pair_lines

    if isinstance(old, str) and isinstance(new, str):
        return [
            _marked(before, after)
            for hunk in hunks(old.splitlines(), new.splitlines())
            for before, after in pair_lines(hunk)
        ]
    shown = [("-", old), ("+", new)]
    return [f"{sign} {harmless(str(value))}" for sign, value in shown if value not in (None, "")]


def _marked(old: str | None, new: str | None) -> str:
    """One line's difference: [-went-] {+came+}."""
    from monitor.diff import words

    if old is None or new is None:
        return f"{{+{harmless(new or '')}+}}" if old is None else f"[-{harmless(old)}-]"
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return harmless("".join(forms[piece.op].format(piece.text) for piece in words(old, new)))


def _snapshot_object(snapshot: StoredSnapshot) -> dict[str, object]:
    return {
        "source": snapshot.source,
        "url": snapshot.url,
        "version": snapshot.number,
        "first_seen": snapshot.first_seen,
        "last_seen": snapshot.last_seen,
        "title": snapshot.title,
        "sha256": snapshot.body_digest,
        "media_type": snapshot.media_type,
        "extractor": snapshot.extractor,
    }


def _record_object(row: StoredRecord) -> dict[str, object]:
    record = row.record
    return {
        "source": row.source,
        "kind": record.kind,
        "key": record.key,
        "title": record.title,
        "member": record.member,
        "place": record.place,
        "about": record.about,
        "facts": record.facts,
        "version": row.version,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "disputed_by": list(row.disputed_by),
    }


COMMANDS = {"changes": changes, "show": show, "history": history, "diff": diff, "search": search, "as-of": as_of}
