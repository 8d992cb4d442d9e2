"""What one look amounts to: baseline, edits, noise, collapses, withdrawal and return, editions, improved parsers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.decide import after_looks, decide, put_off
from monitor.significance import told
from monitor.types import (
    ChangeKind,
    Decision,
    Edition,
    Extraction,
    Known,
    Look,
    PageState,
    Record,
    RecordSet,
    RecordStep,
    Scope,
    ScopeKind,
    Source,
    Verdict,
    VerdictKind,
)

NOON = datetime(2017, 3, 20, 12, tzinfo=UTC)
SOURCE = Source("aurora", "Aurora City Council", "https://example.org/council", jurisdiction="Aurora, Colorado")
CREDIBLE = Verdict(VerdictKind.CREDIBLE, "the page was served")
GONE = Verdict(VerdictKind.GONE, "the server says that it is gone")
PROSE = tuple(f"Paragraph {number} is about the {word} of the council." for number, word in enumerate("abcdefgh"))


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def look(when: datetime = NOON, body: bytes | None = b"x") -> Look:
    return Look(SOURCE.url, when, 200, body, "text/html")


def page(*, text: Sequence[str] = (), baseline: bool = False, **more: object) -> PageState:
    state = PageState(
        SOURCE, SOURCE.url, page_id=1, snapshot_number=1, last_body="a", title="Council", baseline=baseline
    )
    state = replace(state, extractor="page/1", last_verdict=VerdictKind.CREDIBLE, text_size=len("\n".join(text)))
    return replace(state, **more)  # type: ignore[arg-type]


def new_page(*, baseline: bool) -> PageState:
    return PageState(SOURCE, SOURCE.url, baseline=baseline)


def text_of(*lines: str, extractor: str = "page/1") -> Extraction:
    return Extraction(extractor, title="Council", text=lines)


def member(name: str, **facts: object) -> Record:
    return Record("member", name, name, facts=facts or {"name": name}, member=name)


def listing(*names: str, extractor: str = "page/1") -> Extraction:
    found = RecordSet("member", tuple(member(name) for name in names), Scope(ScopeKind.COMPLETE))
    return Extraction(extractor, title="List", record_sets=(found,), compare_text=False)


def kinds(decision: Decision) -> list[str]:
    return [change.kind.value for change in decision.changes]


def test_the_first_look_is_a_baseline_and_tells_nobody() -> None:
    """A source's first look makes a snapshot, and what it found is nobody's news."""
    decision = decide(look(), CREDIBLE, new_page(baseline=True), Known(), listing("a", "b"))
    assert decision.snapshot is not None
    assert len(decision.records) == 2
    assert not any(told(change) for change in decision.changes)


def test_a_document_that_appears_later_is_news() -> None:
    """A page that a known source links for the first time is told."""
    decision = decide(look(), CREDIBLE, new_page(baseline=False), Known(), text_of("An agenda"))
    assert kinds(decision) == ["document_published"]
    assert told(decision.changes[0])


def test_one_changed_digit_is_told_with_what_was_and_what_is() -> None:
    """The smallest true edit makes a version and a change that quotes both readings."""
    before = (*PROSE, "The hearing is on May 5.")
    after = (*PROSE, "The hearing is on May 6.")
    decision = decide(look(), CREDIBLE, page(text=before), Known(text=before), text_of(*after))
    (change,) = decision.changes
    assert (change.before, change.after) == ({"text": before[-1]}, {"text": after[-1]})
    assert told(change)
    assert decision.snapshot is not None


def test_noise_alone_makes_no_version_and_no_change() -> None:
    """A stamp that moved leaves the snapshot as it is, seen again."""
    before = (*PROSE, "Page generated on March 19, 2017 at 10:02:11 AM")
    after = (*PROSE, "Page generated on March 20, 2017 at 11:47:59 AM")
    decision = decide(look(), CREDIBLE, page(text=before), Known(text=before), text_of(*after))
    assert (decision.changes, decision.snapshot, decision.same_snapshot) == ((), None, True)


@pytest.mark.parametrize(
    "kind", [VerdictKind.BLOCKED, VerdictKind.UNREACHABLE, VerdictKind.EMPTY, VerdictKind.TRUNCATED]
)
def test_what_is_not_believed_changes_nothing(kind: VerdictKind) -> None:
    """A bad capture is neither a version nor a change, and a page that was there is still there."""
    decision = decide(look(), Verdict(kind, "no"), page(text=PROSE), Known(), None)
    assert (decision.changes, decision.snapshot, decision.same_snapshot, decision.withdrawn) == ((), None, False, False)


def collapse(when: datetime, state: PageState, known: Known) -> tuple[Decision, PageState]:
    decision = decide(look(when), CREDIBLE, state, known, listing("a", "b"))
    return decision, replace(state, hold=decision.hold)


def test_a_collapse_is_told_at_the_third_look_and_not_before() -> None:
    """Four of six gone: held, looked at again after ten minutes, told after twenty."""
    known = Known(records=tuple(member(name) for name in "abcdef"))
    first, state = collapse(at(0), page(), known)
    assert (first.changes, first.verdict.kind, first.look_again_at) == ((), VerdictKind.SHRUNKEN, at(10))
    hurried, state = collapse(at(3), state, known)
    assert hurried.hold is not None
    assert hurried.hold.looks == 1
    second, state = collapse(at(10), state, known)
    assert second.changes == ()
    third, _ = collapse(at(20), state, known)
    assert kinds(third) == ["record_removed"] * 4
    assert third.hold is None


def test_one_look_at_the_old_state_ends_the_hold() -> None:
    """The list is whole again: nothing is told, and the next collapse starts from the beginning."""
    known = Known(records=tuple(member(name) for name in "abcdef"))
    _, state = collapse(at(0), page(), known)
    decision = decide(look(at(10)), CREDIBLE, state, known, listing(*"abcdef"))
    assert (decision.changes, decision.hold, decision.same_snapshot) == ((), None, True)


def test_a_list_that_reads_as_empty_is_never_a_mass_removal() -> None:
    """Nothing found where six were, three times over: a layout that cannot be read, not six withdrawals."""
    known = Known(records=tuple(member(name) for name in "abcdef"))
    state = page()
    for minutes in (0, 10, 20):
        decision = decide(look(at(minutes)), CREDIBLE, state, known, listing())
        state = replace(state, hold=decision.hold)
        assert "record_removed" not in kinds(decision)
        assert not [write for write in decision.records if write.step is RecordStep.REMOVE]


def test_a_small_removal_is_told_at_once() -> None:
    """One of six is no collapse."""
    known = Known(records=tuple(member(name) for name in "abcdef"))
    assert kinds(decide(look(), CREDIBLE, page(), known, listing(*"abcde"))) == ["record_removed"]


def test_a_page_that_lost_most_of_its_text_is_held() -> None:
    """A template with nothing in it is not the new text until it has been seen three times."""
    before = tuple(f"{line} It goes on for a while, as council pages do." for line in PROSE)
    decision = decide(look(), CREDIBLE, page(text=before), Known(text=before), text_of("Loading"))
    assert decision.verdict.kind is VerdictKind.SHRUNKEN
    assert decision.changes == ()


def test_a_withdrawal_is_confirmed_before_it_is_told_and_a_return_is_news() -> None:
    """Gone once is nothing, gone three times is a withdrawal; when it is back, that is told too."""
    known = Known(text=PROSE, records=(member("a"),))
    state = page(text=PROSE)
    told_at = []
    for minutes in (0, 10, 20, 30):
        decision = decide(look(at(minutes), None), GONE, state, known, None)
        state = replace(state, hold=decision.hold, withdrawn=decision.withdrawn)
        told_at += [(minutes, kind) for kind in kinds(decision)]
    assert told_at == [(20, "page_withdrawn")]
    back = decide(look(at(60)), CREDIBLE, state, Known(text=PROSE), text_of(*PROSE))
    assert kinds(back) == ["page_returned"]
    assert back.snapshot is not None
    assert not back.withdrawn


def test_what_is_new_on_a_page_that_is_back_is_news() -> None:
    """The return is told once, without its old records one by one; a record that nobody has met is told besides."""
    state = page(withdrawn=True)
    decision = decide(look(), CREDIBLE, state, Known(withdrawn=(member("a"),)), listing("a", "b"))
    assert kinds(decision) == ["page_returned", "record_added"]
    assert decision.changes[1].record_key == "b"


def test_what_was_posted_while_a_page_was_away_is_told_when_it_is_back() -> None:
    """The return is one story; the line that it brings is another, with what it says."""
    state = page(text=PROSE, withdrawn=True)
    decision = decide(look(), CREDIBLE, state, Known(text=PROSE), text_of(*PROSE, "The policy was adopted on May 5."))
    assert sorted(kinds(decision)) == ["page_changed", "page_returned"]
    (posted,) = [change for change in decision.changes if change.kind is ChangeKind.PAGE_CHANGED]
    assert posted.after == {"text": "The policy was adopted on May 5."}
    assert told(posted)


def test_a_page_that_was_never_there_is_not_withdrawn() -> None:
    """A 404 at the first look is a fact about the address, not news."""
    assert decide(look(NOON, None), GONE, new_page(baseline=True), Known(), None).changes == ()


def edition(order: str, *rows: Record) -> Extraction:
    keyed = tuple(replace(row, key=f"{order}/{row.key}") for row in rows)
    issue = Edition("weekly", f"week {order}", order)
    scope = Scope(ScopeKind.COMPLETE, prefix=f"{order}/")
    found = RecordSet("policy", keyed, scope, issue, noun=("jurisdiction", "jurisdictions"))
    return Extraction("report/1", title="Report", record_sets=(found,), compare_text=False)


def policy(name: str, says: str = "x") -> Record:
    return Record("policy", name, name, facts={"policy": says}, member=name)


def test_a_new_edition_is_one_change_told_against_the_edition_before() -> None:
    """The period, how many, who is new, who is gone and whose policy changed: one change, not a row each."""
    previous = (policy("Adams"), policy("Boulder", "old"), policy("Clark"))
    known = Known(previous_editions={"policy": previous}, previous_labels={"policy": "week 1"})
    found = edition("2", policy("Boulder", "new"), policy("Clark"), policy("Denver"))
    (change,) = decide(look(), CREDIBLE, new_page(baseline=False), known, found).changes
    assert change.kind is ChangeKind.LIST_PUBLISHED
    assert change.details["sets"]["policy"]["new"] == ["Denver"]
    assert change.details["sets"]["policy"]["gone"] == ["Adams"]
    assert change.details["sets"]["policy"]["amended"] == [{"name": "Boulder", "fields": {"policy": ["old", "new"]}}]
    assert change.details["previous_edition"] == "week 1"
    assert (
        change.summary
        == "Aurora City Council lists 3 jurisdictions; new: Denver; gone: Adams; changed: Boulder (week 2)"
    )


def test_an_edition_that_is_amended_in_place_is_told_row_by_row() -> None:
    """The file of an old week is replaced: that is an amendment, not a new list."""
    rows = edition("1", policy("Adams")).record_sets[0].records
    decision = decide(look(), CREDIBLE, page(), Known(records=rows), edition("1", policy("Adams", "new")))
    assert kinds(decision) == ["record_amended"]


def test_an_improved_parser_is_never_told_as_a_change_at_the_source() -> None:
    """The same list read by a newer extractor: written down, told to nobody."""
    known = Known(records=(member("a"),))
    decision = decide(look(), CREDIBLE, page(), known, listing("a", "b", extractor="page/2"))
    assert [write.step for write in decision.records] == [RecordStep.ADD, RecordStep.KEEP]
    assert not any(told(change) for change in decision.changes)


def test_a_backfill_into_a_known_sources_past_is_told_to_nobody() -> None:
    """Old releases that are loaded late are not new releases."""
    decision = decide(look(), CREDIBLE, new_page(baseline=False), Known(), listing("a"), baseline=True)
    assert [change.baseline for change in decision.changes] == [True]


def test_a_moved_page_is_told_once() -> None:
    """A redirect is told when it begins, not at every look."""
    moved = Verdict(VerdictKind.MOVED, "it redirects")
    first = decide(look(), moved, page(text=PROSE), Known(text=PROSE), text_of(*PROSE))
    assert kinds(first) == ["page_moved"]
    again = page(text=PROSE, last_verdict=VerdictKind.MOVED)
    assert decide(look(at(60)), moved, again, Known(text=PROSE), text_of(*PROSE)).changes == ()


def test_what_differs_between_two_looks_in_a_row_is_volatile() -> None:
    """A page that reads otherwise is looked at twice: the banner that moved by itself is learned and never told."""
    before, first, second = ((*PROSE, banner) for banner in ("Spring Clean-Up", "Apply for a board", "Snow parking"))
    state = page(text=before)
    decision = decide(look(at(0)), CREDIBLE, state, Known(text=before), text_of(*first))
    waiting = put_off(decision, state)
    assert waiting is not None
    assert (waiting.snapshot, waiting.same_snapshot, waiting.changes) == (None, False, ())
    learned = after_looks(state, [text_of(*first), text_of(*second)], at(0.1))
    concluded = decide(look(at(0.1)), CREDIBLE, learned, Known(text=before), text_of(*second))
    assert (concluded.changes, concluded.same_snapshot) == ((), True)
    assert concluded.learning.masks


def test_a_true_edit_beside_a_volatile_part_is_told_after_looks() -> None:
    """What both looks agree on is news, what they do not is not."""
    before = ("The hearing is on May 5.", *PROSE, "Spring Clean-Up")
    first = ("The hearing is on May 6.", *PROSE, "Apply for a board")
    second = ("The hearing is on May 6.", *PROSE, "Snow parking")
    learned = after_looks(page(text=before), [text_of(*first), text_of(*second)], at(0.1))
    (change,) = decide(look(at(0.1)), CREDIBLE, learned, Known(text=before), text_of(*second)).changes
    assert change.after == {"text": "The hearing is on May 6."}


def test_something_else_in_a_part_s_place_is_looked_at_up_to_five_times() -> None:
    """Two looks may show the same slide. What was added, what went and prose are sure at the second, and told."""
    before = (*PROSE, "Spring Clean-Up")
    exchanged = decide(look(), CREDIBLE, page(text=before), Known(text=before), text_of(*PROSE, "Snow parking"))
    asked = [put_off(exchanged, page(text=before), looks) is not None for looks in range(1, 7)]
    assert asked == [True] * 4 + [False] * 2
    rewritten = (*PROSE[:-1], f"{PROSE[-1]} It says at length what everybody should know about it and more", before[-1])
    for after in (rewritten, PROSE, (*before, "Snow parking")):
        edited = decide(look(), CREDIBLE, page(text=before), Known(text=before), text_of(*after))
        assert [put_off(edited, page(text=before), looks) is not None for looks in (1, 2)] == [True, False]
    assert put_off(edited, page(text=before), 2, moving=True) is not None


def test_nothing_is_put_off_where_records_changed() -> None:
    """Records are not prose: their changes are told at the first look."""
    decision = decide(look(), CREDIBLE, page(), Known(records=(member("a"),)), listing("a", "b"))
    assert put_off(decision, page()) is None


def test_a_complete_list_that_appears_whole_is_published_once() -> None:
    """Members where none were known are a publication, with all their names, and no addition each."""
    (change,) = decide(look(), CREDIBLE, page(), Known(), listing("a", "b")).changes
    assert change.kind is ChangeKind.LIST_PUBLISHED
    assert change.details["sets"]["member"]["members"] == ["a", "b"]
    assert (change.details["sets"]["member"]["count"], change.baseline) == (2, False)
    assert kinds(decide(look(), CREDIBLE, page(), Known(records=(member("a"),)), listing("a", "b"))) == ["record_added"]


def test_names_that_come_back_are_no_new_list() -> None:
    """A list that was emptied name by name and fills again tells who is listed again."""
    decision = decide(look(), CREDIBLE, page(), Known(withdrawn=(member("a"),)), listing("a"))
    assert kinds(decision) == ["record_added"]


def test_a_list_that_an_improved_parser_finds_is_told_to_nobody() -> None:
    """It stood on the page before; only our reading of it is new."""
    (change,) = decide(look(), CREDIBLE, page(), Known(), listing("a", extractor="page/2")).changes
    assert change.baseline
