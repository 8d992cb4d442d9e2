"""A full disk, before it happens and when it does: one sentence, nothing lost, and the next poll goes on."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import DiskFull
from onnotice.config import read_settings
from onnotice.daemon import Service
from onnotice.home import Home
from onnotice.polling import keep_sources
from onnotice.room import lacks_room, require_room
from onnotice.session import Session
from storage import Archive

_Usage = namedtuple("_Usage", "total used free")


PAGES = tuple(f"/page{number}" for number in range(40))


def watch(home: Home, site: Any, paths: Sequence[str]) -> None:
    """Have the second source watch these pages too."""
    urls = ", ".join(f'"{site.url}{path}"' for path in paths)
    edited = home.settings.read_text() + f"[source.parameters]\nurls = [{urls}]\n"
    home.settings.write_text(edited)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how much the disk says is free: no test may fill a disk that others use."""

    def set_free(size: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10**12, 10**12 - size, size))

    return set_free


def test_what_is_needed_comes_on_top_of_what_is_to_stay_free(free: Callable[[int], None], tmp_path: Path) -> None:
    """To the byte; and the sentence has both figures."""
    free(300_000_000)
    assert lacks_room(tmp_path, 200_000_000, 100_000_000) == ""
    require_room(tmp_path, 300_000_000)
    with pytest.raises(DiskFull, match=r"Only 300 MB are .*, where 150 MB are needed and 200 MB are to stay"):
        require_room(tmp_path, 200_000_000, 150_000_000)


@pytest.mark.parametrize("command", [("poll",), ("poll", "--due"), ("backup", "away")])
def test_nothing_is_begun(
    at_home: Callable[..., Any], free: Callable[[int], None], site: Any, command: tuple[str, ...]
) -> None:
    """Below the floor a poll asks for no page and a backup writes nothing; with room again it is as if nothing was."""
    free(199_000_000)
    refused = at_home(*command)
    assert refused.code == 1
    assert "Only 199 MB are free" in refused.err
    assert refused.err.count("\n") == 1
    assert site.asked == []
    free(10**10)
    assert at_home(*command).code == 0


def test_an_import_begins_nothing(
    at_home: Callable[..., Any], free: Callable[[int], None], write_manifest: Callable[..., Path], site: Any
) -> None:
    """It ends with the sentence, and running it again loads what was not loaded, once."""
    captures: list[Mapping[str, Any]] = [
        {"url": f"{site.url}/council", "at": f"2017-01-0{day}T12:00:00Z", "status": 200, "body": f"<p>Day {day}</p>"}
        for day in range(1, 4)
    ]
    manifest = write_manifest(*captures)
    free(1)
    refused = at_home("import", manifest)
    assert refused.code == 1
    assert "Only 0 MB are free" in refused.err
    free(10**10)
    assert "3 captures loaded" in at_home("import", manifest).out


def test_a_disk_that_fills_during_a_poll(
    at_home: Callable[..., Any], free: Callable[[int], None], home: Home, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been asked for is kept, nothing new is asked for, and the sources that were not seen stay due."""
    free(10**10)
    site.answers |= {path: (200, f"<p>{path}</p>") for path in PAGES}
    urls = ", ".join(f'"{site.url}/page{number}"' for number in range(40))
    home.settings.write_text(
        home.settings.read_text().replace(
            'title = "Town Budget"', f'title = "Town Budget"\nparameters = {{ urls = [{urls}] }}'
        )
    )
    kept = Archive.record_look

    def fills(*arguments: Any, **named: Any) -> Any:
        free(1)
        return kept(*arguments, **named)

    monkeypatch.setattr(Archive, "record_look", fills)
    stopped = at_home("poll")
    assert stopped.code == 1
    assert "Only 0 MB are free" in stopped.err
    assert 0 < len(site.asked) < 40
    monkeypatch.undo()
    with Archive.open(home.archive, read_only=True) as archive:
        assert list(archive.flaws()) == []
    assert at_home("poll", "--due").code == 0
    assert set(PAGES) <= set(site.asked)


def test_a_disk_that_is_full(home: Home, site: Any, at_home: Callable[..., Any]) -> None:
    """The system refuses to let files grow: one sentence and no trace, the archive is whole, and when there is room the
    next poll keeps every page and tells each piece of news once."""
    site.answers |= {path: (200, f"<p>{path}</p>") for path in PAGES}
    urls = ", ".join(f'"{site.url}{path}"' for path in PAGES)
    home.settings.write_text(
        home.settings.read_text().replace(
            'title = "Town Budget"', f'title = "Town Budget"\nparameters = {{ urls = [{urls}] }}'
        )
    )
    assert at_home("poll").code == 0
    for path in PAGES:
        site.answers[path] = (200, f"<p>News at {path}: {os.urandom(30_000).hex()}</p>")
    limit = home.archive.stat().st_size + 200_000
    full = subprocess.run(
        [sys.executable, "-m", "onnotice", "--home", str(home.folder), "poll"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    said = [line for line in full.stderr.splitlines() if line.startswith("onnotice: ")]
    assert len(said) == 1
    assert "cannot grow because" in said[0]
    assert "make room and run again, nothing is lost." in said[0]
    with Archive.open(home.archive) as archive:
        assert list(archive.flaws()) == []

    assert at_home("poll").code == 0
    told = "".join(mail.read_text() for mail in (home.folder / "mails").glob("*.eml"))
    with Archive.open(home.archive) as archive:
        changed = [one.change.url for one in archive.changes() if one.change.kind.value == "page_changed"]
    assert sorted(changed) == sorted(f"{site.url}{path}" for path in PAGES)
    assert told
    assert "No news" not in told
    assert "0 mails sent" in at_home("poll").out


async def test_the_daemon_waits_for_room(
    home: Home, site: Any, free: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    """It asks for nothing and says why once, however often it looks; when there is room it polls at the next beat."""
    settings = read_settings(home)
    with Archive.open(home.archive) as archive:
        opened = Session(home, settings, settings.sources("onnotice.toml"), archive, lambda: datetime.now(UTC))
        keep_sources(archive, opened.sources, datetime.now(UTC))
        service = Service(opened, asyncio.Event(), gather=0)
        free(1)
        for _ in range(3):
            await service.beat()
            await service.idle()
        assert site.asked == []
        assert caplog.text.count("Only 0 MB are free") == 1
        assert "Only 0 MB are free" in (home.folder / "heartbeat").read_text()
        free(10**10)
        await service.beat()
        await service.idle()
    assert {"/council", "/budget"} <= set(site.asked)
