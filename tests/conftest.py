"""What tests of several folders share: a Chromium for those marked `browser`, and how much of a fault is run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
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


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether faults are run in full, which takes minutes: by tests/faults/run.py. Else their quick part."""
    return request.config.pluginmanager.has_plugin("whole faults")


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note what a fault was tried with, for the line of tests/faults/run.py, which adds up: `counted(kills=50)`."""
    return lambda **numbers: record_property("counted", numbers)
