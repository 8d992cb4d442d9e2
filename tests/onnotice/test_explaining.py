"""why, ignore and replay at their door: what a person is told of a mail, and what a page is spared from then on."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from onnotice.home import Home
from scrapers.extraction import page as page_reader
from storage import Archive

Command = Callable[..., Any]
PROSE = [f"Standing rule {number} of the council, as it was adopted." for number in range(20)]


@pytest.fixture
def polled(at_home: Command, site: Any) -> Command:
    """A home whose council changed its hearing, then its weather, then both."""
    for hearing, weather in (("May 5", "mild"), ("May 9", "mild"), ("May 9", "storms"), ("June 1", "fog")):
        site.says("/council", f"Hearing on {hearing}", *PROSE, f"Weather today: {weather}")
        assert at_home("poll", "council", "--no-send").code == 0
    return at_home


def ids(command: Command) -> list[int]:
    return [change["id"] for change in command("changes", "--json").objects]


def test_why_says_what_was_weighed_and_how_the_page_is_looked_at(polled: Command, site: Any) -> None:
    """The change, its look, its weight with reasons, and the page: reader, masks, validators, next and newest looks."""
    first = ids(polled)[0]
    answer = polled("why", first)
    assert answer.code == 0
    (change,) = [one for one in polled("changes", "--json").objects if one["id"] == first]
    assert change["summary"] in answer.out
    assert f"It weighs {change['significance']:.2f}: {'; '.join(change['reasons'])}." in answer.out
    assert "The look was taken for credible (the page was served" in answer.out
    assert "Nothing else differed at that look." in answer.out
    assert f"{site.url}/council is watched by council, read by page/1, version 4 of it." in answer.out
    assert "Nothing on it is masked: every part is compared." in answer.out
    assert "Its server gives no validators, so it is always read in full" in answer.out
    assert "Its source is seen; the next look is due at " in answer.out
    assert "May 5" not in answer.out.split("\n", 1)[1], "the difference itself is what `show` prints"


def test_why_names_what_was_ignored_and_by_which_rule(at_home: Command, site: Any) -> None:
    """A visitor counter that moved with the news is named with its rule, in both forms."""
    for hearing, visitors in (("May 5", 1204), ("May 9", 1311)):
        site.says("/council", f"Hearing on {hearing}", *PROSE, f"Visitors: {visitors:,}")
        at_home("poll", "council", "--no-send")
    (change,) = ids(at_home)
    (explained,) = at_home("why", change, "--json").objects
    (ignored,) = explained["ignored"]
    assert (ignored["before"], ignored["after"]) == (["Visitors: 1,204"], ["Visitors: 1,311"])
    assert (
        f"Ignored at that look ({ignored['rule']}): “Visitors: 1,204” became “Visitors: 1,311”."
        in at_home("why", change).out
    )


class Turning(dict[str, tuple[int, str]]):
    """Answers of a site whose page shows another thought at every look."""

    looks = 0

    def get(self, path: str, default: Any = None) -> Any:
        self.looks += 1
        status, text = super().get(path, default)
        return status, text.replace("THOUGHT", f"{'abcdefgh'[self.looks]} penny saved is a penny earned")


def test_why_names_masks(at_home: Command, site: Any) -> None:
    """What differs between two looks seconds apart is masked, and the address says since when and why."""
    site.says("/council", "Hearing on May 5", *PROSE, "THOUGHT", "Board")
    site.answers = Turning(site.answers)
    for _ in range(2):
        at_home("poll", "council", "--no-send")
    answer = at_home("why", f"{site.url}/council")
    assert "is not compared (differed between two looks seconds apart)." in answer.out
    assert "Nothing on it is masked" not in answer.out
    (explained,) = at_home("why", f"{site.url}/council", "--json").objects
    assert len(explained["masks"]) == 1
    assert explained["masks"][0].startswith("Since 20")


def test_why_tells_of_a_hold(polled: Command, site: Any) -> None:
    """A page that vanished and is not believed yet: since when, how often it was seen, when it is looked at again."""
    site.says("/council", "gone", status=404)
    polled("poll", "council", "--no-send")
    answer = polled("why", f"{site.url}/council")
    assert "Held since " in answer.out
    assert "Seen at 1 of 3 looks that it takes; looked at again from " in answer.out
    (explained,) = polled("why", f"{site.url}/council", "--json").objects
    assert explained["hold"]["looks"] == 1
    assert explained["looks"][-1]["verdict"] == "gone"
    assert explained["looks"][-1]["mechanism"]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [("99999", "There is no change 99999"), ("https://example.org/other", "was never looked at")],
)
def test_why_of_nothing_is_said(polled: Command, what: str, sentence: str) -> None:
    """One sentence, exit code 2."""
    answer = polled("why", what)
    assert answer.code == 2
    assert sentence in answer.err


def test_ignore_says_what_it_would_have_hidden_and_refuses_what_was_told(
    polled: Command, site: Any, home: Home
) -> None:
    """A pattern that covers a told change is written only with --yes; the past's changes are listed."""
    before = home.settings.read_text()
    answer = polled("ignore", f"{site.url}/council", "--pattern", "Hearing on *")
    assert answer.code == 2
    assert "It would have hidden 1 of 3 changes of texts:" in answer.out
    assert "May 9" in answer.out
    assert "It takes 1 line from the page as it was last seen." in answer.out
    assert "That part held 1 change that was told; add --yes" in answer.err
    assert home.settings.read_text() == before
    assert polled("ignore", f"{site.url}/council", "--pattern", "Hearing on *", "--yes").code == 0
    (stanza, _) = tomllib.loads(home.settings.read_text())["source"]
    assert stanza["parameters"] == {"ignore_lines": ["Hearing on *"]}


def test_what_is_ignored_is_told_no_more(polled: Command, site: Any, home: Home) -> None:
    """From the next look on: the ignored line moves and nobody hears of it, anything else is told, once."""
    assert polled("ignore", f"{site.url}/council", "--pattern", "Weather today: *", "--yes").code == 0
    known = ids(polled)
    site.says("/council", "Hearing on June 1", *PROSE, "Weather today: hail")
    polled("poll", "council", "--no-send")
    assert ids(polled) == known
    site.says("/council", "Hearing on June 8", *PROSE, "Weather today: snow")
    polled("poll", "council", "--no-send")
    (new,) = [one for one in polled("changes", "--json").objects if one["id"] not in known]
    assert new["after"] == {"text": "Hearing on June 8"}
    assert "leaves out lines like “Weather today: *”" in polled("why", new["id"]).out


def test_ignore_dry_run_writes_nothing(polled: Command, site: Any, home: Home) -> None:
    """It says what it would have hidden, and the settings stay."""
    before = home.settings.read_bytes()
    answer = polled("ignore", f"{site.url}/council", "--exclude", "h1", "--dry-run")
    assert answer.code == 0
    assert "It would have hidden 0 of 3 changes of texts." in answer.out
    assert home.settings.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Name what is to be ignored"),
        (("--exclude", "h1", "--pattern", "x"), "Name what is to be ignored"),
        (("--exclude", "p:has(a)"), "is no selector that can be used"),
        (("--pattern", "*"), "matches every line"),
        (("--pattern", "(a+)+$"), "Nothing on the page as it was last seen is like"),
        (("--exclude", "body"), "correct the selectors"),
    ],
)
def test_what_cannot_be_ignored_is_said(
    polled: Command, site: Any, home: Home, arguments: tuple[str, ...], sentence: str
) -> None:
    """One sentence, exit code 2, and the settings stay."""
    before = home.settings.read_bytes()
    answer = polled("ignore", f"{site.url}/council", *arguments)
    assert answer.code == 2
    assert sentence in answer.err
    assert home.settings.read_bytes() == before


def test_only_pages_of_ones_own_can_be_cut(at_home: Command) -> None:
    """A page that nobody watches, or that has no stanza, is no page to cut."""
    answer = at_home("ignore", "https://example.org/other", "--pattern", "x")
    assert answer.code == 2
    assert "is not watched" in answer.err


def test_replay_reads_anew_and_tells_nobody(polled: Command, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another version of the reader: a dry run writes nothing, a replay renews, another has nothing to renew."""
    monkeypatch.setattr(page_reader, "VERSION", 2)
    known = ids(polled)
    dry = polled("replay", "council", "--dry-run")
    assert dry.code == 0
    assert "Nothing would have been told otherwise.\nNothing was written." in dry.out
    done = polled("replay", "council")
    assert done.code == 0
    assert "read anew with page/2." in done.out
    assert "Renewed: 4 versions of pages, 0 records. Nobody is told of it." in done.out
    (again,) = polled("replay", "council", "--json").objects
    assert (again["written"], again["versions_renewed"], again["records_renewed"]) == (True, 0, 0)
    assert ids(polled) == known
    with Archive.open(home.archive, read_only=True) as archive:
        assert archive.extractors("council") == ("page/2",)


def test_replay_that_loses_everything_fails(polled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, what is lost on standard error, and nothing written; --force writes."""

    def refuse(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(page_reader, "extract", refuse)
    answer = polled("replay", "council")
    assert answer.code == 1
    assert "cannot be read now: page could not read" in answer.err
    assert "Nothing was written" in answer.out
    (dry,) = polled("replay", "council", "--dry-run", "--json").objects
    assert dry["losses"]
    assert polled("replay", "council", "--force").code == 0
    assert polled("show", "1").code == 0


def test_replay_of_nobody_is_said(at_home: Command) -> None:
    """One sentence, exit code 2."""
    answer = at_home("replay", "nobody")
    assert answer.code == 2
    assert "no source called 'nobody'" in answer.err
