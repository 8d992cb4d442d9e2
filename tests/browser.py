"""Finds a Chromium for the tests that need one, or has one installed where that can be done. Run before the tests.

Exit code 0 with one line on what was found, or on why the browser tests will be skipped; with REQUIRE_BROWSER=1 the
latter is exit code 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\nwith start() as p: print(p.chromium.executable_path)"
)
_QUICK, _DOWNLOAD, _PACKAGES = 30, 180, 240
"""Seconds that a question, Playwright's download and each step of apt may take."""


def find_chromium() -> str:
    """Path of a Chromium that runs; empty when there is none. One that CHROMIUM names is the only one asked."""
    if named := os.environ.get("CHROMIUM"):
        return named if _runs(named) else ""
    for name in NAMES:
        path = shutil.which(name)
        if path and _runs(path):
            return path
    own = _output([sys.executable, "-c", _ASK_PLAYWRIGHT], _QUICK)
    return own if own and Path(own).is_file() and _runs(own) else ""


def install_chromium() -> str:
    """Have one installed: by Playwright, else by apt where this user may. The path; empty when neither could."""
    environment = os.environ | {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    downloaded = _did([sys.executable, "-m", "playwright", "install", "chromium"], _DOWNLOAD, environment)
    # What was downloaded may lack the system's libraries, and does not run then.
    if downloaded and (found := find_chromium()):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _did(["apt-get", "update", "-qq"], _PACKAGES, environment)
        _did(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], _PACKAGES, environment)
        return find_chromium()
    return ""


def main() -> int:
    """0: go on; 1: one was required and could not be had."""
    if named := os.environ.get("CHROMIUM"):
        found, why = find_chromium(), f"CHROMIUM names {named}, which does not run"
    else:
        found = find_chromium() or install_chromium()
        why = (
            "there is no Chromium, and neither Playwright nor apt could install one; install it or name it in CHROMIUM"
        )
    if found:
        print(f"browser tests run in {found}")
        return 0
    required = os.environ.get("REQUIRE_BROWSER") == "1"
    print(f"browser tests {'cannot run' if required else 'are skipped'}: {why}")
    return 1 if required else 0


def _runs(path: str) -> bool:
    """Some distributions ship a stub that only names a package to install."""
    return bool(_output([path, "--version"], _QUICK))


def _output(command: list[str], seconds: float) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _did(command: list[str], seconds: float, environment: dict[str, str]) -> bool:
    try:
        subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
