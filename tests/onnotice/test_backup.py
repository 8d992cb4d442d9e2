"""Backups and what is made of them: whole beside a poll, refused when damaged, and another machine goes on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ArchiveBusy, DiskFull, EvidenceDamaged, UsageError
from onnotice.backup import BackedUp, back_up, backups_in, last_backup
from onnotice.home import Home
from onnotice.restoring import Restored, restore
from storage import Archive, migrations

NOON = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)


def silently(*_: object) -> None:
    """Nobody looks at the bar."""


def backed_up(home: Home, folder: Path, days: int = 0, **options: Any) -> BackedUp:
    given: dict[str, Any] = {"keep": None, "whole": False, "progress": silently, **options}
    return back_up(home, folder, NOON + timedelta(days=days), **given)


def restored(backup: Path, home: Home, *, overwrite: bool = False) -> Restored:
    return restore(backup, home, NOON, overwrite=overwrite, progress=silently)


def newest(archive: Archive) -> int:
    """The number of the newest visit."""
    head = archive.chain_head()
    return head.visit if head else 0


def mails(home: Home) -> list[str]:
    return sorted(path.read_text() for path in (home.folder / "mails").glob("*.eml"))


def test_a_second_machine_goes_on(
    at_home: Callable[..., Any], onnotice: Callable[..., Any], home: Home, site: Any, tmp_path: Path
) -> None:
    """What was told before the backup is not told again elsewhere, what waited then is sent once, and news after it is
    found: the mails of both homes together are those of one that nobody moved."""
    assert at_home("poll").code == 0
    site.says("/council", "Special meeting of March 27, 2017")
    assert "1 mail sent" in at_home("poll").out
    site.says("/budget", "Detention costs: 213 dollars a day")
    assert at_home("poll", "--no-send").code == 0

    (made,) = at_home("backup", tmp_path / "away", "--verify", "--json").objects
    shutil.rmtree(home.folder)
    second = Home(tmp_path / "second")
    answer = onnotice("restore", made["folder"], "--home", second.folder)
    assert answer.code == 0, answer.err
    assert f"UTC: {made['contents']['visits']} looks, " in answer.out

    site.says("/council", "Emergency meeting of March 29, 2017")
    assert onnotice("--home", second.folder, "poll").code == 0
    told = "\n".join(mails(second))
    assert told.count("213 dollars") >= 1
    assert "Emergency meeting" in told
    assert "<p>Special meeting of March 27, 2017" not in told
    told_changes = onnotice("--home", second.folder, "changes", "--json").objects
    assert [change["kind"] for change in told_changes].count("page_changed") == 3
    before = len(mails(second))
    assert onnotice("--home", second.folder, "poll").code == 0
    assert len(mails(second)) == before
    assert onnotice("--home", second.folder, "verify").code == 0


def test_a_backup_beside_a_poll_that_writes(home: Home, tmp_path: Path) -> None:
    """The copy is of one moment and sound, the writer goes on meanwhile, and what it wrote is in the next one."""
    writing = subprocess.Popen(
        [sys.executable, "-c", _WRITES_ON, str(home.archive)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert writing.stdout is not None
    assert writing.stdin is not None
    assert writing.stdout.readline() == b"begun\n"

    def between(*_: object) -> None:
        """Until the writer has written something more."""
        with Archive.open(home.archive, read_only=True) as archive:
            began = newest(archive)
            while newest(archive) == began:
                time.sleep(0.01)

    first = backed_up(home, tmp_path / "away", progress=between)
    with Archive.open(home.archive, read_only=True) as archive:
        seen_meanwhile = newest(archive)
    writing.stdin.close()
    assert writing.wait(30) == 0
    writing.stdout.close()
    assert 400 <= first.contents.visits < seen_meanwhile
    assert Archive.examine_copy(first.folder / "archive.sqlite") == first.contents
    with Archive.open(first.folder / "archive.sqlite", read_only=True) as archive:
        assert list(archive.flaws()) == []
    second = backed_up(home, tmp_path / "away", days=1, whole=True)
    assert second.contents.visits >= seen_meanwhile


_WRITES_ON = """
import os, select, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from monitor.types import Decision, Look, NewSnapshot, Source, Verdict, VerdictKind, lines_digest
from storage import Archive

archive = Archive.open(Path(sys.argv[1]))
now = datetime(2017, 3, 20, tzinfo=UTC)
source = Source(slug="town", title="Town", url="https://town.example/")
archive.keep_source(source, now)
run = archive.begin_run("town", archive.begin_poll(now), now)

def look(number):
    url, lines = f"https://town.example/{number % 50}", (f"Notice {number}", os.urandom(20_000).hex())
    at = now + timedelta(seconds=number)
    taken = Look(url, at, 200, "\\n".join(lines).encode(), "text/html")
    new = NewSnapshot("Notice", lines, lines_digest(lines), "by_hand/1")
    verdict = Verdict(VerdictKind.CREDIBLE, "it is there", "by hand")
    archive.record_look(taken, archive.page_state(source, url), Decision(verdict, snapshot=new), run)

for number in range(400):
    look(number)
print("begun", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    look(number)
"""


def test_a_backup_is_a_home_for_its_owner_alone(at_home: Callable[..., Any], home: Home, tmp_path: Path) -> None:
    """One file without side files, the settings, the key; nobody else may read them, and reading changes nothing."""
    at_home("poll")
    key = home.secret
    home.users.write_text("{}")
    answer = at_home("backup", tmp_path / "away")
    assert answer.code == 0, answer.err
    assert "Only its owner can read it: it holds the signing key" in answer.out
    (made,) = (tmp_path / "away").iterdir()
    inside = {path.name: path.stat().st_mode & 0o777 for path in made.iterdir()}
    names = ("archive.sqlite", "onnotice.toml", "signing.key", "users.json", "backup.json")
    assert inside == dict.fromkeys(names, 0o600)
    assert made.stat().st_mode & 0o777 == 0o700
    assert (made / "signing.key").read_bytes() == key
    with Archive.open(made / "archive.sqlite", read_only=True) as archive:
        assert len(archive.sources()) == 2
    assert {path.name for path in made.iterdir()} == set(inside)
    last = last_backup(home)
    assert last is not None
    assert last.folder == str(made)


def test_older_ones_go_when_a_new_one_is_sound(home: Home, make_home: Callable[..., Home], tmp_path: Path) -> None:
    """The newest so many of this home are kept; another home's and what a killed backup left are told apart."""
    away = tmp_path / "away"
    other = backed_up(make_home("", "other"), away, days=-9).folder
    made = [backed_up(home, away, days=day).folder for day in range(3)]
    (away / ".unfinished-onnotice-20170301T000000Z").mkdir()
    (away / "onnotice-notes.txt").write_text("mine")
    newest = backed_up(home, away, days=3, keep=2)
    assert newest.removed == tuple(made[:2])
    assert {path.name for path in away.iterdir()} == {
        other.name, made[2].name, newest.folder.name, "onnotice-notes.txt",
    }  # fmt: skip
    assert [path for path, _ in backups_in(away)] == [other, made[2], newest.folder]


def test_a_damaged_archive_is_no_backup(home: Home, at_home: Callable[..., Any], tmp_path: Path) -> None:
    """It is said in one sentence, nothing half done is left, and no older backup goes for it."""
    at_home("poll")
    first = backed_up(home, tmp_path / "away")
    with closing(sqlite3.connect(home.archive)) as connection, connection:
        connection.execute("UPDATE bodies SET data = X'00'")
    with pytest.raises(EvidenceDamaged, match="does not match its digest"):
        backed_up(home, tmp_path / "away", days=1, keep=1)
    assert list((tmp_path / "away").iterdir()) == [first.folder]
    assert at_home("backup", tmp_path / "away").code == 1


def test_what_only_verify_sees(home: Home, at_home: Callable[..., Any], tmp_path: Path) -> None:
    """A visit that was edited afterwards passes the quick look and not --verify."""
    at_home("poll")
    with closing(sqlite3.connect(home.archive)) as connection, connection:
        connection.execute("UPDATE visits SET elapsed_ms = 1 + coalesce(elapsed_ms, 0) WHERE id = 1")
    backed_up(home, tmp_path / "away")
    answer = at_home("backup", tmp_path / "other", "--verify")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "was not backed up: Visit 1" in answer.err


def test_without_room_nothing_begins(home: Home, tmp_path: Path) -> None:
    """The sentence says what is free and what is needed; no folder is left."""
    home.settings.write_text("[keep]\nfree_mb = 1000000\n")
    if shutil.disk_usage(tmp_path).free > 10**12:
        pytest.skip("this disk has more room than the setting can ask for")
    with pytest.raises(
        DiskFull, match=r"Only [\d,]+ MB are free in .*, where .* 1,000,000 MB are to stay free; make room"
    ):
        backed_up(home, tmp_path / "away")
    assert list((tmp_path / "away").iterdir()) == []


def test_two_at_once_are_refused(home: Home, tmp_path: Path) -> None:
    """A second backup into the folder says that one is under way."""
    refused: list[str] = []

    def meanwhile(*_: object) -> None:
        if not refused:
            with pytest.raises(ArchiveBusy) as second:
                backed_up(home, tmp_path / "away", days=1)
            refused.append(str(second.value))

    backed_up(home, tmp_path / "away", progress=meanwhile)
    assert "is under way; wait until that has ended." in refused[0]


def test_an_older_structure_is_backed_up_as_it_is(home: Home, tmp_path: Path) -> None:
    """Before an upgrade brings it up to date, and after: the copy is of the structure that was found, and opens."""
    home.archive.unlink()
    with closing(sqlite3.connect(home.archive, isolation_level=None)) as connection:
        for statement in migrations.statements(migrations.MIGRATIONS[1][1]):
            connection.execute(statement)
        connection.execute("INSERT INTO migrations(number, name) VALUES (1, 'first')")
    made = backed_up(home, tmp_path / "away")
    assert made.contents.structure == 1
    again = Home(tmp_path / "again")
    restored(made.folder, again)
    Archive.open(again.archive).close()


def test_what_is_there_is_put_aside(home: Home, at_home: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """Refused unless told; then the archive, with what its log held, and the edited settings are in a folder beside."""
    at_home("poll")
    made = backed_up(home, tmp_path / "away").folder
    site.says("/council", "Special meeting of March 27, 2017")
    at_home("poll")
    home.settings.write_text(home.settings.read_text() + "# edited since\n")
    refused = at_home("restore", made)
    assert refused.code == 2
    assert "archive.sqlite is there already; name another folder with --home, or say --overwrite" in refused.err
    assert not list(home.folder.glob("before-restore-*"))

    answer = at_home("restore", made, "--overwrite", "--json")
    (told,) = answer.objects
    aside = Path(told["aside"])
    assert "# edited since" in (aside / "onnotice.toml").read_text()
    assert "# edited since" not in home.settings.read_text()
    with Archive.open(aside / "archive.sqlite") as archive:
        assert len(archive.changes()) == 1
    with Archive.open(home.archive) as archive:
        assert archive.changes() == ()
    assert {path.name for path in home.folder.iterdir() if path.name.startswith(".restoring")} == set()


def test_a_home_that_is_polled_is_not_restored_over(home: Home, tmp_path: Path) -> None:
    """The lock of a poll holds it off."""
    made = backed_up(home, tmp_path / "away").folder
    with Archive.open(home.archive) as archive, archive.exclusive(), pytest.raises(ArchiveBusy):
        restored(made, home, overwrite=True)


def test_broken_off_at_any_moment_nothing_half_done_is_left(home: Home, at_home: Any, tmp_path: Path) -> None:
    """A Ctrl-C at each word of progress leaves no backup, and a home that is as it was."""
    at_home("poll")
    heard: list[str] = []
    made = backed_up(home, tmp_path / "away", progress=lambda label, *_: heard.append(label)).folder
    restore(made, Home(tmp_path / "whole"), NOON, overwrite=False, progress=lambda label, *_: heard.append(label))
    assert len(set(heard)) == 3

    def breaks_off_at(moment: str) -> Callable[..., None]:
        def progress(label: str, *_: int) -> None:
            if label == moment:
                raise KeyboardInterrupt

        return progress

    before = home.archive.read_bytes()
    for moment in ("MB copied", "MB digested"):
        with pytest.raises(KeyboardInterrupt):
            backed_up(home, tmp_path / "away", days=1, keep=1, progress=breaks_off_at(moment))
    assert list((tmp_path / "away").iterdir()) == [made]
    with pytest.raises(KeyboardInterrupt):
        restore(made, home, NOON, overwrite=True, progress=breaks_off_at("MB restored"))
    assert home.archive.read_bytes() == before
    assert not [path for path in home.folder.iterdir() if path.name.startswith((".", "before"))]


@pytest.mark.parametrize("name", ["archive.sqlite", "onnotice.toml"])
def test_a_backup_that_has_rotted_is_refused(home: Home, tmp_path: Path, name: str) -> None:
    """One byte is enough, in any of its files; the home stays as it was."""
    made = backed_up(home, tmp_path / "away").folder
    with (made / name).open("r+b") as file:
        file.seek(60)
        byte = file.read(1)
        file.seek(60)
        file.write(bytes([byte[0] ^ 1]))
    second = Home(tmp_path / "second")
    with pytest.raises(EvidenceDamaged, match=f"{name} is not as it was when it was backed up"):
        restored(made, second)
    assert [path.name for path in second.folder.iterdir() if path.name != "archive.lock"] == []


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", ""])
def test_names_lead_nowhere_else(home: Home, tmp_path: Path, name: str) -> None:
    """A list that names a file outside the backup is refused before anything is written."""
    made = backed_up(home, tmp_path / "away").folder
    told = json.loads((made / "backup.json").read_text())
    told["files"][name] = "0" * 64
    (made / "backup.json").write_text(json.dumps(told))
    with pytest.raises(UsageError, match="cannot be used"):
        restored(made, Home(tmp_path / "second"))
    assert not (tmp_path / "second").exists()


def test_what_is_no_backup_is_said(home: Home, tmp_path: Path, at_home: Callable[..., Any]) -> None:
    """A folder of backups names its newest; any other folder says what is missing; a link is followed by nobody."""
    made = backed_up(home, tmp_path / "away").folder
    several = at_home("restore", tmp_path / "away")
    assert several.code == 2
    assert f"holds 1 backups; name one of them, the newest is {made}" in several.err
    assert "backup.json is missing" in at_home("restore", tmp_path).err
    (made / "onnotice.toml").unlink()
    (made / "onnotice.toml").symlink_to("/etc/hostname")
    with pytest.raises(EvidenceDamaged, match="is a link"):
        restored(made, Home(tmp_path / "second"))
