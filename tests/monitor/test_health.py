"""How well a source is seen: told when it begins, told when it ends, never in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import Absence, Assessment, assess, duration
from monitor.silence import Patience
from monitor.types import ChangeKind, Health, Source, VerdictKind

NOW = datetime(2017, 4, 11, 12, 0, tzinfo=UTC)
SOURCE = Source("denver_council", "Denver City Council", "https://www.example.gov/", jurisdiction="Denver, Colorado")
GOOD = {VerdictKind.CREDIBLE: 3, VerdictKind.UNCHANGED: 7}
BLOCKED = {VerdictKind.BLOCKED: 2}
DOWN = {VerdictKind.UNREACHABLE: 2}
GONE = {VerdictKind.GONE: 2, VerdictKind.CREDIBLE: 5}
"""Both lists of a platform are gone; single documents still lie where they lay."""
PATIENT = Patience(limit=timedelta(days=8), gap=timedelta(days=4))


def after(
    tally: Mapping[VerdictKind, int],
    before: Health = Health.SEEN,
    *,
    since: datetime | None = NOW - timedelta(hours=3),
    broken: tuple[str, ...] = (),
    reasons: tuple[str, ...] = (),
    last_news_at: datetime | None = NOW - timedelta(hours=5),
    patience: Patience | None = PATIENT,
    failing_runs: int = 0,
    entry: VerdictKind | None = None,
    absence: Absence | None = None,
) -> Assessment:
    """The assessment of one run over the example source."""
    return assess(
        before=before,
        since=since,
        tally=tally,
        broken=broken,
        reasons=reasons,
        last_news_at=last_news_at,
        patience=patience,
        failing_runs=failing_runs,
        now=NOW,
        source=SOURCE,
        entry=entry,
        absence=absence or Absence(),
    )


def told(assessment: Assessment) -> tuple[ChangeKind, str]:
    """Kind and sentence of the change that is told; there must be one."""
    assert assessment.change is not None
    return assessment.change.kind, assessment.change.summary


@pytest.mark.parametrize("before", [Health.NEW, Health.SEEN])
def test_a_good_run_has_nothing_to_tell(before: Health) -> None:
    """Seen, and silence about it."""
    assert after(GOOD, before) == Assessment(Health.SEEN)


def test_a_refusal_is_told_at_once_with_its_reason() -> None:
    """No look was believed and some were blocked: the sentence says who refused."""
    assessment = after(BLOCKED, reasons=("Akamai serves a browser check in the page's place.",))
    assert assessment.health is Health.BLOCKED
    assert told(assessment) == (
        ChangeKind.SOURCE_BLOCKED,
        "Denver City Council cannot be seen: Akamai serves a browser check in the page's place",
    )


def test_a_refusal_that_lasts_is_told_once() -> None:
    """The state goes on, the telling does not."""
    assessment = after(BLOCKED, Health.BLOCKED, failing_runs=5)
    assert (assessment.health, assessment.change) == (Health.BLOCKED, None)


def test_one_refused_page_among_many_seen_is_no_blindness() -> None:
    """The source is seen; the message says what was not."""
    assessment = after({**GOOD, **BLOCKED}, reasons=("Cloudflare refused the request",))
    assert (assessment.health, assessment.change) == (Health.SEEN, None)
    assert assessment.message == "2 of 12 looks saw nothing: Cloudflare refused the request"


def test_a_refused_entry_page_is_blindness_whatever_else_was_seen() -> None:
    """Documents that are still served say nothing about what the entry page lists now."""
    assert after({**GOOD, **BLOCKED}, entry=VerdictKind.BLOCKED).health is Health.BLOCKED


def test_an_entry_page_that_is_down_is_blindness_after_three_runs() -> None:
    """A host that still serves old files, and not the list of them, passes for seen nowhere."""
    first = after({**GOOD, **DOWN}, entry=VerdictKind.UNREACHABLE, reasons=("the server failed",))
    assert (first.health, first.change) == (Health.UNREACHABLE, None)
    assert "could not be reached: the server failed" in first.message
    third = after({**GOOD, **DOWN}, entry=VerdictKind.UNREACHABLE, failing_runs=2)
    assert third.health is Health.UNREACHABLE
    assert third.change is not None


def test_what_cannot_be_read_is_broken() -> None:
    """An extraction that failed is told at once, although looks were believed."""
    assessment = after({**GOOD, VerdictKind.SHRUNKEN: 1}, broken=("No table was found.", "No date was found."))
    assert assessment.health is Health.BROKEN
    assert told(assessment) == (
        ChangeKind.SOURCE_BROKEN,
        "Denver City Council cannot be read: No table was found (and 1 more)",
    )
    assert after(GOOD, Health.BROKEN, broken=("No table was found.",)).change is None


@pytest.mark.parametrize(("failing_runs", "is_told"), [(0, False), (1, False), (2, True), (3, False), (9, False)])
def test_an_outage_is_told_at_the_third_failing_run(failing_runs: int, is_told: bool) -> None:
    """A server may be down for a run or two; a longer outage is told once."""
    before = Health.UNREACHABLE if failing_runs else Health.SEEN
    assessment = after(DOWN, before, failing_runs=failing_runs, reasons=("the server failed (HTTP 500)",))
    assert assessment.health is Health.UNREACHABLE
    assert (assessment.change is not None) == is_told
    if is_told:
        kind, sentence = told(assessment)
        assert kind is ChangeKind.SOURCE_BROKEN
        assert sentence == "Denver City Council could not be reached 3 times in a row: the server failed (HTTP 500)"


@pytest.mark.parametrize("before", [Health.BLOCKED, Health.BROKEN, Health.SILENT])
def test_a_told_state_outlasts_a_short_outage(before: Health) -> None:
    """Else its end would go untold, or it would be told twice."""
    assessment = after(DOWN, before, failing_runs=1)
    assert (assessment.health, assessment.change) == (before, None)


def test_a_run_without_any_look_is_a_failing_one() -> None:
    """A spider that asked for nothing saw nothing."""
    assessment = after({}, failing_runs=2)
    assert assessment.health is Health.UNREACHABLE
    assert "no page could be looked at" in told(assessment)[1]


@pytest.mark.parametrize("before", [Health.BLOCKED, Health.BROKEN])
def test_recovery_says_how_long_we_were_blind(before: Health) -> None:
    """The analyst learns which hours nobody watched."""
    assessment = after(GOOD, before)
    assert assessment.health is Health.SEEN
    assert told(assessment) == (ChangeKind.SOURCE_RECOVERED, "Denver City Council is seen again after 3 hours")


def test_an_outage_that_was_never_told_ends_untold() -> None:
    """Two failing runs: nothing was told, so there is nothing to take back; after three there is."""
    assert after(GOOD, Health.UNREACHABLE, failing_runs=2).change is None
    assert told(after(GOOD, Health.UNREACHABLE, failing_runs=3))[0] is ChangeKind.SOURCE_RECOVERED


def test_an_unusual_silence_is_told_once() -> None:
    """Longer than the source may be quiet."""
    quiet = NOW - timedelta(days=9)
    assessment = after(GOOD, last_news_at=quiet)
    assert assessment.health is Health.SILENT
    assert told(assessment) == (
        ChangeKind.SOURCE_SILENT,
        "Denver City Council has had no news for 9 days; its longest gap so far was 4 days",
    )
    again = after(GOOD, Health.SILENT, last_news_at=quiet)
    assert (again.health, again.change) == (Health.SILENT, None)


@pytest.mark.parametrize(
    ("silence", "patience"),
    [(timedelta(days=8), PATIENT), (timedelta(minutes=1), PATIENT), (timedelta(days=400), None)],
)
def test_a_usual_silence_is_not_told(silence: timedelta, patience: Patience | None) -> None:
    """Not within what it may last, and not where nobody can say how long that is."""
    assert after(GOOD, last_news_at=NOW - silence, patience=patience) == Assessment(Health.SEEN)


def test_a_silence_against_a_stanza_s_word_says_so() -> None:
    """Nothing was seen yet that it could be longer than."""
    promised = Patience(limit=timedelta(days=6), gap=timedelta(days=1), promised=True)
    assert told(after(GOOD, last_news_at=NOW - timedelta(days=9), patience=promised))[1] == (
        "Denver City Council has had no news for 9 days; some is expected every 24 hours"
    )


def test_the_end_of_a_silence_is_told() -> None:
    """News again is the end of it."""
    assessment = after(GOOD, Health.SILENT, since=NOW - timedelta(days=2))
    assert assessment.health is Health.SEEN
    assert told(assessment) == (ChangeKind.SOURCE_RECOVERED, "Denver City Council has news again after 2 days")


def test_a_page_that_is_gone_is_not_about_our_eyes() -> None:
    """A withdrawn page is the page's news; only of a source never seen before it is a failing run."""
    assessment = after({VerdictKind.GONE: 1}, reasons=("there is no such page (HTTP 404 Not Found)",))
    assert (assessment.health, assessment.change) == (Health.SEEN, None)
    assert after({VerdictKind.GONE: 1}, Health.NEW).health is Health.UNREACHABLE


def test_a_platform_that_died_is_told_once() -> None:
    """All that is needed is gone, and that is sure: whatever single documents say, and however often it is seen so."""
    absence, why = Absence(needed=2, gone=2), ("there is no such page (HTTP 404 Not Found)",)
    assessment = after(GONE, reasons=why, absence=absence)
    assert assessment.health is Health.MOVED
    assert told(assessment) == (
        ChangeKind.SOURCE_MOVED,
        "Denver City Council is not where it was: there is no such page (HTTP 404 Not Found); find out where it went"
        " and correct its settings",
    )
    assert after(GONE, Health.MOVED, reasons=why, absence=absence).change is None
    assert after(DOWN, Health.MOVED, failing_runs=1).health is Health.MOVED
    recovery = after(GOOD, Health.MOVED, since=NOW - timedelta(days=40))
    assert told(recovery) == (ChangeKind.SOURCE_RECOVERED, "Denver City Council is seen again after 40 days")


@pytest.mark.parametrize("absence", [Absence(), Absence(2, 1), Absence(3, 1, 1)])
def test_a_list_that_is_left_is_no_dead_platform(absence: Absence) -> None:
    """One of two lists gone, or none yet for sure: the page's own news."""
    assert after(GONE, absence=absence).change is None


def test_another_site_s_answer_is_believed_at_the_third_run() -> None:
    """A redirect to a vendor's front page may be a blunder of an hour: nothing is told, nor that it is blocked."""
    away, health, kinds = Absence(needed=2, elsewhere=2), Health.SEEN, []
    for failing_runs in range(4):
        assessment = after(BLOCKED, health, failing_runs=failing_runs, absence=away, entry=VerdictKind.BLOCKED)
        health = assessment.health
        kinds.append(assessment.change.kind if assessment.change else None)
    assert (health, kinds) == (Health.MOVED, [None, None, ChangeKind.SOURCE_MOVED, None])


def test_a_held_collapse_changes_nothing() -> None:
    """What is looked at again before it is believed neither blinds nor cures."""
    assert after({VerdictKind.SHRUNKEN: 1}, Health.BLOCKED).health is Health.BLOCKED
    assert after({VerdictKind.SHRUNKEN: 1}, Health.SEEN).change is None


def test_a_change_of_health_names_its_source() -> None:
    """The change can be filtered by source and jurisdiction, and is about our own eyes."""
    change = after(BLOCKED).change
    assert change is not None
    assert (change.source, change.place, change.url, change.at) == (
        "denver_council", "Denver, Colorado", "https://www.example.gov/", NOW,
    )  # fmt: skip
    assert change.kind.about_our_eyes
    assert (change.before, change.after) == ({"health": "seen"}, {"health": "blocked"})


RUNS = st.lists(
    st.sampled_from(["good", "blocked", "down", "broken", "quiet", "none", "moved", "elsewhere"]), max_size=25
)
ABSENCES = {"moved": Absence(1, gone=1), "elsewhere": Absence(1, elsewhere=1)}


@given(RUNS)
def test_states_are_told_in_turn(runs: list[str]) -> None:
    """Over any course of runs no state is told twice in a row, and a recovery is told only of what was told before."""
    health, failing, news = Health.NEW, 0, ""
    for run in runs:
        tally = {"good": GOOD, "quiet": GOOD, "down": DOWN, "broken": GOOD, "none": {}, "moved": GONE}.get(run, BLOCKED)
        assessment = after(
            tally,
            health,
            failing_runs=failing,
            broken=("No table was found.",) if run == "broken" else (),
            last_news_at=NOW - timedelta(days=30 if run == "quiet" else 0),
            absence=ABSENCES.get(run, Absence()),
        )
        health = assessment.health
        failing = 0 if run in ("good", "quiet") else failing + 1
        if assessment.change is not None:
            kind = assessment.change.kind
            assert kind is not ChangeKind.SOURCE_RECOVERED or news not in ("", ChangeKind.SOURCE_RECOVERED)
            assert assessment.change.summary.count("\n") == 0
            news = kind
        assert health is not Health.SEEN or news in ("", ChangeKind.SOURCE_RECOVERED)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_spans_are_said_as_people_say_them(span: timedelta, words: str) -> None:
    """One unit, and the right number of it."""
    assert duration(span) == words
