"""onnotice jurisdiction: what there is about one government, across sources, beside whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.types import Decision, Look, NewSnapshot, Record, RecordStep, RecordWrite, Source, Verdict, VerdictKind
from onnotice.home import Home
from storage import Archive

SETTINGS = 'contact = "https://example.org/onnotice-tests"\n'


@pytest.fixture
def known(make_home: Callable[..., Home], now: datetime) -> Home:
    """A home whose archive has a list, a council, a release, and a name that stays open."""
    home = make_home(SETTINGS)
    with Archive.open(home.archive) as archive:
        _look(archive, "council", now, [_record("agenda_item", "A bill on detainers", place="Denver, CO")])
        _look(archive, "doj", now, [_record("press_release", "A grant for Denver")])
        member = _record("listed", "City and County of Denver, Colorado", member=True)
        _look(archive, "list", now, [member, _record("listed", "Middlesex, New Jersey", member=True)])
        gone = [RecordWrite(RecordStep.REMOVE, member)]
        _look(archive, "list", now + timedelta(days=3), [], gone)
    return home


def _record(kind: str, title: str, *, place: str = "", member: bool = False) -> Record:
    name = title if member else ""
    return Record(kind, title, title, {"title": title}, member=name, place=place or name, about="2017-03-27")


def _look(
    archive: Archive, slug: str, at: datetime, records: list[Record], writes: list[RecordWrite] | None = None
) -> None:
    source = Source(slug, f"The {slug}", f"https://{slug}.example.gov/")
    archive.keep_source(source, at)
    run = archive.begin_run(slug, archive.begin_poll(at), at)
    decision = Decision(
        Verdict(VerdictKind.CREDIBLE, "it is"),
        snapshot=NewSnapshot(slug, (slug, str(at)), str(at), "by_hand/1"),
        records=tuple(writes or (RecordWrite(RecordStep.ADD, record) for record in records)),
    )
    look = Look(source.url, at, 200, f"{slug} {at}".encode(), "text/html")
    archive.record_look(look, archive.page_state(source, source.url), decision, run)


def test_a_government_is_shown_across_sources(onnotice: Callable[..., Any], known: Home) -> None:
    """Which it is, its stays on lists with their ends, its agenda, and others' texts that have its name."""
    shown = onnotice("--home", known.folder, "jurisdiction", "Denver, Colorado")
    assert (shown.code, shown.err) == (0, "")
    assert "Denver city, CO (0820000); its ground is that of Denver County, CO (08031)." in shown.out
    stay = next(line for line in shown.out.splitlines() if line.startswith("The list"))
    assert stay.split("\t")[2:5] == ["City and County of Denver, Colorado", "2017-03-20 14:00", "2017-03-23 14:00"]
    assert "1 agenda_item of council" in shown.out
    assert "A bill on detainers" in shown.out
    assert '1 text of others that say "Denver"' in shown.out
    assert "A grant for Denver" in shown.out


def test_the_same_for_a_program(onnotice: Callable[..., Any], known: Home) -> None:
    """One object; a number and another name of it give the same answer."""
    (told,) = onnotice("--home", known.folder, "jurisdiction", "City of Denver, CO", "--json").objects
    assert (told["outcome"], told["geoid"], told["confidence"]) == ("resolved", "0820000", "certain")
    assert [one["geoid"] for one in told["same_area"]] == ["08031"]
    assert [(stay["source"], stay["valid_to"]) for stay in told["listed"]] == [("list", "2017-03-23T14:00:00Z")]
    assert told["counts"] == [{"source": "council", "kind": "agenda_item", "count": 1}]
    assert [one["title"] for one in told["mentions"]] == ["A grant for Denver"]
    (by_number,) = onnotice("--home", known.folder, "jurisdiction", "0820000", "--json").objects
    assert (by_number["listed"], by_number["mentions"]) == (told["listed"], told["mentions"])
    (county,) = onnotice("--home", known.folder, "jurisdiction", "Denver, CO", "--kind", "county", "--json").objects
    assert (county["geoid"], county["listed"]) == ("08031", told["listed"])


def test_an_open_name_is_said_with_what_it_may_be(onnotice: Callable[..., Any], known: Home) -> None:
    """A sentence, the candidates, exit code 1; and whoever it may mean is told of it."""
    shown = onnotice("--home", known.folder, "jurisdiction", "Middlesex, New Jersey")
    assert (shown.code, shown.err) == (1, "")
    assert shown.out.startswith("Middlesex, New Jersey is left open: It may be Middlesex County, NJ (34023) or ")
    assert "  Middlesex borough, NJ (3445900)\n" in shown.out
    answer = onnotice("--home", known.folder, "jurisdiction", "Middlesex, New Jersey", "--json")
    assert answer.code == 1
    assert [one["geoid"] for one in answer.objects[0]["candidates"]] == ["34023", "3445900"]
    county = onnotice("--home", known.folder, "jurisdiction", "34023")
    assert county.code == 0
    assert "It is on no list that was seen." in county.out
    assert "It may also be meant by Middlesex, New Jersey:" in county.out
    nobody = onnotice("--home", known.folder, "jurisdiction", "Springfield")
    assert (nobody.code, "No state is printed with it" in nobody.out) == (1, True)


def test_a_kind_that_is_none_is_refused(onnotice: Callable[..., Any], known: Home) -> None:
    """A mistyped option is a sentence."""
    refused = onnotice("--home", known.folder, "jurisdiction", "Denver, CO", "--kind", "planet")
    assert refused.code == 2
    assert "'planet' is no kind of government" in refused.err


def test_it_reads_beside_a_poll(onnotice: Callable[..., Any], known: Home) -> None:
    """Neither the poll's lock nor a write that is going on keeps it from answering."""
    with Archive.open(known.archive) as archive, archive.exclusive(), archive.together():
        assert onnotice("--home", known.folder, "jurisdiction", "Denver, CO").code == 0


def test_a_state_may_be_left_out_where_one_has_the_name(onnotice: Callable[..., Any], known: Home) -> None:
    """ "Denver" is one place of the table."""
    shown = onnotice("--home", known.folder, "jurisdiction", "Denver")
    assert shown.code == 0
    assert shown.out.startswith("Denver city, CO (0820000)")
