"""From a change to a recipient and away again: mails with a link that works, the outbox's buttons, rehearsal, feeds."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from monitor.types import AlertState, Delivery
from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.telling import tell
from storage import Archive

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def spring(demo: Home, tmp_path: Path, users_file: Path) -> Home:
    """A copy of the demonstration's home, with users."""
    home = Home(tmp_path / "spring")
    home.folder.mkdir()
    shutil.copy(demo.archive, home.archive)
    shutil.copy(demo.settings, home.settings)
    shutil.copy(users_file, home.users)
    return home


@pytest.fixture
def served(spring: Home, serve_home: Callable[..., Any]) -> Iterator[Any]:
    """The demonstration's pages."""
    with serve_home(spring) as answered:
        yield answered


def first_sent(archive: Archive) -> Any:
    return archive.alerts(AlertState.SENT)[0]


# -- mails -----------------------------------------------------------------------------------------------------


def test_a_mail_is_left_by_its_own_header(serve: Callable[..., Any]) -> None:
    """Written by the round of every day, with the header that mail programs post to; then nothing more comes."""
    with serve('[web]\naddress = "https://watch.example.org"\n') as served, served.client() as program:
        _tell(served)
        (mail,) = served.mails
        message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        (link,) = re.findall(r"<https://watch\.example\.org(/unsubscribe/[^>]+)>", message["List-Unsubscribe"])
        answer = program.post(link, data={"List-Unsubscribe": "One-Click"}, headers={"host": "watch.example.org"})
        assert answer.status_code == 200
        _tell(served)
        assert len(served.mails) == 1


def _tell(served: Any) -> None:
    """A change is seen, and a round of telling follows."""
    with served.archive() as archive:
        source = served.site.settings.sources("the test")[0]
        moment = served.clock.now = served.clock.now + timedelta(hours=1)
        archive.keep_subscriptions(served.site.settings.subscriptions(), moment)
        _look(archive, source, moment)
        asyncio.run(tell(archive, served.site.settings, served.home, moment))


def _look(archive: Archive, source: Any, moment: Any) -> None:
    from monitor.types import Change, ChangeKind, Decision, Look, NewSnapshot, Verdict, VerdictKind, lines_digest

    run = archive.begin_run(source.slug, archive.begin_poll(moment), moment)
    text = (f"Meeting of {moment.isoformat()}",)
    change = Change(ChangeKind.PAGE_CHANGED, moment, source.slug, source.url, "The agenda changed", significance=0.9)
    decision = Decision(
        Verdict(VerdictKind.CREDIBLE, "It is the page."),
        snapshot=NewSnapshot("Council", text, lines_digest(text), "page/1"),
        changes=(change,),
    )
    look = Look(source.url, moment, 200, text[0].encode(), "text/html")
    archive.record_look(look, archive.page_state(source, source.url), decision, run)


# -- the outbox ------------------------------------------------------------------------------------------------


def test_an_alert_is_sent_once_more(served: Any, ada: Any) -> None:
    """Under its Message-ID, at once, and the attempt stands in its ledger."""
    with served.archive() as archive:
        alert = first_sent(archive)
    assert f'href="/outbox/{alert.id}"' in ada.get("/outbox").text + ada.get("/outbox?state=sent").text
    shown = ada.get(f"/outbox/{alert.id}")
    assert "Send it once more" in shown.text
    assert served.mails == []
    answer = ada.fill(f"/outbox/{alert.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/outbox/{alert.id}")
    (mail,) = served.mails
    assert alert.message_id in mail.read_text()
    assert ada.get(f"/outbox/{alert.id}").text.count("<tr>") == shown.text.count("<tr>") + 1


def test_a_refused_alert_is_tried_again(served: Any, ada: Any) -> None:
    """And what the server said stands there for who is signed in."""
    with served.archive() as archive:
        alert = first_sent(archive)
        refused = Delivery(alert.id, served.clock(), "smtp", "refused", "550 no such user")
        archive.delivered(refused, state=AlertState.FAILED, subject="", retry_at=None)
    assert "550 no such user" in ada.get(f"/outbox/{alert.id}").text
    assert ada.fill(f"/outbox/{alert.id}").status_code == 303
    with served.archive() as archive:
        assert alert.id in {one.id for one in archive.alerts(AlertState.SENT)}


def test_what_cannot_be_sent_again_says_why(served: Any, ada: Any, browser: Any) -> None:
    """Its recipient has left, or there is no such alert; and nobody does it without signing in."""
    with served.archive() as archive:
        alert = first_sent(archive)
        archive.leave(alert.subscription, alert.recipient, served.clock())
    answer = ada.fill(f"/outbox/{alert.id}")
    assert answer.status_code == 400
    assert "only they can take that back" in answer.text
    assert served.mails == []
    for number in ("99999", "0", "x", "9" * 30):
        assert ada.get(f"/outbox/{number}").status_code == 404
    assert browser.get(f"/outbox/{alert.id}").status_code == 303


# -- rehearsal -------------------------------------------------------------------------------------------------


def test_a_subscription_is_rehearsed_before_it_is_made(served: Any, ada: Any) -> None:
    """With subjects, once for each mail and not each recipient; nothing is kept or sent."""
    form = {
        "name": "lists",
        "recipients": "a@example.org\nb@example.org",
        "kind": "news",
        "minimum_significance": "0.3",
        "rhythm": "at once",
        "hour": "7",
        "weekday": "mon",
        "timezone": "UTC",
        "do": "rehearse",
    }
    shown = ada.fill("/subscriptions/new", **form)
    assert shown.status_code == 200
    assert "What it would have sent" in shown.text
    assert shown.text.count('class="row-title"') >= 3
    assert "Nothing was kept or sent" in shown.text
    assert "a@example.org" in shown.text
    nothing = ada.fill("/subscriptions/new", **{**form, "words": "zeppelin"})
    assert re.search(r"<p role=\"status\">Nothing, over the whole", nothing.text)
    with served.archive() as archive:
        assert archive.made_subscriptions() == ()
    assert served.mails == []
    assert ada.fill("/subscriptions/new", **{**form, "do": "save"}).status_code == 303
    again = ada.fill("/subscription/lists", **form)
    assert again.text.count('class="row-title"') == shown.text.count('class="row-title"')


def test_a_rehearsal_ends_in_time(spring: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is: what was found by then is shown, with how far it went."""
    from onnotice.web import rehearsing

    subscription = read_settings(spring).subscriptions()[0]
    whole = rehearsing.rehearse(spring.archive, subscription)
    assert whole.whole
    monkeypatch.setattr(rehearsing, "_MOST_MAILS", 2)
    first = rehearsing.rehearse(spring.archive, subscription)
    assert (first.mails, first.whole) == (whole.mails[:2], False)
    monkeypatch.setattr(rehearsing, "_SECONDS", -1.0)
    assert not rehearsing.rehearse(spring.archive, subscription).whole


# -- feeds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/changes.atom",
        "/feeds/source/ice_newsroom.atom",
        "/feeds/jurisdiction/08013.atom",
        "/feeds/search.atom?q=detainer",
    ],
)
def test_a_feed_is_served_and_not_sent_twice(path: str, served: Any, browser: Any) -> None:
    """As Atom, and as 304 for whoever has it; a change of the archive is a new one."""
    with served.archive() as archive:
        slugs = [status.source.slug for status in archive.sources()]
    path = path.replace("ice_newsroom", slugs[0])
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert etree.fromstring(answer.content).findall("a:entry", ATOM)
    tag, modified = answer.headers["etag"], answer.headers["last-modified"]
    for headers in (
        {"if-none-match": tag},
        {"if-none-match": f'"x", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": modified},
    ):
        known = browser.get(path, headers=headers)
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == tag
    for headers in (
        {"if-none-match": '"x"'},
        {"if-none-match": '"x"', "if-modified-since": modified},
        {"if-modified-since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert browser.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/feeds/source/nobody.atom", "/feeds/jurisdiction/99999.atom", "/feeds/jurisdiction/x.atom", "/feeds/x.atom"],
)
def test_a_feed_of_nothing_known_is_not_there(path: str, browser: Any) -> None:
    """With a sentence."""
    assert browser.get(path).status_code == 404


def test_hostile_words_make_a_harmless_feed(browser: Any) -> None:
    """Well-formed, whatever is asked; a feed of nothing looks the same all day."""
    for words in ("<script>", "&amp;]]>", "\x01\x02", "a" * 500, "not " * 50, "*" * 100):
        answer = browser.get("/feeds/search.atom", params={"q": words})
        assert answer.status_code == 200
        feed = etree.fromstring(answer.content)
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
        again = browser.get("/feeds/search.atom", params={"q": words})
        assert again.headers["etag"] == answer.headers["etag"]
    assert browser.get("/feeds/search.atom", params={"q": "a" * 501}).status_code == 400


def test_pages_name_their_feeds(served: Any, browser: Any) -> None:
    """A feed reader that is given a page finds the feed."""
    for page, feed in (("/changes", "/feeds/changes.atom"), ("/search?q=detainer", "/feeds/search.atom?q=detainer")):
        links = re.findall(
            r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"', browser.get(page).text
        )
        assert links == [feed]
        assert browser.get(links[0]).status_code == 200


# -- evidence --------------------------------------------------------------------------------------------------


def test_the_evidence_of_a_change_is_a_file_to_keep(served: Any, ada: Any, browser: Any) -> None:
    """For who is signed in, so many an hour; its own script finds nothing wrong with it."""
    with served.archive() as archive:
        change = next(stored for stored in archive.changes() if stored.visit)
        health = next((stored for stored in archive.changes() if not stored.visit), None)
    path = f"/change/{change.id}/evidence"
    assert path in ada.get(f"/change/{change.id}").text
    assert path not in browser.get(f"/change/{change.id}").text
    assert browser.get(path).status_code == 303
    answer = ada.get(path)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="onnotice-change-{change.id}.zip"'
    folder = served.home.folder / "bundle"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        packed.extractall(folder)
    checker = folder / f"onnotice-change-{change.id}" / "verify.py"
    checked = subprocess.run([sys.executable, str(checker)], capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert ada.get("/change/99999/evidence").status_code == 404
    if health is not None:
        assert ada.get(f"/change/{health.id}/evidence").status_code == 400
    for _ in range(30):
        refused = ada.get(path)
    assert refused.status_code == 429
    assert "try again in" in refused.text
    served.clock.passes(hours=1)
    assert ada.get(path).status_code == 200
