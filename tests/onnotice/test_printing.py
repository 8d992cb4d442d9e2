"""What is printed: tables, JSON Lines, times, progress, and nothing that drives a terminal."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import UsageError
from onnotice.printing import harmless, json_line, parse_moment, progress, table

HOSTILE = "a\x1b[31mred\x9b2J\u202eevil\u2066\x07\r\nb"


def test_a_table_in_a_pipe_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Tab-separated under its headings, one line a row whatever a cell holds."""
    table(("one", "two"), [("a\tb\nc", 1), (HOSTILE, None)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["one\ttwo", "a b c\t1"]
    assert len(lines) == 3
    assert lines[2].count("\t") == 1


def test_hostile_text_is_harmless() -> None:
    """No escape, no C1 control, no change of direction, no bell gets through."""
    assert not set(harmless(HOSTILE)) & set("\x1b\x9b\u202e\u2066\x07\r\n")


def test_json_escapes_what_a_terminal_obeys_and_reads_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """Evidence is not altered, only written so that showing it is safe."""
    text = HOSTILE + "\u2028é\U000e0041\ud800"
    json_line({"text": text, "at": datetime(2017, 3, 20, tzinfo=UTC), "for": timedelta(minutes=1)})
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert not set(printed) & set("\x1b\x9b\u202e\u2066\x07\r\u2028\U000e0041")
    assert "é" in printed
    assert json.loads(printed)["at"] == "2017-03-20T00:00:00Z"
    assert json.loads(printed)["text"] == text


def test_times_are_read_as_people_write_them() -> None:
    """A day, a time with a zone, a time without one (UTC), and so long ago."""
    assert parse_moment("2017-03-20", "date") == datetime(2017, 3, 20, tzinfo=UTC)
    assert parse_moment("2017-03-20T14:00-06:00", "date") == datetime(2017, 3, 20, 20, tzinfo=UTC)
    assert parse_moment("2017-03-20T14:00", "date") == datetime(2017, 3, 20, 14, tzinfo=UTC)
    last = parse_moment("2017-03-20", "date", end_of_day=True)
    assert last == datetime(2017, 3, 20, 23, 59, 59, 999_999, tzinfo=UTC)
    assert parse_moment("2017-03-20T14:00Z", "date", end_of_day=True) == datetime(2017, 3, 20, 14, tzinfo=UTC)
    parsed = parse_moment("3d", "date")
    assert timedelta(days=3) <= datetime.now(UTC) - parsed < timedelta(days=3, minutes=1)


@pytest.mark.parametrize(
    "text", ["", "d", "²d", "2017-99-01", "tomorrow", "9999999999d", "999999w", "0001-01-01T00:00+23:00"]
)
def test_what_is_no_time_is_said_so(text: str) -> None:
    """One sentence with three examples; nothing overflows."""
    with pytest.raises(UsageError, match="is no date; write 2017-03-20"):
        parse_moment(text, "date")


def test_progress_in_a_pipe_is_a_line_a_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, so that standard output stays what was asked for."""
    with progress("importing") as bar:
        for done in range(1, 101):
            bar("captures", done, 100)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 10
    assert printed.err.startswith("importing: captures 10 of 100")


class Terminal(io.StringIO):
    """Passes for a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_has_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup in a page's text is text."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    table(("source", "message"), [("council", "[bold]x[/bold] " + HOSTILE)])
    assert "[bold]x[/bold]" in shown.getvalue()
    assert "\x9b" not in shown.getvalue()


def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a total that nobody knows yet."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with progress("looking at") as bar:
        bar("council", 1, 0)
        bar("council", 2, 4)
    assert "council" in shown.getvalue()
