"""The command line at its door: what each verb does, its exit code, and one sentence for whatever goes wrong."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onnotice import polling
from onnotice.cli import app
from onnotice.home import Home
from storage import Archive, connection
from storage.migrations import NEWEST

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(str(command.name) for command in app.registered_commands)


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "onnotice", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_every_command_has_help() -> None:
    """A first line that says what it does, and a sentence for every option of its own."""
    assert {"init", "add", "poll", "run", "import", "doctor", "demo", "as-of"} <= set(COMMANDS)
    for registered in app.registered_commands:
        assert registered.callback is not None
        assert registered.callback.__doc__, registered.name
        if registered.name == "scrapy":
            continue
        shown = CliRunner().invoke(app, [str(registered.name), "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0
        options = [line for line in shown.output.splitlines() if line.strip().startswith("--")]
        assert options or registered.name in ("send",)
        for line in options:
            assert len(line.split("  ")) > 2, (registered.name, line)


def test_help_loads_nothing_heavy() -> None:
    """`--help` has 300 ms: it imports no library that only some commands need."""
    heavy = [
        "scrapy",
        "pydantic",
        "sqlite_utils",
        "sqlite3",
        "aiohttp",
        "rich",
        "jinja2",
        "asyncio",
        "rapidfuzz",
        "lxml",
    ]
    program = (
        "import sys; sys.argv = ['onnotice', '--help']\n"
        "from onnotice.cli import main\n"
        "try: main()\n"
        f"except SystemExit as left: print(left.code, [name for name in {heavy!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.splitlines()[-1] == "0 []"


def test_version_and_no_command(onnotice: Callable[..., Any]) -> None:
    """The version is printed; no command at all shows what there is."""
    assert onnotice("--version").out.startswith("onnotice ")
    nothing = onnotice()
    assert nothing.code == 2
    assert "Commands:" in nothing.out + nothing.err


# -- a day with it ---------------------------------------------------------------------------------------------


def test_from_an_empty_folder_to_a_mail(onnotice: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """init, add, poll; an edit; poll names exactly the page that changed, and the mail lies in the folder."""
    folder = tmp_path / "mine"
    urls = tmp_path / "urls.txt"
    urls.write_text(f"# pages\n{site.url}/council\n{site.url}/council#again\n")
    made = onnotice("init", folder, "--import", urls)
    assert (made.code, made.err) == (0, "")
    assert "with 1 page to watch" in made.out
    assert onnotice("--home", folder, "add", f"{site.url}/budget", "--title", "The budget").code == 0
    first = onnotice("--home", folder, "poll")
    assert (first.code, first.err) == (0, "")
    assert "2 looks at 2 sources" in first.out
    assert onnotice("--home", folder, "changes", "--run", "last", "--json").out == ""
    site.says("/budget", "Detention costs: 208 dollars a day")
    second = onnotice("--home", folder, "poll")
    assert second.code == 0
    assert "1 mail sent" in second.out
    (change,) = onnotice("--home", folder, "changes", "--run", "last", "--json").objects
    assert change["url"] == f"{site.url}/budget"
    assert (change["kind"], change["told"], change["baseline"]) == ("page_changed", True, False)
    assert set(change) >= {"id", "run", "at", "source", "significance", "summary", "before", "after"}
    assert "206" in change["before"]["text"]
    assert "208" in change["after"]["text"]
    (mail,) = (folder / "mails").glob("*.eml")
    assert "208" in mail.read_text()
    quiet = onnotice("--home", folder, "poll", "--json")
    assert [(outcome["changes"], outcome["failed"]) for outcome in quiet.objects] == [(0, False), (0, False)]
    assert onnotice("--home", folder, "changes", "--run", "last", "--json").out == ""
    assert len(list((folder / "mails").glob("*.eml"))) == 1


def test_what_was_seen_can_be_read_in_every_way(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """changes, show, history, diff, search, as-of, alerts, sources: as text and as JSON, with nothing on stderr."""
    at_home("poll")
    site.says("/council", "Special meeting of March 27, 2017")
    assert at_home("poll").code == 0
    page = f"{site.url}/council"
    (change,) = at_home("changes", "--source", "council", "--json").objects
    raw = subprocess.run(
        [sys.executable, "-m", "onnotice", "--home", str(home.folder), "show", page, "--raw"],
        cwd=ROOT, capture_output=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert raw.decode() == site.answers["/council"][1]
    for arguments, expected in (
        (("changes",), "Special meeting"),
        (("changes", "--all", "--limit", "1"), "older"),
        (("changes", "--kind", "page_changed", "--since", "1d", "--url", page), "Special meeting"),
        (("show", change["id"]), "[-Regular-]{+Special+} meeting"),
        (("show", page, "--version", "1"), "Regular meeting of March 28, 2017"),
        (("history", page), "6 looks"),
        (("history", page, "--looks"), "credible"),
        (("diff", page), "1 passage differs between versions 1 and 2"),
        (("search", "special", "meeting"), "council"),
        (("as-of", page, "2099-01-01"), "Special meeting"),
        (("as-of", "council", "2099-01-01"), "0 records"),
        (("alerts",), "analyst@example.org"),
        (("alerts", "--state", "sent"), "Special"),
        (("sources",), "2 of 2 sources are seen."),
    ):
        shown = at_home(*arguments)
        assert (shown.code, shown.err) == (0, ""), arguments
        assert expected in shown.out, arguments
        if arguments[0] not in ("as-of",):
            assert at_home(*arguments, "--json").objects, arguments
    assert at_home("as-of", page, "2016-01-01").code == 2
    assert at_home("diff", page, "--from", "2").code == 1


def test_add_keeps_what_the_operator_wrote(at_home: Callable[..., Any], home: Home) -> None:
    """Comments and line ends stay byte for byte; the new stanza comes last."""
    before = home.settings.read_bytes().replace(b"\n", b"\r\n") + b"# the end"
    home.settings.write_bytes(before)
    assert at_home("add", "https://example.org/Agenda", "--no-look", "--cadence", "15m").code == 0
    after = home.settings.read_bytes()
    assert after.startswith(before)
    assert tomllib.loads(after.decode())["source"][-1]["url"] == "https://example.org/Agenda"
    assert at_home("sources").out.count("\tnew\t") == 3


@pytest.mark.parametrize(
    "again", ["{url}/council", "{url}/council#top", "{url}/more", "https://WEBAPI.legistar.com/v1/denver/events"]
)
def test_add_refuses_what_is_watched_already(
    onnotice: Callable[..., Any], make_home: Callable[..., Home], site: Any, again: str
) -> None:
    """Under any spelling, among a stanza's further pages, and of the shipped sources; the file stays as it is."""
    stanza = f'slug = "a"\ntitle = "A"\nurl = "{site.url}/council"\nparameters = {{urls = ["{site.url}/more"]}}'
    home = make_home(f'watch = ["denver_council"]\n[[source]]\n{stanza}\n')
    before = home.settings.read_bytes()
    refused = onnotice("--home", home.folder, "add", again.format(url=site.url))
    assert refused.code == 2
    assert "is watched already, as" in refused.err
    assert home.settings.read_bytes() == before


def test_add_writes_nothing_that_could_not_be_read(at_home: Callable[..., Any], home: Home) -> None:
    """A bad cadence, and a file whose sources are an inline array: refused, and the file stays as it is."""
    for text, arguments in (
        (home.settings.read_text(), ("https://example.org/", "--cadence", "soon")),
        ("source = []\n", ("https://example.org/",)),
    ):
        home.settings.write_text(text)
        refused = at_home("add", *arguments)
        assert refused.code == 2
        assert home.settings.read_text() == text


def test_init_never_overwrites(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """A home that is there stays; only an archive that was lost is made anew."""
    folder = tmp_path / "mine"
    assert onnotice("init", folder).code == 0
    written = (folder / "onnotice.toml").read_bytes()
    again = onnotice("init", folder)
    assert again.code == 2
    assert "is there already" in again.err
    (folder / "archive.sqlite").unlink()
    assert "run `onnotice init" in onnotice("--home", folder, "changes").err
    assert onnotice("init", folder).code == 0
    assert (folder / "onnotice.toml").read_bytes() == written
    assert onnotice("--home", folder, "changes").code == 0


def test_init_writes_nothing_for_a_bad_list(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """A line that is no address is named, and there is no half a home."""
    urls = tmp_path / "urls.txt"
    for text in ("https://example.org/\nexample.org\n", "https://user:secret@example.org/\n", ""):
        urls.write_text(text)
        refused = onnotice("init", tmp_path / "mine", "--import", urls)
        assert refused.code == 2
        assert refused.err.count("\n") == 1
        assert not (tmp_path / "mine").exists()
    assert "cannot be read" in onnotice("init", tmp_path / "mine", "--import", tmp_path / "none").err


def test_home_may_be_named_by_the_environment(
    onnotice: Callable[..., Any], home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNOTICE_HOME serves every command, `init` too; --home comes before it."""
    monkeypatch.setenv("ONNOTICE_HOME", str(home.folder))
    assert "council" in onnotice("sources").out
    monkeypatch.setenv("ONNOTICE_HOME", str(tmp_path / "new"))
    assert onnotice("init").code == 0
    assert (tmp_path / "new" / "onnotice.toml").is_file()
    assert "council" in onnotice("--home", home.folder, "sources").out


def test_the_demo_goes_where_it_is_told(
    onnotice: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--home before the command, after it, or by the environment; else a folder of its own here."""
    went: list[Path] = []
    from onnotice.demo import replay

    monkeypatch.setattr(replay, "replay", lambda folder, say: went.append(folder))
    onnotice("demo", "--home", tmp_path / "after")
    onnotice("--home", tmp_path / "before", "demo")
    onnotice("demo")
    monkeypatch.setenv("ONNOTICE_HOME", str(tmp_path / "environment"))
    onnotice("demo")
    assert [folder.name for folder in went] == ["after", "before", "demo-home", "environment"]


# -- what goes wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command"),
        (("poll", "--nonsense"), "No such option"),
        (("poll", "nobody"), "No source is called 'nobody'; `onnotice sources` lists"),
        (("poll", "--backfill"), "name it, for example"),
        (("add",), "Missing argument"),
        (("add", "example.org"), "write it with http:// or https:// in front"),
        (("changes", "--since", "yesterday"), "is no time; write 2017-03-20"),
        (("changes", "--run", "newest"), "--run takes `last` or a number"),
        (("changes", "--kind", "gossip"), "is no kind of change; those are"),
        (("changes", "--source", "nobody"), "No source is called 'nobody'"),
        (("changes", "--limit", "-1"), "--limit"),
        (("show", "1"), "There is no change 1"),
        (("show", "9" * 30), "There is no change 9"),
        (("show", "https://example.org/"), "There is no version of https://example.org/"),
        (("history", "https://example.org/"), "was never looked at"),
        (("diff", "http://[::1"), "There is no version of"),
        (("as-of", "nobody", "2017-03-20"), "No source is called 'nobody'"),
        (("as-of", "council", "2017-02-30"), "'2017-02-30' is no date; write 2017-03-20"),
        (("as-of", "https://example.org/", "2017-03-20"), "Nothing is known of https://example.org/ on 2017-03-20"),
        (("alerts", "--state", "lost"), "is no state of an alert; use pending"),
        (("import", "none.jsonl"), "none.jsonl cannot be read"),
        (("run", "--heartbeat", "0"), "--heartbeat"),
    ],
)
def test_a_bad_command_line_is_one_sentence(at_home: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    """On standard error, one line, exit code 2, and nothing on standard output."""
    refused = at_home(*arguments)
    assert said in refused.err
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert refused.err.startswith("onnotice: ")


def test_a_missing_home_is_one_sentence(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """For every command that needs one."""
    for arguments in (("poll",), ("sources",), ("changes",), ("send",), ("run",), ("doctor",), ("add", "http://a.org")):
        for where in ((), ("--home", tmp_path / "none")):
            refused = onnotice(*where, *arguments)
            assert (refused.code, refused.out) == (2, "")
            assert "onnotice init" in refused.err


def test_broken_settings_are_one_sentence(at_home: Callable[..., Any], home: Home) -> None:
    """For every command that needs them; reading the archive does not."""
    home.settings.write_text("[mail]\npost = 1\n")
    for arguments in (("poll",), ("sources",), ("send",), ("run",), ("add", "http://a.org")):
        refused = at_home(*arguments)
        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert "mail.post is no setting" in refused.err
    assert at_home("changes").code == 0


def no_database(home: Home) -> None:
    home.archive.write_bytes(b"this is a text file, and has been one from the beginning\n" * 20)


def foreign_database(home: Home) -> None:
    home.archive.unlink()
    with sqlite3.connect(home.archive) as database:
        database.execute("CREATE TABLE recipes (title TEXT)")
    database.close()


def later_archive(home: Home) -> None:
    with sqlite3.connect(home.archive) as database:
        database.execute("INSERT INTO migrations(number, name) VALUES (?, 'of the future')", (NEWEST + 1,))
    database.close()


def no_archive(home: Home) -> None:
    home.archive.unlink()


def a_folder(home: Home) -> None:
    home.archive.unlink()
    home.archive.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_archive, "There is no archive in"),
        (no_database, "is no archive"),
        (foreign_database, "no archive of On Notice"),
        (later_archive, "later version"),
        (a_folder, "There is no archive in"),
    ],
)
def test_an_archive_that_cannot_be_used_is_one_sentence(
    at_home: Callable[..., Any], home: Home, spoil: Callable[[Home], None], said: str
) -> None:
    """For those who read it and those who write it; the doctor reports it among its findings."""
    spoil(home)
    for arguments in (("changes",), ("sources",), ("poll",), ("send",)):
        refused = at_home(*arguments)
        assert said in refused.err, arguments
        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)


def test_two_polls_never_overlap(at_home: Callable[..., Any], home: Home) -> None:
    """The second is told who polls, and fails at once: cron tries again. Reading goes on beside a poll."""
    with home.archive.with_suffix(".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for arguments in (("poll",), ("run",)):
            refused = at_home(*arguments)
            assert (refused.code, refused.out) == (1, "")
            assert "is being polled by" in refused.err
        assert at_home("sources").code == 0


def test_a_database_held_by_another_program_is_one_sentence(
    at_home: Callable[..., Any], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a patience of ten seconds, which is cut short here."""
    monkeypatch.setattr(connection, "_PATIENCE_SECONDS", 0.05)
    other = sqlite3.connect(home.archive, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = at_home("poll")
    other.close()
    assert refused.code == 1
    assert "is being written to by another program; wait" in refused.err


def test_a_source_that_fails_is_said_and_fails_alone(at_home: Callable[..., Any], site: Any) -> None:
    """Exit code 1, its reason, and the other source is seen."""
    at_home("poll")
    site.says("/council", "Just a moment", status=403)
    site.says("/budget", "Detention costs: 208 dollars a day")
    polled = at_home("poll")
    assert polled.code == 1
    assert "council: Town Council cannot be seen" in polled.out
    assert "budget: 1 change" in polled.out
    health = {row["source"]: row["health"] for row in at_home("sources", "--json").objects}
    assert health == {"council": "blocked", "budget": "seen"}


def test_a_mail_that_cannot_be_sent_is_said(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """The look is kept, the reason stands on standard error, exit code 1; --no-send asks no server."""
    home.settings.write_text(
        home.settings.read_text() + '\n[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
    )
    assert at_home("poll").code == 0
    site.says("/council", "Special meeting")
    assert at_home("poll", "--no-send").code == 0
    polled = at_home("poll", "--json")
    assert polled.code == 1
    assert len(polled.objects) == 2
    assert "127.0.0.1:1 cannot be reached" in polled.err
    assert at_home("send").code == 0


def test_mail_settings_that_cannot_work_are_said_before_anything_is_fetched(
    at_home: Callable[..., Any], home: Home, site: Any
) -> None:
    """A password never travels in the clear."""
    home.settings.write_text(
        home.settings.read_text()
        + '\n[mail]\ntransport = "smtp"\nhost = "mail.example.org"\nsecurity = "none"\nusername = "u"\n'
    )
    refused = at_home("poll")
    assert refused.code == 2
    assert "in the clear" in refused.err
    assert site.asked == []


def test_a_file_that_may_not_be_written_is_one_sentence(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """The system's own refusals too."""
    (tmp_path / "file").write_text("")
    refused = onnotice("init", tmp_path / "file" / "home")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "cannot be used" in refused.err


def test_ctrl_c_ends_with_a_sentence(
    at_home: Callable[..., Any], home: Home, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 130; the run is marked as interrupted, and the next poll sees everything."""

    async def struck(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(polling, "_bounded", struck)
        stopped = at_home("poll")
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err == "onnotice: stopped; nothing that was seen is lost\n"
    with Archive.open(home.archive, read_only=True) as archive:
        assert [status.message for status in archive.sources()] == ["stopped before it was complete"] * 2
    assert at_home("poll").code == 0
    assert "2 of 2 sources are seen." in at_home("sources").out


# -- pipes and terminals ---------------------------------------------------------------------------------------


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxet"


@pytest.fixture
def hostile(home: Home, site: Any, at_home: Callable[..., Any]) -> Home:
    """A home that has seen a page that tries to drive a terminal."""
    at_home("poll")
    quoted = "".join(f"&#x{ord(character):x};" for character in HOSTILE)
    # Most of the page stays: another page in its place would be looked at again before anything is told.
    _, seen = site.answers["/council"]
    head = f"<title>{HOSTILE}{quoted}</title>"
    site.answers["/council"] = (200, f"{head}{seen}<h2>x{HOSTILE}</h2><p>y{HOSTILE}{quoted}</p>")
    at_home("poll")
    return home


def test_a_pages_text_cannot_drive_the_terminal(hostile: Home, site: Any) -> None:
    """On a real terminal no escape of the page's gets through, and raw bytes are not written to one at all."""
    page = f"{site.url}/council"
    for arguments in (
        ("changes",), ("changes", "--json"), ("show", "3"), ("show", page), ("history", page), ("diff", page),
        ("search", "txet"), ("alerts",), ("sources",), ("show", page, "--raw"),
    ):  # fmt: skip
        shown = on_a_terminal("--home", str(hostile.folder), *arguments)
        assert b"\x1b]0;" not in shown, arguments
        assert b"\x1b[2J" not in shown, arguments
        assert b"\x07" not in shown, arguments
        assert b"\xc2\x9b" not in shown, arguments
        assert "\u202e".encode() not in shown, arguments
    assert b"send them into a file" in shown


def on_a_terminal(*arguments: str) -> bytes:
    """What a command writes when its standard output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "onnotice", *arguments],
        cwd=ROOT,
        stdout=theirs,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "300"},
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        # Linux says EIO when the last writer has closed its end.
        pass
    os.close(ours)
    process.wait(30)
    return shown


def test_there_is_no_colour_in_a_pipe(hostile: Home) -> None:
    """Not of the page's, not of ours, whatever the terminal could do."""
    coloured = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    for arguments in (("changes",), ("sources",), ("--help",), ("nonsense",)):
        shown = command("--home", hostile.folder, *arguments, env=coloured)
        assert "\x1b" not in shown.stdout + shown.stderr


def test_a_reader_that_has_seen_enough_is_no_error(hostile: Home) -> None:
    """As `| head` does: exit code 0 and nothing on standard error."""
    reading, writing = os.pipe()
    os.close(reading)
    for arguments in (("changes", "--all", "--json"), ("sources",), ("--help",)):
        ran = subprocess.run(
            [sys.executable, "-m", "onnotice", "--home", str(hostile.folder), *arguments],
            cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, "")
    os.close(writing)


def test_a_terminal_that_cannot_show_a_character_gets_its_escape(hostile: Home) -> None:
    """No character is a reason to fail."""
    ran = command("--home", hostile.folder, "changes", env={**os.environ, "PYTHONIOENCODING": "iso-8859-1"})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\\u201c" in ran.stdout


def test_scrapys_own_command_line_works_from_anywhere(tmp_path: Path) -> None:
    """It lists the project's spiders."""
    ran = subprocess.run(
        [sys.executable, "-m", "onnotice", "scrapy", "list"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    assert {"page", "doj_api", "ice_detainers", "legistar_api"} <= set(ran.stdout.split())


def test_json_is_one_object_a_line(at_home: Callable[..., Any]) -> None:
    """Every command that offers --json prints JSON Lines."""
    at_home("poll")
    for line in at_home("sources", "--json").out.splitlines():
        assert json.loads(line)["health"] == "seen"
