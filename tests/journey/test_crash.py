"""Killed at any instant, a poll loses nothing and tells nothing twice: compared with one that nobody disturbed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.types import AlertState, ChangeKind, lines_digest
from storage import Archive

KILLS_BY_CLOCK, KILLS_BY_COMMIT = 32, 18
STEPS = (KILLS_BY_CLOCK + KILLS_BY_COMMIT) // 2
PAGES = 48
BEGINNING = datetime(2017, 3, 1, 12, 0, tzinfo=UTC)

_SETTINGS = """\
[mail]
transport = "folder"

[[subscription]]
name = "everything"
recipients = ["analyst@example.org", "second@example.org"]

[[source]]
slug = "town"
title = "Town"
url = "{url}/index"
[source.parameters]
follow = true
urls = {pages}

[[source]]
slug = "council"
title = "Council"
jurisdiction = "Boulder, Colorado"
url = "{url}/v1/boulder/events"
spider = "legistar_api"
timezone = "America/Denver"
"""


class History:
    """A site as of a step. Every page is a pure function of the step: two archives can see the same history."""

    def __init__(self) -> None:
        self.step = 0

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, str, str]:
        """Status, media type and text."""
        step = self.step
        if path == "/index":
            links = "".join(f'<li><a href="/minutes{n}.txt">Minutes {n}</a></li>' for n in range(step // 6 + 1))
            return 200, "text/html", self._page("Index", f"<ul>{links}</ul>")
        if path.startswith("/minutes"):
            number = int(path.removeprefix("/minutes").removesuffix(".txt"))
            return 200, "text/plain", f"Minutes number {number} of the council.\nPresent: {number + 5} members.\n"
        if path.startswith("/page"):
            number = int(path.removeprefix("/page"))
            # Some pages are away for a while, long enough to be believed.
            if number % 18 == 5 and 10 <= (step + number) % 25 < 16:
                return 404, "text/html", "<h1>Not found</h1>"
            edition = (step + number) // 3
            rows = "".join(f"<tr><td>Row {row}</td><td>{row * number}</td></tr>" for row in range(12))
            told = f"<p>Edition {edition} of the notice was adopted.</p>"
            return 200, "text/html", self._page(f"Page {number}", f"{told}<table>{rows}</table>")
        if path.startswith("/v1/boulder/events"):
            events = [self._event(number, step) for number in (901, 902, 903)]
            _, _, wanted = path.partition("/events/")
            found: Any = next((row for row in events if str(row["EventId"]) == wanted), None) if wanted else events
            return 200, "application/json", json.dumps(found)
        return 404, "text/html", "<h1>Not found</h1>"

    def _page(self, title: str, content: str) -> str:
        return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{content}</body></html>"

    def _event(self, number: int, step: int) -> dict[str, Any]:
        """A meeting in the documented shape of the Legistar Web API; its agenda grows, loses and rewords items."""
        items = [
            {
                "EventItemId": number * 1000 + item,
                "EventItemEventId": number,
                "EventItemAgendaSequence": place,
                "EventItemTitle": f"Resolution {item}" + (" as revised" if (step + item) % 8 > 3 else ""),
                "EventItemMatterFile": f"17-{number}{item:03}",
                "EventItemMatterAttachments": [],
            }
            for place, item in enumerate(range(max(0, step - 13) // 4, 6 + step // 4), 1)
        ]
        return {
            "EventId": number,
            "EventGuid": f"{number}",
            "EventLastModifiedUtc": f"2017-02-01T00:00:{step:02}",
            "EventRowVersion": f"{step}",
            "EventBodyName": "City Council",
            "EventDate": f"2017-03-{number - 880:02}T00:00:00",
            "EventTime": "6:00 PM",
            "EventLocation": f"Room {step // 9}",
            "EventAgendaStatusName": "Final",
            "EventComment": None,
            "EventItems": items,
        }


@pytest.fixture
def history() -> Iterator[tuple[History, str]]:
    """The history and where it is served."""
    site = History()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            status, media, text = site.answer(asked.path, parse_qs(asked.query))
            tag = f'"{sha256(text.encode()).hexdigest()[:12]}"'
            body = text.encode()
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, body = 304, b""
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
            # A client that was killed does not wait for its answer.
            try:
                self.wfile.write(head.encode() + body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None: ...

    with Server(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        yield site, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        serving.join()


class Poller:
    """Polls in children of a process that is warm."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("poller.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )

    def poll(self, home: Path, at: datetime, kill: dict[str, float] | None = None) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"home": str(home), "at": at.isoformat(), "kill": kill}) + "\n")
        self._process.stdin.flush()
        outcome: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert not outcome["failed"], "a poll ended with an exception: see standard error"
        return outcome

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def poller() -> Iterator[Poller]:
    """Started once."""
    one = Poller()
    yield one
    one.close()


def home_in(folder: Path, url: str) -> Path:
    """A home that watches the whole site."""
    folder.mkdir()
    pages = json.dumps([f"{url}/page{number}" for number in range(PAGES)])
    (folder / "onnotice.toml").write_text(_SETTINGS.format(url=url, pages=pages))
    return folder


def fates(seed: int, seconds: float, commits: list[int]) -> list[dict[str, float]]:
    """How two polls of each step die: by the clock anywhere in the time that a poll takes, or right after one of its
    commits, most often while it tells, which is over in a moment. `commits` are those of a whole poll by step."""
    chance = random.Random(seed)
    manners = ["clock"] * KILLS_BY_CLOCK + ["commit", "telling", "telling"] * (KILLS_BY_COMMIT // 3)
    chance.shuffle(manners)
    found: list[dict[str, float]] = []
    for number, manner in enumerate(manners):
        whole = commits[number // 2]
        by_commit = chance.randrange(1, whole) if manner == "commit" else whole - chance.randrange(14)
        found.append({"seconds": chance.uniform(0, seconds)} if manner == "clock" else {"commits": by_commit})
    return found


def remembered(home: Path) -> dict[str, Any]:
    """What an archive says happened, without the times of looks and the numbers of rows."""
    with Archive.open(home / "archive.sqlite") as archive:
        assert list(archive.flaws()) == []
        urls = [(slug, url) for slug in ("town", "council") for url in archive.known_urls(slug)]
        changes = [stored.change for stored in archive.changes(baseline=True)]
        until = BEGINNING + timedelta(days=365)
        records = [row for slug in ("town", "council") for row in archive.records_at(slug, until)]
        return {
            "snapshots": {
                url: [(one.number, one.title, lines_digest(one.text)) for one in archive.snapshots(url, slug)]
                for slug, url in urls
            },
            "changes": Counter((one.source, one.url, one.kind, one.summary, one.baseline) for one in changes),
            "records": sorted(
                (row.record.kind, row.record.key, row.version, json.dumps(row.record.facts, sort_keys=True))
                for row in records
            ),
        }


def check_mails(home: Path) -> int:
    """Every change that is to be told is in exactly one mail of each recipient, and every mail in one file."""
    with Archive.open(home / "archive.sqlite") as archive:
        alerts = archive.alerts()
        assert {alert.state for alert in alerts} == {AlertState.SENT}
        promised = Counter((alert.recipient, stored.id) for alert in alerts for stored in alert.changes)
        due = [
            stored.id
            for stored in archive.changes()
            if not stored.change.kind.about_our_eyes and stored.change.significance >= 0.3
        ]
        assert promised == Counter(
            {(recipient, change): 1 for recipient in ("analyst@example.org", "second@example.org") for change in due}
        )
    folder = home / "mails"
    mails = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in folder.glob("*.eml")]
    assert Counter(str(mail["Message-ID"]) for mail in mails) == Counter(alert.message_id for alert in alerts)
    return len(due)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where faults are run whole, the fifty kills come four times over, each time at other instants."""
    if "seed" in metafunc.fixturenames:
        whole = metafunc.config.pluginmanager.has_plugin("whole faults")
        metafunc.parametrize("seed", range(20170327, 20170331 if whole else 20170328))


def test_nothing_is_lost_and_nothing_doubled(
    seed: int, tmp_path: Path, history: tuple[History, str], poller: Poller, counted: Callable[..., None]
) -> None:
    """Fifty polls die by SIGKILL, two at each step of a history, before one is let through: after each the archive
    verifies, and in the end snapshots, changes, records and mails are those of the archive that nobody disturbed."""
    site, url = history
    control, disturbed = home_in(tmp_path / "control", url), home_in(tmp_path / "disturbed", url)
    measured: list[dict[str, Any]] = []
    for step in range(STEPS):
        site.step = step
        measured.append(poller.poll(control, BEGINNING + timedelta(hours=step)))
    # The first poll looks at every page twice; the others are alike.
    usual = sorted(one["seconds"] for one in measured[1:])
    killed: Counter[str] = Counter()
    deaths = fates(seed, usual[len(usual) // 2], [one["commits"] for one in measured])
    for step in range(STEPS):
        site.step = step
        at = BEGINNING + timedelta(hours=step)
        for fate in deaths[2 * step : 2 * step + 2]:
            killed[next(iter(fate))] += poller.poll(disturbed, at, fate)["killed"]
            with Archive.open(disturbed / "archive.sqlite", create=True) as archive:
                assert list(archive.flaws()) == []
            at += timedelta(minutes=1)
        poller.poll(disturbed, at)
    assert killed["commits"] > KILLS_BY_COMMIT / 2
    assert killed["seconds"] > KILLS_BY_CLOCK / 2
    counted(kills=len(deaths), inside_a_poll=killed.total())
    for home in (control, disturbed):
        # Claims of the dead lapse.
        poller.poll(home, BEGINNING + timedelta(hours=STEPS))
    undisturbed, survived = remembered(control), remembered(disturbed)
    assert survived["snapshots"] == undisturbed["snapshots"]
    assert survived["changes"] == undisturbed["changes"]
    assert survived["records"] == undisturbed["records"]
    assert check_mails(control) == check_mails(disturbed) > STEPS
    kinds = {kind for _, _, kind, _, _ in undisturbed["changes"]}
    assert kinds >= {
        ChangeKind.PAGE_CHANGED,
        ChangeKind.PAGE_WITHDRAWN,
        ChangeKind.PAGE_RETURNED,
        ChangeKind.DOCUMENT_PUBLISHED,
        ChangeKind.RECORD_ADDED,
        ChangeKind.RECORD_REMOVED,
        ChangeKind.RECORD_AMENDED,
    }
    assert len({json.dumps(one) for one in undisturbed["snapshots"].values()}) > 3
