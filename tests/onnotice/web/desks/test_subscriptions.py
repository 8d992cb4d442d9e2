"""Subscriptions on the page: made, changed, paused, removed; recipients asked by a real mail, confirmed by its link."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from typing import Any

import pytest

from onnotice.subscribing import keep_and_gather

FORM = {
    "name": "lists",
    "recipients": "ada@example.org\ncarl@example.org",
    "source": ["council"],
    "sources": "ice_*",
    "kind": ["news", "health"],
    "jurisdictions": "Denver, Colorado",
    "words": "detainer\nnot jail",
    "minimum_significance": "0.5",
    "rhythm": "daily",
    "hour": "8",
    "weekday": "tue",
    "timezone": "America/Denver",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "most_per_hour": "5",
    "do": "save",
}


def make(client: Any, **changed: Any) -> Any:
    return client.fill("/subscriptions/new", **{**FORM, **changed})


def told(served: Any) -> dict[str, tuple[str, ...]]:
    with served.archive() as archive:
        return {one.name: one.recipients for one in keep_and_gather(archive, served.site.settings, served.clock())}


def link_in(mail: Any, path: str) -> str:
    """The address in a mail's text, without the host."""
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    found = re.search(rf"https?://[^\s/]+({path}/\S+)", message.get_body(("plain",)).get_content())
    assert found
    return found[1]


def test_a_subscription_is_made_as_it_was_filled_in(served: Any, ada: Any) -> None:
    """And shown so, in the list and in its form."""
    answer = make(ada)
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscriptions?done=made")
    with served.archive() as archive:
        (kept,) = archive.made_subscriptions()
    assert kept.made_by == "ada"
    assert kept.settings["sources"] == ["council", "ice_*"]
    assert kept.settings["words"] == ["detainer", "not jail"]
    assert (kept.settings["rhythm"], kept.settings["hour"]) == ("daily", 8)
    listed = ada.get("/subscriptions?done=made").text
    for shown in (
        "The subscription is made",
        "Denver, Colorado",
        "daily at 08:00, America/Denver",
        "from 22:00 to 07:00",
        "5 mails an hour",
        "carl@example.org",
    ):
        assert shown in listed
    form = ada.get("/subscription/lists").text
    assert 'name="source" value="council" checked' in form
    assert ">ice_*</textarea>" in form
    assert "<option selected>daily</option>" in form


def test_nobody_is_told_before_they_confirm_by_the_link_of_a_mail(served: Any, ada: Any, browser: Any) -> None:
    """But for the user's own address. Opening the link changes nothing; its button does, without signing in."""
    make(ada)
    assert told(served)["lists"] == ("ada@example.org",)
    (mail,) = served.mails
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message["To"] == "carl@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body().get_content()
    assert "ada has subscribed carl@example.org" in text
    assert "Denver, Colorado" in text
    link = link_in(mail, "/confirm")
    shown = browser.get(link)
    assert shown.status_code == 200
    assert "Denver, Colorado" in shown.text
    browser.head(link)
    assert told(served)["lists"] == ("ada@example.org",)
    assert "has not confirmed" in ada.get("/subscriptions").text
    assert browser.fill(link).status_code == 200
    assert told(served)["lists"] == ("ada@example.org", "carl@example.org")
    assert "has not confirmed" not in ada.get("/subscriptions").text


def test_a_confirmation_is_good_for_a_week_and_for_nothing_else(served: Any, ada: Any, browser: Any) -> None:
    """Late, tampered with, after the subscription was removed, or without a form of ours: a clear sentence."""
    make(ada)
    link = link_in(served.mails[0], "/confirm")
    changed = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert "not whole" in browser.get(changed).text
    assert browser.post(link, data={"x": "1"}).status_code == 403
    token = browser.token_in(browser.get(link))
    served.clock.passes(days=7)
    for answer in (browser.get(link), browser.submit(link, token)):
        assert answer.status_code == 400
        assert "good for 7 days" in answer.text
    served.clock.passes(days=-1)
    ada.fill("/subscription/lists", do="remove")
    assert browser.get(link).status_code == 404
    assert browser.submit(link, token).status_code == 404
    assert told(served).keys() == {"desk"}


def test_a_subscription_is_changed_paused_and_removed(served: Any, ada: Any) -> None:
    """By any user; recipients who are there already are not asked again, new ones are."""
    make(ada)
    with served.client() as ben:
        ben.sign_in("ben", "another horse battery")
        changed = {**FORM, "recipients": "ada@example.org\ncarl@example.org\ndora@example.org", "rhythm": "hourly"}
        assert ben.fill("/subscription/lists", **changed).headers["location"].endswith("done=changed")
        assert len(served.mails) == 2
        assert "dora" in served.mails[1].name + served.mails[0].name
        assert ben.fill("/subscription/lists", do="pause").headers["location"].endswith("done=paused")
        assert told(served).keys() == {"desk"}
        assert "paused since" in ben.get("/subscriptions").text
        assert ben.fill("/subscription/lists", do="resume").headers["location"].endswith("done=resumed")
        assert told(served)["lists"] == ("ada@example.org",)
        assert ben.fill("/subscription/lists", do="remove").headers["location"].endswith("done=removed")
        assert told(served).keys() == {"desk"}
        assert ben.get("/subscription/lists").status_code == 404


def test_who_took_no_notice_may_be_asked_again_but_not_for_ever(served: Any, ada: Any) -> None:
    """Five times a day; the next day again."""
    make(ada, recipients="carl@example.org")
    for _ in range(4):
        served.clock.passes(minutes=1)
        assert ada.fill("/subscription/lists", do="ask").headers["location"].endswith("done=asked")
    served.clock.passes(minutes=1)
    refused = ada.fill("/subscription/lists", do="ask")
    assert refused.status_code == 200
    assert "too much has been asked today" in refused.text
    assert len(served.mails) == 5
    served.clock.passes(days=1)
    assert ada.fill("/subscription/lists", do="ask").status_code == 303


MISTAKES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": ""}, "name"),
    ({"name": "desk"}, "choose another name"),
    ({"name": "..."}, "neither letter nor figure"),
    ({"recipients": ""}, "recipients"),
    ({"recipients": "slack://a/b"}, "is a secret"),
    ({"recipients": "carl@example.org, eve@example.org"}, "no mail address"),
    ({"recipients": "carl@exa mple.org"}, "no mail address"),
    ({"recipients": "<script>alert(1)</script>@example.org"}, "no mail address"),
    ({"timezone": "Denver"}, "no IANA time zone"),
    ({"minimum_significance": "lots"}, "minimum_significance"),
    ({"hour": "24"}, "hour"),
    ({"kind": "gossip"}, "no kind of change"),
    ({"rhythm": "never"}, "rhythm"),
    ({"quiet_from": ""}, "quiet hours need both"),
)


def test_a_form_with_a_mistake_comes_back_as_it_was(ada: Any, served: Any) -> None:
    """With a sentence that says what is wrong; nothing is kept, and nobody is asked."""
    for changed, said in MISTAKES:
        answer = make(ada, **changed)
        assert answer.status_code == 400, changed
        assert 'role="alert"' in answer.text
        assert said in answer.text, changed
        assert "detainer" in answer.text
        assert "<script>alert" not in answer.text
    with served.archive() as archive:
        assert archive.made_subscriptions() == ()
    assert served.mails == []


@pytest.mark.parametrize(
    "name",
    [
        "</textarea><script>alert(1)</script>",
        'a" onfocus="alert(1)',
        "{{ 1234 * 4321 }}",
        "100% of / everything?",
        "Räte – 議会",
        "new",
        "a/../b",
        "x" * 80,
    ],
)
def test_a_hostile_name_is_harmless(served: Any, ada: Any, browser: Any, name: str) -> None:
    """In the list, in its form, in the letter, on the page that it leads to, and as an address of its own."""
    assert make(ada, name=name).status_code == 303
    listed = ada.get("/subscriptions")
    (path,) = set(re.findall(r'href="(/subscription/[^"]*)"', listed.text))
    form = ada.get(path)
    assert form.status_code == 200
    assert browser.get(link_in(served.mails[0], "/confirm")).status_code == 200
    for shown in (listed, form):
        assert "<script>alert" not in shown.text
        assert 'onfocus="alert' not in shown.text
        assert "5332114" not in shown.text
    assert ada.fill(path, do="pause").status_code == 303
    message = email.message_from_bytes(served.mails[0].read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Please confirm that you want news from On Notice"


def test_a_name_is_taken_once(ada: Any) -> None:
    """Two windows with the same name: the second is told."""
    assert make(ada).status_code == 303
    answer = make(ada)
    assert answer.status_code == 400
    assert "choose another name" in answer.text


def test_a_mail_that_cannot_be_sent_is_said(serve: Callable[..., Any]) -> None:
    """The subscription is kept, and the recipient can be asked again."""
    settings = '[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
    with serve(settings) as served, served.client() as ada:
        ada.sign_in()
        answer = make(ada)
        assert answer.status_code == 200
        assert "The subscription is kept." in answer.text
        assert "could not be asked" in answer.text
        assert ada.get("/subscription/lists").status_code == 200


def test_those_of_the_settings_are_shown_and_not_changed_here(served: Any, ada: Any) -> None:
    """The addresses of chat services, which are secrets, are not shown either."""
    shown = ada.get("/subscriptions").text
    assert "dora@example.org" in shown
    assert "slack: …" in shown
    assert "token-a" not in shown
    token = ada.token_in(ada.get("/account"))
    for action in ("pause", "remove", "save"):
        assert ada.submit("/subscription/desk", token, do=action).status_code == 404
    assert ada.submit("/subscription/lists", token, do="explode").status_code == 404
