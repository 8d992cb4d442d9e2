"""The bounded child: ordinary documents come back whole, hostile ones cost a sentence, and nothing outlives us.

The hostile files are built here, byte by byte.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.errors import ExtractionError
from monitor.types import Look, Source
from onnotice.demo import reports
from scrapers import documents
from scrapers.documents import Limits, bounded
from scrapers.extraction import ice_ddor_report

SOURCE = Source("s", "S", "https://example.org/", spider="ice_detainers", cadence=timedelta(minutes=7))
TIGHT = Limits(memory=500_000_000, cpu=2, wall=20)
PROJECT = Path(__file__).resolve().parents[2]


def pdf(*objects: bytes) -> bytes:
    """A file of these objects; the first is the catalog."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return body + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
SELF_CALLING = pdf(
    CATALOG,
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
    b"<</Length 5>>stream\n/X Do\nendstream",
    b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 11>>stream\n"
    b"/X Do /X Do\nendstream",
)


def page(stream: bytes, filters: bytes = b"") -> bytes:
    """A file of one page with this content stream."""
    return pdf(
        CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def packed(stream: bytes) -> bytes:
    return page(zlib.compress(stream), b"/Filter/FlateDecode")


def bomb(megabytes: int) -> bytes:
    """Spaces, packed twice: a few kilobytes that unpack to this much."""
    packer, block = zlib.compressobj(1), b" " * 2**20
    once = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    return page(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")


def encrypted(owner_only: bool = False) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    target = BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("" if owner_only else "secret", ownerPassword="owner"))
    canvas.drawString(100, 100, "Closed")
    canvas.save()
    return target.getvalue()


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    return pdf(
        CATALOG,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"] * count,
    )


def look(body: bytes) -> Look:
    return Look("https://example.org/a.pdf", datetime(2017, 3, 20, 14, tzinfo=UTC), 200, body, "application/pdf")


async def refusal(body: bytes, limits: Limits = TIGHT, extractor: str = "pdf") -> str:
    with pytest.raises(ExtractionError) as caught:
        await bounded(extractor, look(body), SOURCE, limits)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


async def test_what_the_child_reads_is_what_the_extractor_reads() -> None:
    """Nothing is lost or bent on the way through the pipe: types, order, nulls, typography."""
    seen = look(reports.week_two())
    assert await bounded("ice_ddor_report", seen, SOURCE) == ice_ddor_report.extract(seen, SOURCE)


async def test_hello() -> None:
    """A small ordinary document is read with the tight limits that the hostile ones below are given."""
    extraction = await bounded("pdf", look(page(b"BT /F 12 Tf 100 700 Td (Hello, council) Tj ET")), SOURCE, TIGHT)
    assert extraction.text == ("Hello, council",)
    assert extraction.extractor == "pdf/2"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (lambda: b"", "not a PDF"),
        (lambda: b"<html><title>Access Denied</title></html>", "not a PDF"),
        (lambda: reports.week_two()[:9000], "damaged or cut off"),
        (encrypted, "needs a password"),
        (lambda: pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), "damaged"),
        (lambda: many_pages(501), "501 pages"),
        (lambda: page(b""), "pictures and no text"),
    ],
    ids=["empty", "html", "cut off", "password", "page tree loop", "too many pages", "no text"],
)
async def test_what_cannot_be_read_is_said_in_a_sentence(body: Callable[[], bytes], reason: str) -> None:
    """Broken and closed documents name their reason."""
    assert reason in await refusal(body())


async def test_an_owner_password_closes_nothing_to_readers() -> None:
    """Many agencies forbid editing: such files open for every viewer, and here."""
    assert (await bounded("pdf", look(encrypted(owner_only=True)), SOURCE)).text == ("Closed",)


@pytest.mark.parametrize(
    "body",
    [
        lambda: packed(b"BT /F 1 Tf 1 1 Td (a) Tj ET\n" * 1_000_000),
        lambda: bomb(600),
        lambda: SELF_CALLING,
    ],
    ids=["a million operators", "stream bomb", "form that calls itself"],
)
async def test_what_would_kill_a_reader_kills_the_child_only(body: Callable[[], bytes]) -> None:
    """A crash or a limit in the child is an ordinary refusal here, soon."""
    hostile = body()
    began = time.monotonic()
    assert "could not be read" in await refusal(hostile)
    assert time.monotonic() - began < 15


async def test_three_hundred_thousand_rectangles_are_a_drawing() -> None:
    """Rules are not looked for among endless paths; the words beside them are still read."""
    body = packed(b"1 1 10 10 re f\n" * 300_000 + b"BT /F 12 Tf 100 700 Td (Plan of the jail) Tj ET")
    extraction = await bounded("pdf", look(body), SOURCE, Limits(cpu=10))
    assert extraction.text == ("Plan of the jail",)


async def test_a_body_over_the_cap_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is even started for it."""

    async def never(*arguments: object, **named: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", never)
    assert "2 MB" in await refusal(b"%PDF-" + b" " * 2_000_000, Limits(body=1_000_000))


async def test_an_endless_answer_is_cut_short() -> None:
    """A document whose text is larger than any answer may be is refused, and the child does not hang on its pipe."""
    body = packed(b"BT /F 12 Tf 10 700 Td (%s) Tj ET" % (b"word " * 4000))
    assert "text takes more" in await refusal(body, Limits(answer=5000))


class Children:
    """Every child process that was started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started: list[asyncio.subprocess.Process] = []
        self.environments: list[dict[str, str]] = []
        self.begun = asyncio.Event()
        start = asyncio.create_subprocess_exec

        async def starting(*arguments: str, **named: object) -> asyncio.subprocess.Process:
            child = await start(*arguments, **named)  # type: ignore[arg-type]
            self.started.append(child)
            self.environments.append(dict(named["env"]))  # type: ignore[call-overload]
            self.begun.set()
            return child

        monkeypatch.setattr(asyncio, "create_subprocess_exec", starting)


async def test_the_wall_clock_ends_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that takes too long is killed and waited for."""
    children = Children(monkeypatch)
    assert "took longer than 0.05 seconds" in await refusal(reports.week_two(), Limits(wall=0.05))
    assert [child.returncode for child in children.started] == [-signal.SIGKILL]


async def test_a_cancelled_reading_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a crawl is stopped in the middle of a document, its child is stopped with it."""
    children = Children(monkeypatch)
    reading = asyncio.create_task(bounded("pdf", look(reports.week_two()), SOURCE))
    await children.begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert [child.returncode for child in children.started] == [-signal.SIGKILL]


async def test_the_child_is_given_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail password in the environment is no business of a PDF's."""
    monkeypatch.setenv("ONNOTICE_SMTP_PASSWORD", "hunter2")
    children = Children(monkeypatch)
    await bounded("pdf", look(page(b"BT /F 12 Tf 100 700 Td (a) Tj ET")), SOURCE)
    assert "hunter2" not in str(children.environments)


async def test_it_works_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files of the folder that somebody happens to be in are not taken for modules."""
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    (tmp_path / "monitor").mkdir()
    monkeypatch.chdir(tmp_path)
    assert (await bounded("pdf", look(page(b"BT /F 12 Tf 100 700 Td (a) Tj ET")), SOURCE)).text == ("a",)


@pytest.mark.parametrize("answer", [b"", b"not json", b"[]", b'{"extraction": {"title": 3}}', b'{"other": 1}'])
def test_a_damaged_answer_is_a_refusal(answer: bytes) -> None:
    """Whatever a taken-over child writes, it is no exception that nobody expects."""
    with pytest.raises(ExtractionError):
        documents._extraction(answer, 0, Limits())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    """kill -9 of the daemon leaves nothing behind that goes on computing."""
    slow = tmp_path / "slow.pdf"
    slow.write_bytes(packed(b"BT /F 1 Tf 1 1 Td (a) Tj ET\n" * 2_000_000))
    program = (
        "import asyncio, sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from monitor.types import Look, Source; from scrapers.documents import bounded\n"
        "look = Look('https://x/a.pdf', datetime.now(UTC), 200, Path(sys.argv[1]).read_bytes())\n"
        "asyncio.run(bounded('pdf', look, Source('s', 'S', 'https://x/')))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(slow)], cwd=PROJECT)
    try:
        child = _wait_for(lambda: _reading_child(parent.pid))
        # Only once it has gone past its first lines has it asked to die with its parent.
        _wait_for(lambda: _limited(child))
        parent.kill()
        parent.wait()
        _wait_for(lambda: not _alive(child), seconds=3)
    finally:
        parent.kill()
        parent.wait()


def _wait_for(found: Callable[[], int | None], seconds: float = 20) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not come about in time")


def _reading_child(parent: int) -> int | None:
    children = "".join(path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children")).split()
    return int(children[0]) if children else None


def _limited(process: int) -> int:
    limits = Path(f"/proc/{process}/limits")
    return limits.exists() and "1500000000" in limits.read_text()


def _alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    # A zombie that its new parent has not collected yet computes no more.
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
