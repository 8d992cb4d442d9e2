"""History from elsewhere: the manifest's rules, the steps of a live look at the captures' own time, going on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigurationError, UsageError
from monitor.types import VerdictKind
from onnotice.config import settings_from
from onnotice.home import Home
from onnotice.importing import ImportReport, import_captures
from onnotice.manifest import read_manifest
from storage import Archive

URL = "https://council.example.org/agenda"
BEGAN = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
AKAMAI = (
    '<!DOCTYPE html><html><head><meta http-equiv="refresh" content="5; URL=\'/agenda?bm-verify=AAAFILLER\'">'
    '<title>&nbsp;</title></head><body><iframe src="/apology_objects/interstitial/filler.html"></iframe>'
    '<script>var r=new XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);</script>'
    "</body></html>"
)
"""A bot wall's answer with status 200, written in the documented shape."""


def at(**distance: float) -> str:
    return (BEGAN + timedelta(**distance)).isoformat()


@pytest.fixture
def agenda(write_page: Callable[..., str]) -> Callable[..., str]:
    """The page as a server sends it: `meeting` is its content, `token` moves at every look."""

    def write(meeting: str, token: int = 0) -> str:
        return write_page(
            "The town council meets in the town hall.",
            meeting,
            "Public comment is taken at every meeting.",
            f"Page generated on March {20 + token % 9}, 2017 at 10:{token % 60:02}:17 PM",
        ).replace("<body>", f'<body><form><input type="hidden" name="__VIEWSTATE" value="{token * 7919:032x}"></form>')

    return write


async def load(archive: Archive, manifest: Path, **settings: Any) -> ImportReport:
    read = settings_from(settings, "onnotice.toml")
    captures = read_manifest(manifest, datetime.now(UTC))
    return await import_captures(archive, captures, read.sources("onnotice.toml"), read)


def told_of(archive: Archive, **asked: Any) -> list[tuple[str, datetime]]:
    return [(stored.change.kind.value, stored.change.at) for stored in archive.changes(**asked)]


async def test_a_history_yields_its_changes_and_nothing_else(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """Noise, a block page, outages and a 304 are no news; an edit, a removal and a return are, at their own times."""
    regular, special = "Regular meeting of March 28, 2017", "Special meeting of March 27, 2017: sanctuary cities"
    manifest = write_manifest(
        {"url": URL, "at": at(), "body": agenda(regular, 0)},
        {"url": URL, "at": at(hours=2), "body": agenda(regular, 1)},
        {"url": URL, "at": at(hours=4), "body": agenda(regular, 2)},
        {"url": URL, "at": at(hours=6), "body": AKAMAI},
        {"url": URL, "at": at(hours=8), "status": 503},
        {"url": URL, "at": at(hours=10), "status": None},
        {"url": URL, "at": at(hours=12), "status": 0},
        {"url": URL, "at": at(hours=14), "status": 304},
        {"url": URL, "at": at(hours=16), "body": agenda(special, 3)},
        {"url": URL, "at": at(hours=18), "body": agenda(special, 4)},
        {"url": URL, "at": at(hours=20), "status": 404},
        {"url": URL, "at": at(hours=22), "status": 404},
        {"url": URL, "at": at(hours=24), "status": 404},
        {"url": URL, "at": at(hours=26), "status": 404},
        {"url": URL, "at": at(hours=28), "body": agenda(special, 5)},
    )
    with Archive.in_memory() as archive:
        report = await load(archive, manifest)
        assert (report.captures, report.already_there) == (15, 0)
        news = [one for one in told_of(archive) if not one[0].startswith("source_")]
        assert news == [
            ("page_changed", BEGAN + timedelta(hours=16)),
            ("page_withdrawn", BEGAN + timedelta(hours=24)),
            ("page_returned", BEGAN + timedelta(hours=28)),
        ]
        changed = next(stored.change for stored in archive.changes() if stored.change.kind == "page_changed")
        assert changed.details["hunks"] == [[[regular], [special]]]
        verdicts = [visit.verdict for visit in archive.visits(URL)]
        assert verdicts[3:8] == [
            VerdictKind.BLOCKED,
            VerdictKind.UNREACHABLE,
            VerdictKind.UNREACHABLE,
            VerdictKind.UNREACHABLE,
            VerdictKind.UNCHANGED,
        ]
        assert archive.snapshot_at(URL, BEGAN + timedelta(hours=5)).number == 1  # type: ignore[union-attr]


async def test_the_same_import_again_adds_nothing(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """And one that was cut short goes on where it stopped."""
    captures = [{"url": URL, "at": at(hours=hour), "body": agenda(f"Meeting {hour // 3}", hour)} for hour in range(9)]
    with Archive.in_memory() as archive, Archive.in_memory() as at_once:
        await load(archive, write_manifest(*captures[:4], name="first.jsonl"))
        whole = write_manifest(*captures)
        assert (await load(archive, whole)).captures == 5
        before = archive.changes(baseline=True)
        again = await load(archive, whole)
        assert (again.poll, again.captures, again.changes, again.already_there) == (None, 0, 0, 9)
        assert archive.changes(baseline=True) == before
        await load(at_once, whole)
        assert told_of(archive) == told_of(at_once)


async def test_a_file_that_vanishes_in_the_middle_stops_the_import_cleanly(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """What was loaded stays, no run is left open, and the rest follows once the file is back."""
    manifest = write_manifest(
        *({"url": URL, "at": at(hours=hour), "body": agenda(f"Meeting {hour}", hour)} for hour in range(3))
    )
    captures = read_manifest(manifest, datetime.now(UTC))
    lost = captures[1].path
    assert lost is not None
    body = lost.read_bytes()
    lost.unlink()
    settings = settings_from({}, "x")
    with Archive.in_memory() as archive:
        with pytest.raises(UsageError, match=r"Line 2: .* run the import again"):
            await import_captures(archive, captures, (), settings)
        assert len(archive.visits(URL)) == 1
        lost.write_bytes(body)
        assert (await import_captures(archive, captures, (), settings)).captures == 2
        assert [kind for kind, _ in told_of(archive)] == ["page_changed", "page_changed"]


async def test_few_news_make_no_silence_unusual(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """After four weekly pieces of news half a year without any is nothing; after seven it is told."""
    for count, told in ((5, False), (8, True)):
        days = [*(7 * week for week in range(count)), 230]
        manifest = write_manifest(
            *({"url": URL, "at": at(days=day), "body": agenda(f"Meeting {min(day, 7 * (count - 1))}")} for day in days)
        )
        with Archive.in_memory() as archive:
            await load(archive, manifest)
            assert ("source_silent" in [kind for kind, _ in told_of(archive)]) is told


async def test_captures_find_their_source(write_manifest: Callable[..., Path], agenda: Callable[..., str]) -> None:
    """By its name, by the address of one that is watched or shipped, by an API's address; else a page of its own."""
    own = {"slug": "mine", "title": "Mine", "url": URL}
    calendar = "https://webapi.legistar.com/v1/denver/events"
    manifest = write_manifest(
        {"url": URL + "?utm_source=x", "at": at(), "body": agenda("a")},
        {"url": calendar, "at": at(), "status": 503},
        {"url": calendar + "?$top=1", "at": at(hours=1), "status": 503},
        {"url": "https://example.org/b", "at": at(), "body": agenda("b"), "source": "mine"},
        {"url": "https://example.org/c", "at": at(), "body": agenda("c"), "source": "new_one"},
        {"url": "https://example.org/d", "at": at(), "body": agenda("d")},
    )
    with Archive.in_memory() as archive:
        await load(archive, manifest, source=[own])
        assert archive.known_urls("mine") == (URL, "https://example.org/b")
        assert len(archive.known_urls("denver_council")) == 2
        assert archive.known_urls("new_one") == ("https://example.org/c",)
        (by_url,) = {status.source.slug for status in archive.sources()} - {"mine", "denver_council", "new_one"}
        assert archive.known_urls(by_url) == ("https://example.org/d",)


async def test_a_platform_s_documents_find_the_source_that_reads_them(
    write_manifest: Callable[..., Path],
) -> None:
    """Its extractor claims them, on its own host and for its own client; another council's stay pages of their own."""
    events = "https://webapi.legistar.com/v1/{}/events"
    council = {
        "slug": "seattle", "title": "Seattle", "url": events.format("seattle") + "?from=2017", "spider": "legistar_api",
        "parameters": {"client": "seattle"},
    }  # fmt: skip
    pages = {
        "slug": "pages",
        "title": "Pages",
        "url": "https://example.org/a",
        "parameters": {"urls": ["https://example.org/b"]},
    }
    manifest = write_manifest(
        {"url": events.format("seattle") + "/4321", "at": at(), "status": 503},
        {"url": events.format("tacoma") + "/4321", "at": at(), "status": 503},
        {"url": "https://webapi.legistar.com/v1/seattle/bodies", "at": at(), "status": 503},
        {"url": "https://example.org/b", "at": at(), "status": 503},
    )
    with Archive.in_memory() as archive:
        await load(archive, manifest, source=[council, pages])
        assert archive.known_urls("seattle") == (events.format("seattle") + "/4321",)
        assert archive.known_urls("pages") == ("https://example.org/b",)
        assert len(archive.sources()) == 4


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.ice.gov/doclib/ddor/ddor2017_01-28to02-03.pdf", "ice_declined_detainers"),
        ("https://www.ice.gov/doclib/detention/FY26_detentionStats_04092026.xlsx", "ice_detention_statistics"),
        ("https://www.ice.gov/news/releases/a-release", "ice_newsroom"),
        ("https://www.justice.gov/api/v1/press_releases.json?sort=changed&page=0", "doj_press_releases"),
        ("https://www.justice.gov/api/v1/press_releases/d0c0.json", "doj_press_releases"),
        ("https://www.justice.gov/api/v1/blog_entries/d0c0.json", "doj_blog"),
        ("https://www.justice.gov/news/rss?type=press_release", "doj_press_releases"),
        ("https://www.justice.gov/opa/pr/a-release", "doj_release_pages"),
        ("https://www.dhs.gov/news/2025/09/08/a-release", "dhs_press_releases"),
        ("https://puebloco.api.civicclerk.com/v1/Events", "pueblo_council"),
        ("https://webapi.legistar.com/v1/denver/events/12899?EventItems=1", "denver_council"),
        ("https://pub-jeffco.escribemeetings.com/MeetingsCalendarView.aspx/GetCalendarMeetings", "jefferson_county"),
    ],
)
async def test_documents_of_shipped_sources_find_them(url: str, slug: str, write_manifest: Callable[..., Path]) -> None:
    """Without a word about whose they are, as captures from elsewhere come."""
    with Archive.in_memory() as archive:
        report = await load(archive, write_manifest({"url": url, "at": at(), "status": 503}))
        assert [status.source.slug for status in archive.sources()] == [slug]
        assert report.hints == ()


async def test_a_platform_of_nobody_s_is_said(write_manifest: Callable[..., Path]) -> None:
    """Another city's portal becomes a page, with a sentence that says how to name its source."""
    manifest = write_manifest(
        {"url": "https://example.primegov.com/api/v2/PublicPortal/ListUpcomingMeetings", "at": at(), "status": 503},
        {"url": "https://example.org/a", "at": at(), "status": 503},
    )
    with Archive.in_memory() as archive:
        (hint,) = (await load(archive, manifest)).hints
        assert hint == (
            "https://example.primegov.com/ is a council's calendar on PrimeGov; `onnotice add"
            " https://example.primegov.com/` writes its stanza, without which a page is imported."
        )


async def test_captures_that_lie_close_are_one_run(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """Pages of a source that were captured together are its first look together; what appears later is told."""
    pages = [f"https://example.org/{number}" for number in range(4)]
    manifest = write_manifest(
        *({"url": url, "at": at(minutes=5 * number), "body": agenda(url), "source": "town"}
          for number, url in enumerate(pages[:3])),
        *({"url": url, "at": at(days=1), "body": agenda(url), "source": "town"} for url in pages),
    )  # fmt: skip
    with Archive.in_memory() as archive:
        await load(archive, manifest)
        (news,) = archive.changes()
        assert (news.change.kind, news.change.url) == ("document_published", pages[3])
        assert len({stored.run for stored in archive.changes(baseline=True)}) == 2


async def test_what_is_older_than_a_look_is_refused_before_anything_is_loaded(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """Time goes forward in an archive; the sentence names the line and the way out."""
    late = write_manifest({"url": URL, "at": at(days=2), "body": agenda("late")}, name="late.jsonl")
    early = write_manifest(
        {"url": "https://example.org/other", "at": at(), "body": agenda("other")},
        {"url": URL, "at": at(), "body": agenda("early")},
    )
    with Archive.in_memory() as archive:
        await load(archive, late)
        with pytest.raises(UsageError, match=r"Line 2: .* looked at on 2017-03-22 .* new home"):
            await load(archive, early)
        assert len(archive.sources()) == 1


async def test_many_captures_take_linear_work(tmp_path: Path, write_page: Callable[..., str]) -> None:
    """Every capture brings news or is a failure: the sixth hundred takes the database no more steps than the second."""
    lines = []
    for hour in range(600):
        rows = [f"Item {row} of the agenda is heard on its merits" for row in range(hour % 50 + 1)]
        (tmp_path / f"{hour}.html").write_text(write_page(*rows))
        lines.append(json.dumps({"url": URL, "at": at(hours=2 * hour), "path": f"{hour}.html"}))
        lines.append(json.dumps({"url": "https://example.org/down", "at": at(hours=2 * hour), "status": 503}))
    manifest = tmp_path / "m.jsonl"
    manifest.write_text("\n".join(lines))
    captures = read_manifest(manifest, datetime.now(UTC))
    steps = 0
    reached: list[int] = []

    def tick() -> int:
        nonlocal steps
        steps += 1
        return 0

    def note(done: int, total: int) -> None:
        if done % 200 == 0:
            reached.append(steps)

    with Archive.in_memory() as archive:
        archive._connection.set_progress_handler(tick, 1000)
        await import_captures(archive, captures, (), settings_from({}, "x"), note)
    assert reached[5] - reached[4] < 2 * (reached[1] - reached[0])


async def test_health_after_an_import_is_that_of_runs_one_by_one(
    write_manifest: Callable[..., Path], agenda: Callable[..., str]
) -> None:
    """Loaded at once or a capture at a time, whoever remembers: the same silences and outages are on record."""
    hours = [*range(0, 60, 3), 60, 63, 66, 69, *range(400, 430, 2), 1200, *range(1400, 1420, 2)]
    captures = [
        {"url": URL, "at": at(hours=hour), "status": 503}
        if 60 <= hour < 70
        else {"url": URL, "at": at(hours=hour), "body": agenda(f"Meeting {hour // 6}", hour)}
        for hour in hours
    ]
    whole = write_manifest(*captures)
    with Archive.in_memory() as at_once, Archive.in_memory() as one_by_one:
        await load(at_once, whole)
        read = read_manifest(whole, datetime.now(UTC))
        for capture in read:
            await import_captures(one_by_one, [capture], (), settings_from({}, "x"))
        assert told_of(at_once) == told_of(one_by_one)
        assert {"source_broken", "source_recovered"} <= {kind for kind, _ in told_of(at_once)}
        assert at_once.news_rhythm(at_once.sources()[0].source.slug).gaps > 5


async def test_a_source_with_a_name_that_none_may_have_is_refused(write_manifest: Callable[..., Path]) -> None:
    """Before anything is loaded."""
    manifest = write_manifest({"url": URL, "at": at(), "status": 404, "source": "../etc"})
    with Archive.in_memory() as archive:
        with pytest.raises(ConfigurationError, match=r"Line 1.*rename it"):
            await load(archive, manifest)
        assert archive.sources() == ()


def test_the_command_loads_and_polls_on(
    at_home: Callable[..., Any],
    home: Home,
    site: Any,
    write_manifest: Callable[..., Path],
    write_page: Callable[..., str],
) -> None:
    """Captures of a watched page are its history: the next live look is compared with the newest of them."""
    page = f"{site.url}/council"
    manifest = write_manifest(
        {"url": page, "at": at(), "body": write_page("Regular meeting of March 14, 2017")},
        {"url": page, "at": at(days=1), "body": write_page("Regular meeting of March 21, 2017")},
        {"url": "https://example.org/old", "at": at(), "body": write_page("A page of the past")},
    )
    loaded = at_home("import", manifest)
    assert loaded.code == 0
    with Archive.open(home.archive, read_only=True) as archive:
        assert [status.active for status in archive.sources()] == [True, True, False]
    assert loaded.out.startswith("3 captures loaded: 1 change kept.")
    assert at_home("import", manifest, "--json").objects[0]["already_there"] == 3
    (change,) = at_home("changes", "--run", "last", "--json").objects
    assert (change["told"], change["at"]) == (True, "2017-03-21T14:00:00Z")
    polled = at_home("poll")
    assert polled.code == 0
    (live,) = at_home("changes", "--run", "last", "--json").objects
    assert "March 21" in live["before"]["text"]
    assert "March 28" in live["after"]["text"]
    assert at_home("sources").out.count("\tseen\t") == 2
    assert "1 more on record" in at_home("sources").out
    assert "A page of the past" in at_home("as-of", "https://example.org/old", "2017-04-01").out
