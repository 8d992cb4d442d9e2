"""Labels of a meeting's documents: what is certain, and what is left open."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.agendas.labels import is_heading_of_a_meeting, label_of, label_of_row, without_revision

MARCH = date(2017, 3, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Study Session Agenda - March 27, 2017", MARCH),
        ("Mon., Mar. 27th 2017", MARCH),
        ("27 March 2017 minutes", MARCH),
        ("Agenda 3/27/17", MARCH),
        ("03-27-2017", MARCH),
        ("2017-03-27 packet", MARCH),
        ("REVISED Agenda - March 27, 2017", MARCH),
        ("Agenda, March 27, 2017 (March 27, 2017)", MARCH),
        ("Agenda for 3/27/2017 and 4/3/2017", None),
        ("Agenda updated March 27, 2017", None),
        ("Posted on: 3/27/2017", None),
        ("Adopted March 27, 2017", None),
        ("February 30, 2017", None),
        ("13/27/2017", None),
        ("March 27", None),
        ("Resolution 1-2-2017-5", None),
        ("1.3.27.17", None),
        ("2016-2017 budget", None),
        ("Agenda 032717", None),
    ],
)
def test_only_whole_dates_count(text, day) -> None:
    """In the forms that clerks print, with their year; two days, the day of something else and no day are none."""
    assert label_of(text).day == day


@pytest.mark.parametrize(
    ("text", "role", "body", "time"),
    [
        ("Study Session Agenda", "agenda", "Study Session", ""),
        ("Minutes of the Regular Meeting of March 13, 2017", "minutes", "Regular Meeting", ""),
        ("Sept. 5, 2023 Special Meeting Packet (PDF, 12.3 MB)", "packet", "Special Meeting", ""),
        ("CANCELED: Study Session", "notice", "Study Session", ""),
        ("Regular Meeting, March 27, 2017 at 7:30 p.m.", "other", "Regular Meeting", "7:30 p.m."),
        ("Council Memo: budget", "staff report", "", ""),
        ("May 4, 2020 - Posted May 1, 2020 9:45 AM Regular Meeting Agenda", "agenda", "Regular Meeting", ""),
        ("Regular Meeting 9/23/2019 7:00:00 PM", "other", "Regular Meeting", "7:00 PM"),
        ("Council Meeting 405 E Main St", "other", "", ""),
        ("Committee Room - City Hall", "other", "", ""),
        ("Agenda Document for Finance Committee", "agenda", "Finance Committee", ""),
        ("Agenda", "agenda", "", ""),
        ("View", "other", "", ""),
    ],
)
def test_what_a_document_is(text, role, body, time) -> None:
    """Its role, who meets and when, where the label says so."""
    label = label_of(text)
    assert (label.role, label.time) == (role, time)
    assert label.body == body


@pytest.mark.parametrize(
    ("text", "whether"),
    [
        ("Monday, March 27, 2017", True),
        ("March 27, 2017 - Regular Meeting - 7:30 PM", True),
        ("CANCELED: Study Session April 3, 2017", True),
        ("Updated March 27, 2017", False),
        ("Council adopted the budget on March 27, 2017", False),
        ("Regular Meeting", False),
        ("March 27, 2017 " + "x " * 200, False),
    ],
)
def test_what_heads_a_meeting_s_documents(text, whether) -> None:
    """A day, with who meets and when, and nothing else."""
    assert is_heading_of_a_meeting(text) is whether


def test_a_revised_agenda_is_the_agenda() -> None:
    """The words for a new version come and go."""
    assert without_revision("REVISED Agenda (FINAL)") == without_revision("Agenda - Revised") == "Agenda"


def test_a_row_names_its_body_in_a_cell_of_its_own() -> None:
    """Rooms, durations and addresses beside it are no part of the name."""
    label = label_of_row("Committee on Finance | 1/31/2019 | 10:00 AM | Council Chambers, 250 Broadway | 00h 20m")
    assert (label.body, label.day, label.time) == ("Committee on Finance", date(2019, 1, 31), "10:00 AM")
