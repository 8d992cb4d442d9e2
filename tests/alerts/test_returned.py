"""Delivery reports (RFC 3464) as servers write them, and mails that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.returned import Returned, read_report

NOW = datetime(2017, 3, 28, 12, tzinfo=UTC)
MESSAGE_ID = "<0123456789abcdef0123456789abcdef@onnotice.invalid>"

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: notice@newsroom.example
Subject: Undelivered Mail Returned to Sender
Date: Tue, 28 Mar 2017 05:00:00 -0600
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at mx.example.net.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Tue, 28 Mar 2017 04:59:58 -0600

Final-Recipient: rfc822; analyst@newsroom.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
{quoted}
--b--
"""
WHOLE = """Content-Type: message/rfc822

From: On Notice <notice@newsroom.example>
Message-ID: {id}
Subject: ICE lists 47 jurisdictions

text
"""
HEADERS = """Content-Type: text/rfc822-headers

From: On Notice <notice@newsroom.example>
Message-ID:
 {id}
Subject: ICE lists 47 jurisdictions
"""


def report(
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 <analyst@newsroom.example>: no such user",
    quoted: str = WHOLE,
) -> bytes:
    return REPORT.format(action=action, status=status, said=said, quoted=quoted.format(id=MESSAGE_ID)).encode()


@pytest.mark.parametrize("quoted", [WHOLE, HEADERS])
def test_a_mail_that_will_not_arrive(quoted: str) -> None:
    """Which mail, when, and in whose words; whether the mail is quoted whole or by its headers."""
    assert read_report(report(quoted=quoted), NOW) == Returned(
        message_id=MESSAGE_ID,
        at=datetime(2017, 3, 28, 11, tzinfo=UTC),
        for_good=True,
        failed=True,
        said="550 5.1.1 <analyst@newsroom.example>: no such user",
    )


@pytest.mark.parametrize(
    ("action", "status", "failed", "for_good"),
    [("failed", "4.4.7", True, False), ("Failed", "5.2.2", True, True), ("delayed", "4.4.1", False, False)],
)
def test_what_may_yet_arrive_is_not_lost_for_good(action: str, status: str, failed: bool, for_good: bool) -> None:
    """A server that gave up on a network, and one that still tries, say nothing about the address."""
    found = read_report(report(action=action, status=status, said="connection timed out"), NOW)
    assert found is not None
    assert (found.failed, found.for_good) == (failed, for_good)
    assert found.said == f"{status} connection timed out"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_a_mail_that_arrived_did_not_come_back(action: str) -> None:
    """A receipt is no return."""
    assert read_report(report(action=action), NOW) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: a@example.org\nSubject: Out of office\n\nI am away.\n",
        report(quoted="Content-Type: text/plain\n\nnothing quoted\n"),
        report().replace(b"message/delivery-status", b"text/plain"),
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n\n" * 5_000,
        b"Content-Type: multipart/report; boundary=x\n\n" + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 500,
    ],
)
def test_any_other_mail_is_none(mail: bytes) -> None:
    """Answers, broken reports and nests of parts are passed over."""
    assert read_report(mail, NOW) is None


def test_words_of_a_server_are_one_harmless_line() -> None:
    """However long, and whatever they would do to a terminal."""
    found = read_report(report(said=f"550 \x1b[31mgo away\u202e {'x' * 5_000}"), NOW)
    assert found is not None
    assert "\x1b" not in found.said
    assert len(found.said) <= 300


@pytest.mark.parametrize(
    "date", ["Tue, 28 Mar 2037 05:00:00 -0600", "yesterday", "", "Tue, 28 Mar 2017 99:00:00 +0000"]
)
def test_a_time_that_cannot_be_is_now(date: str) -> None:
    """A report from tomorrow, or from nowhere in time."""
    found = read_report(report().replace(b"Tue, 28 Mar 2017 05:00:00 -0600", date.encode(), 1), NOW)
    assert found is not None
    assert found.at == NOW


@given(st.binary(max_size=2_000), st.integers(0, 900))
def test_any_bytes_are_read_or_passed_over(noise: bytes, where: int) -> None:
    """Whatever stands in a folder of mails, and wherever a report was torn."""
    whole = report()
    read_report(noise, NOW)
    read_report(whole[:where] + noise + whole[where:], NOW)
