"""Replays spring 2017 day by day: the real spiders and pipeline, the replica's sites, a clock that is moved."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tomllib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.significance import told
from onnotice.config import read_settings
from onnotice.demo.documents import eastern
from onnotice.demo.replica import Replica, serving
from onnotice.home import Home
from onnotice.polling import PollReport, keep_sources, poll
from onnotice.printing import harmless
from onnotice.telling import Told, tell

if TYPE_CHECKING:
    from onnotice.session import Session
    from storage import Archive

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One poll of the replay: when, what a reader should know, and what is wrong with the sites just then."""

    at: datetime
    heading: str
    blocked: bool = False
    down: bool = False


SCENES = (
    Scene(eastern("2017-03-17", "17:00"), "The first look at every source: a baseline, nobody is told"),
    Scene(eastern("2017-03-20", "12:00"), "ICE publishes its first weekly Declined Detainer Outcome Report"),
    Scene(
        eastern("2017-03-21", "12:00"),
        "A bot wall answers for justice.gov, with status 200: a bad capture, not news",
        blocked=True,
    ),
    Scene(eastern("2017-03-22", "12:00"), "Only stamps, counters, banners and tokens move, as they do every day"),
    Scene(eastern("2017-03-23", "12:00"), "Denver's host is down: we cannot see, which is not a removal", down=True),
    Scene(eastern("2017-03-24", "13:00"), "Changes that no subscription asks for: kept, and mailed to nobody"),
    Scene(
        eastern("2017-03-27", "15:00"),
        "The Attorney General on sanctuary jurisdictions; Aurora's study session; Denver's agenda",
    ),
    Scene(eastern("2017-03-29", "12:00"), "The second weekly report"),
    Scene(eastern("2017-04-03", "12:00"), "ICE corrects the first report and withdraws names"),
    Scene(eastern("2017-04-11", "18:00"), "ICE suspends the report"),
    Scene(eastern("2017-04-12", "12:00"), "A quiet day"),
)

_SETTINGS = """\
# The demonstration's home: replicas on this machine, as of spring 2017.
contact = "https://example.org/on-notice-demonstration"

[mail]
transport = "folder"
folder = "mails"
sender = "On Notice demonstration <onnotice@localhost>"

[[subscription]]
name = "immigration enforcement"
recipients = ["analyst@example.org"]
words = ["sanctuary", "detainer", "immigrant", "immigration"]

[[source]]
slug = "doj_press_releases"
title = "DOJ press releases"
publisher = "U.S. Department of Justice"
url = "http://127.0.0.1:{port}/justice.gov/api/v1/press_releases.json"
spider = "doj_api"
timezone = "America/New_York"

[[source]]
slug = "ice_declined_detainers"
title = "ICE Declined Detainer Outcome Report"
publisher = "U.S. Immigration and Customs Enforcement"
url = "http://127.0.0.1:{port}/ice.gov/declined-detainer-outcome-report"
spider = "ice_detainers"
timezone = "America/New_York"

[[source]]
slug = "denver_council"
title = "Denver City Council"
publisher = "City and County of Denver"
jurisdiction = "Denver, Colorado"
url = "http://127.0.0.1:{port}/webapi.legistar.com/v1/denver/events"
spider = "legistar_api"
timezone = "America/Denver"
[source.parameters]
client = "denver"

[[source]]
slug = "aurora_council"
title = "Aurora City Council"
publisher = "City of Aurora"
jurisdiction = "Aurora, Colorado"
url = "http://127.0.0.1:{port}/auroragov.org/council_meetings"
timezone = "America/Denver"

[[source]]
slug = "boulder_council"
title = "Boulder City Council"
publisher = "City of Boulder"
jurisdiction = "Boulder, Colorado"
url = "http://127.0.0.1:{port}/bouldercolorado.gov/council-agenda"
timezone = "America/Denver"
"""


def replay(folder: Path, say: Say) -> None:
    """Run the whole demonstration into `folder`; on a folder that has seen it, look once more and tell nothing new.

    Raises UsageError when the folder is another home, or its port is taken.
    """
    asyncio.run(_replay(Home(folder.expanduser().resolve()), say))


async def _replay(home: Home, say: Say) -> None:
    from onnotice.session import Session
    from storage import Archive

    replica = Replica(now=SCENES[0].at)
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(replica, _port_of(home)))
        seen_before = home.archive.is_file()
        home.folder.mkdir(parents=True, exist_ok=True)
        home.settings.write_text(_SETTINGS.format(port=port), encoding="utf-8")
        archive = stack.enter_context(Archive.open(home.archive, create=True))
        stack.enter_context(archive.exclusive())
        settings = read_settings(home)
        opened = Session(home, settings, settings.sources(str(home.settings)), archive, lambda: replica.now)
        say("On Notice, a demonstration. Replicas of five publishers are served on this machine as of spring 2017;")
        say("the documents are written for it, their dates, figures and places are of the public record.")
        say("")
        archive.abandon_runs(SCENES[0].at)
        keep_sources(archive, opened.sources, SCENES[0].at)
        archive.keep_subscriptions(settings.subscriptions(), SCENES[0].at)
        lived = _lived_until(archive)
        mails = 0
        for scene in SCENES:
            if lived is not None and scene.at <= lived:
                continue
            mails += await _play(scene, replica, opened, say)
        if seen_before and lived is not None and lived >= SCENES[-1].at:
            again = Scene(lived + timedelta(days=1), "This archive has seen it all: one more look")
            mails += await _play(again, replica, opened, say)
        _farewell(home, mails, say)


async def _play(scene: Scene, replica: Replica, opened: Session, say: Say) -> int:
    """One scene, and whatever has to be looked at again soon after it. Returns the mails sent."""
    replica.now, replica.blocked, replica.down = scene.at, scene.blocked, scene.down
    say(f"{scene.at:%a} {scene.at.day} {scene.at:%b %Y}  {scene.heading}")
    sent = 0
    sources = opened.sources
    while sources:
        report = await poll(opened.archive, sources, opened.settings, lambda: replica.now)
        outcome = await tell(opened.archive, opened.settings, opened.home, replica.now)
        sent += outcome.report.sent
        _narrate(opened, report, outcome, say)
        again = {slug for slug, _ in opened.archive.pages_due(replica.now + timedelta(minutes=10))}
        sources = tuple(source for source in opened.sources if source.slug in again)
        replica.now += timedelta(minutes=10)
    say("")
    return sent


def _narrate(opened: Session, report: PollReport, outcome: Told, say: Say) -> None:
    assert report.number is not None
    for source in report.outcomes:
        if source.failed:
            say(f"    not seen   {source.title}: {harmless(source.message)}")
    for stored in opened.archive.changes(poll=report.number):
        if not stored.change.kind.about_our_eyes:
            mark = "change   " if told(stored.change) else "minor    "
            say(f"    {mark}  {harmless(stored.change.summary)}")
    baseline = opened.archive.changes(poll=report.number, baseline=True)
    if any(stored.change.baseline for stored in baseline):
        titles = {outcome.title for outcome in report.outcomes}
        say(f"    baseline   now watching {len(titles)} sources, {len(baseline)} things on record")
    for alert in outcome.report.subjects:
        say(f"    MAIL       {harmless(alert)}")
    if not outcome.report.subjects:
        say("    no mail")


def _farewell(home: Home, mails: int, say: Say) -> None:
    shown = home.folder.name if home.folder.parent == Path.cwd() else str(home.folder)
    say(f"{mails} mails were sent: they are in {home.folder / 'mails'}, any mail program opens them.")
    say(f"The archive is {home.archive}. To look around:")
    for command, what in (
        ("changes", "what changed, and what was told"),
        ("sources", "how each source fares"),
        ("as-of ice_declined_detainers 2017-03-25 --kind detainer_policy", "the list as it stood on a day"),
        ("search sanctuary", "every version of every page and record"),
        ("alerts", "who was told what, and when"),
        ("serve", "all of it as web pages"),
    ):
        say(f"  {_program()} --home {shown} {command:<64} {what}")


def _program() -> str:
    """What to type for this program: its name where the shell finds it, else the way it was called."""
    called = Path(sys.argv[0])
    return "onnotice" if called.name != "onnotice" or shutil.which("onnotice") else str(called)


def _port_of(home: Home) -> int:
    """The port of an earlier demonstration, so that its addresses stay the same; else any that is free.

    Raises UsageError when the folder is a home of something else.
    """
    if not home.settings.exists():
        return 0
    text = home.settings.read_text(encoding="utf-8")
    if not text.startswith(_SETTINGS.splitlines()[0]):
        raise UsageError(f"{home.folder} is a home of your own; start the demo in a new folder with --home.")
    address = str(tomllib.loads(text)["source"][0]["url"])
    return int(address.split(":")[2].partition("/")[0])


def _lived_until(archive: Archive) -> datetime | None:
    """The newest moment at which a run of this archive ended."""
    ends = [status.last_run_at for status in archive.sources() if status.last_run_at is not None]
    return max(ends, default=None)
