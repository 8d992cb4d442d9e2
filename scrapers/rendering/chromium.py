"""Where a Chromium is on this machine: the one that CHROMIUM names, the system's, or the one that Playwright loaded."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from monitor.errors import FetchError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = (
    'install it with pip install "onnotice[render]" and playwright install chromium, or name a Chromium of your own in'
    " the environment variable CHROMIUM"
)


def require_playwright() -> None:
    """Raises FetchError with what to install, where the extra `render` is missing. Imports nothing."""
    if find_spec("playwright") is None:
        raise FetchError(f"The source asks for a browser, and Playwright is not installed; {_HOW}")


def chromium_path(playwrights_own: str) -> str:
    """The Chromium to start. One that CHROMIUM names is the only one asked.

    Raises FetchError with what to install, where there is none.
    """
    if named := os.environ.get("CHROMIUM"):
        if path := shutil.which(named):
            return path
        raise FetchError(f"CHROMIUM names {named}, which cannot be run; correct it, or unset it")
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    if Path(playwrights_own).is_file():
        return playwrights_own
    raise FetchError(f"The source asks for a browser, and there is no Chromium; {_HOW}")
