"""Takes the README's picture of an alert: the head of a mail's HTML part, as Chromium shows it.

python docs/picture.py demo-home/mails/20170329*.eml
"""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "images" / "alert.png"
WIDTH, HEIGHT = 720, 690
"""Pixels: a mail's column, down to the end of what changed."""


def main(mail: Path, chromium: str) -> None:
    """Write the picture; nothing that the mail names is fetched."""
    message = message_from_bytes(mail.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("html",))
    assert part is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.route("**/*", lambda route: route.abort())
        page.set_content(part.get_content())
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    finder = Path(__file__).parents[1] / "tests" / "browser.py"
    found = subprocess.run(
        [sys.executable, "-c", "import browser; print(browser.find_chromium())"],
        cwd=finder.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    main(Path(sys.argv[1]), found.stdout.strip())
