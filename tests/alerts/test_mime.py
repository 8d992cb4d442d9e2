"""Every mail that there is, in every form, as MIME: what strict servers and old mail programs take without mending."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.rendering import Form, render
from monitor.types import Alert

SENDER = "Schlagzeilen für alle <notice@newsroom.example>"
NAMES = sorted(path.stem for path in (Path(__file__).parent / "examples").glob("*.txt"))
PAGES = {
    "address": "https://watch.newsroom.example",
    "unsubscribe": f"https://watch.newsroom.example/unsubscribe/{'0123456789abcdef' * 20}",
    "reply_to": "The desk <stop@newsroom.example>",
}
HOSTILE = {
    "newlines": "Agenda\r\nBcc: everybody@newsroom.example\r\n\r\nbody",
    "encoded": "=?utf-8?q?a=0D=0ABcc:_b@c.example?=",
    "directions": "\u202egnp.exe\u202c report \u2066x\u2069",
    "no spaces": "W" * 50_000,
    "beyond ASCII": "Ünïcödé 市議会 🗳️ " * 200,
    "dots and From": "From here\n.\n..\n.hidden",
}


def valid(sent: bytes) -> EmailMessage:
    """RFC 5322, 2045 and 2047 by what breaks mails in practice. Returns the mail as a reader gets it."""
    assert sent.isascii(), "nothing asks a server for 8BITMIME or SMTPUTF8"
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", sent), "lines end in CRLF and nothing else"
    lines = sent.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    head, _, body = sent.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        assert len(line) <= 78 or re.match(rb"(?:List-|References|In-Reply|Message-ID| )", line), line
    assert all(len(line) <= 78 for line in body.split(b"\r\n"))
    message = message_from_bytes(sent, policy=default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        assert [header.defects for header in part.values()] == [()] * len(part.values())
        if not part.is_multipart():
            assert part.get_content_charset() == "utf-8"
            assert part["Content-Transfer-Encoding"] in ("7bit", "quoted-printable", "base64")
            part.get_content()
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert len(message.get_all(name)) == 1
    assert parsedate_to_datetime(str(message["Date"])).utcoffset() is not None
    for name in ("Message-ID", "References", "In-Reply-To"):
        assert re.fullmatch(r"<[a-z0-9-]+@onnotice\.invalid>", str(message[name]))
    assert re.fullmatch(r"On Notice <[a-z0-9-]+\.onnotice\.invalid>", str(message["List-Id"]))
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", str(message["Subject"]))
    return message


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("options", [{}, PAGES], ids=["commands", "pages"])
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_valid_in_every_form(
    examples: dict[str, Alert], name: str, options: dict[str, Any], form: Form
) -> None:
    """With and without pages, in full, as text, and as the little that is left for a server that takes no more."""
    message = valid(render(examples[name], SENDER, form=form, **options).as_bytes())
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == (["multipart/alternative", "text/plain", "text/html"] if form is Form.FULL else ["text/plain"])
    assert message["From"].addresses[0].display_name == "Schlagzeilen für alle"
    if options:
        click, mail = str(message["List-Unsubscribe"]).split(", ")
        assert click == f"<{PAGES['unsubscribe']}>"
        assert mail.startswith("<mailto:stop@newsroom.example?subject=unsubscribe")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("hostile", list(HOSTILE.values()), ids=list(HOSTILE))
def test_hostile_words_stay_inside(
    make_stored: Callable[..., Any], make_alert: Callable[..., Alert], hostile: str, form: Form
) -> None:
    """In a title, a place, a field, an address, a source's name or a subscription's: valid, with our headers alone, and
    within the size that mail programs show whole."""
    facts = {"fields": {hostile: [hostile, f"{hostile} amended"], "papers": [None, [{"name": hostile, "x": hostile}]]}}
    change = make_stored(
        summary=hostile, title=hostile, place=hostile, url=f"https://x.example/{hostile}", details=facts
    )
    added = make_stored(
        2, summary=hostile, details={"sets": {hostile: {"count": 1, "new": [hostile], "noun": [hostile] * 2}}}
    )
    sent = render(make_alert(change, added, subscription=hostile), SENDER, form=form, **PAGES).as_bytes()
    assert len(sent) <= 100_000
    message = valid(sent)
    assert message["Bcc"] is None
    assert message["To"] == "analyst@newsroom.example"
