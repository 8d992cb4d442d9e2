"""All subscriptions together: those of the settings and of the web pages, with the recipients who want them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from monitor.errors import UsageError
from onnotice import session
from onnotice.config import settings_from
from onnotice.home import Home
from onnotice.subscribing import checked, keep_and_gather, settings_kept, settings_of
from onnotice.telling import tell
from storage import Archive

SETTINGS = settings_from(
    {"subscription": [{"name": "desk", "recipients": ["ana@example.org", "Ben <b@example.org>"]}]}, "x"
)
FORM = {
    "name": "lists",
    "recipients": ["ana@example.org", "carl@example.org"],
    "words": ["detainer"],
    "rhythm": "daily",
}


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An empty one."""
    with Archive.in_memory() as opened:
        yield opened


def make(archive: Archive, now: datetime, *known: str) -> None:
    archive.make_subscription("lists", settings_kept(checked(FORM)), "ada", known, now)


def gathered(archive: Archive, now: datetime) -> dict[str, tuple[str, ...]]:
    return {one.name: one.recipients for one in keep_and_gather(archive, SETTINGS, now)}


def test_only_who_confirmed_is_told(archive: Archive, now: datetime) -> None:
    """Of a subscription made on the pages; whoever the settings name need not."""
    make(archive, now, "carl@example.org")
    assert gathered(archive, now) == {
        "desk": ("ana@example.org", "Ben <b@example.org>"),
        "lists": ("carl@example.org",),
    }
    archive.ask_recipient("lists", "ana@example.org", now)
    assert gathered(archive, now)["lists"] == ("carl@example.org",)
    archive.confirm_recipient("lists", "ana@example.org", now)
    assert gathered(archive, now)["lists"] == ("ana@example.org", "carl@example.org")


def test_who_left_is_not_told_though_the_settings_name_them(archive: Archive, now: datetime) -> None:
    """However the settings write the address."""
    make(archive, now, "carl@example.org", "ana@example.org")
    gathered(archive, now)
    archive.leave("desk", "B@example.org", now)
    archive.leave("lists", "ana@example.org", now)
    assert gathered(archive, now) == {"desk": ("ana@example.org",), "lists": ("carl@example.org",)}


def test_what_is_paused_is_not_gathered(archive: Archive, now: datetime) -> None:
    """Until it goes on."""
    make(archive, now, "carl@example.org")
    archive.pause_subscription("lists", now)
    assert gathered(archive, now).keys() == {"desk"}
    archive.resume_subscription("lists")
    assert gathered(archive, now).keys() == {"desk", "lists"}


def test_what_a_form_said_is_what_is_told(archive: Archive, now: datetime) -> None:
    """Every field comes back from the archive as the settings' own model has it."""
    make(archive, now)
    (made,) = archive.made_subscriptions()
    assert settings_of(made) == checked(FORM)


def test_one_that_cannot_be_read_blocks_nobody(
    archive: Archive, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A later version's is left alone, and said in the log."""
    archive.make_subscription("lists", {"recipients": ["a@example.org"], "colour": "red"}, "ada", (), now)
    assert gathered(archive, now).keys() == {"desk"}
    assert "'lists' cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "one line of letters"),
        ({"name": " a"}, "without spaces around"),
        ({"name": "desk"}, "choose another name"),
        ({"recipients": []}, "recipients"),
        ({"recipients": ["nobody"]}, "neither a mail address nor"),
        ({"recipients": ["a@example.org\r\nBcc: b@example.org"]}, "neither a mail address nor"),
        ({"recipients": ["slack://secret"]}, "is a secret"),
        ({"recipients": [f"{number}@example.org" for number in range(51)]}, "at most 50"),
        ({"kinds": ["gossip"]}, "is no kind of change"),
        ({"timezone": "Denver"}, "is no IANA time zone"),
        ({"minimum_significance": 2}, "minimum_significance"),
        ({"colour": "red"}, "colour is no setting"),
    ],
)
def test_a_form_is_held_to_the_rules_of_the_settings(values: dict[str, Any], said: str) -> None:
    """One sentence, and nothing is kept."""
    with pytest.raises(UsageError, match=said):
        checked({**FORM, **values}, taken=["desk"])


async def test_a_subscription_of_the_pages_is_sent_its_mail(
    at_home: Callable[..., Any], home: Home, site: Any, now: datetime
) -> None:
    """By the same round as those of the settings, to who confirmed and has not left."""
    import asyncio

    await asyncio.to_thread(at_home, "poll", "--no-send")
    form = checked({"name": "lists", "recipients": ["carl@example.org", "dora@example.org"]})
    with Archive.open(home.archive) as archive:
        archive.make_subscription("lists", settings_kept(form), "ada", ["carl@example.org", "dora@example.org"], now)
        archive.leave("lists", "dora@example.org", now)
    site.says("/council", "Special meeting of March 27, 2017")
    await asyncio.to_thread(at_home, "poll", "--no-send")
    with session.working(home, alone=False) as opened:
        told = await tell(opened.archive, opened.settings, home, session.now())
    assert told.report.sent == 2
    mails = "".join(mail.read_text() for mail in (home.folder / "mails").glob("*.eml"))
    assert "To: carl@example.org" in mails
    assert "dora@example.org" not in mails
