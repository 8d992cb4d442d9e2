"""A town's site on this machine, a home that watches it, and the command line called as a person calls it."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from onnotice import cli
from onnotice.home import Home
from storage import Archive

SETTINGS = """\
# The operator's own words.
contact = "https://example.org/onnotice-tests"

[[subscription]]
name = "everything"
recipients = ["analyst@example.org"]

[[source]]
slug = "council"
title = "Town Council"
url = "{url}/council"

[[source]]
slug = "budget"
title = "Town Budget"
url = "{url}/budget"
"""


def page(*lines: str, title: str = "Town Council") -> str:
    """A whole page with a title and paragraphs."""
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}</body></html>"


@dataclass
class Site:
    """A web site in a thread of its own. `says` sets what a path answers; `held` keeps a path from answering."""

    port: int = 0
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, *lines: str, status: int = 200) -> None:
        self.answers[path] = (status, page(*lines))

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.agents.append(request.headers.get("User-Agent", ""))
        if request.path in self.held:
            self.arrived.set()
            await asyncio.get_running_loop().run_in_executor(None, self.release.wait, 20)
        status, text = self.answers.get(request.path, (404, "<p>not here</p>"))
        return web.Response(text=text, status=status, content_type="text/html")

    def serve(self, ready: threading.Event) -> None:
        loop = self._loop = asyncio.new_event_loop()

        async def open_site() -> web.AppRunner:
            application = web.Application()
            application.router.add_get("/{tail:.*}", self._answer)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            return runner

        runner = loop.run_until_complete(open_site())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    def stop(self) -> None:
        self.release.set()
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._loop.stop)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with a council's page and a budget's."""
    served, ready = Site(), threading.Event()
    thread = threading.Thread(target=served.serve, args=(ready,))
    thread.start()
    assert ready.wait(10)
    served.says("/council", "Regular meeting of March 28, 2017")
    served.says("/budget", "Detention costs: 206 dollars a day")
    yield served
    served.stop()
    thread.join(10)


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Its JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def onnotice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Answer]:
    """Runs the command line in this process, from an empty folder and without ONNOTICE_HOME."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.delenv("ONNOTICE_HOME", raising=False)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["onnotice", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Answer(int(leaving.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def make_home(tmp_path: Path) -> Callable[..., Home]:
    """A home with these settings and an empty archive."""

    def make(settings: str, name: str = "home") -> Home:
        home = Home(tmp_path / name)
        home.folder.mkdir()
        home.settings.write_text(settings, encoding="utf-8")
        Archive.open(home.archive, create=True).close()
        return home

    return make


@pytest.fixture
def home(make_home: Callable[..., Home], site: Site) -> Home:
    """A home that watches the site."""
    return make_home(SETTINGS.format(url=site.url))


@pytest.fixture
def at_home(onnotice: Callable[..., Answer], home: Home) -> Callable[..., Answer]:
    """The command line, with --home naming that home."""
    return lambda *arguments: onnotice("--home", home.folder, *arguments)


@pytest.fixture
def write_page() -> Callable[..., str]:
    """A page's HTML: lines as paragraphs."""
    return page


@pytest.fixture
def write_manifest(tmp_path: Path) -> Callable[..., Path]:
    """Writes a manifest and the bodies that its captures name: `body` becomes a file and its `path`."""

    def write(*captures: Mapping[str, Any], name: str = "manifest.jsonl") -> Path:
        folder = tmp_path / "captures"
        folder.mkdir(exist_ok=True)
        lines = []
        for number, capture in enumerate(captures):
            values = dict(capture)
            body = values.pop("body", None)
            if body is not None:
                values["path"] = f"{name}.{number}.html"
                (folder / values["path"]).write_text(body, encoding="utf-8")
            lines.append(json.dumps(values))
        manifest = folder / name
        manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return manifest

    return write


@pytest.fixture
def now() -> datetime:
    """An afternoon in spring 2017."""
    return datetime(2017, 3, 20, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_trace_in_logging() -> Iterator[None]:
    """A command sets up logging for its process; here the process goes on."""
    root, scrapy = logging.getLogger(), logging.getLogger("scrapy")
    level, handlers, scrapys = root.level, list(root.handlers), scrapy.level
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    scrapy.setLevel(scrapys)


class Authority:
    """A time-stamping authority on this machine: a root, a certificate for stamping, and `openssl ts` behind HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status, self.raw, self.asked = 200, b"", 0
        """`raw` is answered instead of a time stamp where it is not empty."""
        self._made()
        authority = self

        class _Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                authority.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                body = authority.raw or authority.answer(query)
                self.send_response(authority.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing is logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsr"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def root(self) -> Path:
        """The certificate that vouches for it."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The answer to a question."""
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl("ts", "-reply", "-queryfile", "query.tsq", "-out", "answer.tsr", "-config", "authority.cnf")
        return (self.folder / "answer.tsr").read_bytes()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _made(self) -> None:
        (self.folder / "authority.cnf").write_text(
            "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\n"
            "keyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
            "[stamping]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            "extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            "[tsa]\ndefault_tsa=local\n[local]\nserial=serial\nsigner_cert=stamping.pem\nsigner_key=stamping.key\n"
            "default_policy=1.2.3.4.1\ndigests=sha256\nsigner_digest=sha256\n"
        )
        (self.folder / "serial").write_text("01")
        elliptic = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "authority.cnf")
        self._openssl("req", "-x509", *elliptic, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root",
                      "-days", "3650", "-extensions", "ca")  # fmt: skip
        self._openssl("req", *elliptic, "-keyout", "stamping.key", "-out", "stamping.csr", "-subj", "/CN=Clock")
        self._openssl("x509", "-req", "-in", "stamping.csr", "-CA", "root.pem", "-CAkey", "root.key", "-out",
                      "stamping.pem", "-days", "3650", "-set_serial", "2", "-extfile", "authority.cnf",
                      "-extensions", "stamping")  # fmt: skip

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    """A time-stamping authority; needs the openssl program."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    folder = tmp_path / "authority"
    folder.mkdir()
    serving = Authority(folder)
    yield serving
    serving.close()
