"""WARC files: what is written is read by warcio, by our own import and by pywb, says what it does not know, and is
the same whenever it is written."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from monitor.types import Decision, Look, NewSnapshot, Source, Verdict, VerdictKind, digest_of
from onnotice.home import Home
from onnotice.warc_writing import WarcTape, write_warc
from storage import Archive

SETTINGS = """
[[source]]
slug = "council"
title = "Town Council"
url = "https://council.example.org/agenda"
"""
URL = "https://council.example.org/agenda"
BEGAN = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
SOURCE = Source("council", "Town Council", URL)


@pytest.fixture
def town(make_home: Callable[..., Home], write_manifest: Callable[..., Path], write_page: Any, onnotice: Any) -> Home:
    """A home with the history of a page: edits, noise, a 304, the same bytes, an outage, a move, a withdrawal."""
    home = make_home(SETTINGS, "town")
    captures: list[dict[str, Any]] = []

    def look(hours: float, lines: tuple[str, ...] = (), token: int = 0, **values: Any) -> None:
        at = (BEGAN + timedelta(hours=hours)).isoformat()
        body = (
            {"body": write_page("Public comment is taken.", *lines, f"Page number {token} of today")} if lines else {}
        )
        captures.append({"url": URL, "at": at, **body, **values})

    regular, special = ("Regular meeting of March 28",), ("Special meeting of March 27: Añasco and “detainers”",)
    coded = {"content-encoding": "gzip", "content-length": "99", "etag": '"1"', "x-word": "Añasco"}
    look(0, regular, headers={**coded, "content-type": "text/html; charset=utf-8"})
    look(2, status=304)
    look(4, regular)
    look(6, special, 7)
    look(6.002, special, 8)
    look(8, special, 9, final_url="https://council.example.org/agendas/2017")
    look(10, status=None)
    look(12, status=503)
    for hours in (14, 16, 18, 20):
        look(hours, status=404)
    look(22, regular, 11)
    look(24, regular, 12)
    answer = onnotice("--home", home.folder, "import", write_manifest(*captures))
    assert answer.code == 0, answer.err
    return home


@pytest.fixture
def exported(town: Home, onnotice: Any, tmp_path: Path) -> Path:
    """The WARC file of that page."""
    path = tmp_path / "town.warc.gz"
    answer = onnotice("--home", town.folder, "export", "council", "--warc", path)
    assert (answer.code, answer.out.split(" in ")[0]) == (0, "Wrote 14 visits")
    return path


def records(path: Path) -> list[tuple[str, dict[str, str], Any, bytes]]:
    """Type, headers with lower-case names, HTTP headers and content of each record, as warcio reads them."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            headers = {name.lower(): value for name, value in record.rec_headers.headers}
            found.append((record.rec_type, headers, record.http_headers, record.raw_stream.read()))
    return found


def history(home: Home) -> tuple[Any, Any]:
    """What an import has to bring back: versions of the page, and the changes that were told of it."""
    with Archive.open(home.archive, read_only=True) as archive:
        versions = [
            (one.number, one.first_seen, one.last_seen, one.text, one.body_digest, one.content_digest)
            for one in archive.snapshots(URL)
        ]
        changes = [
            (one.change.kind, one.change.at, one.change.summary, one.change.before, one.change.after)
            for one in archive.changes(baseline=True)
            if not one.change.kind.about_our_eyes
        ]
    return versions, changes


def test_an_import_brings_the_same_history_back(
    exported: Path, town: Home, make_home: Callable[..., Home], onnotice: Any
) -> None:
    """Export, import into a fresh home: the same versions at the same times, and the same changes."""
    fresh = make_home(SETTINGS, "fresh")
    assert onnotice("--home", fresh.folder, "import", exported).code == 0
    versions, changes = history(fresh)
    assert (versions, changes) == history(town)
    kinds = [change[0].value for change in changes]
    assert kinds[-5:] == ["page_changed", "page_moved", "page_withdrawn", "page_returned", "page_changed"]
    assert onnotice("--home", fresh.folder, "verify").code == 0


def test_warcio_reads_it_and_every_digest_fits(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each answer has its request and what is known of it beside; the library's own check finds nothing."""

    class _Asked:
        verbose, inputs = True, (str(exported),)

    checker = Checker(_Asked)
    checker.process_one(str(exported))
    assert "digest pass" in capsys.readouterr().out
    assert not checker.exit_value
    kinds = [kind for kind, *_ in records(exported)]
    assert kinds[0] == "warcinfo"
    assert (kinds.count("request"), kinds.count("metadata"), kinds.count("revisit")) == (13, 14, 2)
    assert kinds.count("response") == 13 - 2 + 1


def test_what_is_not_known_is_said(exported: Path) -> None:
    """Decoded bodies, reconstructed requests and redirects, and looks that brought no answer."""
    found = records(exported)
    _, headers, http, body = next(record for record in found if record[0] == "response")
    assert headers["warc-payload-digest"] == f"sha256:{digest_of(body)}"
    assert http.get_header("x-archive-orig-content-encoding") == "gzip"
    assert http.get_header("x-archive-orig-content-length") == "99"
    assert http.get_header("content-encoding") is None
    assert int(http.get_header("content-length")) == len(body)
    abouts = [content.decode() for kind, _, _, content in found if kind == "metadata"]
    assert sum("request: reconstructed" in about for about in abouts) == 13
    assert sum("redirect: reconstructed" in about for about in abouts) == 1
    (silent,) = (about for about in abouts if "request:" not in about)
    assert "verdict: unreachable" in silent
    revisits = [headers for kind, headers, _, _ in found if kind == "revisit"]
    first = next(headers for kind, headers, _, _ in found if kind == "response")
    assert [headers["warc-profile"].rpartition("/")[2] for headers in revisits] == [
        "server-not-modified", "identical-payload-digest",
    ]  # fmt: skip
    assert {headers["warc-refers-to"] for headers in revisits} == {first["warc-record-id"]}
    assert {headers["warc-refers-to-date"] for headers in revisits} == {first["warc-date"]}


def test_the_same_visits_give_the_same_bytes(exported: Path, town: Home, onnotice: Any, tmp_path: Path) -> None:
    """Records are named after links of the chain: whenever it is written, and whatever else is in the file."""
    again = tmp_path / "again" / exported.name
    again.parent.mkdir()
    assert onnotice("--home", town.folder, "export", "council", "--warc", again).code == 0
    assert again.read_bytes() == exported.read_bytes()
    part = tmp_path / "part.warc"
    options = ("--page", URL, "--since", "2017-03-20T18:00Z", "--until", "2017-03-20T21:00Z")
    assert "Wrote 3 visits" in onnotice("--home", town.folder, "export", "--warc", part, *options).out
    named = {headers["warc-record-id"] for _, headers, _, _ in records(part)[1:]}
    assert len(named) == 9
    assert named < {headers["warc-record-id"] for _, headers, _, _ in records(exported)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "--warc", "x.warc"), "No source is called"),
        (("--warc", "x.warc", "--page", "https://elsewhere.example/"), "Nothing was looked at"),
        (("--warc", "x.warc", "--since", "2030-01-01"), "Nothing was looked at"),
        ((), "Say one thing to export"),
    ],
)
def test_nothing_to_write_is_a_sentence(town: Home, onnotice: Any, arguments: Any, words: str) -> None:
    """And no file is left."""
    answer = onnotice("--home", town.folder, "export", *arguments)
    assert (answer.code, words in answer.err) == (2, True)
    assert list(Path.cwd().iterdir()) == []


def test_hostile_answers_stay_within_their_records(tmp_path: Path) -> None:
    """Line ends in headers, addresses and reasons begin no line; what was cut off says so, also to our import."""
    path = tmp_path / "hostile.warc.gz"
    with Archive.in_memory() as archive, path.open("wb") as file:
        archive.keep_source(SOURCE, BEGAN)
        run = archive.begin_run("council", 1, BEGAN)
        headers = {"x-evil\r\nwarc-type: x": "1\r\nset-cookie: y\r\n\r\n<script>", "etag": "\x00ä—", "content-type": ""}
        look = Look(URL + "/\r\nwarc-type: response", BEGAN, 299, b"\r\nWARC/1.1\r\n", "text/html\r\nx: y", headers, "")
        cut = Look(look.url, BEGAN + timedelta(hours=1), 200, b"half", "text/html", {}, "", True, "It broke\r\noff")
        for one in (look, cut):
            decision = Decision(Verdict(VerdictKind.TRUNCATED, "it\r\nvisit: 9"), NewSnapshot("t", ("t",), "d", "x/1"))
            archive.record_look(one, archive.page_state(SOURCE, one.url), decision, run)
        assert write_warc(WarcTape(file, archive.body), archive.recorded(), "hostile.warc.gz") == 2
    found = records(path)
    assert [kind for kind, *_ in found] == ["warcinfo", *["request", "response", "metadata"] * 2]
    answers = [record for record in found if record[0] == "response"]
    assert [content for *_, content in answers] == [b"\r\nWARC/1.1\r\n", b"half"]
    assert answers[0][2].get_header("set-cookie") is None
    assert [headers.get("warc-truncated") for _, headers, _, _ in answers] == [None, "unspecified"]
    assert all("\nvisit: 9" not in content.decode() for kind, _, _, content in found if kind == "metadata")

    from onnotice.warc import read_warcs

    read = [capture.look() for capture in read_warcs([path], lambda _: True, datetime.now(UTC)).captures]
    assert [one.truncated for one in read] == [False, True]


@pytest.fixture
def replayed(exported: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a pywb that replays the file; PYWB names the folder of a virtual environment that has it."""
    folder = os.environ.get("PYWB", "")
    if not folder:
        pytest.skip("PYWB names no virtual environment with pywb")
    programs = Path(folder) / "bin"
    for arguments in (("init", "town"), ("add", "town", str(exported))):
        subprocess.run([programs / "wb-manager", *arguments], cwd=tmp_path, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [programs / "wayback", "-b", "127.0.0.1", "-p", str(port)],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as served:  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except URLError:
                time.sleep(0.1)
        yield f"{address}/town"
        served.terminate()


def test_pywb_replays_it(replayed: str) -> None:
    """Each version at its time, also where the record only refers to the body, and after a redirect."""

    def at(moment: str) -> str:
        with urllib.request.urlopen(f"{replayed}/{moment}mp_/{URL}", timeout=30) as answer:
            return str(answer.read().decode())

    assert "Regular meeting of March 28" in at("20170320140000")
    assert "Regular meeting of March 28" in at("20170320180000")
    assert "Special meeting of March 27: Añasco" in at("20170320200000")
    assert "Page number 9 of today" in at("20170320220000")
