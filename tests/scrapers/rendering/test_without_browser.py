"""Where there is no browser: one sentence that says what to install, and everybody else goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from monitor.errors import FetchError
from scrapers.rendering import chromium as lookup
from scrapers.rendering.chromium import chromium_path


async def test_a_source_without_a_browser_says_what_to_install(
    site, make_source, run_crawl, intake, monkeypatch
) -> None:
    """Nothing is fetched for it; its neighbour in the same crawl is looked at."""
    monkeypatch.setattr(lookup, "find_spec", lambda name: None)
    site.says("/a")
    site.says("/b")
    shown, plain = make_source(site.url("/a"), parameters={"render": True}), make_source(site.url("/b"))
    (failed, fine) = await run_crawl(shown, plain)
    assert failed.outcome == "failed"
    assert 'install it with pip install "onnotice[render]"' in failed.message
    assert "\n" not in failed.message
    assert (fine.outcome, fine.complete) == ("ok", True)
    assert [path for path, _ in site.requests] == ["/b"]


async def test_a_browser_that_cannot_be_started_is_said(site, make_source, run_crawl, monkeypatch, tmp_path) -> None:
    """A CHROMIUM that names nothing, or no browser."""
    impostor = tmp_path / "chromium"
    impostor.write_text("#!/bin/sh\necho no; exit 1\n")
    impostor.chmod(0o755)
    for named, said in (("/no/such/chromium", "cannot be run; correct it"), (str(impostor), "could not be started")):
        monkeypatch.setenv("CHROMIUM", named)
        (report,) = await run_crawl(make_source(site.url("/a"), parameters={"render": True}))
        assert said in report.message
        assert "\n" not in report.message
    assert site.requests == []


def test_the_system_s_browser_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Then Playwright's own; then a sentence."""
    own = tmp_path / "chrome"
    own.touch()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(lookup.shutil, "which", lambda name: "/usr/bin/x" if name == "chromium-browser" else None)
    assert chromium_path(str(own)) == "/usr/bin/x"
    monkeypatch.setattr(lookup.shutil, "which", lambda name: None)
    assert chromium_path(str(own)) == str(own)
    with pytest.raises(FetchError, match="playwright install chromium"):
        chromium_path(str(tmp_path / "none"))


async def test_nobody_pays_for_playwright_who_renders_nothing(site, make_source, run_crawl) -> None:
    """A crawl without such a source imports nothing of it."""
    present = {name for name in sys.modules if name.startswith("playwright")}
    site.says("/a")
    await run_crawl(make_source(site.url("/a")))
    assert {name for name in sys.modules if name.startswith("playwright")} == present
