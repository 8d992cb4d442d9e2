"""Settings: what is accepted, and that whatever is not is said in one sentence with the key and the remedy."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from monitor.errors import ConfigurationError
from monitor.types import Rhythm
from onnotice.config import read_settings, settings_from
from onnotice.home import Home

SOURCE = '[[source]]\nslug = "a"\ntitle = "A"\nurl = "https://example.org/a"\n'
SUBSCRIPTION = '[[subscription]]\nname = "n"\nrecipients = ["a@example.org"]\n'


def read(folder: Path, text: str | bytes) -> object:
    home = Home(folder)
    home.settings.write_bytes(text if isinstance(text, bytes) else text.encode())
    settings = read_settings(home)
    settings.sources(str(home.settings))
    return settings


def test_an_empty_file_is_enough(tmp_path: Path) -> None:
    """Every key has a default: mails go into a folder, nothing is watched."""
    settings = settings_from({}, "x")
    assert settings.mail.transport == "folder"
    assert settings.sources("x") == ()
    assert read(tmp_path, "") == settings


def test_shipped_sources_and_own_stanzas_are_watched_together() -> None:
    """In the order of the file, shipped ones first."""
    stanza = {"slug": "mine", "title": "Mine", "url": "https://example.org/"}
    settings = settings_from({"watch": ["denver_council"], "source": [stanza]}, "x")
    assert [source.slug for source in settings.sources("x")] == ["denver_council", "mine"]


def test_a_subscription_reads_as_the_program_knows_it() -> None:
    """Defaults are news at once; a rhythm is written in words."""
    (plain,) = settings_from({"subscription": [{"name": "n", "recipients": ["a@b"]}]}, "x").subscriptions()
    assert (plain.kinds, plain.rhythm, plain.minimum_significance) == (("news",), Rhythm.AT_ONCE, 0.3)
    (weekly,) = settings_from(
        {"subscription": [{"name": "n", "recipients": ["a@b"], "rhythm": "weekly", "weekday": "fri"}]}, "x"
    ).subscriptions()
    assert (weekly.rhythm, weekly.weekday) == (Rhythm.WEEKLY, "fri")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Windows editors write one."""
    read(tmp_path, b"\xef\xbb\xbf" + SOURCE.encode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contact = ", "is not valid TOML.*correct that line"),
        (b"\xff\xfe", "must be a text file in UTF-8"),
        ("colour = 1", "colour is no setting"),
        ("[mail]\npassword = 'x'", "mail.password is no setting"),
        ("[mail]\nport = 70000", "mail.port is 70000, and should be less than or equal to 65535; correct it"),
        ("[mail]\ntransport = 'pigeon'", "mail.transport is 'pigeon', and should be 'folder' or 'smtp'"),
        ("watch = 'denver_council'", "watch is 'denver_council', and should be a valid list"),
        ("watch = ['boulder']", "no shipped source 'boulder'; `watch` may name"),
        ("source = 3", "source is 3, and should be a valid list"),
        ('contact = "a\\nb"', "one printable line"),
        (SOURCE + "colour = 1", '"colour" is no key of a source'),
        (SOURCE + SOURCE, "two sources are called 'a'; rename one"),
        (SOURCE + 'cadence = "soon"', "is not a duration"),
        ("[[subscription]]\nname = 'n'", "subscription.1.recipients is missing; add it"),
        (SUBSCRIPTION + SUBSCRIPTION, "two subscriptions are called 'n'; rename one"),
        (SUBSCRIPTION + "kinds = ['gossip']", "'gossip' is no kind of change; use news, health"),
        (SUBSCRIPTION + "timezone = 'Denver'", "no IANA time zone; write for example America/Denver"),
        ("[[subscription]]\nname = 'n'\nrecipients = ['analyst']", "neither a mail address nor an Apprise URL"),
        ("[[subscription]]\nname = 'n'\nrecipients = [\"a@b\\r\\nBcc: c@d\"]", "neither a mail address"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    """The sentence names the file, the key, what stands there and what may."""
    with pytest.raises(ConfigurationError, match=said) as error:
        read(tmp_path, text)
    assert "onnotice.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the variable that the settings name, and only where there is a user."""
    monkeypatch.setenv("POST", "secret")
    with_user = {"transport": "smtp", "username": "u", "password_env": "POST"}
    assert settings_from({"mail": with_user}, "x").smtp_password() == "secret"
    assert settings_from({"mail": {**with_user, "username": ""}}, "x").smtp_password() == ""


def test_quiet_hours_and_a_bound_read_as_the_program_knows_them() -> None:
    """Times of day as people write them, or as TOML does."""
    (night,) = settings_from(
        {
            "subscription": [
                {
                    "name": "n",
                    "recipients": ["a@b"],
                    "quiet_from": "22:00",
                    "quiet_until": time(7),
                    "timezone": "America/Denver",
                    "most_per_hour": 4,
                }
            ]
        },
        "x",
    ).subscriptions()
    assert (night.quiet_from, night.quiet_until, night.most_per_hour) == (time(22), time(7), 4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_from": "22:00"}, "both quiet_from and quiet_until"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "leave them out"),
        ({"quiet_from": 22, "quiet_until": 7}, 'write it as "22:00"'),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
        ({"most_per_hour": -1}, "most_per_hour"),
        ({"recipients": "slack://hunter2/x"}, "a list of mail addresses"),
        ({"recipients": ["slack://hunter2/x\n"]}, "neither a mail address nor an Apprise URL"),
        ({"recipients": [{"url": "slack://hunter2/x"}]}, "a list of mail addresses"),
    ],
)
def test_what_cannot_be_meant_is_said_without_secrets(wrong: dict[str, object], said: str) -> None:
    """Half of the quiet hours, a number for a time; and an error about recipients never repeats what stands there."""
    with pytest.raises(ConfigurationError, match=said) as refused:
        settings_from({"subscription": [{"name": "n", "recipients": ["a@b"], **wrong}]}, "x")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ConfigurationError, match=r"under \[\[subscription\]\]") as table:
        settings_from({"subscription": {"name": "n", "recipients": ["slack://hunter2/x"]}}, "x")
    assert "hunter2" not in str(table.value)
