"""What tests of several folders share: a Chromium, for those marked `browser`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; the test is skipped where there is none. Nothing is installed from here."""
    browser = importlib.util.spec_from_file_location("browser", Path(__file__).with_name("browser.py"))
    assert browser is not None
    assert browser.loader is not None
    module = importlib.util.module_from_spec(browser)
    browser.loader.exec_module(module)
    found = module.find_chromium()
    if not found:
        pytest.skip("no Chromium here: `python tests/browser.py` looks for one and says why")
    return str(found)
