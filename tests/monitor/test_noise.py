"""What of a difference is news, and what is noise: without configuration, and after what a page has taught."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.diff import Hunk
from monitor.noise import TextComparison, compare, explain, first_look, has_noise, looked_again, second_look
from monitor.noise_rules import LINE_RULES
from monitor.types import Learning, Mask

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTHING = Learning()
PAGE = (
    "County Jail Policies",
    "The Sheriff does not honor detainers without a warrant signed by a judge.",
    "The policy took effect on May 5, 2017 and was reviewed by the Board.",
    "County | Detainers",
    "Boulder | 12",
    "Denver | 31",
    "Next meeting: May 5, 2026 at 6:00 PM",
    "Contact the clerk",
)

NOISE = {
    "generated at": [
        "Page generated on Nov 3, 2026 10:22:31", "Page generated on 2026-11-03T10:22:31Z",
        "Generated: 11/03/2026 10:22 AM",
        "Report generated at 10:22 AM on November 3, 2026", "Printed on 5/5/2026", "Accessed May 5, 2026",
    ],
    "last updated": [
        "Last updated: May 5, 2026", "Last Updated: 09/25/2025",
        "Page last updated on Tuesday, May 5, 2026 at 3:15 PM MDT",
        "This page was last reviewed on May 5, 2026.", "Date modified: 2026-05-05", "Updated: 01/20/2026",
    ],
    "clock": [
        "Current time: 10:22:31 AM", "Today is Tuesday, November 3, 2026", "As of 10:22 AM EST", "10:22:31 AM",
        "Tuesday, November 3, 2026 10:22:31 AM",
    ],
    "time ago": ["5 minutes ago", "Updated 5 minutes ago", "Posted 2 hours ago", "just now"],
    "countdown": ["3 days, 4 hours, 12 minutes remaining"],
    "copyright year": ["© 2026 City of Denver. All rights reserved.", "Copyright 2019-2026 City of X",
    "City of X © 2026"],
    "visitor counter": [
        "Total visits: 415,795", "4,294 views since January 2020", "You are visitor number 123,456",
        "Visitors: 12,345", "1,234 views", "Viewed 123 times"],
    "share counter": ["Downloads: 12", "12 downloads", "Shares 12", "1.2K likes"],
    "people online": [
        "We have 12 guests online", "12 people online",
        "There are 12 guests online", "5 people are viewing this page"],
    "request token": [
        "Ray ID: 8a7b6c5d4e3f2a1b", "Reference #18.2f3c1a17.1700000000.abcdef12", "nonce: a8f3k29dk2",
        "Session ID: a8f3k29dk2",
        "d41d8cd98f00b204e9800998ecf8427e",
        "Cloudflare Ray ID: 8a7b6c5d4e3f2a1b • Your IP: 1.2.3.4 • Security by Cloudflare",
    ],
    "machine field": ["meta.generatedAt: 2026-11-03T10:22:31Z", "metadata.executionTime: 0.095",
    "DTSTAMP:20261103T102231Z"],
    "render time": [
        "rendered in 0.23 s", "Page generated in 0.23 seconds", "Execution time: 0.03 s", "12 queries in 0.2 s",
        "Served by web03",
    ],
    "weather": [
        "Currently 72°F", "Tonight: showers, low 41", "Sunny, highs in the 80s", "72°F Partly cloudy",
        "Denver, CO 72°F", "Temperature: 72°F", "Partly Cloudy", "Wind: NW 12 mph"],
    "asset name": ["https://example.gov/app.js?v=123", "/themes/logo.3f2a1b8a.png"],
}  # fmt: skip

CONTENT = [
    "UPDATED: hearing moved to May 6", "Deadline: May 5, 2026", "May 5, 2026", "Tuesday, May 5, 2026 at 7:00 PM",
    "7:00 PM",
    "Time: 7:00 PM", "As of May 5, 2026", "Data as of May 5, 2026", "Revised May 5, 2026", "REVISED 5/4",
    "Published: May 5, 2026",
    "Date published: May 5, 2026", "Effective May 5, 2026", "Detainers declined: 206", "Boulder | 5", "12 detainers",
    "Views | 12", "Comments: 1,204", "### 17-436", "18 U.S.C. 1373", "Reference: 2026-123", "Event ID: 12345678",
    "Visitors must register by May 5", "In 2026 the city held 12 people online", "30 days", "Hearing in 5 days",
    "Snow removal",
    "Snow", "Clear", "Phone: 303-555-0100", "value[].EventLastModifiedUtc: 2026-05-05T00:00:00",
    "results[].nonce: abc12345",
    "inmate-count-20260505.png", "Agenda printed May 5, 2026", "Today's meeting: 7:00 PM",
    "Last day to register: May 5, 2026",
]  # fmt: skip


def judged(before: Sequence[str], after: Sequence[str], learning: Learning = NOTHING) -> TextComparison:
    return compare(before, after, learning, START)


def swapped(page: Sequence[str], index: int, *new: str) -> tuple[str, ...]:
    return (*page[:index], *new, *page[index + 1 :])


def watched(
    versions: Sequence[Sequence[str]], apart: timedelta, learning: Learning = NOTHING
) -> tuple[list[bool], Learning]:
    """Look at each version as the archive does: the snapshot moves only when something is told."""
    told: list[bool] = []
    snapshot = versions[0]
    for number, version in enumerate(versions[1:], 1):
        result = compare(snapshot, version, learning, START + number * apart)
        learning = Learning(result.learning.masks, json.loads(json.dumps(result.learning.history)))
        told.append(bool(result.hunks))
        if result.hunks:
            snapshot = version
    return told, learning


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in NOISE.items() for line in lines])
def test_each_rule_knows_its_lines(name: str, line: str) -> None:
    """A named rule matches the whole shape of the lines that it is documented for."""
    assert has_noise(line) == name


@pytest.mark.parametrize("line", CONTENT)
def test_content_is_no_noise(line: str) -> None:
    """Dates, deadlines, figures and labels that look like noise at a glance match no rule."""
    assert has_noise(line) == ""


def test_every_rule_is_documented_and_exercised() -> None:
    """Each rule says where such lines were met, and is in the table of this test."""
    assert {rule.name for rule in LINE_RULES} == set(NOISE)
    assert all(rule.met for rule in LINE_RULES)


def test_rules_answer_at_once_on_hostile_lines() -> None:
    """No line of digits, dashes and blanks makes a rule try all its partitions."""
    began = time.process_time()
    pieces = "1-1-111|1:11|11:11 |May 1 |total |mostly |72° |a.1b|- |1,1|today |(c) "
    for piece in pieces.split("|"):
        for head in ("", "Last updated: ", "Visitors ", "Weather in ", "Current time ", "© ", "/x.3f2a1b8a"):
            has_noise((head + piece * 80)[:239] + "!")
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Last updated: May 5, 2026", "Last updated: May 6, 2026"),
        ("Page generated on Nov 3, 2026 10:22:31", "Page generated on Nov 4, 2026 09:01:07"),
        ("Visitors: 12,345", "Visitors: 12,346"),
        ("© 2025 City of Boulder", "© 2026 City of Boulder"),
        ("Updated: 01/20/2026", "Updated: 01/27/2026"),
        ("72°F Partly cloudy", "31°F Snow"),
        ("/logo.3f2a1b8a.png", "/logo.77c01b9e.png"),
    ],
)
def test_noise_alone_is_no_news(was: str, now: str) -> None:
    """A change that consists of noise gives no hunk, and is kept under its rule's name."""
    result = judged((*PAGE, was), (*PAGE, now))
    assert result.hunks == ()
    assert [(ignored.rule, ignored.hunk.before, ignored.hunk.after) for ignored in result.ignored] == [
        (has_noise(was), (was,), (now,))
    ]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Next meeting: May 5, 2026", "Next meeting: May 6, 2026"),
        ("Boulder | 12", "Boulder | 13"),
        ("Deadline May 5", "Deadline May 6"),
        ("UPDATED: hearing moved to May 5", "UPDATED: hearing moved to May 6"),
        ("The Policy", "The policy"),
        ("© 2025 City of Boulder", "© 2025 City of Denver"),
        ("Agenda [/a.pdf]", "Agenda [/b.pdf]"),
        ("30 days", "60 days"),
    ],
)
def test_a_small_true_change_is_told(was: str, now: str) -> None:
    """Dates, figures, cases, names and documents outside a noise line's shape are content."""
    assert judged((*PAGE, was), (*PAGE, now)).hunks == (Hunk((was,), (now,), len(PAGE), len(PAGE)),)


def test_noise_beside_news_does_not_hide_it() -> None:
    """In one hunk the noise is set aside and the news is told with its own lines."""
    result = judged((*PAGE, "Hearing: May 5", "12 views"), (*PAGE, "Hearing: May 6", "13 views"))
    assert [(hunk.before, hunk.after) for hunk in result.hunks] == [(("Hearing: May 5",), ("Hearing: May 6",))]
    assert [ignored.rule for ignored in result.ignored] == ["visitor counter"]


def test_a_foot_of_several_stamps_is_noise() -> None:
    """Parts that are all noise or chrome are noise together; a table row with a figure or a clock is content."""
    foot = "© {} City of X | Last updated: May {}, 2026 | {} visitors | Contact us"
    assert not judged((*PAGE, foot.format(2025, 5, 12)), (*PAGE, foot.format(2026, 6, 13))).hunks
    assert has_noise("Detainer policy | Updated: May 5, 2026") == ""
    assert has_noise("10:22:31 | 10:25:07") == ""


def test_a_part_beside_noise_is_learned() -> None:
    """A volatile part whose neighbour is a counter is found again, whatever the counter shows."""
    words = ("alpha", "beta", "gamma", "delta", "epsilon")
    versions = [(*PAGE, f"Visitors: {n}", f"Widget {word}", f"{n} views", "End") for n, word in enumerate(words)]
    assert watched(versions, timedelta(hours=1))[0] == [True, True, False, False]


def test_a_stamp_that_needs_a_counterpart_is_told_alone() -> None:
    """A bare "Updated" notice that appears where there was none says that something was amended."""
    assert judged(PAGE, (*PAGE, "Updated: May 5, 2026")).hunks
    assert not judged(PAGE, (*PAGE, "Last updated: May 5, 2026")).hunks


def test_typography_does_not_differ() -> None:
    """Curly against straight quotes, dashes, ligatures and hard spaces are the same characters."""
    before = ("The “Sheriff’s office” — 2017–2018", "Non‑binding ﬁling… §\u00a05")
    after = ('The "Sheriff\'s office" - 2017-2018', "Non-binding filing... § 5")
    assert judged(before, after).hunks == judged(before, after).ignored == ()


def test_reflowed_words_are_white_space() -> None:
    """The same words broken into other lines, or set apart from their signs, are no change."""
    before = ("Top", "One two", "three .", "### 17-436", "End")
    result = judged(before, ("Top", "One", "two three.", "###17-436", "End"))
    assert result.hunks == ()
    assert {ignored.rule for ignored in result.ignored} == {"white space"}
    assert judged(("Fee 10 5",), ("Fee 105",)).hunks


def test_a_ticker_set_in_lines_is_a_countdown() -> None:
    """Figures between units of time are no news; one figure with one unit is."""
    ticker = ("Anniversary", "162", "Days", "5", "Hours", "47", "Minutes")
    assert not judged((*ticker, *PAGE), ("Anniversary", "161", "Days", "4", "Hours", "2", "Minutes", *PAGE)).hunks
    assert judged((*PAGE, "Term", "30", "Days"), (*PAGE, "Term", "60", "Days")).hunks


def test_items_in_another_order_are_no_news() -> None:
    """Shuffled items of one kind, single lines or entries of several, are noise."""
    items = [f"{name} County signs its agreement" for name in ("Adams", "Boulder", "Clark", "Dane", "Essex")]
    assert not judged((*PAGE, *items), (*PAGE, *items[::-1])).hunks
    entries = [line for item in items for line in (item, f"May {len(item)}, 2026")]
    turned = [line for item in items[::-1] for line in (item, f"May {len(item)}, 2026")]
    assert not judged((*PAGE, *entries), (*PAGE, *turned)).hunks


def test_a_line_under_another_heading_is_news() -> None:
    """What moves across a label, alone out of many, or exchanges dates with another entry is told."""
    listed = ("Compliant", "Adams", "Boulder", "Noncompliant", "Cook")
    assert judged(listed, ("Compliant", "Adams", "Noncompliant", "Boulder", "Cook")).hunks
    listed = ("States:", "Illinois", "Boulder County", "Counties:", "Cook County")
    assert judged(listed, ("States:", "Illinois", "Counties:", "Boulder County", "Cook County")).hunks
    before = ("Council study session", "May 5, 2026", "Planning commission meeting", "May 12, 2026")
    assert judged((*PAGE, *before), (*PAGE, before[0], before[3], before[2], before[1])).hunks
    entries = ("Council study session", "May 5", "Planning commission meeting", "May 12", "Budget hearing day", "May 9")
    assert judged((*PAGE, *entries), (*PAGE, *(entries[index] for index in (4, 1, 2, 3, 0, 5)))).hunks
    signed = ("Adams County sheriff", "Boulder County sheriff", "Not signed:", "Clark County sheriff")
    assert judged((*PAGE, *signed), (*PAGE, signed[3], signed[1], signed[2], signed[0])).hunks
    ranked = [f"{name} County signs its agreement" for name in ["Adams", "Boulder", "Clark", "Dane", "Essex", "Floyd"]]
    assert judged((*PAGE, *ranked), (*PAGE, *ranked[1:], ranked[0])).hunks
    assert judged(("100", "200", *PAGE), ("200", "100", *PAGE)).hunks


def test_blocks_that_a_machine_fills_are_ignored() -> None:
    """What stands directly under "Quote of the day" or "Related stories" is no news; documents and later text are."""
    page = (*PAGE, "Quote of the day", "Justice is blind.", "Thank you")
    assert not judged(page, swapped(page, 9, "Liberty, once lost, is lost forever.")).hunks
    related = (*PAGE, "Related stories", "City opens a park", "New buses arrive", "Office hours:", "9 to 5")
    assert not judged(related, swapped(related, 10, "Mayor visits school")).hunks
    assert judged(related, swapped(related, 10, "Jail report [/report.pdf]")).hunks
    assert judged(related, swapped(related, 12, "9 to 4")).hunks


def test_two_looks_in_a_row_teach_at_once() -> None:
    """What differs seconds apart is compared no more; anything else at the same time still is."""
    first, second, third = ((*PAGE, "Slogan", text, "End") for text in ("We care", "Open to all", "Your city works"))
    learning = second_look(first, second, NOTHING, START)
    assert len(learning.masks) == 1
    assert not judged(first, third, learning).hunks
    assert judged(first, third, learning).ignored[0].rule.startswith("learned: ")
    told = judged(first, swapped(third, 4, "Boulder | 13"), learning).hunks
    assert [(hunk.before, hunk.after) for hunk in told] == [(("Boulder | 12",), ("Boulder | 13",))]
    assert "Slogan" in explain(learning)[0]


def test_a_learned_line_hides_its_numbers_only() -> None:
    """A line learned by its frame is told when its words change, when more lines join it, when it vanishes."""
    learning = second_look((*PAGE, "Queue 17 of 20", "End"), (*PAGE, "Queue 18 of 21", "End"), NOTHING, START)
    page = (*PAGE, "Queue 17 of 20", "End")
    assert not judged(page, swapped(page, 8, "Queue 4 of 9"), learning).hunks
    assert judged(page, swapped(page, 8, "Queue closed"), learning).hunks
    assert judged(page, (*PAGE, "End"), learning).hunks
    told = judged(page, swapped(page, 8, "Queue 4 of 9", "The office moves on May 6"), learning).hunks
    assert [(hunk.before, hunk.after) for hunk in told] == [((), ("The office moves on May 6",))]


def test_a_learned_block_does_not_grow() -> None:
    """More lines than ever stood at a place, or a document there, are told."""
    page = (*PAGE, "Slogan", "We care", "End")
    learning = second_look(page, swapped(page, 9, "Open to all"), NOTHING, START)
    assert judged(page, swapped(page, 9, "Your city", "The jail closes on May 6"), learning).hunks
    assert judged(page, swapped(page, 9, "The list [/list.pdf]"), learning).hunks


def test_two_different_pages_teach_nothing() -> None:
    """When most of a page differs between two looks, that is no volatile part."""
    assert second_look(PAGE, [line[::-1] for line in PAGE], NOTHING, START) == NOTHING


def test_a_restless_part_is_learned() -> None:
    """A new value at each of three looks in a row, within hours: told twice, then never again."""
    words = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
    versions = [(*PAGE, "Tip", f"Widget {word}", "End") for word in words]
    told, learning = watched(versions, timedelta(hours=1))
    assert told == [True, True, False, False, False]
    assert "restless" in learning.masks[0].reason
    numbers = [(*PAGE, f"Waiting now {7 * number}", "End") for number in range(1, 7)]
    assert watched(numbers, timedelta(hours=1))[0] == [True, True, False, False, False]


def test_a_figure_that_is_new_each_day_is_news_each_day() -> None:
    """Days apart, figures, headlines and table cells are never learned, however often they change."""
    for template in ("In custody: {}", "Boulder County | {}", "ICE arrests {} in a new operation", "Status: level {}"):
        versions = [(*PAGE, template.format(100 + 3 * number), "End") for number in range(8)]
        assert watched(versions, timedelta(days=7))[0] == [True] * 7
    words = ("first", "next", "third", "last", "sixth", "tenth")
    prose = [(*PAGE, f"The {word} rule now applies.", "End") for word in words]
    assert watched(prose, timedelta(days=3))[0] == [True] * 5


def test_prose_is_not_learned_by_restlessness() -> None:
    """A passage that is rewritten every hour is a story that unfolds."""
    words = ("fire", "flood", "storm", "quake", "frost")
    story = "The sheriff said that the {0} has reached the county line and that all who live near it must leave {0}"
    versions = [(*PAGE, f"{word.title()} update", story.format(word) + " and more" * 4, "End") for word in words]
    assert watched(versions, timedelta(hours=1))[0] == [True] * 4


def test_a_table_cell_is_never_learned_from_history() -> None:
    """Even hourly, a row of a table is content."""
    versions = [(*PAGE, f"Boulder County | {number}", "End") for number in range(6)]
    assert watched(versions, timedelta(hours=1))[0] == [True] * 5


def test_a_rotating_part_is_learned_at_any_distance() -> None:
    """Words that come back from a pool are learned, days apart as well; the undoing of one edit is told."""
    pool = ["City picnic on the green", "Adopt a dog", "Leaf collection begins"]
    texts = [*pool, *pool[:2]]
    versions = [(*PAGE, "Featured", text, "End") for text in texts]
    told, learning = watched(versions, timedelta(days=3))
    assert told == [True, True, False, False]
    assert "rotating" in learning.masks[0].reason
    edits = [(*PAGE, "Featured", texts[index], "End") for index in (0, 1, 0, 2)]
    assert watched(edits, timedelta(days=3))[0] == [True, True, True]
    levels = [(*PAGE, f"Office status: {level}", "End") for level in ("open", "closed", "delayed", "open", "closed")]
    assert watched(levels, timedelta(days=3))[0] == [True] * 4


def test_the_day_of_the_look_is_learned() -> None:
    """A line that was the day of the look then and is so now is noise; where that is not known, after three days."""
    days = [(*PAGE, f"{START + timedelta(days=number):%A, %B} {2 + number}, 2026", "End") for number in range(7)]
    assert watched(days, timedelta(days=1))[0] == [True, False, False, False, False, False]
    assert watched(days, timedelta(days=1), first_look(NOTHING, (), frozenset(), START))[0] == [False] * 6
    skipping = [(*PAGE, f"March {2 + number}, 2026", "End", *["More"] * number) for number in range(4)]
    assert watched(skipping, timedelta(days=1), first_look(NOTHING, (), frozenset(), START))[0] == [True] * 3
    meetings = [(*PAGE, f"May {number}, 2026", "End") for number in range(5, 11)]
    assert watched(meetings, timedelta(days=1))[0] == [True] * 5


def test_a_growing_listing_teaches_nothing() -> None:
    """Entries added on top while the old ones persist below, and the oldest dropping off, are news every time."""
    headlines = [f"Release about case {word}" for word in "abcdefghijkl"]
    versions = [("News", *headlines[start : start + 5][::-1], "Older news") for start in range(7)]
    told, learning = watched(versions, timedelta(hours=1))
    assert told == [True] * 6
    assert learning.masks == ()


def test_a_settled_part_is_told_again() -> None:
    """A masked place that then stands still for many looks and changes once is news, and its mask falls."""
    page = (*PAGE, "Slogan", "We care", "End")
    learning = second_look(page, swapped(page, 9, "Open to all"), NOTHING, START)
    for _ in range(12):
        learning = looked_again(learning)
    assert "stood still for 12 looks" in explain(learning)[0]
    result = judged(swapped(page, 9, "Open to all"), swapped(page, 9, "Closed for good"), learning)
    assert len(result.hunks) == 1
    assert result.learning.masks == ()


def test_standing_still_is_no_news_although_the_snapshot_is_old() -> None:
    """While a masked place keeps its value, its difference from the last told text stays ignored."""
    page = (*PAGE, "Slogan", "We care", "End")
    later = swapped(page, 9, "Open to all")
    learning = second_look(page, later, NOTHING, START)
    for _ in range(30):
        result = judged(page, later, learning)
        assert result.hunks == ()
        learning = result.learning


def test_a_part_that_had_settled_is_not_learned() -> None:
    """Changes each of which stayed for long are true, however many there are."""
    learning = NOTHING
    texts = ["A first text", "Another words", "A third thing", "A first text", "Another words", "A third thing"]
    for number, (was, now) in enumerate(itertools.pairwise(texts)):
        at = START + timedelta(days=number)
        result = compare((*PAGE, "Notice", was, "End"), (*PAGE, "Notice", now, "End"), learning, at)
        assert result.hunks
        learning = result.learning
        for _ in range(50):
            learning = looked_again(learning)


def test_history_is_bounded_and_serialisable() -> None:
    """After many looks the learning stays small, survives JSON, and what cannot be read is forgotten."""
    generator = random.Random(7)
    versions = [tuple(f"Row {n} {generator.choice('abcdefgh')}" for n in range(40)) for _ in range(40)]
    _, learning = watched(versions, timedelta(days=2))
    assert len(json.dumps(learning.history)) < 60_000
    places = {"[]": {"values": 3}, "y": None, "z": {"values": []}}
    broken = Learning((Mask("nonsense", START, "x"),), {"places": places})
    assert judged(PAGE, swapped(PAGE, 4, "Boulder | 13"), broken).hunks
    assert explain(broken)


line_texts = (
    st.text(alphabet="abcdefgh 0123456789.:", min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@given(st.lists(line_texts, min_size=1, max_size=12), st.data())
def test_a_one_digit_edit_is_always_told(lines: list[str], data: st.DataObject) -> None:
    """Whatever the page, another digit in a content line gives a hunk that shows it."""
    candidates = [
        (i, j) for i, line in enumerate(lines) for j, sign in enumerate(line) if sign.isdigit() and not has_noise(line)
    ]
    assume(candidates)
    index, position = data.draw(st.sampled_from(candidates))
    digit = str((int(lines[index][position]) + data.draw(st.integers(1, 9))) % 10)
    edited = lines[index][:position] + digit + lines[index][position + 1 :]
    assume(not has_noise(edited))
    assert judged(lines, swapped(lines, index, edited)).hunks


@given(st.lists(line_texts, max_size=8), st.data())
def test_noise_only_edits_are_never_told(lines: list[str], data: st.DataObject) -> None:
    """Any page with stamps and counters of another value gives no hunk."""
    number = st.integers(0, 99_999)
    stamp = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001
    shapes = [
        lambda: f"Last updated: {data.draw(stamp):%m/%d/%Y %I:%M %p}",
        lambda: f"Page generated on {data.draw(stamp):%b %d, %Y %H:%M:%S}",
        lambda: f"Visitors: {data.draw(number):,}",
        lambda: f"{data.draw(number)} people online",
        lambda: f"© {data.draw(stamp):%Y} City of Example",
        lambda: f"Page rendered in {data.draw(number) / 1000} seconds",
    ]
    places = [data.draw(st.integers(0, len(lines))) for _ in shapes]

    def page() -> list[str]:
        whole = list(lines)
        for place, shape in zip(places, shapes, strict=True):
            whole.insert(place, shape())
        return whole

    assert judged(page(), page()).hunks == ()


@given(st.lists(line_texts, max_size=12))
def test_the_same_page_is_no_news(lines: list[str]) -> None:
    """A page compared with itself gives nothing and teaches nothing."""
    assert judged(lines, lines) == TextComparison((), (), NOTHING)


def test_the_sky_beside_a_temperature_is_weather() -> None:
    """A bare word for the sky is noise only as a widget's neighbour: alone it may be the news."""
    assert not judged((*PAGE, "Currently 85°F", "Showers"), (*PAGE, "Currently 31°F", "Fog")).hunks
    assert judged((*PAGE, "Contact", "Showers"), (*PAGE, "Contact", "Fog")).hunks


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("List made on Mar 1, 2026 at 09:14:07 AM", "List made on Mar 2, 2026 at 12:03:41 PM", False),
        ("List made on Mar 1, 2026 at 09:14:07 AM", "List made on Mar 9, 2026 at 12:03:41 PM", True),
        ("Filed: 03/01/2026 09:14:07 AM", "Filed: 03/02/2026 12:03:41 PM", True),
        ("Hearing on Mar 1, 2026 at 9:14 AM", "Hearing on Mar 2, 2026 at 12:03 PM", True),
        ("Last seen by nobody", "List made on Mar 2, 2026 at 12:03:41 PM", True),
    ],
)
def test_a_stamp_of_the_look_to_the_second_is_a_clock(was: str, now: str, told: bool) -> None:
    """Whatever its label: nobody writes seconds by hand, except who stamps a filing."""
    page = (*PAGE, was, "End")
    assert bool(judged(page, swapped(page, len(PAGE), now)).hunks) is told


SIDE = ("Sheriff", "Most Popular", "Release of the year", "Parade photos", "Detainer policy", "May 5, 2026", *PAGE[1:])


@pytest.mark.parametrize(
    ("at", "new"),
    [
        (5, ("June 9, 2026",)),
        (5, ("25 Sep 2026",)),
        (4, ("Detainer policy, amended",)),
        (3, ("Parade photos", "A new passage")),
        (3, ()),
    ],
)
def test_a_rotating_heading_covers_nothing_but_other_items(at: int, new: tuple[str, ...]) -> None:
    """The page's own lines may follow the block: a date, an amended line, one that came or went is news."""
    assert judged(SIDE, swapped(SIDE, at, *new)).hunks
    assert not judged(SIDE, swapped(SIDE, 3, "Bridge reopens")).hunks


def test_an_advertisement_and_a_line_below_it() -> None:
    """The advertisement may be amended; what was added below it is news."""
    page = ("Title", "Advertisement", "Harbor Bank: open until 8", "FOR RELEASE", *PAGE)
    assert not judged(page, swapped(page, 2, "Harbor Bank: open until 9")).hunks
    assert judged(page, swapped(page, 2, "Harbor Bank: open until 9", "Meeting cancelled")).hunks


def test_a_reflowed_passage_with_a_line_in_common() -> None:
    """The same words differently broken are one passage, also where a line between is the same by chance."""
    before = ("Head", "one two three", "four five", "same line", "six", "seven eight nine", "End")
    after = ("Head", "one two", "three four five", "same line", "six seven", "eight nine", "End")
    shifted = ("Head", "one two three four", "five same line", "six", "seven eight nine", "End")
    for one, other in ((before, after), (before, shifted), (after, shifted)):
        assert not judged(one, other).hunks
    assert judged(before, swapped(shifted, 4, "seven eight ten")).hunks


def test_a_mask_covers_no_more_lines_than_were_seen() -> None:
    """A row that went beside a part learned as volatile is news."""
    rows = ("Boulder | 12", "Denver | 31", "Weld | 8")
    first, second = (*rows, "Shop at Bell", "Questions?"), (*rows, "Shop at Ridge", "Questions?")
    learning = second_look(first, second, NOTHING, START)
    assert not judged(first, (*rows, "Shop at Acme", "Questions?"), learning).hunks
    assert judged(first, (*rows[:2], "Shop at Acme", "Questions?"), learning).hunks


def learned(*pages: tuple[str, ...], filled: tuple[set[int], ...] = ()) -> Learning:
    """What looks seconds apart teach, each beside the one before."""
    learning = NOTHING
    marks = filled or (set(),) * len(pages)
    for (first, was), (second, now) in itertools.pairwise(zip(pages, marks, strict=True)):
        learning = second_look(first, second, learning, START, was, now)
    return learning


def told_of(before: tuple[str, ...], after: tuple[str, ...], learning: Learning, filled: set[int] | None = None):
    """The hunks that are news an hour later."""
    return compare(before, after, learning, START + timedelta(hours=1), filled or set()).hunks


def test_a_slide_between_pieces_of_other_noise_is_learned_with_them() -> None:
    """Its neighbours would be other ones at the next look; the place reaches to what stands still."""

    def page(slide: str, count: int) -> tuple[str, ...]:
        return (*PAGE, f"{count} days, 3 hours, 5 minutes remaining", slide, f"{count} visitors online", "End")

    learning = learned(page("Rent a room", 12), page("Adopt a pet", 13))
    assert told_of(page("Rent a room", 12), page("Try the trail", 99), learning) == ()
    (hunk,) = told_of(page("Rent a room", 12), (*page("Try the trail", 99), "New"), learning)
    assert hunk.after == ("New",)


def test_a_neighbour_with_other_figures_is_the_same_neighbour() -> None:
    """A stamp that no rule names stands beside the slide: the place is found by its words."""

    def page(slide: str, minute: int) -> tuple[str, ...]:
        return (*PAGE, slide, f"Results as retrieved 03/02/2026 14:{minute}", "End")

    learning = learned(page("Rent a room", 10), page("Adopt a pet", 10))
    after = page("Try the trail", 47)
    assert [hunk.after for hunk in told_of(page("Rent a room", 10), after, learning)] == [(after[-2],)]


def test_a_filled_block_is_no_neighbour() -> None:
    """The slide of the day beside one that no markup gives away: each moves without the other."""

    def page(day: str, slide: str) -> tuple[str, ...]:
        return (*PAGE, day, slide, "End")

    at = {len(PAGE)}
    learning = learned(page("Monday's", "Rent a room"), page("Monday's", "Adopt a pet"), filled=(at, at))
    learning = first_look(learning, page("Monday's", "Rent a room"), at, START)
    assert told_of(page("Monday's", "Rent a room"), page("Tuesday's", "Try the trail"), learning, at) == ()


def test_slides_that_exchange_their_texts_move_no_heading() -> None:
    """What is not compared is no part of the alignment either."""
    before, after = ("Top", "One", "Heading", "Two", *PAGE), ("Top", "Two", "Heading", "One", *PAGE)
    learning = learned(before, ("Top", "Three", "Heading", "Four", *PAGE))
    assert len(learning.masks) == 2
    result = compare(before, after, learning, START + timedelta(hours=1))
    assert result.hunks == ()
    assert {ignored.rule for ignored in result.ignored} == {"learned: differed between two looks seconds apart"}
    assert compare(before, before, learning, START + timedelta(hours=1)).ignored == ()


def test_what_a_third_look_lacks_is_no_neighbour() -> None:
    """Of three tiles two looks may share one: it is a tile too, as the third shows."""

    def page(*tiles: str) -> tuple[str, ...]:
        return (*PAGE, *tiles, "End")

    looks = (page("Trees", "Water", "Fire"), page("Water", "Permits", "Parks"), page("Roads", "Trees", "Library"))
    learning = NOTHING
    for first in looks[:2]:
        learning = second_look(first, looks[2], learning, START, further=looks)
    assert [json.loads(mask.where)[1:3] for mask in learning.masks] == [[PAGE[-1], "End"]]
    assert told_of(looks[0], page("Parks", "Roads", "Water"), learning) == ()


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("Flurries today, 73/14", True),
        ("Rain, high near 60, winds NW 10 mph", True),
        ("Snow removal today, 5 streets", False),
        ("Clear", False),
        ("Highs in the 40s", False),
    ],
)
def test_a_line_of_nothing_but_weather_is_weather(line: str, noise: bool) -> None:
    """In any order: one word says how the sky looks, a figure stands in it, and no word is of anything else."""
    assert (has_noise(line) == "weather") is noise


@pytest.mark.parametrize("word", ["Saying", "Quote", "Recipe"])
def test_what_is_of_the_day_rotates(word: str) -> None:
    """Whatever it is, but what a body decides: an order of the day is its agenda."""
    assert (
        told_of((*PAGE, f"{word} of the Day", "Be kind", "End"), (*PAGE, f"{word} of the Day", "Vote", "End"), NOTHING)
        == ()
    )
    order = "Order of the Day"
    assert told_of((*PAGE, order, "Be kind", "End"), (*PAGE, order, "Vote", "End"), NOTHING) != ()


def test_figures_that_come_and_go_within_hours_are_restless() -> None:
    """A queue, a gauge: the same figure may come back by chance."""
    queue = [(*PAGE, f"In line: {number}", "End") for number in (9, 3, 14, 3, 14, 9)]
    assert watched(queue, timedelta(hours=2))[0] == [True, True, False, False, False]
