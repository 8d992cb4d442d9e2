"""Signing in and out over the real server: sessions, their cookies, and whoever hopes to get past them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest

from onnotice.users import Users

PASSWORD = "correct horse battery"


def session_cookie(answer: Any) -> Any:
    """The session's cookie among those that an answer sets; None where it sets none."""
    for line in answer.headers.get_list("set-cookie"):
        for name, morsel in SimpleCookie(line).items():
            if name.endswith("onnotice"):
                return morsel
    return None


def test_signing_in_begins_a_session_of_bounded_length(served: Any, browser: Any) -> None:
    """A week, hidden from scripts, kept to this site; then the way leads where it was meant to."""
    assert browser.get("/account").status_code == 303
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscriptions")
    cookie = session_cookie(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == str(7 * 24 * 3600)
    assert "ada@example.org" in browser.get("/account").text
    served.clock.passes(days=6, hours=23)
    assert browser.get("/account").status_code == 200
    served.clock.passes(hours=1)
    assert browser.get("/account").status_code == 303


def test_whoever_does_not_know_the_password_stays_out(browser: Any) -> None:
    """The same sentence for a wrong name and a wrong password, and nothing that was typed is run."""
    for name, password in (
        ("ada", "wrong horse battery"),
        ("ada", ""),
        ("nobody", PASSWORD),
        ("ben", PASSWORD),
        ("ADA", PASSWORD),
        ("ada' OR '1'='1", "x"),
        ("<script>alert(1)</script>", "x" * 5_000),
        ("a\x00da", PASSWORD),
        ("\N{RIGHT-TO-LEFT OVERRIDE}ada", PASSWORD),
    ):
        answer = browser.sign_in(name, password)
        assert answer.status_code == 403, name
        assert "do not go together" in answer.text
        assert "<script>alert" not in answer.text
        assert session_cookie(answer) is None
        assert browser.get("/account").status_code == 303


def test_a_new_password_and_a_removal_end_sessions(served: Any, ada: Any) -> None:
    """At once, by the command line beside the running server."""
    Users(served.home.users).set_password("ada", "a third horse battery")
    assert ada.get("/account").status_code == 303
    assert ada.sign_in(password="a third horse battery").status_code == 303
    assert ada.get("/account").status_code == 200
    Users(served.home.users).remove("ada")
    assert ada.get("/account").status_code == 303


def test_signing_out_ends_the_session_wherever_it_was_copied_to(served: Any, ada: Any) -> None:
    """The cookie goes, and a thief's copy of it is worthless."""
    stolen = dict(ada.cookies)
    answer = ada.fill("/account", "/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert session_cookie(answer)["max-age"] == "0"
    with served.client() as thief:
        thief.cookies.update(stolen)
        assert thief.get("/account").status_code == 303


def test_a_session_that_was_put_into_a_browser_is_not_made_anybodys(served: Any, browser: Any) -> None:
    """Signing in gives a session of its own: whoever planted the old cookie does not come in with it."""
    with served.client() as attacker:
        attacker.sign_in("ben", "another horse battery")
        planted = attacker.cookies["onnotice"]
        browser.cookies.set("onnotice", planted, domain="127.0.0.1", path="/")
        Users(served.home.users).end_sessions("ben")
        assert browser.sign_in().status_code == 303
        assert browser.cookies.get("onnotice", path="/") != planted
        assert attacker.get("/account").status_code == 303


def test_a_session_that_was_tampered_with_is_none(served: Any, ada: Any) -> None:
    """However little was changed; and an unsubscribe link's token is no session."""
    from onnotice.signing import signed

    session = ada.cookies["onnotice"]
    payload, _, signature = session.partition(".")
    changed = (
        session[:-1] + ("A" if session[-1] != "A" else "B"),
        ("A" if session[0] != "A" else "B") + session[1:],
        f"{payload}A.{signature}",
        ".",
        signed(served.home.secret, "unsubscribe", {"user": "ada", "of": "x"}),
        session + "A" * 3_000,
    )
    ada.cookies.clear()
    for value in changed:
        cookie = {"cookie": f"onnotice={value}"}
        assert ada.get("/account", headers=cookie).status_code == 303, value
        assert ada.get("/changes", headers=cookie).status_code == 200, "reading goes on"
    assert ada.get("/account", headers={"cookie": f"onnotice={session}"}).status_code == 200


def test_guessing_is_limited_with_a_clear_sentence(served: Any, browser: Any) -> None:
    """Five attempts, then the right password does not help either, until a quarter of an hour has passed."""
    for _ in range(5):
        assert browser.sign_in(password="wrong horse battery").status_code == 403
    refused = browser.sign_in()
    assert refused.status_code == 429
    assert "Too many attempts; try again in 15 minutes." in refused.text
    assert refused.headers["retry-after"] == "900"
    assert browser.sign_in("ben", "another horse battery").status_code == 303, "others are not kept out"
    browser.cookies.clear()
    served.clock.passes(minutes=15)
    assert browser.sign_in().status_code == 303


def test_a_right_password_forgives_slips(browser: Any) -> None:
    """Who mistypes now and then is not kept out."""
    for _ in range(3):
        for _ in range(3):
            browser.sign_in(password="wrong horse battery")
        assert browser.sign_in().status_code == 303
        browser.cookies.clear()


def test_guessing_many_names_from_one_place_is_limited(browser: Any) -> None:
    """Thirty attempts from a network, whichever names they are for."""
    token = browser.token_in(browser.get("/sign-in"))
    codes = [browser.submit("/sign-in", token, name=f"u{n}", password="x").status_code for n in range(31)]
    assert codes == [403] * 30 + [429]


def test_guesses_at_the_same_moment_are_counted(served: Any) -> None:
    """Each is counted before it is looked at."""
    codes: list[int] = []

    def guess() -> None:
        with served.client() as client:
            codes.append(client.sign_in(password="wrong horse battery").status_code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [403] * 5 + [429] * 7


def test_signing_in_leads_to_no_other_site(browser: Any) -> None:
    """Whatever a link to the page says."""
    for wanted, goes in (
        ("/change/1", "/change/1"),
        ("/changes?q=a%20b", "/changes?q=a%20b"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=1", "/"),
        ("/sign-in?next=/", "/"),
    ):
        browser.cookies.clear()
        answer = browser.fill("/sign-in", name="ada", password=PASSWORD, next=wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, goes), wanted


def test_a_file_of_users_that_others_read_lets_nobody_in(
    served: Any, ada: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, to the operator what to do; reading goes on."""
    served.home.users.chmod(0o644)
    served.home.users.touch()
    assert ada.get("/account").status_code == 303
    answer = ada.sign_in()
    assert answer.status_code == 503
    assert "finds the reason in its log" in answer.text
    assert str(served.home.folder) not in answer.text
    assert ada.get("/changes").status_code == 200
    assert "chmod 600" in caplog.text


def test_behind_https_cookies_are_for_https_alone(serve: Callable[..., Any]) -> None:
    """Ours with the prefix that no neighbouring host can set, and Datasette's too."""
    with serve('[web]\naddress = "https://watch.example.org"\n') as answered, answered.client() as client:
        shown = client.get("/sign-in", headers={"host": "watch.example.org"})
        cookies = shown.headers.get_list("set-cookie")
        assert len(cookies) == 1
        assert all(flag in cookies[0] for flag in ("ds_csrftoken=", "; Secure", "; HttpOnly", "SameSite=Lax"))
        answer = client.post(
            "/sign-in",
            data={"csrftoken": client.token_in(shown), "name": "ada", "password": PASSWORD},
            headers={
                "host": "watch.example.org",
                "origin": "https://watch.example.org",
                "cookie": cookies[0].partition(";")[0],
            },
        )
        assert answer.status_code == 303
        (line,) = [line for line in answer.headers.get_list("set-cookie") if "onnotice=" in line]
        assert line.startswith("__Host-onnotice=")
        assert all(flag in line for flag in ("; Secure", "; HttpOnly", "; Path=/", "SameSite=Lax"))
        assert "domain" not in line.lower()
