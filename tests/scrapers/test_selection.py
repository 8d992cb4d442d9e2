"""What a stanza selects is what is compared; taking it up or changing it is no change of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from monitor.errors import ConfigurationError
from monitor.types import ChangeKind, Extraction, Health, Look, Source, VerdictKind
from scrapers.extraction import page as reader
from scrapers.intake import Intake, Taken
from scrapers.parameters import PageParameters
from scrapers.selection import as_the_stanza_says
from storage import Archive

if TYPE_CHECKING:
    from scrapers.extraction import Extractor

BEGAN = datetime(2017, 3, 20, 12, tzinfo=UTC)
SOURCE = Source("town", "Town", "https://example.org/town")
PROSE = "".join(f"<p>Standing rule {number} of the council, as it was adopted.</p>" for number in range(30))


def page(hearing: str = "May 5", weather: str = "71 degrees", counter: str = "17") -> str:
    return (
        f"<title>Town</title><main><h1>Town</h1>{PROSE}<p>Hearing on {hearing}</p></main>"
        f"<div class=weather><p>{weather}</p></div><p>Guests so far: {counter}</p>"
    )


class Desk:
    """An archive in which an hour passes with every look; a run for each, the first a baseline."""

    def __init__(self) -> None:
        self.archive, self.now, self.source = Archive.in_memory(), BEGAN, SOURCE
        self.intake = Intake(self.archive, lambda: self.now)
        self.archive.keep_source(SOURCE, BEGAN)

    def select(self, **parameters: Any) -> None:
        self.source = replace(self.source, parameters=parameters)
        self.archive.keep_source(self.source, self.now)

    async def look(self, body: str, url: str = SOURCE.url, media: str = "text/html") -> Taken:
        self.now += timedelta(hours=1)
        run = self.archive.begin_run(SOURCE.slug, self.archive.begin_poll(self.now), self.now)
        taken = await self.intake.take(Look(url, self.now, 200, body.encode(), media), self.source, run)
        self.archive.end_run(
            run,
            self.now,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )
        return taken

    def told(self) -> Sequence[Mapping[str, Any] | None]:
        return [stored.change.after for stored in self.archive.changes()]


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.look(page())
    return desk


SELECTIONS: list[dict[str, Any]] = [
    {"include": ["main"]},
    {"exclude": [".weather"], "ignore_lines": ["Guests so far: *"]},
    {"ignore_lines": ["*degrees*", "guests so far:*"]},
]


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_what_is_not_selected_is_not_told(selection: dict[str, Any]) -> None:
    """Parts that are left out may say what they like, and the bytes are kept as they came."""
    desk = Desk()
    desk.select(**selection)
    await desk.look(page())
    for number in range(3):
        await desk.look(page(weather=f"Storm {number}, {60 + number} degrees", counter=f"many ({number})"))
    assert desk.told() == []
    await desk.look(page(hearing="May 9", weather="Fog, 50 degrees"))
    assert desk.told() == [{"text": "Hearing on May 9"}]
    newest = desk.archive.snapshots(SOURCE.url)[-1]
    assert b"Fog, 50 degrees" in desk.archive.body(newest.body_digest)


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_a_selection_is_no_change_of_the_page(desk: Desk, selection: dict[str, Any]) -> None:
    """Taken up, changed and dropped again, over bytes that differ only outside: nothing is told."""
    for step, chosen in enumerate((selection, {"exclude": ["h1"]}, {})):
        desk.select(**chosen)
        weather = f"{70 + step} degrees" if chosen == selection else "71 degrees"
        await desk.look(page(weather=weather))
        assert desk.told() == []
    visits = desk.archive.visits(SOURCE.url)
    assert {visit.verdict for visit in visits} <= {VerdictKind.CREDIBLE, VerdictKind.UNCHANGED}


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_a_change_in_the_look_that_takes_a_selection_up_is_told(desk: Desk, selection: dict[str, Any]) -> None:
    """The first differing look after a stanza was edited is compared with what the page said, newly read."""
    desk.select(**selection)
    await desk.look(page(hearing="May 9", weather="a blizzard, 20 degrees"))
    assert desk.told() == [{"text": "Hearing on May 9"}]
    assert [snapshot.number for snapshot in desk.archive.snapshots(SOURCE.url)] == [1, 2]


async def test_a_newer_reader_hides_no_change(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed at the source is told although the page's reader was replaced before the same look."""
    monkeypatch.setattr(reader, "VERSION", reader.VERSION + 1)
    await desk.look(page(weather="72 degrees", hearing="May 9"))
    (told,) = desk.told()
    assert told is not None
    assert "Hearing on May 9" in told["text"]


async def test_the_newer_reading_is_found_and_the_older_is_not(desk: Desk) -> None:
    """A search knows a version by its newest reading; the body, its number and its times are as they were."""
    (before,) = desk.archive.snapshots(SOURCE.url)
    assert desk.archive.search("degrees")
    desk.select(exclude=[".weather"])
    await desk.look(page(counter="18"))
    after = desk.archive.snapshots(SOURCE.url)[0]
    assert (after.body_digest, after.number, after.first_seen) == (before.body_digest, 1, before.first_seen)
    assert after.extractor.startswith("page/1+")
    assert desk.archive.search("degrees") == ()
    assert desk.archive.search("hearing")


@pytest.mark.parametrize("selection", [{"include": ["article"]}, {"exclude": ["body"]}])
async def test_a_selection_that_leaves_nothing_is_said(desk: Desk, selection: dict[str, Any]) -> None:
    """A selector that no longer meets the page would be silence for ever: the source is broken, in a sentence."""
    desk.select(**selection)
    taken = await desk.look(page(hearing="May 9"))
    assert "correct the selectors" in taken.broken
    assert desk.told() == []


async def test_selectors_need_markup(desk: Desk) -> None:
    """Of what is no web page no part is selected in silence."""
    desk.select(include=["main"])
    taken = await desk.look('{"hearing": "May 9"}', media="application/json")
    assert "use ignore_lines" in taken.broken


async def test_documents_that_are_followed_know_patterns_only(desk: Desk) -> None:
    """Selectors speak of the source's own pages; lines can be ignored everywhere."""
    desk.select(include=["main"], ignore_lines=["Printed *"])
    other = "https://example.org/minutes.html"
    await desk.look("<title>Minutes</title><p>Present: Ann Lee</p><p>Printed at noon</p>", other)
    (snapshot,) = desk.archive.snapshots(other)
    assert snapshot.text == ("Present: Ann Lee",)


def test_lines_of_documents_can_be_ignored() -> None:
    """A stamp in a PDF is left out by its pattern; selectors mean nothing there, and are no other reading."""
    read = Extraction("pdf/2", "Minutes", text=("Present: Ann Lee", "Printed at noon"))
    reader = cast("Extractor", SimpleNamespace(NAME="pdf"))
    chosen = replace(SOURCE, parameters={"ignore_lines": ["Printed *"], "include": ["main"]})
    selected = as_the_stanza_says(read, reader, chosen, SOURCE.url)
    assert selected.text == ("Present: Ann Lee",)
    assert selected.extractor.startswith("pdf/2+")
    assert as_the_stanza_says(read, reader, replace(SOURCE, parameters={"include": ["main"]}), SOURCE.url) == read


def members(*names: str) -> str:
    return "<h2>Members</h2><ul>" + "".join(f"<li>{name}</li>" for name in names) + "</ul>"


async def test_no_selection_hides_a_record() -> None:
    """A row of a list is told, whatever its stanza says about lines and parts."""
    desk = Desk()
    desk.select(extract="list", heading="Members", ignore_lines=["Di *"], exclude=["li"])
    await desk.look(members("Ann Lee", "Bo Ray", "Cy Dee"))
    await desk.look(members("Ann Lee", "Bo Ray", "Cy Dee", "Di Fox"))
    assert [stored.change.title for stored in desk.archive.changes()] == ["Di Fox"]


async def test_other_parameters_of_a_reader_are_no_change_of_the_page() -> None:
    """A list whose stanza finds it otherwise, or calls its items otherwise, is the same list; what changed is told."""
    desk = Desk()
    desk.select(extract="list", heading="Members")
    await desk.look(members("Ann Lee", "Bo Ray", "Cy Dee"))
    desk.select(extract="list", heading="Members", kind="member")
    await desk.look(members("Ann Lee", "Bo Ray", "Cy Dee", "Di Fox"))
    (told,) = desk.archive.changes()
    assert (told.change.kind, told.change.title) == (ChangeKind.RECORD_ADDED, "Di Fox")
    present = {status.record.kind for status in desk.archive.records_at(SOURCE.slug, desk.now)}
    assert "member" in present


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"include": ["p:has(a)"]}, 'parameters.include: "p:has.a." is no selector'),
        ({"exclude": [""]}, "parameters.exclude: "),
        ({"ignore_lines": ["*"]}, 'parameters.ignore_lines: "." matches every line'),
        ({"ignore_lines": "Visitors"}, "parameters.ignore_lines cannot be used"),
        ({"ignore_lines": ["x"] * 101}, "parameters.ignore_lines cannot be used"),
    ],
)
def test_a_selection_that_is_none_is_refused(
    make_source: Callable[..., Source], parameters: dict[str, Any], sentence: str
) -> None:
    """One sentence that names the parameter and says what may stand there."""
    with pytest.raises(ConfigurationError, match=sentence):
        PageParameters.of(make_source("https://example.org/", parameters=parameters))
