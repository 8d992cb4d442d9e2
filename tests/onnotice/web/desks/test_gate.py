"""The gate over the real server: who is let in where, what a form must be, and headers that nobody may make up."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

OURS = ["/", "/changes", "/sources", "/outbox", "/search", "/jurisdiction", "/source/council", "/change/1"]
DATASETTES = [
    "/archive",
    "/archive/sources",
    "/archive.json?sql=select+1",
    "/archive/sources.csv",
    "/archive/sources/1",
    "/-/versions.json",
    "/-/settings.json",
    "/-/actor.json",
    "/.json",
    "/nowhere",
]
SIGNED_IN = '[web]\nreaders = "signed in"\n'
BY_PROXY = '[web]\nproxy_user_header = "X-Remote-User"\n'
FORM = "application/x-www-form-urlencoded"


def test_where_only_who_is_signed_in_reads_every_address_asks(serve: Callable[..., Any]) -> None:
    """Our pages and Datasette's, as a page, as JSON and as CSV; whoever is signed in reads them all."""
    with serve(SIGNED_IN) as served, served.client() as client:
        for path in (*OURS, *DATASETTES):
            refused = client.get(path)
            if path.partition("?")[0].endswith((".json", ".csv")):
                assert refused.status_code == 403, path
            else:
                assert refused.status_code == 303, path
                assert refused.headers["location"].startswith("/sign-in?next=%2F")
            assert "Town Council" not in refused.text
        for path in ("/sign-in", "/static/pages.css", "/-/static/app.css", "/favicon.ico"):
            assert client.get(path).status_code == 200, "nobody could sign in otherwise"
        assert client.sign_in().status_code == 303
        for path in (*OURS, *DATASETTES):
            assert client.get(path).status_code in (200, 302, 404), path


def test_reading_is_for_everybody_by_default(browser: Any) -> None:
    """Nobody is sent to sign in, but where other people's addresses are."""
    for path in (*OURS, "/archive", "/archive.json?sql=select+1"):
        assert browser.get(path).status_code in (200, 302, 404), path
    for path in ("/subscriptions", "/subscriptions/", "/subscriptions/new", "/subscription/x", "/outbox/1", "/account"):
        answer = browser.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next=")


def test_nothing_is_written_without_signing_in(browser: Any) -> None:
    """By any method, with a token of ours, at any address: also one that nobody thought of."""
    token = browser.token_in(browser.get("/sign-in"))
    for path in ("/sign-out", "/subscriptions", "/subscription/x", "/outbox/1", "/archive", "/-/messages", "/no", "/"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = browser.request(method, path, data={"csrftoken": token})
            assert answer.status_code == 403, (method, path)
            assert "Sign in first" in answer.text


def test_a_form_of_another_site_is_not_taken(served: Any, ada: Any) -> None:
    """With a right token too: the browser says where it stood."""
    token = ada.token_in(ada.get("/account"))
    for headers, taken in (
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "{url}"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"origin": "{url}"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "{url}.evil.example"}, False),
        ({}, True),
    ):
        told = {name: value.format(url=served.url) for name, value in headers.items()}
        answer = ada.post("/nowhere", data={"csrftoken": token}, headers=told)
        assert answer.status_code == (405 if taken else 403), headers
        assert ("sent from another site" in answer.text) != taken


def test_a_form_without_its_token_is_not_taken(served: Any, ada: Any) -> None:
    """Without one, with another's, without the cookie it belongs to, and with a cookie that somebody made up."""
    token = ada.token_in(ada.get("/account"))
    with served.client() as stranger:
        anothers = stranger.token_in(stranger.get("/sign-in"))
    for data in ({"x": "1"}, {"csrftoken": ""}, {"csrftoken": anothers}, {"csrftoken": token[:-1]}):
        answer = ada.post("/sign-out", data=data)
        assert answer.status_code == 403
        assert "go back, reload it" in answer.text
    session = {"cookie": f"onnotice={ada.cookies['onnotice']}"}
    with served.client() as bare:
        assert bare.post("/sign-out", data={"csrftoken": token}, headers=session).status_code == 403
        made_up = {"cookie": f"onnotice={ada.cookies['onnotice']}; ds_csrftoken=made-up"}
        assert bare.post("/sign-out", data={"csrftoken": "made-up"}, headers=made_up).status_code == 403
        for proof in ({"authorization": "Bearer x"}, {"x-csrftoken": token}):
            assert bare.post("/sign-out", data={"x": "1"}, headers=session | proof).status_code == 403
            assert bare.post("/sign-out", data={"csrftoken": "made-up"}, headers=made_up | proof).status_code == 403
    assert ada.get("/account").status_code == 200, "nobody was signed out by any of these"


def test_only_a_form_of_bounded_size_is_taken(ada: Any) -> None:
    """Whatever else is sent is refused with a sentence."""
    for kind, body, status in (
        ("text/plain", b"csrftoken=x", 415),
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"x", 415),
        ("", b"x", 415),
        (FORM, b"\xff\xfe=\xff", 400),
        (FORM, b"&".join([b"a=1"] * 2_000), 400),
        (FORM, b"a=" + b"x" * 70_000, 413),
    ):
        answer = ada.post("/sign-out", content=body, headers={"content-type": kind})
        assert answer.status_code == status, kind
        assert "Traceback" not in answer.text
    assert ada.get("/account").status_code == 200


def test_a_body_that_never_says_its_length_is_cut_off(served: Any, ada: Any) -> None:
    """Piece by piece, without an end: refused as soon as it is too much."""

    def pieces() -> Any:
        for _ in range(100):
            yield b"x" * 10_000

    assert ada.post("/sign-out", content=pieces(), headers={"content-type": FORM}).status_code == 413


def test_a_body_that_ends_early_breaks_nothing(served: Any, browser: Any) -> None:
    """Somebody hangs up in the middle of a form."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\nContent-Length: 100\r\n\r\ncsrf"
        connection.sendall(head.encode())
    assert browser.get("/changes").status_code == 200


def test_writing_is_limited(served: Any, ada: Any) -> None:
    """A hundred and twenty forms in ten minutes are more than anybody fills in."""
    token = ada.token_in(ada.get("/account"))
    codes = {ada.post("/nowhere", data={"csrftoken": token}).status_code for _ in range(120)}
    assert codes == {405}
    refused = ada.post("/nowhere", data={"csrftoken": token})
    assert refused.status_code == 429
    assert "try again in" in refused.text
    served.clock.passes(minutes=10)
    assert ada.post("/nowhere", data={"csrftoken": token}).status_code == 405


def test_no_page_with_a_form_is_framed_or_kept(ada: Any) -> None:
    """Nobody lays it under a page of their own, and no cache between keeps it for another."""
    for path in ("/sign-in", "/account", "/subscriptions", "/unsubscribe/x", "/confirm/x"):
        answer = ada.get(path)
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert "no-store" in answer.headers["cache-control"]


# -- a proxy that says who is there ----------------------------------------------------------------------------


def test_a_header_that_names_a_user_is_ignored_unless_switched_on(served: Any) -> None:
    """Under whichever name it comes."""
    for name in ("x-remote-user", "remote-user", "x-forwarded-user"):
        with served.client(**{name: "ada"}) as client:
            assert client.get("/account").status_code == 303
            assert client.get("/-/actor.json").json() == {"actor": None}


def test_a_trusted_proxy_says_who_is_there(serve: Callable[..., Any]) -> None:
    """Also somebody who is no user here; a mail address is taken for their own, and signing out is the proxy's."""
    with serve(BY_PROXY) as served:
        for name, shown in (
            ("ada", "ada@example.org"),
            ("eve@example.org", "eve@example.org"),
            ("zoe", "none is known"),
        ):
            with served.client(**{"X-Remote-User": name}) as client:
                answer = client.get("/account")
                assert answer.status_code == 200
                assert shown in answer.text
                assert "you sign out there" in answer.text
        with served.client() as client:
            assert client.get("/account").status_code == 303


def test_a_name_that_is_none_is_nobody(serve: Callable[..., Any]) -> None:
    """Whatever a broken proxy sends."""
    with serve(BY_PROXY) as served, served.client() as client:
        for name in (b"", b"x" * 300, b"a\tb", b"a\x85b"):
            assert client.get("/account", headers=[(b"x-remote-user", name)]).status_code == 303


def test_a_header_that_comes_twice_is_not_believed(serve: Callable[..., Any]) -> None:
    """One of them is not the proxy's."""
    with serve(BY_PROXY) as served, served.client() as client:
        answer = client.get("/account", headers=[(b"X-Remote-User", b"ada"), (b"x-remote-user", b"ben")])
        assert answer.status_code == 303


def test_another_machine_is_not_believed(serve: Callable[..., Any]) -> None:
    """Who reaches the server past the proxy cannot pass for anybody."""
    with serve(BY_PROXY + 'proxies = ["10.1.2.3"]\n') as served, served.client(**{"X-Remote-User": "ada"}) as client:
        assert client.get("/account").status_code == 303


def test_a_form_is_guarded_behind_a_proxy_too(serve: Callable[..., Any]) -> None:
    """There a browser may bring no cookie of ours, and the proxy's own sign-in comes with every request."""
    with serve(BY_PROXY) as served, served.client(**{"X-Remote-User": "ada"}) as client:
        for headers in ({}, {"authorization": "Bearer of-the-proxy"}, {"sec-fetch-site": "cross-site"}):
            answer = client.post("/subscriptions/new", data={"name": "x"}, headers=headers)
            assert answer.status_code == 403


def test_attempts_are_counted_by_the_address_that_the_proxy_tells(served: Any) -> None:
    """And not by the proxy's, which everybody shares; a second address in front of it is made up."""
    with served.client(**{"x-forwarded-for": "203.0.113.7"}) as guesser:
        for _ in range(5):
            assert guesser.sign_in(password="wrong horse battery").status_code == 403
        assert guesser.sign_in().status_code == 429
        guesser.headers["x-forwarded-for"] = "198.51.100.1, 203.0.113.7"
        assert guesser.sign_in().status_code == 429
    with served.client(**{"x-forwarded-for": "203.0.113.8"}) as client:
        assert client.sign_in().status_code == 303


# -- what SQL is not told --------------------------------------------------------------------------------------


def test_nobody_learns_by_sql_who_is_told(served: Any, browser: Any) -> None:
    """Addresses and wishes read as null in tables, views and questions; passwords are not in the database at all."""
    with served.archive() as archive:
        archive.keep_subscriptions(served.site.settings.subscriptions(), served.clock())
        archive.leave("desk", "dora@example.org", served.clock())
        asked = (
            "select settings from subscriptions",
            "select * from subscriptions",
            "select address from recipients",
            "select group_concat(settings) from subscriptions where settings like '%dora%'",
            "select count(*) from recipients where address like 'dora%'",
            "with x as (select address as a from recipients) select a from x",
            "select name, sql from sqlite_master",
            "select * from told_changes",
        )
        for sql in asked:
            answer = browser.get("/archive.json", params={"sql": sql, "_shape": "arrays"})
            assert answer.status_code == 200, sql
            assert "dora@" not in answer.text.replace(sql, "")
            assert "argon2" not in answer.text
        assert browser.get("/archive.json", params={"sql": asked[4], "_shape": "arrays"}).json()["rows"] == [[0]]
    for path in ("/archive/recipients.json", "/archive/subscriptions.csv", "/archive/subscriptions/1.json"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "dora@" not in answer.text
    for sql in ("select * from sqlite_dbpage", "attach 'users.json' as u", "select readfile('users.json')"):
        assert browser.get("/archive.json", params={"sql": sql}).status_code == 400
    assert browser.get("/users.json").status_code == 404
    assert browser.get("/archive.db").status_code in (403, 404)
