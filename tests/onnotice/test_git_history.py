"""A git-scraping repository as history: each commit a look, nothing of the repository's own is ever run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import UsageError
from onnotice import git_history
from onnotice.git_history import read_history
from onnotice.home import Home
from storage import Archive

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

URL = "https://council.example.org/agenda"
BEGAN = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIDY = {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Scraper",
    "GIT_AUTHOR_EMAIL": "scraper@example.org", "GIT_COMMITTER_NAME": "Scraper",
    "GIT_COMMITTER_EMAIL": "scraper@example.org", "PATH": os.environ["PATH"],
}  # fmt: skip


class Repository:
    """A repository that a scraper commits to. `commit` takes the files as they are afterwards; None deletes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=TIDY | environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, moment: datetime, **files: str | None) -> str:
        for name, text in files.items():
            path = self.path / name.replace("__", "/").replace("_html", ".html")
            path.parent.mkdir(exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        rebased = (moment + timedelta(days=900)).isoformat()
        self.git(
            "commit", "-q", "-m", "scraped", "--allow-empty", GIT_AUTHOR_DATE=moment.isoformat(),
            GIT_COMMITTER_DATE=rebased,
        )  # fmt: skip
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "scraped")


def looks(repository: Repository, *files: str, **options: Any) -> list[tuple[datetime, int | None, bytes | None]]:
    found = read_history(repository.path, files, URL, NOW, **options)
    return [(look.at, look.status, look.body) for look in (capture.look() for capture in found.captures)]


def test_every_commit_that_touched_the_file_is_a_look(repository: Repository) -> None:
    """At the author's time, whatever was rebased; a deletion says "not there", other files say nothing."""
    repository.commit(BEGAN, readme="about")
    repository.commit(BEGAN + timedelta(hours=1), pages__a_html="first", other="x")
    repository.commit(BEGAN + timedelta(hours=2), other="y")
    repository.commit(BEGAN + timedelta(hours=3), pages__a_html="second é")
    repository.commit(BEGAN + timedelta(hours=4), pages__a_html=None)
    repository.commit(BEGAN + timedelta(hours=5), pages__a_html="second é")
    assert looks(repository, "pages/a.html") == [
        (BEGAN + timedelta(hours=1), 200, b"first"),
        (BEGAN + timedelta(hours=3), 200, "second é".encode()),
        (BEGAN + timedelta(hours=4), 404, None),
        (BEGAN + timedelta(hours=5), 200, "second é".encode()),
    ]
    (first, *_) = read_history(repository.path, ["pages/a.html"], URL, NOW).captures
    assert (first.look().media_type, first.url, first.where[:7]) == ("text/html", URL, "Commit ")
    (named, *_) = read_history(repository.path, ["pages/a.html"], URL, NOW, media_type="application/json").captures
    assert named.look().media_type == "application/json"


def test_a_renamed_file_is_one_page_under_all_its_names(repository: Repository) -> None:
    """The day of the renaming is no day on which it was not there."""
    repository.commit(BEGAN, old_html="first")
    repository.commit(BEGAN + timedelta(hours=1), old_html=None, new_html="first")
    repository.commit(BEGAN + timedelta(hours=2), new_html="second")
    assert [body for _, _, body in looks(repository, "new.html", "old.html")] == [b"first", b"first", b"second"]
    assert [status for _, status, _ in looks(repository, "old.html")] == [200, 404]


def test_commits_of_one_second_stay_apart_and_in_order(repository: Repository) -> None:
    """A page has one look a moment."""
    for text in ("a", "b", "c"):
        repository.commit(BEGAN, a_html=text)
    read = looks(repository, "a.html")
    assert [body for _, _, body in read] == [b"a", b"b", b"c"]
    assert len({at for at, _, _ in read}) == 3
    assert read == looks(repository, "a.html")


def test_a_merged_branch_is_one_step(repository: Repository) -> None:
    """What stood on the main line at the time is the history, not what somebody tried beside it."""
    repository.commit(BEGAN, a_html="main")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(BEGAN + timedelta(hours=1), a_html="tried")
    repository.commit(BEGAN + timedelta(hours=2), a_html="done")
    repository.git("checkout", "-q", "main")
    repository.commit(BEGAN + timedelta(hours=3), other="x")
    moment = (BEGAN + timedelta(hours=4)).isoformat()
    repository.git("merge", "-q", "--no-ff", "side", "-m", "m", GIT_AUTHOR_DATE=moment, GIT_COMMITTER_DATE=moment)
    assert looks(repository, "a.html") == [(BEGAN, 200, b"main"), (BEGAN + timedelta(hours=4), 200, b"done")]


def test_what_is_no_content_is_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pointer to Git LFS, a file that is too large, a commit of the future: passed over, one sentence each."""
    monkeypatch.setattr(git_history, "LARGEST", 2000)
    repository.commit(BEGAN, a_html="first")
    repository.commit(BEGAN + timedelta(hours=1), a_html="version https://git-lfs.github.com/spec/v1\noid sha256:1\n")
    repository.commit(BEGAN + timedelta(hours=2), a_html="x" * 2001)
    repository.commit(datetime(2090, 1, 1, tzinfo=UTC), a_html="later")
    found = read_history(repository.path, ["a.html"], URL, NOW)
    assert [capture.look().body for capture in found.captures] == [b"first"]
    assert ["Git LFS" in found.problems[0], "larger than" in found.problems[1], "not come" in found.problems[2]] == [
        True, True, True,
    ]  # fmt: skip


def test_nothing_that_a_repository_configures_is_run(repository: Repository, tmp_path: Path) -> None:
    """Neither monitors, hooks, filters, pagers, signature programs nor the remote of a partial clone."""
    trace = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    repository.commit(BEGAN, a_html="first", _gitattributes="*.html diff=x filter=x\n")
    repository.commit(BEGAN + timedelta(hours=1), a_html="second")
    blob = repository.git("rev-parse", "HEAD:a.html")
    (repository.path / "_gitattributes").rename(repository.path / ".gitattributes")
    for key, value in {
        "core.fsmonitor": program, "core.pager": program, "core.sshCommand": program, "core.hooksPath": tmp_path,
        "core.alternateRefsCommand": program, "diff.external": program, "diff.x.textconv": program,
        "filter.x.smudge": program, "filter.x.process": program, "gpg.program": program, "log.showSignature": "true",
        "remote.origin.url": f"ext::{program}", "remote.origin.promisor": "true", "protocol.ext.allow": "always",
        "remote.origin.uploadpack": program, "extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
    }.items():  # fmt: skip
        repository.git("config", key, str(value))
    assert [body for _, _, body in looks(repository, "a.html")] == [b"first", b"second"]
    (repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for url in (f"ext::{program}", str(repository.path), "ssh://host.invalid/x"):
        repository.git("config", "remote.origin.url", url)
        found = read_history(repository.path, ["a.html"], URL, NOW)
        assert [capture.look().body for capture in found.captures] == [b"first"]
        assert "this clone lacks it; fetch in full" in found.problems[0]
    assert not trace.exists()


@pytest.mark.parametrize("file", ["", "/etc/passwd", "../a.html", "a\nb", "./a.html"])
def test_a_path_that_is_none_is_refused(repository: Repository, file: str) -> None:
    """Before git is asked."""
    with pytest.raises(UsageError, match="is no path within a repository"):
        read_history(repository.path, [file], URL, NOW)


def test_what_cannot_be_read_is_one_sentence(repository: Repository, tmp_path: Path) -> None:
    """No repository, one without commits, a file that it never had, options in the guise of paths."""
    (tmp_path / "empty").mkdir()
    for path, file, said in (
        (tmp_path / "none", "a", "is no folder"),
        (tmp_path / "empty", "a", "git cannot read"),
        (repository.path, "a", "git cannot read"),
    ):
        with pytest.raises(UsageError, match=said) as error:
            read_history(path, [file], URL, NOW)
        assert "\n" not in str(error.value)
    repository.commit(BEGAN, a_html="x")
    for file in ("b.html", "--output=/tmp/x", ":(glob)**", "*.html"):
        with pytest.raises(UsageError, match="No commit of"):
            read_history(repository.path, [file], URL, NOW)


def test_a_repository_of_somebody_else_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """With git's own way out of it."""
    repository.commit(BEGAN, a_html="x")
    monkeypatch.setitem(git_history._ENVIRONMENT, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match=r"safe\.directory .*scraped"):
        read_history(repository.path, ["a.html"], URL, NOW)


def test_the_command_loads_a_history(
    at_home: Callable[..., Any], home: Home, repository: Repository, site: Any
) -> None:
    """Of a watched page it is its history; again adds nothing; what has come since goes on from there."""
    page = f"{site.url}/council"
    for day in range(3):
        repository.commit(BEGAN + timedelta(days=day), a_html=f"<h1>Council</h1><p>Meeting {day} of March</p>")
    arguments = ("import", repository.path, "--file", "a.html", "--url", page)
    loaded = at_home(*arguments)
    assert loaded.code == 0, loaded.err
    assert loaded.out.startswith("3 captures loaded: 2 changes kept.")
    repository.commit(BEGAN + timedelta(days=4), a_html="<h1>Council</h1><p>Meeting 4 of March</p>")
    again = at_home(*arguments, "--json").objects[0]
    assert (again["captures"], again["already_there"], again["changes"]) == (1, 3, 1)
    with Archive.open(home.archive, read_only=True) as archive:
        assert archive.known_urls("council") == (page,)
    for wrong, said in (
        (("import", repository.path), "needs --file"),
        (("import", repository.path, "--file", "a.html"), "one --url"),
        ((*arguments[:-1], "council"), "is no address"),
    ):
        answer = at_home(*wrong)
        assert answer.code == 2
        assert said in answer.err
