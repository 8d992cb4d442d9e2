"""alerts, send, bounces, feed by the command line: the ledger, mails that come back, news for who fetches it."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from monitor.addresses import name_of
from onnotice.home import Home
from storage import Archive

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by Apprise 2.2 on Python 3.11 and 3.12

Run = Callable[..., Any]
REPORT = """\
From: MAILER-DAEMON@mx.example.net
Subject: Undelivered Mail Returned to Sender
Date: Tue, 28 Mar 2017 11:00:{second:02} +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; analyst@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
--b--
"""


@pytest.fixture
def told(at_home: Run, home: Home, site: Any) -> list[Path]:
    """Three mails that went out, as files."""
    at_home("poll", "--no-send")
    news = (
        ("/council", "A meeting on the jail"),
        ("/budget", "Two bridges"),
        ("/council", "Libraries open on Sundays"),
    )
    for path, matter in news:
        site.says(path, matter)
        assert at_home("poll").code == 0
    return sorted((home.folder / "mails").glob("*.eml"))


@pytest.fixture
def came_back(told: list[Path], tmp_path: Path) -> Path:
    """A Maildir with a report about each of them, and a holiday greeting."""
    folder = tmp_path / "Maildir"
    (folder / "new").mkdir(parents=True)
    for second, path in enumerate(told):
        message_id = message_from_bytes(path.read_bytes())["Message-ID"]
        report = REPORT.format(second=second, message_id=message_id)
        (folder / "new" / f"{second}.eml").write_text(report)
    (folder / "new" / "greeting.eml").write_text("Subject: Out of office\n\nI am away.\n")
    return folder


def test_the_ledger_says_who_was_told_what_and_when(at_home: Run, told: list[Path]) -> None:
    """By recipient and state, with every attempt for programs."""
    assert len(told) == 3
    objects = at_home("alerts", "--recipient", "analyst@example.org", "--json").objects
    assert [one["state"] for one in objects] == ["sent"] * 3
    assert all(one["told_at"] for one in objects)
    assert [one["outcome"] for one in objects[0]["deliveries"]] == ["sent"]
    assert at_home("alerts", "--recipient", "nobody@example.org", "--json").objects == []
    assert "Town Council" in at_home("alerts", "--recipient", "analyst@example.org").out


def test_sent_again_it_is_the_same_mail(at_home: Run, told: list[Path]) -> None:
    """One file more than before is none: it is the mail that was sent, to the byte."""
    path = next(path for path in told if b"on the jail" in path.read_bytes())
    before = path.read_bytes()
    path.unlink()
    answer = at_home("send", "--again", "1")
    assert answer.out.startswith("1 sent")
    assert path.read_bytes() == before
    (first, *_) = at_home("alerts", "--json").objects
    assert [one["outcome"] for one in first["deliveries"]] == ["sent", "sent"]
    missing = at_home("send", "--again", "99")
    assert missing.code == 2
    assert "There is no alert 99" in missing.err


def test_an_address_whose_mails_come_back_is_left_alone_loudly(
    at_home: Run, home: Home, site: Any, came_back: Path
) -> None:
    """Taken in once, said by doctor and by sources; what is new waits, and goes out when somebody resumes."""
    assert at_home("bounces").out == ""
    first = at_home("bounces", came_back)
    assert "3 mails did not arrive, 0 are late, 0 reports were known, 1 files are no report" in first.out
    assert "`onnotice send --again 1` sends alert 1 once more." in first.out
    assert "NOTHING IS SENT TO analyst@example.org any more" in first.out
    assert "0 mails did not arrive, 0 are late, 3 reports were known" in at_home("bounces", came_back).out
    (one,) = at_home("bounces", "--json").objects
    assert (one["times"], one["reason"]) == (3, "550 5.1.1 no such user")

    site.says("/council", "A meeting that nobody is told of")
    assert at_home("poll").code == 0
    assert len(list((home.folder / "mails").glob("*.eml"))) == 3
    for command in ("doctor", "sources"):
        said = at_home(command).out
        assert "NOTHING IS SENT TO analyst@example.org any more" in said
        assert "1 alert waits" in said
    again = at_home("send", "--again", "1")
    assert again.code == 2
    assert "bounces --resume analyst@example.org" in again.err

    resumed = at_home("bounces", "--resume", "analyst@example.org")
    assert "is written to again; 1 waiting alerts" in resumed.out
    assert at_home("send").out.startswith("1 sent")
    assert "NOTHING IS SENT" not in at_home("sources").out
    assert at_home("bounces", "--resume", "analyst@example.org").code == 2


def test_files_that_are_none_are_said(at_home: Run, tmp_path: Path) -> None:
    """A wrong path is one sentence."""
    answer = at_home("bounces", tmp_path / "nowhere")
    assert answer.code == 2
    assert "is neither a file nor a folder" in answer.err


def test_a_service_is_named_without_its_secret(at_home: Run, home: Home, site: Any) -> None:
    """In the ledger, the list of subscriptions, and what is said of a failure; asked for by its URL or by its name."""
    url = "nosuchservice://hunter2/token"
    text = home.settings.read_text()
    home.settings.write_text(text.replace('["analyst@example.org"]', f'["{url}"]'))
    at_home("poll", "--no-send")
    site.says("/council", "Special meeting")
    polled = at_home("poll")
    assert polled.code == 1
    assert f"“{name_of(url)}” is no address that Apprise knows" in polled.err
    by_url, by_name = (at_home("alerts", "--recipient", asked, "--json") for asked in (url, name_of(url)))
    assert by_url.objects == by_name.objects
    assert [one["recipient"] for one in by_url.objects] == [name_of(url)]
    shown = [at_home("subscriptions"), at_home("subscriptions", "--json"), at_home("alerts"), polled, by_url]
    assert not [answer for answer in shown if "hunter2" in answer.out + answer.err]
    assert b"hunter2" not in home.archive.read_bytes()


def test_a_feed_is_written_whole(at_home: Run, told: list[Path], tmp_path: Path) -> None:
    """To standard output or a file, of everything or of what is asked for."""
    path = tmp_path / "council.atom"
    assert at_home("feed", "--source", "council", "--output", path).code == 0
    root = etree.fromstring(path.read_bytes())
    ids = [element.text for element in root.iter("{*}id")]
    assert len(root.findall("{*}entry")) == 2
    everything = etree.fromstring(at_home("feed").out.encode())
    assert len(everything.findall("{*}entry")) == 3
    assert set(ids[1:]) < {element.text for element in everything.iter("{*}id")}
    assert etree.fromstring(at_home("feed", "--words", "library").out.encode()).find("{*}entry") is not None
    assert etree.fromstring(at_home("feed", "--words", "unheard").out.encode()).find("{*}entry") is None
    assert at_home("feed", "--source", "nowhere").code == 2


def test_links_lead_to_the_pages_where_there_are_some(at_home: Run, home: Home, site: Any) -> None:
    """With `[web] address` mails and feeds lead to the change, its page's history and the look, and not to commands."""
    at_home("poll", "--no-send")
    home.settings.write_text(home.settings.read_text() + '\n[web]\naddress = "https://watch.example.org"\n')
    site.says("/council", "Special meeting")
    at_home("poll")
    (mail,) = (home.folder / "mails").glob("*.eml")
    with Archive.open(home.archive, read_only=True) as archive:
        (change,) = archive.changes()
    text = message_from_bytes(mail.read_bytes()).get_payload(0).get_payload(decode=True).decode()
    for link in (f"change/{change.id}", f"page/{change.page}", f"visit/{change.visit}"):
        assert f"https://watch.example.org/{link}\r\n" in text
    assert "onnotice show" not in text
    assert f'href="https://watch.example.org/change/{change.id}"' in at_home("feed").out
