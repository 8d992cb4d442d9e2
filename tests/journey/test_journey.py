"""The journey: a site changes, a mail arrives, once; on a day when nothing happened there, none does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.types import ChangeKind, Health


def text_of(message: EmailMessage) -> str:
    """A mail's text part, in one line."""
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def html_of(message: EmailMessage) -> str:
    """A mail's HTML part."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


async def test_an_edit_arrives_as_one_mail(desk: Any) -> None:
    """The first look tells nobody anything; an edit is mailed with what it says now and what it said before."""
    assert await desk.look_and_tell() == []
    desk.town.meeting = "Special meeting of March 27, 2017: sanctuary cities"
    desk.later(hours=1)
    (mail,) = await desk.look_and_tell()
    assert "Town Council" in mail["Subject"]
    assert "Special meeting of March 27, 2017: sanctuary cities" in text_of(mail)
    assert "Regular meeting of March 28, 2017" in text_of(mail)
    assert "Special" in html_of(mail)
    assert f"{desk.town.url}/council" in text_of(mail)
    assert mail["To"] == "analyst@example.org"
    assert mail["Message-ID"]


async def test_running_any_step_again_adds_nothing(desk: Any) -> None:
    """Polls and sends may be repeated, in any order, at once or later: no second change, alert or mail."""
    await desk.look_and_tell()
    desk.town.meeting = "Special meeting of March 27, 2017"
    desk.later(hours=1)
    await desk.look()
    await desk.look()
    assert (await desk.tell()).made == 1
    before, letters = desk.told(), desk.letters()
    assert len(letters) == 1
    for step in (desk.tell, desk.look, desk.tell, desk.look, desk.look, desk.tell):
        await step()
        desk.later(minutes=20)
    assert desk.told() == before
    assert desk.letters().keys() == letters.keys()


async def test_a_day_with_a_bot_wall_is_no_news(desk: Any) -> None:
    """A challenge with status 200 for every page: the source is not seen, nobody is mailed, nothing is concluded."""
    await desk.look_and_tell()
    desk.town.blocked = True
    desk.later(days=1)
    assert await desk.look_and_tell() == []
    with desk.archive() as archive:
        assert archive.source("town_council").health is Health.BLOCKED
        assert len(archive.snapshots(f"{desk.town.url}/council")) == 1
    desk.town.blocked = False
    desk.later(days=1)
    assert await desk.look_and_tell() == []
    assert [stored.change.kind for stored in desk.told() if not stored.change.kind.about_our_eyes] == []


async def test_a_day_without_a_server_is_no_news(desk: Any) -> None:
    """Connections refused, three looks long: we cannot see, which is not a removal."""
    await desk.look_and_tell()
    await desk.town.close()
    for _ in range(3):
        desk.later(minutes=11)
        assert await desk.look_and_tell() == []
    with desk.archive() as archive:
        assert archive.source("town_council").health is Health.UNREACHABLE
        assert archive.visits(f"{desk.town.url}/council")[-1].status is None
    await desk.town.open()
    desk.later(hours=1)
    assert await desk.look_and_tell() == []
    assert [stored.change.kind for stored in desk.told() if not stored.change.kind.about_our_eyes] == []


async def test_noise_is_no_news_and_one_digit_is(desk: Any) -> None:
    """While only stamps, counters, banners and tokens move, nothing is told; a digit in a table on the next day is."""
    await desk.look_and_tell()
    for _ in range(4):
        desk.later(days=1)
        assert await desk.look_and_tell() == []
    assert desk.told() == []
    desk.town.declined = "208"
    desk.later(days=1)
    (mail,) = await desk.look_and_tell()
    assert "206" in text_of(mail)
    assert "208" in text_of(mail)
    (stored,) = desk.told()
    assert stored.change.details["hunks"] == [[["Detainers declined | 206"], ["Detainers declined | 208"]]]


async def test_a_document_that_appears_is_told(desk: Any, pdf: Callable[[str], bytes]) -> None:
    """A PDF that the page lists is followed, read and mailed; the page's own new line with it, in the same mail."""
    await desk.look_and_tell()
    desk.town.documents["/agenda_032717.pdf"] = pdf("Study session on sanctuary cities")
    desk.later(hours=1)
    (mail,) = await desk.look_and_tell()
    kinds = [stored.change.kind for stored in desk.told()]
    assert sorted(kinds) == [ChangeKind.DOCUMENT_PUBLISHED, ChangeKind.PAGE_CHANGED]
    assert "Study session on sanctuary cities" in text_of(mail)
    desk.later(hours=1)
    assert await desk.look_and_tell() == []


async def test_a_withdrawal_is_confirmed_and_told_once_and_so_is_the_return(desk: Any) -> None:
    """A 404 is believed at the third look, ten minutes apart; looks in between do not count. The return is told."""
    await desk.look_and_tell()
    desk.town.gone = True
    desk.later(hours=1)
    assert await desk.look_and_tell() == []
    with desk.archive() as archive:
        assert [url for _, url in archive.pages_due(desk.town.now)] == []
        assert [url for _, url in archive.pages_due(desk.town.now + timedelta(minutes=10))] == [
            f"{desk.town.url}/council"
        ]
    desk.later(minutes=2)
    assert await desk.look_and_tell() == []
    desk.later(minutes=8)
    assert await desk.look_and_tell() == []
    desk.later(minutes=10)
    (mail,) = await desk.look_and_tell()
    assert "Town Council" in mail["Subject"]
    assert [stored.change.kind for stored in desk.told()] == [ChangeKind.PAGE_WITHDRAWN]
    for _ in range(3):
        desk.later(minutes=10)
        assert await desk.look_and_tell() == []
    desk.town.gone = False
    desk.later(hours=1)
    assert len(await desk.look_and_tell()) == 1
    assert [stored.change.kind for stored in desk.told()] == [ChangeKind.PAGE_WITHDRAWN, ChangeKind.PAGE_RETURNED]
    desk.later(hours=1)
    assert await desk.look_and_tell() == []


async def test_one_look_at_the_old_state_ends_a_withdrawal(desk: Any) -> None:
    """Gone twice, there once, gone twice: never three in a row, nobody is told."""
    await desk.look_and_tell()
    for gone in (True, True, False, True, True):
        desk.town.gone = gone
        desk.later(minutes=11)
        assert await desk.look_and_tell() == []
    assert desk.told() == []


class Post:
    """A mail server's memory; says no to the first `refusals` mails."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


async def test_the_mail_arrives_by_smtp(make_desk: Callable[..., Any]) -> None:
    """Through a real server: put off once, sent on the next round, and never again."""
    post = Post(refusals=1)
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(post), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        desk = make_desk(f'transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"')
        await desk.look()
        await desk.tell()
        desk.town.declined = "207"
        desk.later(hours=1)
        await desk.look()
        first = await desk.tell()
        assert (first.made, first.report.sent, first.report.deferred) == (1, 0, 1)
        for _ in range(3):
            desk.later(hours=1)
            await desk.look()
            await desk.tell()
        (envelope,) = post.taken
        assert envelope.rcpt_tos == ["analyst@example.org"]
        assert b"207" in bytes(envelope.content)
        assert not (desk.home.folder / "mails").exists()
    finally:
        listening.close()
        await listening.wait_closed()
