"""Users: names and passwords in a file of their own, by the command line and as the web pages check them."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from monitor.errors import ConfigurationError, UsageError
from onnotice.home import Home
from onnotice.users import Users

PASSWORD = "correct horse battery"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def users(tmp_path: Path) -> Users:
    """None yet."""
    return Users(tmp_path / "users.json")


@pytest.fixture
def typed(at_home: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The command line with a line on standard input."""

    def run(line: str, *arguments: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(line))
        return at_home("users", *arguments)

    return run


def test_a_password_is_kept_as_argon2_has_it_in_a_file_of_its_owner(
    users: Users, tmp_path: Path, now: datetime
) -> None:
    """Nobody else of the machine can read it, and the password is not in it."""
    users.add("ada", PASSWORD, now)
    path = tmp_path / "users.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert PASSWORD not in text
    assert "$argon2id$" in text
    assert PASSWORD not in repr(users.all()["ada"])
    assert "argon2" not in repr(users.all()["ada"])


def test_only_the_right_password_is_right(users: Users, now: datetime) -> None:
    """Of the right user; the same characters composed otherwise are the same password."""
    users.add("ada", "Äpfel und Birnen", now)
    assert users.checked("ada", "A\u0308pfel und Birnen") is not None
    for name, password in (("ada", "äpfel und birnen"), ("ada", ""), ("Ada", "Äpfel und Birnen"), ("", "")):
        assert users.checked(name, password) is None


def test_a_new_password_ends_the_sessions_of_the_old(users: Users, now: datetime) -> None:
    """So do signing out, and removing and adding a user anew."""
    generations = []
    users.add("ada", PASSWORD, now)
    generations.append(users.all()["ada"].generation)
    users.set_password("ada", "another horse battery")
    assert users.checked("ada", PASSWORD) is None
    generations.append(users.all()["ada"].generation)
    users.end_sessions("ada")
    generations.append(users.all()["ada"].generation)
    users.remove("ada")
    assert users.all() == {}
    users.add("ada", PASSWORD, now)
    generations.append(users.all()["ada"].generation)
    assert len(set(generations)) == 4


def test_a_password_kept_weakly_is_kept_anew_when_it_is_given(users: Users, tmp_path: Path, now: datetime) -> None:
    """As today's parameters want it; sessions go on."""
    users.add("ada", PASSWORD, now)
    path = tmp_path / "users.json"
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    kept = json.loads(path.read_text())
    kept["ada"]["password"] = weak
    path.write_text(json.dumps(kept))
    before = users.all()["ada"]
    assert users.checked("ada", PASSWORD) == before
    after = users.all()["ada"]
    assert after.password != weak
    assert after.generation == before.generation
    assert users.checked("ada", PASSWORD) == after


@pytest.mark.parametrize(
    ("name", "password", "address", "said"),
    [
        ("ada", "short", "", "fewer than 12"),
        ("ada", "x" * 1001, "", "more than 1,000"),
        ("ada.lovelace", "ADA.lovelace", "", "is the name"),
        ("", PASSWORD, "", "no name of a user"),
        ("a b", PASSWORD, "", "no name of a user"),
        ("a\x1b[31m", PASSWORD, "", "no name of a user"),
        ("<script>", PASSWORD, "", "no name of a user"),
        ("x" * 65, PASSWORD, "", "no name of a user"),
        ("ada", PASSWORD, "nobody", "no mail address"),
        ("ada", PASSWORD, "a@b.org\r\nBcc: c@d.org", "no mail address"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    users: Users, now: datetime, name: str, password: str, address: str, said: str
) -> None:
    """In a sentence, and nobody is added."""
    with pytest.raises(UsageError, match=said):
        users.add(name, password, now, address)
    assert users.all() == {}


def test_users_added_at_once_are_all_there(users: Users, tmp_path: Path, now: datetime) -> None:
    """Each change reads the file again under a lock, whichever process makes it."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: Users(tmp_path / "users.json").add(f"u{number}", PASSWORD, now), range(8)))
    assert users.all().keys() == {f"u{number}" for number in range(8)}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("users")) == [
        "users.json",
        "users.lock",
    ]


def test_a_file_that_others_can_read_is_not_used(users: Users, tmp_path: Path, now: datetime) -> None:
    """The sentence says how to mend that."""
    users.add("ada", PASSWORD, now)
    path = tmp_path / "users.json"
    path.chmod(0o644)
    os.utime(path)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        users.all()


@pytest.mark.parametrize("text", ["", "[]", '{"ada": {}}', '{"ada": 1}', "\x00"])
def test_a_damaged_file_is_a_sentence(users: Users, tmp_path: Path, text: str) -> None:
    """And lets nobody in."""
    path = tmp_path / "users.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        users.checked("ada", PASSWORD)


def test_users_by_the_command_line(typed: Callable[..., Any], home: Home) -> None:
    """Added, listed, given another password, removed; the file is in the home."""
    assert typed(f"{PASSWORD}\n", "add", "ada", "--address", "ada@example.org").code == 0
    (listed,) = typed("", "list", "--json").objects
    assert (listed["name"], listed["address"]) == ("ada", "ada@example.org")
    assert "argon2" not in typed("", "list").out
    assert typed("another horse battery", "password", "ada").code == 0
    assert Users(home.users).checked("ada", "another horse battery")
    assert typed("", "remove", "ada").code == 0
    assert typed("", "list", "--json").objects == []


@pytest.mark.parametrize(
    ("line", "arguments", "said"),
    [
        ("", ("add", "ada"), "send it as a line on standard input"),
        ("short\n", ("add", "ada"), "fewer than 12"),
        (PASSWORD, ("password", "nobody"), "No user is called 'nobody'"),
        ("", ("remove", "nobody"), "No user is called 'nobody'"),
        (PASSWORD, ("add", "ada", PASSWORD), "unexpected extra argument"),
        (PASSWORD, ("add",), "Missing argument"),
    ],
)
def test_a_bad_command_is_one_sentence(
    typed: Callable[..., Any], line: str, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2; there is no way to give a password where others of the machine can read it."""
    refused = typed(line, *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(home: Home) -> None:
    """By a real terminal."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "onnotice", "--home", str(home.folder), "users", "add", "ada"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=child, stdout=child, stderr=child, start_new_session=True
    ) as running:
        os.close(child)
        shown = _read_until(parent, b"Password: ")
        os.write(parent, f"{PASSWORD}\n".encode())
        shown += _read_until(parent, b"Once more: ")
        os.write(parent, f"{PASSWORD}\n".encode())
        shown += _read_until(parent, b"may sign in now")
        assert running.wait(30) == 0
    os.close(parent)
    assert PASSWORD.encode() not in shown
    assert Users(home.users).checked("ada", PASSWORD)


def _read_until(terminal: int, awaited: bytes) -> bytes:
    shown = b""
    while awaited not in shown:
        readable, _, _ = select.select([terminal], [], [], 30)
        assert readable, f"waited for {awaited!r}, saw {shown!r}"
        shown += os.read(terminal, 1024)
    return shown
