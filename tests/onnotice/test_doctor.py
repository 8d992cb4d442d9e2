"""The check-up: a sentence for everything that a poll would meet, and exit code 1 when something cannot work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onnotice.home import Home


def findings(answer: Any) -> dict[str, list[tuple[bool, str]]]:
    found: dict[str, list[tuple[bool, str]]] = {}
    for finding in answer.objects:
        found.setdefault(finding["about"], []).append((finding["well"], finding["sentence"]))
    return found


def test_a_sound_home_is_well(at_home: Callable[..., Any], site: Any) -> None:
    """Every check passes and is said; no page is asked for."""
    examined = at_home("doctor")
    assert examined.code == 0, examined.out
    assert all(line.startswith("ok    ") for line in examined.out.splitlines())
    well = findings(at_home("doctor", "--json"))
    service = {"clock", "schedule", "service", "outbox"}
    assert set(well) == {"settings", "contact", "disk", "backup", "archive", *service, "documents", "fetch", "mail"}
    assert "2 sources are watched" in well["settings"][0][1]
    assert site.asked == []


def test_what_cannot_work_is_said_with_its_remedy(at_home: Callable[..., Any], home: Home) -> None:
    """A host that refuses, a name that cannot be one, a mail folder that is a file: each its own sentence, exit 1."""
    (home.folder / "mails").write_text("")
    home.settings.write_text(
        home.settings.read_text()
        + '[[source]]\nslug = "down"\ntitle = "d"\nurl = "http://127.0.0.1:1/"\n'
        + f'[[source]]\nslug = "odd"\ntitle = "o"\nurl = "http://{"a" * 70}.invalid/"\n'
    )
    examined = at_home("doctor", "--json")
    assert examined.code == 1
    found = findings(examined)
    fetch = {sentence for well, sentence in found["fetch"] if not well}
    assert any("127.0.0.1 cannot be reached (down)" in sentence for sentence in fetch)
    assert any("cannot be reached (odd)" in sentence for sentence in fetch)
    assert found["mail"][0][0] is False
    assert "correct the folder" in found["mail"][0][1]
    assert "\nFAIL  " in at_home("doctor").out


def test_broken_settings_and_a_broken_archive_are_findings(at_home: Callable[..., Any], home: Home) -> None:
    """Not errors: the rest of the check-up goes on where it can."""
    home.archive.write_bytes(b"no database at all" * 100)
    found = findings(at_home("doctor", "--json"))
    assert found["archive"][0][0] is False
    assert found["documents"][0][0] is True
    home.settings.write_text("colour = 1")
    broken = at_home("doctor", "--json")
    assert broken.code == 1
    assert [one["about"] for one in broken.objects] == ["settings"]


def test_a_source_that_is_not_seen_is_a_finding(at_home: Callable[..., Any], site: Any) -> None:
    """With what its last run said of it."""
    at_home("poll")
    site.says("/council", "no", status=403)
    at_home("poll")
    (health,) = findings(at_home("doctor", "--json"))["health"]
    assert health[0] is False
    assert "council is blocked: Town Council cannot be seen" in health[1]


def test_nobody_to_tell_is_a_finding(
    onnotice: Callable[..., Any], make_home: Callable[..., Home], tmp_path: Path
) -> None:
    """A home without a subscription watches for nobody."""
    home = make_home('contact = ""\n')
    found = findings(onnotice("--home", home.folder, "doctor", "--json"))
    assert found["mail"] == [(False, "Nobody is told: add a [[subscription]] with recipients to onnotice.toml.")]


@pytest.mark.browser
def test_a_source_that_needs_a_browser_has_it_tried(
    at_home: Callable[..., Any], home: Home, site: Any, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name and version where it can be started, what to do where it cannot."""
    stanza = f'[[source]]\nslug = "filled"\ntitle = "f"\nurl = "{site.url}/"\n[source.parameters]\nrender = true\n'
    home.settings.write_text(home.settings.read_text() + stanza)
    monkeypatch.setenv("CHROMIUM", chromium)
    ((well, sentence),) = findings(at_home("doctor", "--json"))["render"]
    assert well
    assert "are shown in Chromium " in sentence
    monkeypatch.setenv("CHROMIUM", "/no/such/chromium")
    assert at_home("doctor").code == 1
    assert findings(at_home("doctor", "--json"))["render"] == [
        (False, "CHROMIUM names /no/such/chromium, which cannot be run; correct it, or unset it.")
    ]


def test_services_that_cannot_be_told_are_a_finding(
    at_home: Callable[..., Any], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat service in the settings needs Apprise; it is named without its secret, and nobody asks it anything."""
    text = home.settings.read_text().replace('["analyst@example.org"]', '["slack://hunter2/token"]')
    home.settings.write_text(text)
    answer = at_home("doctor", "--json")
    ((well, sentence),) = findings(answer)["services"]
    assert well
    assert "Apprise is there to tell slack://…" in sentence
    assert "hunter2" not in answer.out
    monkeypatch.setitem(sys.modules, "apprise", None)
    ((well, sentence),) = findings(at_home("doctor", "--json"))["services"]
    assert not well
    assert "pip install 'onnotice[apprise]'" in sentence


def test_a_backup_that_is_long_ago_is_said(at_home: Callable[..., Any], home: Home, tmp_path: Path) -> None:
    """With none ever made it is advice, with one of this month its time and place, with an older one a failure."""
    assert "No backup was ever made" in findings(at_home("doctor", "--json"))["backup"][0][1]
    assert at_home("backup", tmp_path / "away").code == 0
    assert findings(at_home("doctor", "--json"))["backup"][0][0] is True
    record = home.folder / "last_backup.json"
    record.write_text(record.read_text().replace("20", "19", 1))
    assert "too long ago; run `onnotice backup DIR`" in at_home("doctor").out
    assert at_home("doctor").code == 1
