"""Where the rules' numbers stand: each is tried on its last value inside and the first outside, as figures.

`tests/quality/mutations.py` halves and doubles them; what the corpus does not notice is held here.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clocks import is_time_of, show_their_looks
from monitor.coverage import FieldCoverage
from monitor.decide import decide
from monitor.diff import Hunk, pair_lines
from monitor.encoding import decode
from monitor.fragments import fragment
from monitor.health import assess
from monitor.hypertext import is_hostile
from monitor.noise import compare, doubtful, has_noise, second_look
from monitor.places import Memory, Place, Shown, Text, Trace
from monitor.recognition import from_markup
from monitor.records import compare as record_compare
from monitor.selection import steps_of
from monitor.significance import told, weigh
from monitor.text import read
from monitor.types import (
    Change,
    ChangeKind,
    Extraction,
    Health,
    Known,
    Learning,
    Look,
    PageState,
    Record,
    RecordSet,
    Scope,
    ScopeKind,
    Source,
    Verdict,
    VerdictKind,
)
from monitor.verdict import believe
from monitor.wording import named, page_changed, shortened

AT = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)
NAMES = ("Boulder", "Chaffee", "Denver", "Eagle", "Pitkin", "Weld", "Yuma")


@pytest.mark.parametrize(("minutes", "is_clock"), [(0, True), (9, True), (11, False), (15, False)])
def test_a_clock_may_be_ten_minutes_slow(minutes: int, is_clock: bool) -> None:
    """A page is made before it is fetched."""
    shown = AT - timedelta(minutes=minutes)
    assert is_time_of(f"{shown:%B %d, %Y %I:%M %p}", AT) is is_clock


@pytest.mark.parametrize(("count", "filled"), [(40, 40), (41, 0)])
def test_a_filled_block_has_forty_lines_at_most(count: int, filled: int) -> None:
    """A longer one is no carousel."""
    block = "".join(f"<p>Slide {number}</p>" for number in range(count))
    own = "".join(f"<p>Passage {number}</p>" for number in range(60))
    page = f"<html><body><h1>Policy</h1>{own}<div class='carousel'>{block}</div></body></html>"
    assert len(read(page.encode(), "text/html", "").fillers) == filled


@pytest.mark.parametrize(("instead", "held"), [(1, True), (2, True), (3, False)])
def test_two_lines_may_stand_in_a_lost_list_s_place(instead: int, held: bool) -> None:
    """ "Loading", "No results": three are somebody's words."""
    before = ("Counties", *NAMES, "Write to the Secretary about an entry.")
    after = ("Counties", *(f"Word {number} instead" for number in range(instead)), before[-1])
    assert bool(fragment(before, after, "", "", b"<html></html>")) is held


def memory_with(places: int, *, masked: bool) -> Memory:
    """One that has learned so many places."""
    memory = Memory.of(Learning())
    for number in range(places):
        place = Place("line", f"above {number}", f"below {number}", "# views of it")
        if masked:
            memory.mask(place, AT, "differed", 1, "value")
        else:
            memory.begin(Shown(place, ["one"], ["two"], 1), AT)
    return memory


def test_what_a_page_teaches_is_bounded() -> None:
    """Sixty masks, forty places under watch, 240 lines of filled blocks, twelve values of a place."""
    assert len(memory_with(70, masked=True).learning().masks) == 60
    assert len(memory_with(60, masked=False).learning().history["places"]) == 40
    memory = Memory.of(Learning())
    memory.fill([f"Slide {number}" for number in range(300)], range(300))
    assert len(memory.learning().history["filled"]) == 240
    trace = Trace(("a",))
    for number in range(20):
        trace = trace.changed(str(number), AT)
    assert (len(trace.values), len(trace.stays), len(trace.times)) == (12, 11, 11)


@pytest.mark.parametrize(("lines", "learned"), [(12, True), (13, False)])
def test_a_block_of_twelve_lines_is_learned(lines: int, learned: bool) -> None:
    """A larger part is no widget."""
    page = ("Policy", *(f"Passage {number} of the policy" for number in range(30)), "End")
    first = (*page, *(f"red {number} {'x' * number}" for number in range(lines)), "Foot")
    second = (*page, *(f"blue {number * 7} {'y' * (number + 1)} more" for number in range(lines)), "Foot")
    assert bool(second_look(first, second, Learning(), AT).masks) is learned


@pytest.mark.parametrize(("hunks", "learned"), [(20, True), (21, False)])
def test_a_look_that_differs_in_more_than_twenty_places_teaches_nothing(hunks: int, learned: bool) -> None:
    """It is another edition of the page."""

    def page(word: str) -> tuple[str, ...]:
        return tuple(line for number in range(hunks) for line in (f"{word} {'a' * number}", f"kept {'b' * number}"))

    result = compare(page("one"), page("two"), Learning(), AT)
    assert bool(result.learning.history.get("places")) is learned


@pytest.mark.parametrize(("lines", "learned"), [(40, True), (41, False)])
def test_two_looks_that_differ_in_more_than_forty_lines_teach_nothing(lines: int, learned: bool) -> None:
    """Those are two pages."""

    def page(word: str) -> tuple[str, ...]:
        moving = (line for number in range(lines) for line in (f"{word} {'a' * number}", f"kept {'b' * number}"))
        return (*moving, *(f"Passage {number} of the policy" for number in range(60)))

    assert bool(second_look(page("one"), page("two"), Learning(), AT).masks) is learned


def words(count: int, word: str = "word") -> str:
    """So many words."""
    return " ".join([word] * count)


@pytest.mark.parametrize(("beside", "shown"), [(13, True), (14, False)])
def test_a_line_with_the_day_of_the_look_has_a_dozen_words_beside(beside: int, shown: bool) -> None:
    """A longer one is prose."""
    was, now = (f"{words(beside)} {day:%B %d, %Y}" for day in (AT, AT + timedelta(days=1)))
    assert show_their_looks(was, AT, now, AT + timedelta(days=1)) is shown


@pytest.mark.parametrize(("least", "said"), [(1.0, "every one"), (0.95, "nearly every one"), (0.94, "most")])
def test_a_lost_column_was_filled_in_nearly_all_of_95_in_a_hundred(least: float, said: str) -> None:
    """For the sentence alone."""
    assert f"was filled in {said} before" in FieldCoverage("meeting", "room", "e/1", 100, least).sentence


def test_a_new_document_is_quoted_with_two_thousand_characters() -> None:
    """The whole is in its snapshot."""
    page = PageState(Source("one", "One", "https://example.org/"), "https://example.org/a.pdf", baseline=False)
    extraction = Extraction("pdf/1", "Paper", text=("x" * 5_000,))
    look = Look(page.url, AT, 200, b"%PDF")
    (change,) = decide(look, Verdict(VerdictKind.CREDIBLE, "served"), page, Known(), extraction).changes
    assert len(str((change.after or {})["text"])) == 2_000


@pytest.mark.parametrize(("new", "paired"), [("abcdewxy", True), ("abcvwxyz", False)])
def test_lines_that_share_half_are_one_amended(new: str, paired: bool) -> None:
    """Of which less is shared are two."""
    assert (pair_lines(Hunk(("abcdefgh",), (new,), 0, 0)) == (("abcdefgh", new),)) is paired


@pytest.mark.parametrize(("before", "read"), [(1_900, "š"), (2_100, "¹")])
def test_a_charset_is_declared_within_two_kilobytes(before: int, read: str) -> None:
    """The HTML standard asks for one."""
    body = b"<!-- " + b"x" * before + b' --><meta charset="iso-8859-2">\xb9'
    assert decode(body).endswith(read)


@pytest.mark.parametrize(("strangers", "held"), [(1, True), (2, False)])
def test_four_in_five_lines_of_a_lost_list_are_alike(strangers: int, held: bool) -> None:
    """Else each entry has lines of other forms, and the list goes on behind as many of them."""
    odd = tuple(f"In all {number} requests were received by the office." for number in range(strangers))
    kept = ("Of 1,500 the office answered nearly all in time.", "Otero", "Kiowa", "Baca", "Bent", "Mesa", "Lake")
    end = "Write to the Secretary about an entry."
    before = ("Counties of a state that we know of", *NAMES[:3], *odd, *NAMES[3:5], *kept, end)
    after = ("Counties of a state that we know of", *kept, end)
    assert bool(fragment(before, after, "", "", b"<html></html>")) is held


@pytest.mark.parametrize(("depth", "read_as_tree"), [(500, True), (520, False)])
def test_a_tree_is_built_of_512_levels(depth: int, read_as_tree: bool) -> None:
    """As deep as browsers build one; counted where there are more than four thousand tags."""
    deep = f"{'<div>' * depth}text{'</div>' * depth}" + "<b></b>" * 2_000
    assert is_hostile(deep) is not read_as_tree


@pytest.mark.parametrize(("blocks", "lines"), [(8, 1), (9, 10)])
def test_a_cell_has_eight_blocks_at_most(blocks: int, lines: int) -> None:
    """A larger one is a column of the page."""
    cell = "".join(f"<p>Block {number}</p>" for number in range(blocks))
    page = f"<html><body><table><tr><td>First</td><td>{cell}</td></tr></table></body></html>"
    assert len(read(page.encode(), "text/html", "").lines) == lines


@pytest.mark.parametrize(("count", "asked"), [(15, True), (16, False)])
def test_fifteen_words_may_be_a_machine_s(count: int, asked: bool) -> None:
    """More are prose, and sure at the second look."""
    assert doubtful(Hunk((words(count),), (words(count, "other"),), 0, 0)) is asked


@pytest.mark.parametrize(("lines", "is_news"), [(3, False), (4, True)])
def test_a_quotation_has_three_lines(lines: int, is_news: bool) -> None:
    """Below its heading; what stands farther down is the page's own."""

    def page(word: str) -> tuple[str, ...]:
        return (
            "Policy",
            "Quote of the Day",
            *(f"{word}{'x' * number} {word}{'y' * number}" for number in range(1, lines + 1)),
            "End.",
        )

    assert bool(compare(page("alpha"), page("omega"), Learning(), AT).hunks) is is_news


@pytest.mark.parametrize(("between", "is_news"), [(7, False), (9, True)])
def test_a_rotating_block_has_eight_lines(between: int, is_news: bool) -> None:
    """Farther below such a heading nothing rotates."""
    kept = tuple(f"Story {'y' * number} of the town" for number in range(between))

    def page(word: str) -> tuple[str, ...]:
        return ("Policy", "Related stories", *kept, f"{word} {word}s", "End.")

    assert bool(compare(page("alpha"), page("omega"), Learning(), AT).hunks) is is_news


@pytest.mark.parametrize(("length", "noise"), [(240, True), (241, False)])
def test_a_line_of_noise_has_240_characters(length: int, noise: bool) -> None:
    """Content often is longer."""
    line = " · ".join(["Ray ID: 8a1b2c3d4e5f6071"] * 8 + ["Ray ID: 8a1b2c3d4e5f60718".ljust(length - 216, "9")])
    assert bool(has_noise(line[:length])) is noise


def flipped(values: str, hours: float = 1.0) -> Trace:
    """The trace of a place that showed these, one a look."""
    trace = Trace((values[0],))
    for number, value in enumerate(values[1:], start=1):
        moment = AT + timedelta(hours=hours * number)
        trace = trace.seen_again() if value == trace.values[-1] else trace.changed(value, moment)
    return trace


LINE = Place("line", "above", "below", "In line: #")


@pytest.mark.parametrize(("hours", "learned"), [(6, True), (7, False)])
def test_what_moves_within_six_hours_is_restless(hours: float, learned: bool) -> None:
    """A figure that is new each day is news each day."""
    assert bool(flipped("abcd", hours).volatile_because(LINE)) is learned


@pytest.mark.parametrize(("looks", "kept"), [(49, 3), (50, 2)])
def test_a_value_that_stayed_for_fifty_looks_was_true(looks: int, kept: int) -> None:
    """The count begins anew with it."""
    assert len(flipped("a" + "b" * (looks + 1) + "c").values) == kept


@pytest.mark.parametrize(("days", "kept"), [(90, 3), (91, 2)])
def test_what_moved_a_quarter_ago_is_forgotten(days: int, kept: int) -> None:
    """The count begins anew."""
    trace = Trace(("a",)).changed("b", AT).changed("c", AT + timedelta(days=days))
    assert len(trace.values) == kept


@pytest.mark.parametrize(("looks", "stands"), [(11, False), (12, True)])
def test_a_masked_place_that_stands_still_for_twelve_looks_has_settled(looks: int, stands: bool) -> None:
    """Or three times as long as it ever did before."""
    trace = Trace(("a",), stayed=looks)
    assert trace.stands_still is stands
    assert not Trace(("a",), stayed=looks, longest=5).stands_still
    assert trace.fleeting == (set() if stands else {"a"})


@pytest.mark.parametrize(("count", "learned"), [(25, True), (26, False)])
def test_a_passage_of_more_than_25_words_is_prose(count: int, learned: bool) -> None:
    """A story that unfolds is no widget."""
    texts = ["".join(chr(97 + number) for _ in range(3)) for number in range(4)]
    learning = Learning()
    for number, (was, now) in enumerate(itertools.pairwise(texts)):
        pages = [("Policy", "One passage", words(count, word), "End") for word in (was, now)]
        learning = compare(*pages, learning, AT + timedelta(hours=number)).learning
    assert bool(learning.masks) is learned


@pytest.mark.parametrize(("away", "found"), [(2, True), (3, False)])
def test_a_line_is_found_within_three_of_its_neighbour(away: int, found: bool) -> None:
    """Where the other neighbour is gone."""
    text = Text(["above", *(f"new {'x' * number}" for number in range(away)), "In line: 7", *["y" * 9] * 9])
    assert (text.find(LINE, 1) is not None) is found


@pytest.mark.parametrize(("count", "found"), [(150, True), (250, False)])
def test_a_neighbour_that_stands_everywhere_is_none(count: int, found: bool) -> None:
    """Two hundred times at most: looking at each is work."""
    keys = [*["Read more", "story"] * count, "Read more", "here", "End of list"]
    assert (Text(keys).find(Place("block", "Read more", "End of list"), 1) is not None) is found


@pytest.mark.parametrize(("length", "whole"), [(120, True), (121, False)])
def test_a_neighbour_is_named_by_120_characters(length: int, whole: bool) -> None:
    """A longer one by its beginning and a digest."""
    key = "k" * length
    assert (Text([key, "x"]).above(1) == key) is whole


@pytest.mark.parametrize(("length", "by_rule"), [(80, True), (81, False)])
def test_a_short_stamp_is_named_by_its_rule(length: int, by_rule: bool) -> None:
    """Its value moves, and it is a good neighbour all the same."""
    key = "Ray ID: 8a1b2c3d4e5f6071 - ".ljust(length, "w")
    assert (Text([key, "x"]).above(1) == "<request token>") is by_rule


@pytest.mark.parametrize(
    ("title", "heading", "characters", "believed"),
    [
        ("Page not found", "Council", 560, False),
        ("Page not found", "Council", 640, True),
        ("Under maintenance", "", 1_400, False),
        ("Under maintenance", "", 1_600, True),
    ],
)
def test_little_is_to_be_read_where_one_of_two_says_that_it_is_not_the_page(
    title: str, heading: str, characters: int, believed: bool
) -> None:
    """Six hundred characters where the other says something else, fifteen hundred where it says nothing."""
    headed = f"<h1>{heading}</h1>" if heading else ""
    text = words(characters // 5, "text")[: characters - len(heading)]
    body = f"<html><head><title>{title}</title></head><body>{headed}<p>{text}</p></body></html>".encode()
    look = Look("https://example.org/a", AT, 200, body, "text/html")
    page = PageState(Source("one", "One", look.url), look.url)
    assert believe(look, page, "html").believed is believed


@pytest.mark.parametrize(("size", "collapse"), [(4, False), (5, True)])
def test_a_list_of_five_records_may_collapse(size: int, collapse: bool) -> None:
    """A shorter one is edited."""
    records = tuple(Record("member", str(number), f"Name {number}") for number in range(size))
    found = RecordSet("member", records[:1], Scope(ScopeKind.COMPLETE))
    assert record_compare(records, found).is_collapse is collapse


@pytest.mark.parametrize(("name", "renamed"), [("Baltimore County", True), ("Carroll County", False)])
def test_a_name_that_is_alike_in_85_of_a_hundred_is_the_same_corrected(name: str, renamed: bool) -> None:
    """At its place: a renaming, and no removal and addition."""
    before = Record("member", "a", "Baltimor County", member="Baltimor County", place="MD")
    after = Record("member", "b", name, member=name, place="MD")
    compared = record_compare((before,), RecordSet("member", (after,), Scope(ScopeKind.COMPLETE)))
    assert bool(compared.renamed) is renamed


@pytest.mark.parametrize("length", [500, 501])
def test_a_selector_has_five_hundred_characters(length: int) -> None:
    """More are nobody's."""
    if length > 500:
        with pytest.raises(ValueError, match="too long"):
            steps_of("a" * length)
    else:
        assert steps_of("a" * length)


@pytest.mark.parametrize(("depth", "said"), [(63, 1), (66, 0)])
def test_an_answer_is_read_64_levels_deep(depth: int, said: int) -> None:
    """What is deeper is nobody's fact."""
    assert len(read(f"{'[' * depth}1{']' * depth}".encode(), "application/json", "").lines) == said


@pytest.mark.parametrize(("more", "whole"), [(32, True), (33, False)])
def test_an_encoded_body_may_be_32_bytes_longer(more: int, whole: bool) -> None:
    """Content-Length is of the encoded body, and clients drop the header that says so."""
    body = b"<html><body><p>The council meets.</p></body></html>"
    headers = {"content-length": str(len(body) + more)}
    look = Look("https://example.org/a", AT, 200, body, "text/html", headers)
    page = PageState(Source("one", "One", look.url), look.url)
    assert believe(look, page, "html").believed is whole


def test_three_names_and_three_words_around_and_ninety_characters() -> None:
    """What a sentence quotes."""
    assert named(["A", "B", "C", "D", "E"]) == "A; B; C and 2 more"
    long = f"{words(30, 'before')} one {words(30, 'after')}"
    summary = page_changed("Policy", [Hunk((long,), (long.replace("one", "two"),), 0, 0)])
    assert "“…before before before one after after after…”" in summary
    assert (len(shortened("x" * 90)), len(shortened("x" * 91))) == (90, 90)


def test_what_is_told_of_our_eyes_and_of_filled_blocks() -> None:
    """Weights stand on their side of what is told, by so much."""
    page = {"kind": ChangeKind.PAGE_CHANGED, "at": AT, "source": "one", "url": "", "summary": ""}
    assert weigh(Change(**page, details={"hunks": [], "filled": True})).significance == 0.2
    assert weigh(Change(**page, details={"hunks": [], "moved_by_itself": "rotating"})).significance == 0.1
    assert [told(Change(**page, significance=weight)) for weight in (0.29, 0.3)] == [False, True]


OTHER = "Welcome | Town"


@pytest.mark.parametrize(("gone", "held"), [(60, True), (40, False)])
def test_another_page_has_lost_half_of_what_stood_below_the_heading(gone: int, held: bool) -> None:
    """Less is a page that was rewritten in part under a new name."""
    kept = tuple("k" * 24 + str(number) for number in range(4))
    before = ("Policy", "g" * (2 * gone - 6), *kept)
    assert sum(map(len, before)) in range(2 * gone + 95, 2 * gone + 105)
    share = 2 * gone / sum(map(len, before))
    assert (share >= 0.5) is held
    assert bool(fragment(before, ("Welcome", *kept), "Policy | Town", OTHER, b"<html></html>")) is held


@pytest.mark.parametrize(("between", "held"), [(3, True), (4, False)])
def test_three_equal_lines_in_a_row_are_chance(between: int, held: bool) -> None:
    """With a fourth the page's own matter, or its foot, has begun."""
    same = ("a", "b", "c", "d")[:between]
    before = ("Policy", "p" * 20, *same, "q" * 100, "End of the page")
    after = ("Welcome", "r" * 20, *same, "s" * 100, "End of the page")
    assert bool(fragment(before, after, "Policy | Town", OTHER, b"<html></html>")) is held


def test_what_is_wrong_with_a_source_weighs_a_half() -> None:
    """Of a source of our own eyes: enough to be shown first, and told to nobody but the operator."""
    assessment = assess(
        before=Health.SEEN, since=AT, tally={VerdictKind.BLOCKED: 1}, broken=(), last_news_at=None, patience=None,
        failing_runs=0, now=AT, source=Source("one", "One", "https://example.org/"), reasons=("a wall",),
    )  # fmt: skip
    assert assessment.change is not None
    assert assessment.change.significance == 0.5


@pytest.mark.parametrize(("offset", "blocked"), [(60_000, True), (70_000, False)])
def test_a_large_body_is_searched_in_64_kilobytes_at_each_end(offset: int, blocked: bool) -> None:
    """A challenge in the middle of a large page is quoted there."""
    script = b"<script>window['bobcmn'] = '101';</script>"
    body = b"<html><head><!--%b-->%b<!--%b--></head></html>" % (b"x" * offset, script, b"y" * 300_000)
    found = from_markup(body, "")
    assert (found is not None and found.kind is VerdictKind.BLOCKED) is blocked


@pytest.mark.parametrize(("between", "is_news"), [(3, False), (4, True)])
def test_a_reflowed_passage_has_three_equal_lines_in_between(between: int, is_news: bool) -> None:
    """Which are the same by chance."""
    before = ("Head", "one go", *["go"] * between, "two go on", "End")
    after = ("Head", "one", *["go"] * between, "go two go on", "End")
    assert bool(compare(before, after, Learning(), AT).hunks) is is_news


def entries(count: int, turn: int = 0) -> list[str]:
    """Entries of a list, in another order with another turn."""
    made = [f"Notice {chr(65 + number % 26)}{'i' * (number // 26)} of the county clerk" for number in range(count)]
    return made[turn:] + made[:turn]


@pytest.mark.parametrize(("count", "is_news"), [(300, False), (500, True)])
def test_a_shuffle_of_four_hundred_lines_is_looked_into(count: int, is_news: bool) -> None:
    """A larger one is another page."""
    assert (
        bool(compare(["Head", *entries(count)], ["Head", *entries(count, count // 2)], Learning(), AT).hunks) is is_news
    )


@pytest.mark.parametrize(("length", "is_news"), [(200, False), (201, True)])
def test_an_item_of_a_list_has_two_hundred_characters(length: int, is_news: bool) -> None:
    """A longer line is prose, whose place has a meaning."""
    items = [f"{word} notice ".ljust(length, "x") for word in ("First", "Next", "Third", "Last")]
    assert bool(compare(["Head", *items], ["Head", *items[::-1]], Learning(), AT).hunks) is is_news


@pytest.mark.parametrize(("size", "is_news"), [(7, False), (11, True)])
def test_a_record_has_eight_lines_at_most(size: int, is_news: bool) -> None:
    """More are a page of their own."""
    records = [[f"{name} says {'.' if line else ''}{'z' * line}." for line in range(size)] for name in NAMES[:4]]
    orders = ([0, 1, 2, 3], [2, 0, 3, 1])
    texts = [["Head", *(line for at in order for line in records[at]), "End."] for order in orders]
    assert bool(compare(*texts, Learning(), AT).hunks) is is_news


@pytest.mark.parametrize(("records", "is_news"), [(2, True), (3, False)])
def test_three_records_are_a_list(records: int, is_news: bool) -> None:
    """Of two that changed places their dates may have changed."""
    made = [[f"Case of {name}.", f"Heard by {name}."] for name in NAMES[:records]]
    texts = [["Head", *(line for one in order for line in one), "End."] for order in (made, made[1:] + made[:1])]
    assert bool(compare(*texts, Learning(), AT).hunks) is is_news
