"""How long it takes from the look that sees a change to the mail: `onnotice run`, a site, and a mail server.

    python benchmarks/mail_latency.py [--pages 50] [--changes 10]

The daemon is the real one, as a process of its own, with pages that it looks at every ten seconds. One page is edited;
when its mail has been accepted, the next. The seconds run from the time that the archive has of the look which brought
the change to the moment in which the server takes the mail. Fails when a mail is about anything but the edit.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from figures import Figure, options, report, table
from loopback import Site
from postmaster import Postmaster
from programs import OnNotice

TARGET = 2.0
"""Seconds."""
_PATIENCE = 90.0
_SETTINGS = """
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"

[[subscription]]
name = "desk"
recipients = ["desk@example.org"]
minimum_significance = 0.0
"""
_SOURCE = """
[[source]]
slug = "notice-{number}"
title = "Notice {number}"
url = "{url}"
cadence = "10s"
"""


def delays(folder: Path, pages: int, changes: int) -> list[float]:
    """Edit one page after the other, and see when its mail comes."""
    program = OnNotice(folder / "latency")
    found = []
    with Site() as site, Postmaster() as postmaster:
        program.begin(site.urls(1))
        settings = _SETTINGS.format(port=postmaster.port)
        settings += "".join(_SOURCE.format(number=number, url=site.url(number)) for number in range(pages))
        (program.home / "onnotice.toml").write_text(settings)
        program.poll()
        with program.running() as said:
            for turn in range(changes):
                number = turn * 7 % pages
                site.edit([number])
                try:
                    mail = postmaster.next(_PATIENCE)
                except queue.Empty:
                    sys.exit(f"No mail came about an edit; the daemon said:\n{said.read_text()[-2000:]}")
                seen, url = newest_change(program.store)
                if url != site.url(number) or f"Notice {number}" not in mail.subject:
                    sys.exit(f"Page {number} was edited, {url} is kept as changed, and “{mail.subject}” was mailed.")
                found.append(mail.at - seen)
    return found


def newest_change(archive: Path) -> tuple[float, str]:
    """When the look was that brought it, in seconds since 1970, and of which page."""
    with closing(sqlite3.connect(f"{archive.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        at, url = connection.execute(
            "SELECT v.at, c.url FROM changes c JOIN visits v ON v.id = c.visit ORDER BY c.id DESC LIMIT 1"
        ).fetchone()
    return datetime.fromisoformat(at).timestamp(), url


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--changes", type=int, default=10)
    chosen_options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = sorted(delays(Path(name), chosen_options.pages, chosen_options.changes))
    rows: list[list[object]] = [["fastest", found[0]], ["median", found[len(found) // 2]], ["slowest", found[-1]]]
    drawn = table([f"from a look to its mail, {len(found)} changes among {chosen_options.pages:,} pages", "s"], rows)
    figure = Figure("from the look to the mail accepted, the slowest", found[-1], TARGET, "s")
    report("From a change to its mail", [drawn], [figure], chosen_options.figures)


if __name__ == "__main__":
    main()
