"""Whether anything is at work, and keeps up: said by `doctor` and by `sources`."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.types import Health, Source
from onnotice import session
from onnotice.at_work import late, late_in_words
from onnotice.home import Home
from storage import Archive
from storage.rows import SourceStatus

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def status(slug: str, behind: timedelta, **more: Any) -> SourceStatus:
    source = Source(slug=slug, title=slug, url="https://a.example/", **more)
    return SourceStatus(source, True, Health.SEEN, None, NOW, NOW, NOW, None, NOW - behind, "")


def test_late_is_longer_than_a_source_usually_waits() -> None:
    """Its cadence and a quarter of an hour at least; outside of its hours nothing is late."""
    statuses = (
        status("quick", timedelta(minutes=14), cadence=timedelta(minutes=1)),
        status("slow", timedelta(hours=20), cadence=timedelta(days=1)),
        status("shut", timedelta(days=2), hours=("01:00-02:00",)),
        status("less", timedelta(hours=3)),
        status("most", timedelta(days=3)),
    )
    overdue = late(statuses, NOW)
    assert [one.source.slug for one in overdue] == ["most", "less"]
    assert late_in_words(overdue, NOW).startswith("2 sources are late, most the most, by 3 days: does anything poll?")
    assert late_in_words(overdue[1:], NOW).startswith("less is late by 3 hours: does anything poll?")
    assert late_in_words((), NOW) == ""


@pytest.fixture
def examined(
    at_home: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, tuple[bool, str]]]:
    """The check-up's findings by what they are about, so long after now."""
    really = session.now

    def examine(**later: float) -> dict[str, tuple[bool, str]]:
        monkeypatch.setattr(session, "now", lambda: really() + timedelta(**later))
        return {one["about"]: (one["well"], one["sentence"]) for one in at_home("doctor", "--json").objects}

    return examine


def test_the_check_up_says_that_nothing_polls(
    at_home: Callable[..., Any], examined: Callable[..., dict[str, tuple[bool, str]]]
) -> None:
    """Right after a poll all is well; three hours later two sources are late, and `sources` says so as well."""
    at_home("poll")
    assert examined()["schedule"] == (True, "Nothing is late.")
    well, sentence = examined(hours=3)["schedule"]
    assert (well, sentence.startswith("2 sources are late, ")) == (False, True)
    assert sentence in at_home("sources").out
    assert "Nothing polls just now." in at_home("sources").out


def test_the_check_up_says_that_the_clock_was_set_back(
    at_home: Callable[..., Any], examined: Callable[..., dict[str, tuple[bool, str]]]
) -> None:
    """An hour: said. A poll goes on all the same, and dates nothing before what was there."""
    at_home("poll")
    well, sentence = examined(hours=-1)["clock"]
    assert (well, " before the newest look; set it right" in sentence) == (False, True)
    assert at_home("poll").code == 0
    assert examined(days=-400)["clock"][0] is False
    refused = at_home("poll")
    assert (refused.code, "set the clock right, nothing is looked at until then" in refused.err) == (2, True)


def test_the_check_up_says_who_polls_and_who_hangs(
    home: Home, examined: Callable[..., dict[str, tuple[bool, str]]], at_home: Callable[..., Any]
) -> None:
    """By the lock: who holds it and since when; and that no sign of life has come for long."""
    beat = home.folder / "heartbeat"
    with Archive.open(home.archive) as archive, archive.exclusive():
        assert examined()["service"] == (True, f"Process {os.getpid()} has been at work for 1 minute.")
        assert f"Process {os.getpid()} has been at work" in at_home("sources").out
        well, sentence = examined(hours=2)["service"]
        assert (well, "has shown no sign of life at all; end it" in sentence) == (False, True)
        beat.write_text("well\n")
        assert examined(minutes=20)["service"][0] is True
        well, sentence = examined(hours=2)["service"]
        assert (well, f"no sign of life since {datetime.now(UTC):%Y-%m-%d}" in sentence) == (False, True)
    assert examined(hours=2)["service"] == (True, "Nothing polls just now.")


def test_a_machine_that_reaches_nobody_is_one_finding(
    home: Home, examined: Callable[..., dict[str, tuple[bool, str]]], monkeypatch: pytest.MonkeyPatch, site: Any
) -> None:
    """And not one for each host; a proxy in the environment is named, for it is never used."""
    text = home.settings.read_text()
    home.settings.write_text(
        text.replace(f"{site.url}/council", "http://127.0.0.1:1/").replace(site.url, "http://127.0.0.1:2")
    )
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    well, sentence = examined()["fetch"]
    assert (well, sentence.startswith("None of 2 hosts can be reached: is this machine connected")) == (False, True)
    assert "HTTPS_PROXY is set, and never used" in sentence
