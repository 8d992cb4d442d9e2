"""WARC files as history: what becomes a look, in which order, and that a hostile record costs itself alone."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import UsageError
from onnotice.captures import Found
from onnotice.home import Home
from onnotice.warc import read_warcs
from storage import Archive

pytestmark = pytest.mark.filterwarnings("ignore:[^.]*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
"""warcio's writer leaves its temporary files to the garbage collector."""

URL = "https://council.example.org/agenda"
BEGAN = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def at(**distance: float) -> str:
    return f"{BEGAN + timedelta(**distance):%Y-%m-%dT%H:%M:%SZ}"


def html(text: str) -> bytes:
    return f"<html><head><title>Council</title></head><body><h1>Council</h1><p>{text}</p></body></html>".encode()


class Tape:
    """A WARC file that is written record by record, as crawlers do."""

    def __init__(self, path: Path, version: str = "WARC/1.1") -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=path.suffix == ".gz", warc_version=version)

    def answers(
        self, date: str, body: bytes, url: str = URL, status: str = "200 OK", warc: Any = None, **headers: str
    ) -> Any:
        """A response; returned for a revisit of it."""
        named = [(name.replace("_", "-"), value) for name, value in {"Content_Type": "text/html", **headers}.items()]
        record = self._writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=StatusAndHeaders(status, named, "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date, **(warc or {})},
        )  # fmt: skip
        self._writer.write_record(record)
        return record

    def revisits(self, date: str, digest: str, url: str = URL, of: str = URL, of_date: str = "") -> None:
        record = self._writer.create_revisit_record(
            url, digest, of, of_date or date, http_headers=StatusAndHeaders("200 OK", [], "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": date},
        )  # fmt: skip
        self._writer.write_record(record)

    def holds(self, kind: str, date: str, body: bytes, url: str = URL, media: str = "text/html") -> None:
        record = self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), warc_content_type=media, warc_headers_dict={"WARC-Date": date}
        )
        self._writer.write_record(record)

    def close(self) -> Path:
        self._file.close()
        return self.path


@pytest.fixture
def tape(tmp_path: Path) -> Callable[..., Tape]:
    return lambda name="crawl.warc.gz", **options: Tape(tmp_path / name, **options)


def found(*paths: Path, wanted: Callable[[str], bool] = lambda url: url == URL) -> Found:
    return read_warcs(paths, wanted, NOW)


def bodies(read: Found) -> list[tuple[str, int | None, bytes | None]]:
    looks = [capture.look() for capture in read.captures]
    return [(f"{look.at:%m-%d %H:%M}", look.status, look.body) for look in looks]


@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_answers_of_several_files_are_put_in_order(tape, name: str, version: str) -> None:
    """Of both versions, packed or not: status, media type, headers and time; other pages are counted."""
    late, early = tape(f"b-{name}", version=version), tape(f"a-{name}", version=version)
    late.answers(at(days=2), html("third"), url=URL + "#top", Content_Type="text/html; charset=utf-8", ETag='"3"')
    late.answers(at(), html("first"))
    late.answers(at(), b"\x89PNG", url="https://council.example.org/logo.png", Content_Type="image/png")
    early.answers(at(days=1), b"", status="404 Not Found")
    early.holds("metadata", at(), b"via: seed")
    early.holds("request", at(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", media="application/http; msgtype=request")
    early.holds("resource", at(hours=1), html("second"))
    read = found(late.close(), early.close())
    assert bodies(read) == [
        ("03-20 14:00", 200, html("first")),
        ("03-20 15:00", 200, html("second")),
        ("03-21 14:00", 404, None),
        ("03-22 14:00", 200, html("third")),
    ]
    last = read.captures[-1].look()
    assert (last.url, last.media_type, last.headers["etag"]) == (URL, "text/html", '"3"')
    assert read.captures[1].look().media_type == "text/html"
    assert (read.problems, read.passed_over) == ((), 1)


def test_chunks_and_compression_are_taken_off(tape) -> None:
    """As a browser does; a header that a browser's capture kept without the compression is none."""
    import brotli

    written, body = tape(), html("Study session on sanctuary cities")
    packed = gzip.compress(body)
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:50], packed[50:])) + b"0\r\n\r\n"
    written.answers(at(), packed, Content_Encoding="gzip")
    written.answers(at(hours=1), chunked, Content_Encoding="gzip", Transfer_Encoding="chunked")
    written.answers(at(hours=2), brotli.compress(body), Content_Encoding="br")
    written.answers(at(hours=3), body, Content_Encoding="br", Transfer_Encoding="chunked")
    written.answers(at(hours=4), body, Content_Encoding="rot13")
    read = found(written.close())
    assert [held for _, _, held in bodies(read)] == [body] * 4
    (problem,) = read.problems
    assert "encoded as 'rot13'" in problem


def test_a_revisit_is_the_answer_that_it_names(tape) -> None:
    """Of the same page or another, by payload; one whose answer is nowhere says that nothing has changed."""
    written = tape()
    first = written.answers(at(), html("the same"))
    other = written.answers(at(), html("from elsewhere"), url="https://council.example.org/other")
    digest = first.rec_headers.get_header("WARC-Payload-Digest")
    written.revisits(at(hours=1), digest, of_date=at())
    written.revisits(at(hours=2), other.rec_headers.get_header("WARC-Payload-Digest"))
    written.revisits(at(hours=3), "sha1:NOWHERE")
    assert bodies(found(written.close())) == [
        ("03-20 14:00", 200, html("the same")),
        ("03-20 15:00", 200, html("the same")),
        ("03-20 16:00", 200, html("from elsewhere")),
        ("03-20 17:00", 304, None),
    ]


def test_a_redirect_is_followed_to_what_was_captured_with_it(tape) -> None:
    """Within the hour; one whose goal was not captured stays what it is."""
    written = tape()
    written.answers(at(), b"", status="301 Moved", Location="/agenda/2017")
    written.answers(at(seconds=2), html("moved"), url=URL + "/2017")
    written.answers(at(days=3), b"", status="302 Found", Location="/elsewhere")
    first, second = (capture.look() for capture in found(written.close()).captures)
    assert (first.url, first.final_url, first.status, first.body) == (URL, URL + "/2017", 200, html("moved"))
    assert (second.status, second.final_url, second.body) == (302, URL, None)


def raw(body: bytes, date: str = "", **changes: str) -> bytes:
    """A record written by hand, so that it can be wrong."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    headers = {
        "WARC-Type": "response", "WARC-Target-URI": URL, "WARC-Date": date or at(), "Content-Length": str(len(http)),
    } | {name.replace("_", "-"): value for name, value in changes.items()}  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value != "absent")
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + http + b"\r\n\r\n"


SOUND = raw(html("sound"), at(days=5))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (raw(html("x"), Content_Length="absent"), "Content-Length is ''"),
        (raw(html("x"), Content_Length="-7"), "Content-Length is '-7'"),
        (raw(html("x"), Content_Length="many"), "Content-Length is 'many'"),
        (raw(html("x"), Content_Length="9" * 30), "bytes before its end"),
        (raw(html("x"), Content_Length="60"), ""),
        (raw(html("x"), WARC_Block_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "not those that its digest names"),
        (raw(html("x"), WARC_Date="yesterday"), "WARC-Date is none"),
        (raw(html("x"), WARC_Date="2999-01-01T00:00:00Z"), "has not come yet"),
        (raw(html("x"), WARC_Segment_Number="1"), "cut into segments"),
        (raw(html("x")).replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 hello"), "HTTP status is 'hello'"),
        (raw(b"zz\r\n").replace(b"text/html\r\n", b"text/html\r\nTransfer-Encoding: chunked\r\n"), ""),
        (b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"y" * 3_000_000 + b"\r\n\r\n\r\n", "headers do not end"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 300_000 + b"\r\n\r\n", "headers do not end"),
        (b"no record at all\r\n\r\n" * 40, "does not begin as a WARC record"),
    ],
    ids=range(14),
)
def test_a_bad_record_costs_itself_alone(tmp_path: Path, bad: bytes, said: str, packed: bool) -> None:
    """It is named with its place and its fault; what follows it is found."""
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    parts = [raw(html("first"), at(days=-1)), bad, SOUND]
    path.write_bytes(b"".join(gzip.compress(part) if packed else part for part in parts))
    read = found(path)
    held = [body for _, _, body in bodies(read)]
    assert held[0] == html("first")
    assert held[-1] == html("sound")
    if said:
        assert len(held) == 2
        assert said in read.problems[0]
        assert read.problems[0].startswith(f"{path.name} at byte ")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_file_that_was_cut_off_gives_what_it_has(tmp_path: Path, packed: bool) -> None:
    """Wherever the cut is: the sound records, and a sentence for the last."""
    path = tmp_path / "a.warc.gz"
    whole = b"".join(gzip.compress(part) if packed else part for part in (SOUND, raw(html("cut"), at(days=6))))
    start = len(gzip.compress(SOUND)) if packed else len(SOUND)
    for end in range(start + 12, len(whole) - (10 if packed else 30), 7):
        path.write_bytes(whole[:end])
        read = found(path)
        assert [body for _, _, body in bodies(read)] == [html("sound")]
        assert len(read.problems) == 1


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_whatever_the_damage_there_is_no_traceback(tmp_path: Path, packed: bool) -> None:
    """Bytes changed, taken out and put in at random places: what is found can be read, or is named."""
    random, path = Random(20170320), tmp_path / "a.warc.gz"
    parts = [raw(html(f"page {day}"), at(days=day)) for day in range(5)]
    whole = b"".join(gzip.compress(part, mtime=0) if packed else part for part in parts)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            start = random.randrange(len(damaged))
            damaged[start : start + random.choice((0, 1, 1, 40))] = random.randbytes(random.choice((0, 1, 1, 40)))
        path.write_bytes(damaged)
        # All of it may be lost: that is refused, in a sentence.
        with suppress(UsageError):
            assert len(bodies(found(path))) <= 5


def test_many_damaged_records_take_linear_work(tmp_path: Path) -> None:
    """Twenty thousand beginnings without anything behind them are read in seconds, and what follows is found."""
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\n\r\n" * 20_000 + SOUND)
    read = found(path)
    assert len(read.problems) == 20_000
    assert [body for _, _, body in bodies(read)] == [html("sound")]


def test_bombs_cost_little_memory(tmp_path: Path) -> None:
    """A record of 300 MB in a few, a body that unpacks to one, a chunk that claims to be one."""
    packer, zeros = io.BytesIO(), b"\0" * 1_000_000
    with gzip.GzipFile(fileobj=packer, mode="wb", compresslevel=1) as file:
        file.write(raw(b"", Content_Length=str(300_000_000)).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        file.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(299):
            file.write(zeros)
        file.write(zeros[:999_956] + b"\r\n\r\n")
    inner = io.BytesIO()
    with gzip.GzipFile(fileobj=inner, mode="wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(zeros)
    coded = raw(inner.getvalue()).replace(b"text/html\r\n", b"text/html\r\nContent-Encoding: gzip\r\n")
    coded = coded.replace(f"Content-Length: {len(inner.getvalue()) + 44}".encode(), b"Content-Length: %d" % (
        len(inner.getvalue()) + 44 + 24))  # fmt: skip
    chunk = b"Transfer-Encoding: chunked\r\n"
    claims = raw(b"7fffffff\r\nx" + b" " * len(chunk)).replace(b"text/html\r\n", b"text/html\r\n" + chunk)
    path = tmp_path / "bombs.warc.gz"
    path.write_bytes(packer.getvalue() + b"".join(gzip.compress(one) for one in (coded, claims, SOUND)))
    tracemalloc.start()
    read = found(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [body for _, _, body in bodies(read)][-1] == html("sound")
    assert sum("larger than 64 MiB" in problem for problem in read.problems) == 2
    assert peak < 200_000_000


def test_a_file_that_is_no_warc_file_is_refused(tmp_path: Path) -> None:
    """With a sentence: packed as a whole, something else, empty, not there."""
    whole, other, empty = tmp_path / "whole.warc.gz", tmp_path / "other.warc", tmp_path / "empty.warc"
    whole.write_bytes(gzip.compress(SOUND + SOUND))
    other.write_bytes(b"<html>" * 1000)
    empty.touch()
    for path, said in ((whole, "gunzip"), (other, "holds no WARC record"), (empty, "holds no WARC record")):
        with pytest.raises(UsageError, match=said):
            found(path)
    with pytest.raises(UsageError, match="name a file that is there"):
        found(tmp_path / "none.warc")


def test_the_command_loads_what_is_watched(at_home: Callable[..., Any], home: Home, site: Any, tape) -> None:
    """Without options the pages of watched sources; running it again adds nothing; the rest has to be named."""
    page = f"{site.url}/council"
    written = tape()
    for day in range(3):
        written.answers(at(days=day), html(f"Regular meeting of March {20 + day}, 2017"), url=page)
        written.answers(at(days=day, hours=1), html(f"Item {day}"), url="https://example.org/other")
    written.answers(at(days=3), b"\xff", url=page, warc={"WARC-Segment-Number": "1"})
    path = written.close()
    loaded = at_home("import", path)
    assert loaded.code == 0, loaded.err
    assert loaded.out.startswith(
        "3 captures loaded, 3 of other pages passed over, 1 record could not be used: 2 changes kept."
    )
    assert "crawl.warc.gz at byte" in loaded.err
    again = at_home("import", path, "--json").objects[0]
    assert (again["captures"], again["already_there"], len(again["problems"])) == (0, 3, 1)
    named = at_home("import", path, "--url", "https://example.org/other", "--source", "others", "--json").objects[0]
    assert (named["captures"], named["changes"]) == (3, 2)
    with Archive.open(home.archive, read_only=True) as archive:
        assert archive.known_urls("others") == ("https://example.org/other",)
    assert at_home("import", path, "--source", "budget").code == 2
    assert "None of the 6 captures is of a page that is watched" in at_home("import", path, "--source", "budget").err
    assert "No source is called 'none'" in at_home("import", path, "--source", "none").err
    assert at_home("import", path, "--media-type", "text/html").code == 2
