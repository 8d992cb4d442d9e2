"""subscriptions, feed: who is told what, what that would have been, and news for those who fetch it themselves."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from alerts.wording import counted
from monitor.addresses import name_of
from monitor.errors import UsageError
from monitor.types import Rhythm
from onnotice import session
from onnotice.printing import harmless, json_line, moment, parse_moment, progress, say, table

if TYPE_CHECKING:
    from monitor.types import Subscription
    from onnotice.backtest import Sent


def subscriptions(
    context: typer.Context,
    backtest: bool = typer.Option(False, "--backtest", help="Every mail that each would have sent over the archive."),
    since: str = typer.Option("", help="With --backtest: from this day on; default: from the first change."),
    as_json: bool = typer.Option(False, "--json", help="One object a subscription, or a mail."),
) -> None:
    """Who is told what, and how often; with --backtest what that would have been. Nothing is sent."""
    from onnotice.config import read_settings
    from onnotice.subscribing import gathered

    if since and not backtest:
        raise UsageError("--since is for --backtest; `onnotice subscriptions` lists what stands in onnotice.toml.")
    home = session.home_of(context)
    settings = read_settings(home)
    with session.reading(context) as archive:
        asked = gathered(archive, settings)
    if backtest:
        _backtest(home.archive, asked, since, as_json=as_json)
        return
    if as_json:
        for subscription in asked:
            json_line(_as_object(subscription))
        return
    if not asked:
        say("Nobody is told: add a [[subscription]] with recipients to onnotice.toml.")
        return
    headings = ("subscription", "recipients", "of what", "how often")
    table(headings, [(one.name, _recipients(one), _filters(one), _often(one)) for one in asked])
    say("`onnotice subscriptions --backtest` lists what each would have sent.")


def _backtest(archive: Path, asked: tuple[Subscription, ...], since: str, *, as_json: bool) -> None:
    import asyncio

    from onnotice.backtest import backtest

    begin = parse_moment(since, "day to begin at") if since else None
    mails: Counter[str] = Counter()
    changes: Counter[str] = Counter()

    def told(sent: Sent) -> None:
        mails[sent.subscription] += 1
        changes[sent.subscription] += sent.changes
        if as_json:
            json_line(sent)
        else:
            say(f"{moment(sent.at)}  {harmless(sent.subscription)}, to {sent.recipient}: {sent.subject}")

    with progress("rehearsing") as bar:
        asyncio.run(backtest(archive, asked, begin, told, bar))
    if as_json:
        return
    for subscription in asked:
        name = subscription.name
        many = f"{counted(mails[name], 'mail', 'mails')} with {counted(changes[name], 'change', 'changes')}"
        say(
            f"{harmless(name)} would have sent {many}." if mails[name] else f"{harmless(name)} would have sent nothing."
        )


def _recipients(subscription: Subscription) -> str:
    return ", ".join(map(name_of, subscription.recipients))


def _filters(subscription: Subscription) -> str:
    """ "news; of denver_council; about Denver, Colorado; detainer or sanctuary; from 0.3 on"."""
    wanted = [word for word in subscription.words if not word.strip().casefold().startswith("not ")]
    unwanted = [word.strip() for word in subscription.words if word not in wanted]
    parts = [
        ", ".join(subscription.kinds) or "news",
        f"of {', '.join(subscription.sources)}" if subscription.sources else "",
        f"about {'; '.join(subscription.jurisdictions)}" if subscription.jurisdictions else "",
        " or ".join(wanted),
        ", ".join(unwanted),
        f"from {subscription.minimum_significance:g} on",
    ]
    return "; ".join(filter(None, parts))


def _often(subscription: Subscription) -> str:
    """ "daily at 7:00 America/Denver, quiet 22:00-07:00, at most 5 an hour"."""
    rhythm = subscription.rhythm
    clock = f" at {subscription.hour}:00 {subscription.timezone}"
    said = {Rhythm.DAILY: f"daily{clock}", Rhythm.WEEKLY: f"weekly, {subscription.weekday}{clock}"}
    parts = [said.get(rhythm, rhythm.value)]
    if subscription.quiet_from and subscription.quiet_until:
        hours = f"{subscription.quiet_from:%H:%M}-{subscription.quiet_until:%H:%M}"
        parts.append(f"quiet {hours} {subscription.timezone}")
    if subscription.most_per_hour:
        parts.append(f"at most {subscription.most_per_hour} an hour")
    return ", ".join(parts)


def _as_object(subscription: Subscription) -> dict[str, object]:
    return {
        "subscription": subscription.name,
        "recipients": [name_of(recipient) for recipient in subscription.recipients],
        "sources": list(subscription.sources),
        "kinds": list(subscription.kinds),
        "jurisdictions": list(subscription.jurisdictions),
        "words": list(subscription.words),
        "minimum_significance": subscription.minimum_significance,
        "rhythm": subscription.rhythm,
        "hour": subscription.hour,
        "weekday": subscription.weekday,
        "timezone": subscription.timezone,
        "quiet_from": subscription.quiet_from and f"{subscription.quiet_from:%H:%M}",
        "quiet_until": subscription.quiet_until and f"{subscription.quiet_until:%H:%M}",
        "most_per_hour": subscription.most_per_hour,
    }


def feed(
    context: typer.Context,
    source: str = typer.Option("", help="Of this source alone."),
    jurisdiction: str = typer.Option("", help='About this government alone, such as "Denver, Colorado".'),
    words: list[str] | None = typer.Option(
        None, help='That says this word or phrase; may be given again, "not X" excludes.'
    ),
    output: Path | None = typer.Option(None, "--output", "-o", metavar="FILE", help="Default: standard output."),
) -> None:
    """An Atom feed of what changed, newest first: of everything, or of what is asked for."""
    from alerts.feed import atom
    from alerts.following import chosen, newest
    from onnotice.config import read_settings
    from onnotice.stanzas import write_whole

    home = session.home_of(context)
    settings = read_settings(home)
    with session.reading(context) as archive:
        asked = chosen(archive, source=source, jurisdiction=jurisdiction, words=words or ())
        found = newest(archive, asked)
        written = atom(found, asked, identity=archive.identity(), address=settings.web.address, made_at=session.now())
    if output is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        write_whole(output, written)


COMMANDS = {"subscriptions": subscriptions, "feed": feed}
