"""The server: headers on every answer, errors as plain pages, Datasette beside our pages, names it answers to."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onnotice.home import Home

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

OURS = ["/", "/changes", "/static/pages.css"]
DATASETTES = [
    "/archive",
    "/archive/sources",
    "/archive/sources.json",
    "/archive/sources/1",
    "/archive.json?sql=select+1",
    "/archive?sql=select+1",
    "/-/static/app.css",
    "/-/versions.json",
]
REFUSED = ["/nowhere/at/all", "/change/x", "/archive/nothing", "/archive?sql=drop+table+sources", "/-/databases.json"]


@pytest.mark.parametrize("path", [*OURS, *DATASETTES, *REFUSED])
def test_every_answer_is_guarded(path: str, visitor: Any) -> None:
    """Ours and Datasette's, also those that refuse."""
    answer = visitor.get(path)
    assert answer.status_code == 200 if path not in REFUSED else answer.status_code in (400, 404)
    for name, value in EVERYWHERE.items():
        assert answer.headers.get_list(name) == [value]
    (policy,) = answer.headers.get_list("content-security-policy")
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    if path in OURS:
        assert "unsafe-inline" not in policy


def test_datasette_answers_beside_our_pages(visitor: Any) -> None:
    """The researcher's SQL, JSON and CSV."""
    rows = visitor.get("/archive.json?sql=select+slug+from+sources+order+by+id&_shape=array").json()
    assert rows[0] == {"slug": "doj_press_releases"}
    assert visitor.get("/archive/sources.csv?_size=1").text.startswith("id,slug")


@pytest.mark.parametrize("path", ["/-/databases", "/-/databases.json", "/-/threads", "/-/plugins", "/-/patterns"])
def test_datasettes_workshop_is_closed(path: str, visitor: Any) -> None:
    """It names folders and threads of this machine."""
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert str(visitor.site.home.folder) not in answer.text


def test_the_file_is_not_served_whole(visitor: Any) -> None:
    """It holds addresses of whoever is told."""
    assert visitor.get("/archive.db").status_code in (403, 404)


def test_a_fault_of_ours_shows_nothing_of_the_program(
    visitor: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets a page, the operator the trace."""
    monkeypatch.setattr("onnotice.web.views.timeline._stories", lambda _changes: 1 / 0)
    answer = visitor.get("/changes")
    assert answer.status_code == 500
    assert "The fault is ours" in answer.text
    assert "ZeroDivision" not in answer.text
    assert "ZeroDivision" in caplog.text


def test_reading_pages_take_no_posts(visitor: Any) -> None:
    """Nothing is written from a page that is for reading."""
    answer = visitor.ask("POST", "/changes", headers={"cookie": "x=1"})
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example"])
def test_other_names_are_not_answered(host: str, visitor: Any) -> None:
    """A stranger's page whose name leads to this machine cannot read what only this machine may."""
    answer = visitor.get("/changes", host=host)
    assert answer.status_code == 400
    assert "does not answer under that name" in answer.text


def test_nobody_is_sent_to_another_site(visitor: Any) -> None:
    """An address with two slashes in front leads out where a server takes a slash away at its end."""
    answer = visitor.get("http://127.0.0.1//evil.example/")
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "query",
    [
        "select recipient from alerts",
        "select recipient from alert_changes",
        "select recipient from told_changes",
        "select settings from subscriptions",
        "select max(a.recipient) from alerts a",
        "select count(*) from alerts where recipient like '%25@%25'",
        "select detail from deliveries",
        "select recipient from returned_mail",
        "select group_concat(recipient) from alert_changes where recipient > 'a'",
    ],
)
def test_sql_does_not_tell_who_is_told(query: str, visitor: Any) -> None:
    """Addresses, some with passwords to chat services in them, read as null whatever is asked."""
    answer = visitor.get(f"/archive.json?sql={query}&_shape=array")
    assert answer.status_code == 200
    assert "example.org" not in answer.text
    assert {value for row in answer.json() for value in row.values()} <= {None, 0}


def test_tables_and_rows_do_not_tell_either(visitor: Any) -> None:
    """Nor do Datasette's own pages of them, facets and exports."""
    for path in ("alerts", "alerts.csv", "alerts/1", "alerts?_facet=recipient", "subscriptions", "told_changes.json"):
        answer = visitor.get(f"/archive/{path}")
        assert answer.status_code == 200
        assert "analyst@example.org" not in answer.text


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /caf\xe9 HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET /changes?q=\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET /changes HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a b c=\x01; [=]; ds_actor=x\r\n",
        b"GET /changes HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ds_messages=\xff\r\n",
        b"GET http://[::1/changes HTTP/1.1\r\nHost: [\r\n",
        b"GET /%00%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"HEAD /changes HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"TRACE /changes HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"POST /archive HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n",
    ],
)
def test_bytes_that_no_browser_sends(request_line: bytes, visitor: Any, serve: Callable[[Any], Any]) -> None:
    """Are answered with a status, the guard where the request reached us, and no trace of the program."""
    with serve(visitor.application) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(request_line + b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 ")
    assert b"Traceback" not in body
    if b"Invalid HTTP request received" not in body:
        assert b"x-content-type-options: nosniff" in head
        assert b"content-security-policy: default-src 'none'" in head


def test_evidence_that_is_damaged_is_said(demo: Home, visit_home: Callable[[Home], Any], tmp_path: Path) -> None:
    """And not handed out; the rest of the page is shown."""
    copied = Home(tmp_path / "copied")
    shutil.copytree(demo.folder, copied.folder)
    with closing(sqlite3.connect(copied.archive)) as connection, connection:
        connection.execute("UPDATE bodies SET data = zeroblob(length(data))")
    visitor = visit_home(copied)
    answer = visitor.get("/snapshot/1/body")
    assert answer.status_code == 500
    assert "does not match its digest" in answer.text
    assert visitor.get("/snapshot/1").status_code == 200


@pytest.mark.parametrize("form", ["", ".json"])
def test_a_query_that_has_no_end_is_ended(form: str, visitor: Any) -> None:
    """In two seconds, with a sentence."""
    endless = "with recursive n(i) as (values (0) union all select i %2B 1 from n) select max(i) from n"
    answer = visitor.get(f"/archive{form}?sql={endless}&_timelimit=50")
    assert answer.status_code == 400
    assert "textarea" not in answer.text
    assert "ask for less" in answer.text
