"""What a page or its server may do over time, through the real intake and archive: told as what it is, once, or not at
all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import ChangeKind, Health, Look, Source
from onnotice.config import settings_from
from onnotice.importing import import_captures
from storage import Archive

BEGAN = datetime(2026, 3, 2, 14, 3, tzinfo=UTC)
URL = "https://www.example.gov/council/agendas"
HEAD = "<html><head><title>Agendas</title></head><body><h1>Agendas</h1>"
PROSE = "".join(
    f"<p>The council heard {who} on the policy of the jail, and took the letters of residents to the record.</p>"
    for who in ("the Sheriff", "the Controller", "two pastors", "the Solicitor", "an attorney")
)
GOOD = f"{HEAD}{PROSE}<p>The next meeting is on May 6.</p></body></html>"
EDITED = GOOD.replace("May 6", "May 9")
VERDICTS = Path(__file__).resolve().parents[1] / "monitor" / "verdicts"
WALLS = [
    path
    for kind in ("blocked", "empty", "truncated", "unreachable")
    for path in sorted(VERDICTS.glob(f"{kind}/*.http"))
    if not re.search(rb"^# (?:reads|known):", path.read_bytes(), re.MULTILINE)
    and path.stem not in ("not_modified_of_an_unknown_page", "pdf_instead_of_a_page")
]
"""Answers in the place of a web page that is known. The others are cases of another reader or another page."""
COUNTIES = ("Adams", "Baca", "Chaffee", "Delta", "Eagle", "Fremont", "Gilpin", "Huerfano")
TABLE = {"extract": "table", "kind": "policy", "noun": ["policy", "policies"], "key": ["County"]}


@dataclass(frozen=True)
class Shot:
    """One capture of a story."""

    answer: Look

    where = "a story"
    url = URL
    source = "council"

    @property
    def at(self) -> datetime:
        return self.answer.at

    def look(self) -> Look:
        return self.answer


def page(body: str, status: int = 200) -> Look:
    """An answer, whenever it is given."""
    return Look(URL, BEGAN, status, body.encode(), "text/html", headers={"content-type": "text/html"})


def wall(path: Path) -> Look:
    """The answer of a verdict's case, given for the council's page."""
    text = path.read_bytes()
    scene = {}
    while text.startswith(b"# "):
        line, _, text = text.partition(b"\n")
        name, _, value = line[2:].decode().partition(":")
        scene[name.strip()] = value.strip()
    head, _, body = text.partition(b"\n\n")
    first, *rest = head.decode().rstrip("\n").split("\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    status = int(first.split()[1]) if first else None
    media = headers.get("content-type", "").partition(";")[0]
    final, cut, error = scene.get("final", ""), "cut" in scene, scene.get("error", "")
    kept = None if status is None else body
    return Look(URL, BEGAN, status, kept, media, headers, final_url=final, truncated=cut, error=error)


@dataclass
class Story:
    """An archive, and all that was taken into it so far."""

    archive: Archive
    source: Source
    now: datetime = BEGAN

    async def goes(self, *answers: Look, apart: timedelta = timedelta(days=1)) -> list[str]:
        """Captures one after the other; the kinds of what they told, in order."""
        before = len(self.archive.changes())
        shots = []
        for answer in answers:
            self.now += apart
            shots.append(Shot(Look(**{**_fields(answer), "at": self.now})))
        settings = settings_from({}, "onnotice.toml")
        await import_captures(self.archive, shots, [self.source], settings)
        return [stored.change.kind.value for stored in self.archive.changes()[before:]]

    @property
    def health(self) -> Health:
        status = self.archive.source("council")
        assert status is not None
        return status.health


def _fields(look: Look) -> dict[str, Any]:
    return {name: getattr(look, name) for name in look.__slots__}


@pytest.fixture
def story() -> Story:
    """A page that has been seen once, and tells nobody anything by that."""
    return told_of({})


def told_of(parameters: dict[str, Any]) -> Story:
    source = Source("council", "Town Council", URL, parameters=parameters)
    return Story(Archive.in_memory(), source)


@pytest.mark.parametrize("path", WALLS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_a_bad_capture_in_the_place_of_a_good_page_is_no_news(story: Story, path: Path) -> None:
    """Once: nothing about the page is told, and the look is kept with its verdict. Then an edit is told as ever."""
    await story.goes(page(GOOD), page(GOOD))
    told = await story.goes(wall(path), page(GOOD))
    assert [kind for kind in told if not ChangeKind(kind).about_our_eyes] == []
    visit = story.archive.visits(URL, "council")[2]
    assert visit.verdict.value == path.parent.name
    assert len(story.archive.snapshots(URL, "council")) == 1
    assert await story.goes(page(EDITED)) == ["page_changed"]


async def test_a_wall_that_lasts_is_told_once_and_so_is_its_end(story: Story) -> None:
    """With how long we were blind; and nothing about the page."""
    await story.goes(page(GOOD), page(GOOD))
    challenge = wall(VERDICTS / "blocked" / "akamai_interstitial.http")
    assert await story.goes(challenge, challenge, challenge, challenge) == ["source_blocked"]
    assert story.health is Health.BLOCKED
    assert await story.goes(page(GOOD), page(GOOD)) == ["source_recovered"]
    assert story.health is Health.SEEN
    assert "4 days" in story.archive.changes()[-1].change.summary


async def test_there_and_back_is_two_changes(story: Story) -> None:
    """A, B, A: three versions, and each edit is told."""
    assert await story.goes(page(GOOD), page(EDITED), page(GOOD)) == ["page_changed", "page_changed"]
    assert [one.number for one in story.archive.snapshots(URL, "council")] == [1, 2, 3]


async def test_gone_and_back_is_told_once_each(story: Story) -> None:
    """A 404 is believed at the third look, and the return at the first."""
    gone = page("<h1>Not found</h1>", 404)
    assert await story.goes(page(GOOD), gone, gone) == []
    assert await story.goes(gone, gone, gone) == ["page_withdrawn"]
    assert await story.goes(page(GOOD), page(GOOD)) == ["page_returned"]


def table(counties: Sequence[str], policy: str = "No holds") -> Look:
    """A page that lists counties."""
    rows = "".join(f"<tr><td>{county}</td><td>{policy}</td></tr>" for county in counties)
    return page(f"{HEAD}<table><tr><th>County</th><th>Policy</th></tr>{rows}</table></body></html>")


def listing(counties: Sequence[str]) -> Look:
    """The same as text."""
    entries = "".join(f"<li>{county} County</li>" for county in counties)
    return page(f"{HEAD}{PROSE}<h2>Counties</h2><ul>{entries}</ul><p>Write to the clerk.</p></body></html>")


@pytest.mark.parametrize(("make", "parameters"), [(table, TABLE), (listing, {})])
async def test_a_list_that_is_emptied_for_one_look_is_no_news(make: Any, parameters: dict[str, Any]) -> None:
    """Read as records, where our eyes are told to have found nothing, and as text."""
    story = told_of(parameters)
    await story.goes(make(COUNTIES), make(COUNTIES))
    told = await story.goes(make(()), make(COUNTIES), make(()), make(COUNTIES))
    assert [kind for kind in told if not ChangeKind(kind).about_our_eyes] == []


async def test_a_list_that_is_truly_withdrawn_is_told_once(story: Story) -> None:
    """At the third look, and not again."""
    await story.goes(listing(COUNTIES), listing(COUNTIES))
    empty = page(
        f"{HEAD}{PROSE}<h2>Counties</h2><p>The list is being revised.</p><p>Write to the clerk.</p></body></html>"
    )
    assert await story.goes(empty, empty) == []
    assert await story.goes(empty, empty, empty) == ["page_changed"]
    assert "Adams County" in story.archive.changes()[-1].change.before["text"]  # type: ignore[index]


async def test_members_that_are_taken_off_a_list_are_told_by_name() -> None:
    """Five of eight at once are held, seen three times, and told each once."""
    story = told_of(TABLE)
    await story.goes(table(COUNTIES), table(COUNTIES))
    assert await story.goes(table(COUNTIES[:3]), table(COUNTIES[:3])) == []
    assert await story.goes(table(COUNTIES[:3]), table(COUNTIES[:3])) == ["record_removed"] * 5


async def test_a_list_replaced_by_the_next_edition_is_told_once(story: Story) -> None:
    """As many other entries under the same heading are no withdrawal."""
    await story.goes(listing(COUNTIES), listing(COUNTIES))
    later = ("Jackson", "Kiowa", "Lake", "Mesa", "Otero", "Park", "Routt", "Teller")
    assert await story.goes(listing(later), listing(later)) == ["page_changed"]


async def test_eighty_records_that_change_alike_are_one_story() -> None:
    """Each is kept as a change of its own, all in one cluster, which a mail tells as one."""
    story = told_of(TABLE)
    counties = tuple(f"County {number}" for number in range(80))
    await story.goes(table(counties), table(counties))
    assert await story.goes(table(counties, "Archived")) == ["record_amended"] * 80
    assert len({stored.change.cluster for stored in story.archive.changes()}) == 1
