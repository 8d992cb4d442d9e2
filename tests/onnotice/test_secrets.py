"""Secrets of the environment are in nothing that a run writes; what a home holds is its owner's."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from onnotice.home import Home

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "ONNOTICE_SECRET": "signing/secret+of-the-test==and-long-enough",
    "ONNOTICE_SMTP_PASSWORD": "smtp/password+of-the-test==",
    "COUNCIL_TOKEN": "legistar/token+of-the-test==",
}
SETTINGS = """\
log_level = "DEBUG"

[mail]
transport = "smtp"
host = "localhost"
port = {mail}
security = "starttls"
username = "notice"
timeout = 2

[[subscription]]
name = "everything"
recipients = ["analyst@example.org"]

[[source]]
slug = "council"
title = "Town Council"
url = "{url}/council"

[[source]]
slug = "meetings"
title = "Meetings"
url = "{url}/v1/boulder/events"
spider = "legistar_api"
timezone = "America/Denver"
[source.parameters]
token_env = "COUNCIL_TOKEN"
"""


def spellings(secret: str) -> list[bytes]:
    """As it is, and as an address, a header or a log would have it."""
    login = base64.b64encode(f"\0notice\0{secret}".encode())
    return [secret.encode(), quote(secret, safe="").encode(), quote(secret).encode(), login,
            base64.b64encode(secret.encode()), repr(secret.encode())[2:-1].encode()]  # fmt: skip


def test_no_secret_is_in_anything_that_a_run_writes(
    site: Any, make_home: Callable[..., Home], unused_tcp_port: int, tmp_path: Path
) -> None:
    """With logging at its most talkative, a source that wants a token and a mail server that cannot be reached: what is
    printed and what lies in the folder hold no password, token or signing key."""
    home = make_home(SETTINGS.format(url=site.url, mail=unused_tcp_port))
    environment = {**os.environ, **SECRETS, "PYTHONASYNCIODEBUG": "0"}
    site.says("/v1/boulder/events", "no meetings")
    written = b""
    for number, arguments in enumerate((["poll"], ["poll"], ["send"], ["doctor"], ["sources"], ["verify"])):
        site.says("/council", f"Regular meeting number {number}")
        ended = subprocess.run(
            [sys.executable, "-m", "onnotice", "--home", str(home.folder), *arguments],
            env=environment, cwd=ROOT, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        written += ended.stdout + ended.stderr
    assert b"DEBUG" in written
    assert "/v1/boulder/events" in site.asked
    written += b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    for name, secret in SECRETS.items():
        assert [spelled for spelled in spellings(secret) if spelled in written] == [], name


def test_a_home_is_its_owners(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """The folder that `init` makes opens to nobody else, whatever the umask; one that is there keeps its rights."""
    before = os.umask(0)
    try:
        assert onnotice("init", tmp_path / "new").code == 0
        (tmp_path / "old").mkdir(mode=0o750)
        assert onnotice("init", tmp_path / "old").code == 0
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o750
