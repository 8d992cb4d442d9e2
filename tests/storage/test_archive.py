"""The contract of the Archive, over every kind of archive: sources, runs, looks, versions of pages, changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import ArchiveError, UsageError
from monitor.types import (
    Change,
    ChangeKind,
    Health,
    Hold,
    Learning,
    Link,
    Mask,
    PageState,
    RecordStep,
    RecordWrite,
    Source,
    VerdictKind,
    digest_of,
)

HOUR = timedelta(hours=1)


def test_a_source_comes_back_as_it_was_kept(archive: Any, watcher: Any) -> None:
    """Every field of a source survives, so that comparing it with the settings says whether these changed."""
    assert archive.source("ice_list").source == watcher.source
    changed = replace(
        watcher.source,
        title="Another title",
        validators_lie=True,
        cadence=timedelta(seconds=90.5),
        cadence_shortest=timedelta(seconds=20),
        cadence_longest=HOUR,
        cron="0 9 * * mon-fri",
        hours=("weekdays 06:00-20:00 America/Denver", "sat 09:00-12:00"),
        jitter=timedelta(minutes=2),
    )
    archive.keep_source(changed, watcher.now)
    assert [status.source for status in archive.sources()] == [changed]
    assert archive.source("nobody") is None


def test_a_dropped_source_keeps_its_past(archive: Any, watcher: Any, page_url: str) -> None:
    """Dropping ends the watching, not the evidence; keeping it again goes on from there."""
    watcher.look(["List", "Boulder"])
    archive.drop_source("ice_list", watcher.now)
    assert not archive.source("ice_list").active
    assert len(archive.snapshots(page_url)) == 1
    archive.keep_source(watcher.source, watcher.now)
    assert archive.source("ice_list").active
    with pytest.raises(UsageError, match="nobody"):
        archive.drop_source("nobody", watcher.now)


def test_a_run_ends_with_health_baseline_and_times(archive: Any, watcher: Any, start: datetime) -> None:
    """One call ends a run: outcome, health since when, baseline once, next look."""
    assert archive.page_state(watcher.source, watcher.source.url).baseline
    watcher.look(["List"])
    watcher.end(next_due_at=watcher.now + HOUR, message="1 page seen")
    status = archive.source("ice_list")
    assert (status.health, status.health_since, status.message) == (Health.SEEN, watcher.now, "1 page seen")
    assert (status.baseline_at, status.last_run_at, status.last_success_at) == (watcher.now,) * 3
    assert status.next_due_at == watcher.now + HOUR
    assert not archive.page_state(watcher.source, watcher.source.url).baseline
    first = watcher.now
    watcher.look(None, status=None, verdict=VerdictKind.UNREACHABLE)
    watcher.end("failed", message="no answer")
    status = archive.source("ice_list")
    assert (status.health, status.health_since) == (Health.UNREACHABLE, watcher.now)
    assert (status.last_run_at, status.last_success_at, status.baseline_at) == (watcher.now, first, first)
    assert status.next_due_at == first + HOUR, "None leaves the next look as it was"
    watcher.look(["List"])
    watcher.end()
    assert archive.source("ice_list").baseline_at == first


def test_an_import_of_the_past_does_not_turn_the_clock_back(archive: Any, watcher: Any, start: datetime) -> None:
    """Runs at the time of old captures leave a source's newest times alone."""
    watcher.end()
    run = archive.begin_run("ice_list", archive.begin_poll(start), start - timedelta(days=30))
    archive.end_run(
        run,
        start - timedelta(days=30),
        outcome="ok",
        complete=True,
        message="",
        health=Health.SEEN,
        health_change=None,
        next_due_at=None,
    )
    assert archive.source("ice_list").last_run_at == start
    assert archive.source("ice_list").last_success_at == start


def test_polls_number_the_runs_of_one_command(archive: Any, watcher: Any, start: datetime) -> None:
    """Each poll has a number of its own; the last is the newest that ran over anything."""
    assert archive.last_poll() == watcher.poll
    second = archive.begin_poll(start)
    assert second != watcher.poll
    assert archive.last_poll() == watcher.poll
    archive.begin_run("ice_list", second, start)
    assert archive.last_poll() == second


def test_runs_that_a_crash_left_open_are_ended(archive: Any, watcher: Any, start: datetime) -> None:
    """They are interrupted, which is no failure of the source."""
    archive.abandon_runs(start + HOUR)
    assert archive.failing_runs("ice_list") == 0
    watcher.end("failed")
    watcher.end("failed")
    watcher.end("interrupted")
    assert archive.failing_runs("ice_list") == 2
    watcher.end("ok")
    assert archive.failing_runs("ice_list") == 0


def test_run_counts_say_what_a_run_did(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Visits by verdict, changes, versions of records."""
    watcher.look(["List"], records=add(row("boulder"), row("denver")), changes=[watcher.change()])
    watcher.look(None, status=304, verdict=VerdictKind.UNCHANGED, same=True)
    counts = archive.run_counts(watcher.run)
    assert counts == {"credible": 1, "unchanged": 1, "visits": 2, "changes": 1, "records": 2}


def test_a_checkpoint_is_the_spiders_own(archive: Any, watcher: Any) -> None:
    """Empty at first, then what was kept, per source."""
    assert archive.checkpoint("ice_list") == {}
    archive.keep_checkpoint("ice_list", {"page": 7, "seen": ["a", "b"]})
    assert archive.checkpoint("ice_list") == {"page": 7, "seen": ["a", "b"]}


def test_news_rhythm_is_measured_between_runs(archive: Any, watcher: Any) -> None:
    """Changes of one run are one piece of news; first looks and our own health are none."""
    watcher.look(["List"], changes=[watcher.change(baseline=True)])
    watcher.end(health_change=watcher.change(ChangeKind.SOURCE_BLOCKED))
    rhythm = archive.news_rhythm("ice_list")
    assert (rhythm.last_news_at, rhythm.longest_gap, rhythm.gaps) == (None, None, 0)
    times = []
    for days in (0, 2, 5):
        watcher.now += timedelta(days=days)
        times.append(watcher.now + HOUR)
        watcher.look(["List", str(days)], changes=[watcher.change(), watcher.change()])
        watcher.end()
    rhythm = archive.news_rhythm("ice_list")
    assert (rhythm.last_news_at, rhythm.gaps) == (times[-1], 2)
    assert rhythm.longest_gap == timedelta(days=5, hours=1)
    assert archive.source("ice_list").last_news_at == times[-1]


def test_an_unknown_page_is_not_created_by_asking(archive: Any, watcher: Any, page_url: str) -> None:
    """A page begins with its first look."""
    assert archive.page_state(watcher.source, page_url) == PageState(watcher.source, page_url)
    assert archive.known_urls("ice_list") == ()
    with pytest.raises(UsageError, match="nobody"):
        archive.page_state(Source("nobody", "", ""), page_url)


def test_the_state_of_a_page_is_what_the_last_look_left(archive: Any, watcher: Any, page_url: str) -> None:
    """Validators, version, verdict, links, hold and what was learned, exactly."""
    at = watcher.now + HOUR
    learning = Learning(
        masks=(Mask("line 3", at, "changes at every look"),),
        history={"parts": {"line 3": [1, 2.5, None, True, "ü"]}, "looks": 4},
    )
    links = (Link("https://www.ice.example.gov/a.pdf", "Report – A"), Link("https://b.example/", role="next"))
    watcher.look(
        ["List", "Boulder"],
        headers={"etag": '"abc"', "last-modified": "Mon, 20 Mar 2017 14:00:00 GMT"},
        learning=learning,
        links=links,
    )
    state = archive.page_state(watcher.source, page_url)
    assert state == PageState(
        source=watcher.source,
        url=page_url,
        page_id=state.page_id,
        first_seen=at,
        last_body=digest_of(b"List\nBoulder"),
        last_verdict=VerdictKind.CREDIBLE,
        content_digest=state.content_digest,
        snapshot_number=1,
        snapshot_body=digest_of(b"List\nBoulder"),
        title="List",
        etag='"abc"',
        last_modified="Mon, 20 Mar 2017 14:00:00 GMT",
        last_full_look=at,
        extractor="by_hand/1",
        text_size=12,
        learning=learning,
    )
    assert state.page_id
    assert state.content_digest
    assert archive.page_links(state) == links
    assert archive.page_links(PageState(watcher.source, "https://other.example/")) == ()


def test_a_hold_survives_until_it_is_lifted(archive: Any, watcher: Any, page_url: str) -> None:
    """A collapse moves neither validators nor version, and is due to be looked at again."""
    watcher.look(["List", "Boulder"], headers={"etag": '"one"'})
    at = watcher.now + HOUR
    hold = Hold("5 of 6 vanished", VerdictKind.SHRUNKEN, since=at, last_look=at, looks=2)
    watcher.look(
        body=b"List",
        verdict=VerdictKind.SHRUNKEN,
        headers={"etag": '"two"'},
        hold=hold,
        look_again_at=at + timedelta(minutes=10),
    )
    state = archive.page_state(watcher.source, page_url)
    assert state.hold == hold
    assert (state.etag, state.snapshot_number, state.last_full_look) == ('"one"', 1, at - HOUR)
    assert state.last_body == digest_of(b"List\nBoulder")
    assert archive.pages_due(at) == ()
    assert archive.pages_due(at + HOUR) == (("ice_list", page_url),)
    assert archive.pages_due(at + HOUR, "another") == ()
    archive.drop_source("ice_list", watcher.now)
    assert archive.pages_due(at + HOUR) == (), "nobody watches it any more"
    archive.keep_source(watcher.source, watcher.now)
    watcher.look(None, status=304, verdict=VerdictKind.UNCHANGED, same=True)
    assert archive.page_state(watcher.source, page_url).hold is None
    assert archive.pages_due(watcher.now + HOUR) == ()


def test_an_unchanged_look_moves_last_seen_and_nothing_else(archive: Any, watcher: Any, page_url: str) -> None:
    """A 304 is a visit; validators, links and the last full look stay those of the body that was brought."""
    links = (Link("https://www.ice.example.gov/a.pdf"),)
    watcher.look(["List"], headers={"etag": '"one"'}, links=links)
    before = archive.page_state(watcher.source, page_url)
    watcher.look(None, status=304, verdict=VerdictKind.UNCHANGED, same=True)
    assert archive.page_state(watcher.source, page_url) == before
    assert archive.page_links(before) == links
    (snapshot,) = archive.snapshots(page_url)
    assert (snapshot.first_seen, snapshot.last_seen) == (watcher.now - HOUR, watcher.now)
    assert [visit.verdict for visit in archive.visits(page_url)] == ["credible", "unchanged"]


def test_a_full_look_without_validators_forgets_the_old_ones(archive: Any, watcher: Any, page_url: str) -> None:
    """An ETag belongs to one answer; the next answer without one has none."""
    watcher.look(["List"], headers={"etag": '"one"'})
    watcher.look(["List", "Boulder"])
    assert archive.page_state(watcher.source, page_url).etag == ""


def test_back_and_forth_is_three_versions(archive: Any, watcher: Any, page_url: str) -> None:
    """A, B, A are versions 1, 2, 3, and the third shares its body with the first."""
    for text in ("A", "B", "A"):
        watcher.look(["List", text])
    snapshots = archive.snapshots(page_url)
    assert [snapshot.number for snapshot in snapshots] == [1, 2, 3]
    assert [snapshot.text for snapshot in snapshots] == [("List", "A"), ("List", "B"), ("List", "A")]
    assert snapshots[0].body_digest == snapshots[2].body_digest != snapshots[1].body_digest
    assert archive.body(snapshots[1].body_digest) == b"List\nB"


def test_what_a_page_said_at_a_moment(archive: Any, watcher: Any, page_url: str) -> None:
    """The version that was newest then; none before the first."""
    watcher.look(["one"])
    first = watcher.now
    watcher.look(["two"])
    assert archive.snapshot_at(page_url, first - timedelta(microseconds=1)) is None
    assert archive.snapshot_at(page_url, first).text == ("one",)
    assert archive.snapshot_at(page_url, watcher.now - timedelta(microseconds=1)).text == ("one",)
    assert archive.snapshot_at(page_url, watcher.now).text == ("two",)
    assert archive.snapshot_at(page_url, watcher.now, "ice_list").text == ("two",)
    assert archive.snapshot_at(page_url, watcher.now, "another") is None


def test_a_body_that_nobody_believed_is_kept_all_the_same(archive: Any, watcher: Any, page_url: str) -> None:
    """The block page is evidence, and no version of the page."""
    watcher.look(["List"])
    watcher.look(body=b"<title>Access Denied</title>", status=403, verdict=VerdictKind.BLOCKED)
    watcher.look(status=None, verdict=VerdictKind.UNREACHABLE)
    blocked, unreachable = archive.visits(page_url)[1:]
    assert archive.body(blocked.body_digest) == b"<title>Access Denied</title>"
    assert (blocked.status, blocked.snapshot_number, blocked.reason) == (403, None, "it is blocked")
    assert (unreachable.status, unreachable.body_digest, unreachable.elapsed_ms) == (None, "", 120)
    assert len(archive.snapshots(page_url)) == 1
    with pytest.raises(ArchiveError, match="digest"):
        archive.body("0" * 64)


def test_a_look_older_than_the_newest_is_refused(archive: Any, watcher: Any, page_url: str, start: datetime) -> None:
    """Time runs forward on a page; the sentence says how to load the past. Another page has its own time."""
    watcher.look(["List"])
    with pytest.raises(UsageError, match="oldest first"):
        watcher.look(["Older"], at=start)
    watcher.look(["Other"], url="https://www.ice.example.gov/other", at=start)
    assert len(archive.visits(page_url)) == 1
    assert archive.known_urls("ice_list") == (page_url, "https://www.ice.example.gov/other")


def test_a_look_that_cannot_be_written_leaves_nothing(archive: Any, watcher: Any, page_url: str) -> None:
    """Whatever fails, the archive is as before: no visit, no body, no half a version."""
    watcher.look(["List"])
    before = archive.page_state(watcher.source, page_url)
    with pytest.raises(TypeError, match="JSON"):
        watcher.look(["New"], changes=[watcher.change(details={"no": object()})])
    assert archive.page_state(watcher.source, page_url) == before
    assert len(archive.visits(page_url)) == len(archive.snapshots(page_url)) == 1
    with pytest.raises(ArchiveError):
        archive.body(digest_of(b"New"))


def test_a_withdrawn_page_keeps_its_last_version(archive: Any, watcher: Any, page_url: str) -> None:
    """Gone is a state of the page; what it said stays."""
    watcher.look(["List"])
    watcher.look(body=b"not found", status=404, verdict=VerdictKind.GONE, withdrawn=True)
    state = archive.page_state(watcher.source, page_url)
    assert state.withdrawn
    assert (state.snapshot_number, state.title) == (1, "List")
    watcher.look(["List"])
    assert not archive.page_state(watcher.source, page_url).withdrawn
    assert len(archive.snapshots(page_url)) == 2


def test_a_change_comes_back_as_it_was_kept(archive: Any, watcher: Any, row: Any, add: Any, page_url: str) -> None:
    """Every field, with what the archive gave it: versions before and after, the body as proof."""
    record = row("boulder", policy="none", criteria=["a", "b"])
    watcher.look(["List"])
    changes = [
        watcher.change(
            ChangeKind.RECORD_ADDED,
            reasons=("record added: 0.5", "speaks of enforcement: +0.2"),
            after={"policy": "none", "criteria": ["a", "b"]},
            record_kind="listed",
            record_key="boulder",
            title="Boulder",
            place="Boulder County, Colorado",
            about="2017-03-20",
            cluster="record_added:listed:",
        ),
        watcher.change(before={"text": "was"}, after={"text": "is"}, details={"hunks": [[["was"], ["is"]]]}),
        watcher.change(baseline=True, significance=0.0),
    ]
    ids = watcher.look(["List", "Boulder"], records=add(record), changes=changes)
    stored = archive.changes(baseline=True)
    assert tuple(one.id for one in stored) == ids
    assert [one.change for one in stored] == changes
    assert {(one.run, one.source_title, one.snapshot_before, one.snapshot_after) for one in stored} == {
        (watcher.run, "List of jurisdictions", 1, 2)
    }
    assert archive.body(stored[0].body_digest) == b"List\nBoulder"
    assert archive.change(ids[1]) == stored[1]
    assert archive.change(99) is None
    assert len(archive.changes()) == 2


def test_facts_of_a_removed_record_come_back_with_its_change(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """They are kept once, with the version, and read back from there; differing ones are kept as they are."""
    record = row("boulder", policy="none")
    watcher.look(["List"], records=add(record))
    gone = watcher.change(
        ChangeKind.RECORD_REMOVED, before=record.facts, record_kind="listed", record_key="boulder", title="Boulder"
    )
    other = replace(gone, before={"policy": "another"})
    nothing = replace(gone, before=None)
    watcher.look(["List", ""], records=[RecordWrite(RecordStep.REMOVE, record)], changes=[gone, other, nothing])
    assert [one.change for one in archive.changes()] == [gone, other, nothing]


def test_changes_are_found_by_everything_they_are_asked_for_by(archive: Any, watcher: Any, watch: Any) -> None:
    """Each condition narrows; since is inside, until outside; order is that of ids."""
    (first,) = watcher.look(["one"], changes=[watcher.change()])
    first_at, first_run = watcher.now, watcher.run
    watcher.end(health_change=watcher.change(ChangeKind.SOURCE_BLOCKED, url="https://elsewhere.example/"))
    (second,) = watcher.look(["two"], changes=[watcher.change(ChangeKind.PAGE_MOVED)])
    other = watch(archive, Source("denver", "Denver", "https://denver.example/"), watcher.now)
    (third,) = other.look(
        ["three"], url="https://denver.example/", changes=[other.change(url="https://denver.example/")]
    )

    def found(**asked: Any) -> list[int]:
        return [one.id for one in archive.changes(**asked)]

    health = first + 1
    assert found() == [first, health, second, third]
    assert found(source="ice_list") == [first, health, second]
    assert found(poll=watcher.poll) == [first, health, second]
    assert found(poll=other.poll) == [third]
    assert found(run=first_run) == [first, health]
    assert found(url="https://denver.example/") == [third]
    assert found(kind="page_moved") == [second]
    assert found(since=first_at, until=watcher.now) == [first]
    assert found(after_id=first, limit=2) == [health, second]
    stored = archive.change(health)
    assert (stored.visit, stored.body_digest, stored.snapshot_after) == (None, "", None)


def test_times_are_aware_and_in_utc(archive: Any, watcher: Any, page_url: str) -> None:
    """Whatever zone a look is given in, its instant is kept to the microsecond."""
    at = datetime.fromisoformat("2017-03-27T19:02:03.000004-04:00")
    watcher.look(["List"], at=at, changes=[watcher.change(at=at)])
    (visit,) = archive.visits(page_url)
    assert visit.at == at
    assert visit.at.tzinfo is UTC
    assert isinstance(archive.changes()[0].change, Change)
    assert archive.changes()[0].change.at == at


def test_the_same_page_under_two_sources_is_two_pages(archive: Any, watcher: Any, watch: Any, page_url: str) -> None:
    """Each source has its own versions; asked without a source, both are given."""
    other = watch(archive, Source("copy", "Copy", page_url))
    watcher.look(["one"])
    other.look(["two"])
    assert [snapshot.source for snapshot in archive.snapshots(page_url)] == ["ice_list", "copy"]
    assert [snapshot.text for snapshot in archive.snapshots(page_url, "copy")] == [("two",)]
    assert len(archive.visits(page_url, "ice_list")) == 1


def test_a_sound_archive_says_so(archive: Any, watcher: Any) -> None:
    """Nothing is wrong after ordinary work."""
    watcher.look(["List"])
    assert archive.integrity_problem() == ""
    assert archive.damaged_bodies() == ()
