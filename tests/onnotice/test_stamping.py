"""Time stamps: got from a real authority on loopback, verified by us and by openssl, and a failure stops nothing."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import AddressRefused, FetchError
from onnotice import session, stamping
from onnotice.config import Settings, read_settings
from onnotice.home import Home
from storage import Archive
from storage.rows import TimeStamp

ROOT = Path(__file__).resolve().parents[2]
SOURCE = '[[source]]\nslug = "council"\ntitle = "Council"\nurl = "{url}/council"\n'


@pytest.fixture
def stamped_home(make_home: Callable[..., Home], site: Any, authority: Any, onnotice: Any) -> Home:
    """A home that knows the authority and has looked at a page."""
    proof = f'[proof]\nauthority = "{authority.url}"\ncertificates = "{authority.root}"\n'
    home = make_home(proof + SOURCE.format(url=site.url))
    assert onnotice("--home", home.folder, "poll").code == 0
    return home


def got(home: Home, settings: Settings | None = None) -> TimeStamp:
    """A time stamp of the home's chain."""
    with Archive.open(home.archive) as archive:
        return asyncio.run(stamping.stamp(archive, settings or read_settings(home), home))


def test_a_time_stamp_is_got_kept_and_verified(stamped_home: Home, authority: Any, onnotice: Any) -> None:
    """By the command; verification holds it against the chain and the authority's root."""
    answer = onnotice("--home", stamped_home.folder, "timestamp", "--json")
    assert answer.code == 0, answer.err
    head = onnotice("--home", stamped_home.folder, "verify", "--head", "--json").objects[0]
    (said,) = answer.objects
    assert (said["visit"], said["link"], said["authority"]) == (head["visit"], head["link"], authority.url)
    assert onnotice("--home", stamped_home.folder, "verify").code == 0


def test_openssl_verifies_it_too(stamped_home: Home, authority: Any, tmp_path: Path) -> None:
    """The stamped data is the link's 32 bytes, and the answer is kept as the authority gave it."""
    stamp = got(stamped_home)
    (tmp_path / "link").write_bytes(stamp.link)
    (tmp_path / "answer").write_bytes(stamp.response)
    command = ["openssl", "ts", "-verify", "-data", "link", "-in", "answer", "-CAfile", str(authority.root)]
    assert b"Verification: OK" in subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout


def test_a_cut_end_is_found_by_the_time_stamp(stamped_home: Home, site: Any, onnotice: Any) -> None:
    """A chain without its end is a chain; the link that was stamped is not in it any more."""
    site.says("/council", "Another meeting")
    assert onnotice("--home", stamped_home.folder, "poll").code == 0
    stamp = got(stamped_home)
    with closing(sqlite3.connect(stamped_home.archive)) as connection:
        for table in ("changes", "visits"):
            column = "visit" if table == "changes" else "id"
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (stamp.visit,))
        connection.commit()
    answer = onnotice("--home", stamped_home.folder, "verify", "--json")
    stamps = [flaw for flaw in answer.objects if flaw["part"] == "stamp"]
    assert answer.code == 1
    assert "is not in the chain any more" in stamps[0]["sentence"]


def test_a_changed_byte_in_a_time_stamp_is_found(stamped_home: Home) -> None:
    """Anywhere in it, in the address of who gave it, its time, or what it is for."""
    stamp = got(stamped_home)
    chance = random.Random(5)
    with closing(sqlite3.connect(stamped_home.archive, isolation_level=None)) as connection:
        for number in range(60):
            column = ("response", "digest", "link", "authority", "at")[number % 5]
            value = connection.execute(f"SELECT {column} FROM time_stamps").fetchone()[0]
            raw = bytearray(value if isinstance(value, bytes) else value.encode())
            raw[chance.randrange(len(raw))] ^= chance.randrange(1, 32)
            changed = bytes(raw) if isinstance(value, bytes) else raw.decode()
            connection.execute(f"UPDATE time_stamps SET {column} = ?", (changed,))
            with Archive.open(stamped_home.archive, read_only=True) as archive:
                found = [flaw.part for flaw in archive.flaws()]
            assert found == ["stamp"], f"{column}: {value!r} became {changed!r}"
            connection.execute(f"UPDATE time_stamps SET {column} = ?", (value,))
        assert stamp.visit == connection.execute("SELECT visit FROM time_stamps").fetchone()[0]


def test_a_time_stamp_of_somebody_else_does_not_hold(stamped_home: Home, authority: Any) -> None:
    """Of another link, of an authority that another root vouches for, and what is none, however it is broken."""
    stamp = got(stamped_home)
    roots = stamping.trusted(read_settings(stamped_home), stamped_home)
    assert stamping.wrong_with(stamp.response, stamp.link, roots) == ""
    assert stamping.wrong_with(stamp.response, bytes(32), roots) != ""
    for place in range(len(stamp.response)):
        raw = bytearray(stamp.response)
        raw[place] ^= 1 + place % 255
        assert isinstance(stamping.wrong_with(bytes(raw), stamp.link, roots), str)
        assert stamping.wrong_with(bytes(raw[:place]), stamp.link, roots) != ""
    authority._made()
    others = stamping.trusted(read_settings(stamped_home), stamped_home)
    assert stamping.wrong_with(stamp.response, stamp.link, others) != ""


def test_a_stamp_that_does_not_hold_is_a_flaw(stamped_home: Home, onnotice: Any) -> None:
    """Exchanged for another of the same authority, or said to be of another time."""
    got(stamped_home)
    with closing(sqlite3.connect(stamped_home.archive)) as connection:
        connection.execute("UPDATE time_stamps SET at = '2017-01-01T00:00:00.000000Z'")
        connection.commit()
    answer = onnotice("--home", stamped_home.folder, "verify")
    assert (answer.code, "it names another time" in answer.out) == (1, True)


@pytest.mark.parametrize(
    ("status", "raw", "words"),
    [
        (503, b"", "answered with status 503"),
        (200, b"<html>welcome</html>", "no usable time stamp"),
        (200, b"0" * 300_000, "more than a time stamp"),
        (200, bytes.fromhex("30053003020102"), "no usable time stamp"),
    ],
)
def test_a_failure_is_one_sentence(
    stamped_home: Home, authority: Any, onnotice: Any, status: int, raw: bytes, words: str
) -> None:
    """Whatever is answered; nothing is kept, and another try may succeed."""
    authority.status, authority.raw = status, raw
    answer = onnotice("--home", stamped_home.folder, "timestamp")
    assert (answer.code, words in answer.err, answer.err.count("\n")) == (1, True, 1)
    authority.status, authority.raw = 200, b""
    assert onnotice("--home", stamped_home.folder, "timestamp").code == 0
    with Archive.open(stamped_home.archive, read_only=True) as archive:
        assert len(list(archive.time_stamps())) == 1


def test_an_answer_to_another_question_is_refused(stamped_home: Home, authority: Any) -> None:
    """A time stamp that was given before does not do: the question has a number of its own."""
    authority.raw = got(stamped_home).response
    with pytest.raises(FetchError, match="no usable time stamp"):
        got(stamped_home)


def test_the_authority_is_reached_through_the_guard(stamped_home: Home, authority: Any) -> None:
    """A name that leads to this machine, and is not named as such, is not reached; nobody listening is a sentence."""
    settings = read_settings(stamped_home)

    def asking(url: str) -> Settings:
        return settings.model_copy(update={"proof": settings.proof.model_copy(update={"authority": url})})

    with pytest.raises(AddressRefused):
        got(stamped_home, asking(authority.url.replace("127.0.0.1", "127.0.0.1.").replace("http://", "http://a@")))
    authority.close()
    with pytest.raises(FetchError, match="nothing is lost, try again later"):
        got(stamped_home)


@pytest.mark.parametrize(
    ("name", "other", "words"),
    [
        ("authority =", "#", "set `authority` under [proof]"),
        ("certificates =", "#", "set `certificates` under [proof]"),
        ("root.pem", "authority.cnf", "put the authority's root there"),
        ("root.pem", "none.pem", "put the authority's root there"),
    ],
)
def test_settings_that_do_not_do_are_sentences(
    stamped_home: Home, onnotice: Any, name: str, other: str, words: str
) -> None:
    """No authority, nobody who vouches for it, a root that is none; verification says that it could not check."""
    got(stamped_home)
    text = stamped_home.settings.read_text()
    stamped_home.settings.write_text(text.replace(name, other))
    answer = onnotice("--home", stamped_home.folder, "timestamp")
    assert (answer.code, words in answer.err) == (2, True)
    answer = onnotice("--home", stamped_home.folder, "verify")
    assert (answer.code, "were not held against" in answer.err) == (0, "authority" not in name)


def test_it_is_due_once_a_day_and_where_there_is_something_new(stamped_home: Home, site: Any, onnotice: Any) -> None:
    """Not twice for the same link, and not without an authority."""
    settings, now = read_settings(stamped_home), session.now()
    with Archive.open(stamped_home.archive) as archive:
        assert stamping.due(archive, settings, now)
        assert not stamping.due(archive, Settings.model_validate({}), now)
        asyncio.run(stamping.stamp(archive, settings, stamped_home))
        assert not stamping.due(archive, settings, now + timedelta(days=3))
    assert onnotice("--home", stamped_home.folder, "poll").code == 0
    with Archive.open(stamped_home.archive) as archive:
        assert not stamping.due(archive, settings, now + timedelta(hours=23))
        assert stamping.due(archive, settings, now + timedelta(hours=25))


@pytest.mark.parametrize("status", [200, 503])
def test_the_daemon_has_the_chain_stamped(
    make_home: Callable[..., Home], site: Any, authority: Any, status: int
) -> None:
    """By itself, after the first look; where the authority fails that is a sentence, and the look is kept."""
    authority.status = status
    proof = f'[proof]\nauthority = "{authority.url}"\ncertificates = "{authority.root}"\n'
    home = make_home(proof + SOURCE.format(url=site.url))
    command = [sys.executable, "-m", "onnotice", "--home", str(home.folder), "run", "--heartbeat", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as daemon:
        assert daemon.stdout is not None
        said = ""
        for line in daemon.stdout:
            said += line
            if authority.url in line:
                break
        daemon.send_signal(signal.SIGTERM)
        said += daemon.stdout.read()
        assert daemon.wait(30) == 0
    assert ("stamped visit 1" if status == 200 else "answered with status 503") in said
    assert authority.asked == 1
    with Archive.open(home.archive, read_only=True) as archive:
        assert len(list(archive.time_stamps())) == (status == 200)
        assert len(archive.visits(f"{site.url}/council")) == 1
