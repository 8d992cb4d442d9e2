"""Silence, breakage and blindness through polls, imports and the command line: each told once, and kept for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import ChangeKind, Health, Source
from onnotice.config import settings_from
from onnotice.polling import PollReport, keep_sources, poll
from storage import Archive

COUNTIES = ("Adams", "Arapahoe", "Boulder", "Denver", "Douglas", "El Paso", "Jefferson", "Larimer", "Mesa", "Otero",
            "Pueblo", "Routt", "San Juan", "Teller", "Weld", "Yuma")  # fmt: skip


class Desk:
    """An archive in memory, one source, and a clock that is moved by hand."""

    def __init__(self, site: Any, now: datetime) -> None:
        self.site, self.now = site, now
        self.archive = Archive.in_memory()
        self.settings = settings_from({}, "x")
        self.watch()

    def watch(self, **more: Any) -> None:
        """Watch the council's page, with these settings."""
        self.source = Source(slug="council", title="Town Council", url=f"{self.site.url}/council", **more)

    async def poll(self, **later: float) -> PollReport:
        """One poll, some time later."""
        self.now += timedelta(**later)
        keep_sources(self.archive, [self.source], self.now)
        return await poll(self.archive, [self.source], self.settings, lambda: self.now)

    def told(self) -> list[tuple[ChangeKind, str]]:
        """Kind and sentence of every change that is anybody's news."""
        return [(stored.change.kind, stored.change.summary) for stored in self.archive.changes()]

    def kinds(self) -> list[ChangeKind]:
        return [kind for kind, _ in self.told()]

    @property
    def health(self) -> Health:
        status = self.archive.source("council")
        assert status is not None
        return status.health

    def lists(self, policies: Sequence[str], counties: Sequence[str] = COUNTIES) -> None:
        """A table of counties with what each does about detainers."""
        rows = "".join(
            f"<tr><td>{county}</td><td>{policy}</td></tr>" for county, policy in zip(counties, policies, strict=True)
        )
        head = "<tr><th>County</th><th>Policy</th></tr>"
        self.site.answers["/council"] = (
            200,
            f"<html><head><title>Detainer policies</title></head><body><h1>Detainer policies</h1>"
            f"<table>{head}{rows}</table></body></html>",
        )


@pytest.fixture
def desk(site: Any, now: datetime) -> Iterator[Desk]:
    """A desk that has seen nothing yet."""
    made = Desk(site, now)
    yield made
    made.archive.close()


TABLE = {"extract": "table", "kind": "policy", "noun": ["policy", "policies"], "key": ["County"]}


# Silence ----------------------------------------------------------------------------------------------------------


async def test_a_promised_cadence_that_is_not_kept_is_told_before_there_is_any_history(desk: Desk) -> None:
    """A source whose stanza says "every day" and that has had no news since its first look."""
    desk.watch(news_every=timedelta(days=1))
    await desk.poll()
    await desk.poll(days=11, hours=23)
    assert desk.told() == []
    await desk.poll(hours=2)
    assert desk.told() == [
        (ChangeKind.SOURCE_SILENT, "Town Council has had no news for 12 days; some is expected every 24 hours")
    ]
    assert desk.health is Health.SILENT
    desk.site.says("/council", "Regular meeting of April 4, 2017")
    await desk.poll(days=1)
    assert desk.kinds() == [ChangeKind.SOURCE_SILENT, ChangeKind.PAGE_CHANGED, ChangeKind.SOURCE_RECOVERED]
    assert desk.told()[-1][1] == "Town Council has news again after 24 hours"


async def test_without_a_promise_and_a_past_nothing_is_silent(desk: Desk) -> None:
    """A page that nobody has edited for a year."""
    await desk.poll()
    await desk.poll(days=365)
    assert (desk.told(), desk.health) == ([], Health.SEEN)


async def test_the_cadence_is_learned_and_blindness_is_no_part_of_it(desk: Desk) -> None:
    """News every week, five weeks of a wall in between: the longest gap is a week or two all the same."""
    await desk.poll()
    for week in range(4):
        desk.site.says("/council", f"Regular meeting {week}")
        await desk.poll(weeks=1)
    desk.site.says("/council", "no", status=403)
    await desk.poll(days=3)
    desk.site.says("/council", "Regular meeting after the wall")
    await desk.poll(weeks=5)
    rhythm = desk.archive.news_rhythm("council")
    assert (rhythm.gaps, rhythm.longest_gap) == (4, timedelta(weeks=1))
    assert desk.archive.blind_between("council", desk.now - timedelta(weeks=6), desk.now) == timedelta(weeks=5)


# Breakage ---------------------------------------------------------------------------------------------------------


async def test_a_column_that_is_no_longer_read_is_told_by_name_and_amends_nothing(desk: Desk) -> None:
    """Sixteen policies emptied at once are one broken source; other news is told meanwhile; then all is well again."""
    desk.watch(parameters=TABLE)
    honored = ["honored"] * len(COUNTIES)
    desk.lists(honored)
    await desk.poll()
    desk.lists([""] * len(COUNTIES))
    await desk.poll(hours=1)
    assert desk.told() == [
        (
            ChangeKind.SOURCE_BROKEN,
            "Town Council cannot be read: “Policy” is empty in every policy now, and was filled in every one before",
        )
    ]
    await desk.poll(hours=1)
    await desk.poll(days=2)
    assert (len(desk.told()), desk.health) == (1, Health.BROKEN)
    desk.lists([""] * (len(COUNTIES) + 1), (*COUNTIES, "Gilpin"))
    await desk.poll(hours=1)
    desk.lists([*honored, "honored"], (*COUNTIES, "Gilpin"))
    await desk.poll(hours=1)
    assert desk.kinds()[1:2] == [ChangeKind.RECORD_ADDED]
    assert desk.told()[2:] == [(ChangeKind.SOURCE_RECOVERED, "Town Council is seen again after 2 days")]
    desk.lists(["declined", *honored], (*COUNTIES, "Gilpin"))
    await desk.poll(hours=1)
    assert desk.kinds()[3:] == [ChangeKind.RECORD_AMENDED]


async def test_a_column_that_the_publisher_empties_but_for_one_is_news(desk: Desk) -> None:
    """Fifteen of sixteen: told row by row, as what it is."""
    desk.watch(parameters=TABLE)
    desk.lists(["honored"] * len(COUNTIES))
    await desk.poll()
    desk.lists(["honored", *[""] * (len(COUNTIES) - 1)])
    await desk.poll(hours=1)
    assert desk.kinds() == [ChangeKind.RECORD_AMENDED] * (len(COUNTIES) - 1)
    assert desk.health is Health.SEEN


# A platform that dies ---------------------------------------------------------------------------------------------


async def test_a_source_all_of_whose_pages_are_gone_has_moved(desk: Desk) -> None:
    """Told once to the operator, when the looks that confirm it are in; and its end, with how long we were blind."""
    desk.watch(parameters={"urls": [f"{desk.site.url}/budget"]})
    await desk.poll()
    before = dict(desk.site.answers)
    desk.site.answers.clear()
    for _ in range(6):
        await desk.poll(minutes=11)
    assert desk.kinds() == [*[ChangeKind.PAGE_WITHDRAWN] * 2, ChangeKind.SOURCE_MOVED]
    assert desk.health is Health.MOVED
    desk.site.answers |= before
    await desk.poll(days=3)
    assert desk.kinds()[3:] == [*[ChangeKind.PAGE_RETURNED] * 2, ChangeKind.SOURCE_RECOVERED]
    assert desk.told()[-1][1] == "Town Council is seen again after 3 days"


async def test_what_a_source_needs_are_its_lists(desk: Desk) -> None:
    """A document that still lies there shows no list, and an address where nothing ever was is nothing that is gone."""
    desk.watch(parameters={"follow": True, "urls": [f"{desk.site.url}/budget", f"{desk.site.url}/2018"]})
    listing = desk.site.answers["/council"][1].replace("</body>", '<p><a href="/agenda.txt">Agenda</a></p></body>')
    desk.site.answers |= {"/council": (200, listing), "/agenda.txt": (200, "Item one")}
    await desk.poll()
    del desk.site.answers["/council"], desk.site.answers["/budget"]
    for _ in range(4):
        await desk.poll(minutes=11)
    assert "/agenda.txt" in desk.site.asked[-4:]
    assert desk.kinds() == [*[ChangeKind.PAGE_WITHDRAWN] * 2, ChangeKind.SOURCE_MOVED]


async def test_a_single_page_that_is_withdrawn_is_its_publisher_s_news_alone(desk: Desk) -> None:
    """Nothing about our eyes: we see very well that it is gone."""
    await desk.poll()
    desk.site.answers.clear()
    for _ in range(4):
        await desk.poll(minutes=11)
    assert (desk.kinds(), desk.health) == ([ChangeKind.PAGE_WITHDRAWN], Health.SEEN)


async def test_a_source_that_never_was_there_has_not_moved(desk: Desk) -> None:
    """A mistyped address is unreachable, as ever, and told at the third run."""
    desk.site.answers.clear()
    desk.watch(parameters={"urls": [f"{desk.site.url}/budget"]})
    await desk.poll()
    assert (desk.told(), desk.health) == ([], Health.UNREACHABLE)
    for _ in range(2):
        await desk.poll(hours=6)
    assert (desk.kinds(), desk.health) == ([ChangeKind.SOURCE_BROKEN], Health.UNREACHABLE)


# The history ------------------------------------------------------------------------------------------------------


async def test_blindness_is_one_stretch_whatever_its_reasons(desk: Desk) -> None:
    """A wall, then three outages in a row, then a page: blind since the wall, and both states on record."""
    await desk.poll()
    desk.site.says("/council", "no", status=403)
    await desk.poll(hours=1)
    desk.site.says("/council", "no", status=500)
    for _ in range(3):
        await desk.poll(hours=2)
    status = desk.archive.source("council")
    assert status is not None
    assert (status.health, desk.now - (status.blind_since or desk.now)) == (Health.UNREACHABLE, timedelta(hours=6))
    desk.site.says("/council", "Regular meeting of March 28, 2017")
    await desk.poll(hours=4)
    assert desk.told()[-1] == (ChangeKind.SOURCE_RECOVERED, "Town Council is seen again after 10 hours")
    history = desk.archive.health_history("council")
    assert [one.health for one in history] == [Health.SEEN, Health.BLOCKED, Health.UNREACHABLE, Health.SEEN]
    assert [one.until for one in history] == [*[one.since for one in history[1:]], None]
    assert "the site refuses to show it" in history[1].message
    assert desk.archive.blind_times(desk.now) == {"council": timedelta(hours=10)}
    status = desk.archive.source("council")
    assert status is not None
    assert status.blind_since is None


async def test_nobody_is_blind_to_what_nobody_watches(desk: Desk) -> None:
    """A dropped source's stretch ends; watched again, it begins anew."""
    desk.site.says("/council", "no", status=403)
    await desk.poll()
    desk.now += timedelta(hours=5)
    desk.archive.drop_source("council", desk.now)
    assert desk.archive.blind_times(desk.now + timedelta(days=9)) == {"council": timedelta(hours=5)}
    await desk.poll(days=9)
    assert [one.until is None for one in desk.archive.health_history("council")] == [False, True]


BLIND = datetime(2017, 3, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def seen_again(at_home: Callable[..., Any], write_manifest: Callable[..., Path], site: Any) -> Callable[..., Any]:
    """A home whose council was refused for a day in the past and whose budget is refused now."""

    def capture(path: str, hours: float, status: int) -> dict[str, Any]:
        at = (BLIND + timedelta(hours=hours)).isoformat()
        text = f"<html><title>Town</title><p>Meeting of the town, {path}.</p></html>"
        return {"url": f"{site.url}{path}", "at": at, "status": status, "body": text}

    manifest = write_manifest(
        *(capture("/council", hours, status) for hours, status in ((-24, 200), (0, 403), (24, 200))),
        *(capture("/budget", hours, status) for hours, status in ((-24, 200), (48, 403))),
    )
    answer = at_home("import", manifest)
    assert answer.code == 0, answer.err
    return at_home


def test_what_is_not_well_stands_first_with_since_when(seen_again: Callable[..., Any]) -> None:
    """At a glance: the blocked one first although it was added later, the totals below, and exit code 0."""
    answer = seen_again("sources")
    lines = answer.out.splitlines()
    assert lines[0].split("\t")[:3] == ["source", "health", "since"]
    assert [line.split("\t")[:3] for line in lines[1:3]] == [
        ["budget", "blocked", "2017-03-23 09:00"],
        ["council", "seen", "2017-03-22 09:00"],
    ]
    assert lines[3:] == ["1 of 2 sources are seen, 1 blocked.", "`onnotice sources NAME` lists when one was not seen."]
    assert answer.code == 0


def test_programs_get_the_times_of_blindness(seen_again: Callable[..., Any]) -> None:
    """Since when, and for how long in all."""
    by_name = {row["source"]: row for row in seen_again("sources", "--json").objects}
    assert (by_name["council"]["blind_since"], by_name["council"]["blind_seconds"]) == (None, 86400)
    assert by_name["budget"]["blind_since"] == by_name["budget"]["health_since"] == "2017-03-23T09:00:00Z"
    assert by_name["budget"]["blind_seconds"] > 86400
    (one,) = seen_again("sources", "council", "--json").objects
    assert [stretch["health"] for stretch in one["history"]] == ["seen", "blocked", "seen"]
    assert one["blind_seconds"] == 86400


def test_one_source_s_past_is_listed(seen_again: Callable[..., Any]) -> None:
    """Every stretch with its reason, and the total."""
    lines = seen_again("sources", "council").out.splitlines()
    assert lines[1] == "seen since 2017-03-22 09:00 UTC"
    assert lines[2] == "Looked at since 2017-03-20 09:00 UTC; not seen for 24 hours in all, in 1 stretch."
    cells = [line.split("\t") for line in lines[3:]]
    assert [row[:3] for row in cells] == [
        ["health", "since", "until"],
        ["seen", "2017-03-20 09:00", "2017-03-21 09:00"],
        ["blocked", "2017-03-21 09:00", "2017-03-22 09:00"],
        ["seen", "2017-03-22 09:00", "now"],
    ]
    assert cells[2][3:] == ["24 hours", "Town Council cannot be seen: the site refuses to show it (HTTP 403 Forbidden)"]


def test_a_source_without_a_past_says_so(at_home: Callable[..., Any]) -> None:
    """Never looked at; and a name that nobody knows is a usage error."""
    assert at_home("sources", "council").out.splitlines()[1:] == ["new", "It was never looked at."]
    unknown = at_home("sources", "nobody")
    assert (unknown.code, "No source is called 'nobody'" in unknown.err) == (2, True)


def test_a_digest_tells_the_analyst_what_was_not_seen(at_home: Callable[..., Any], home: Any, site: Any) -> None:
    """The line stands in a daily mail that goes out anyway."""
    text = home.settings.read_text(encoding="utf-8")
    daily = text.replace(
        'recipients = ["analyst@example.org"]', 'recipients = ["analyst@example.org"]\nrhythm = "daily"'
    )
    home.settings.write_text(daily, encoding="utf-8")
    at_home("poll")
    site.says("/council", "Regular meeting of April 4, 2017")
    site.says("/budget", "no", status=403)
    at_home("poll")
    with Archive.open(home.archive) as archive:
        (alert,) = archive.alerts()
        due = alert.due_at
    assert not list(home.folder.glob("mails/*.eml"))
    assert _sent_at(home, due + timedelta(minutes=1)) == "1 source seen, 1 blocked since"


def _sent_at(home: Any, moment: datetime) -> str:
    """The opening words of the line in the one mail that goes out then."""
    import asyncio

    from onnotice.config import read_settings
    from onnotice.telling import tell

    with Archive.open(home.archive) as archive:
        asyncio.run(tell(archive, read_settings(home), home, moment))
    (mail,) = home.folder.glob("mails/**/*.eml")
    words = mail.read_text(encoding="utf-8").split()
    start = words.index("seen,") - 2
    return " ".join(words[start : start + 6])
