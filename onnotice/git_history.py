"""Captures from a git-scraping repository: every commit that touched a file is a look at the page that it was kept of.

The repository may be anybody's. git is asked with plumbing commands that show objects as they are, with no network,
no pager, no filters, and none of the programs that a repository's own configuration may name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import UsageError
from monitor.types import Look
from onnotice.captures import LARGEST, Found, media_type_of

_QUIET = ("--no-pager", "--literal-pathspecs", "--no-replace-objects", "-c", "core.fsmonitor=", "-c", "core.hooksPath=")
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
"""A repository cloned in part would fetch what it lacks, by whatever program its configuration names."""
_PATIENCE = 600.0
"""Seconds that one question to git may take."""
_POINTER = b"version https://git-lfs.github.com/spec/"
_LARGEST_POINTER = 1024
_OK, _NOT_FOUND = 200, 404
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 250_000_000_000
"""Seconds: git knows times beyond the year 9999, which have not come yet in any case."""


@dataclass(frozen=True, slots=True)
class CommitCapture:
    """The file as a commit left it. `blob` is None where the commit deleted it: "not there"."""

    repository: Path
    commit: str
    blob: str | None
    url: str
    at: datetime
    media_type: str
    source: str = ""

    @property
    def where(self) -> str:
        """The commit, for people."""
        return f"Commit {self.commit[:12]}"

    def look(self) -> Look:
        """The capture as a look. Raises UsageError when git cannot show it any more."""
        body = _git(self.repository, "cat-file", "blob", self.blob) if self.blob else None
        status = _OK if self.blob else _NOT_FOUND
        return Look(url=self.url, at=self.at, status=status, body=body, media_type=self.media_type if body else "")


def read_history(
    repository: Path, files: Sequence[str], url: str, now: datetime, *, source: str = "", media_type: str = ""
) -> Found:
    """The captures of a file's history, in the order of time. `url` is the canonical address that it was kept of.

    Several `files` are one page that was renamed: of each commit the first that is there counts. Along first parents
    only, so that a branch that was merged does not mix with what stood at the time; at the author's time, which is
    when it was scraped and survives a rebase. Raises UsageError with what to do.
    """
    if shutil.which("git") is None:
        raise UsageError("git is not installed; install it and run the import again.")
    if not repository.is_dir():
        raise UsageError(f"{repository} is no folder; name a repository on this machine, cloned in full.")
    for file in files:
        if not file or file.startswith(("/", "./", "../")) or any(character in file for character in "\n\r\0"):
            raise UsageError(f"{file!r} is no path within a repository; write it as `git ls-files` does.")
    said = _git(repository, "rev-list", "--first-parent", "--reverse", "--format=%at", "HEAD", "--", *files).decode()
    lines = said.splitlines()
    commits = [(line.split()[1], int(stamp)) for line, stamp in zip(lines[::2], lines[1::2], strict=True)]
    if not commits:
        raise UsageError(f"No commit of {repository} touched {files[0]}; `git ls-files` lists the paths there are.")
    kept: list[CommitCapture] = []
    problems: list[str] = []
    blobs = _blobs(repository, [commit for commit, _ in commits], files)
    pointers = _pointers(repository, {blob for blob, size, _ in blobs.values() if size <= _LARGEST_POINTER and blob})
    for commit, stamp in sorted(commits, key=lambda one: one[1]):
        blob, size, file = blobs.get(commit, ("", 0, ""))
        at = _after(_EPOCH + timedelta(seconds=min(stamp, _LATEST)), kept)
        if size > LARGEST:
            problems.append(f"Commit {commit[:12]}: {file} is passed over, for it is larger than {LARGEST >> 20} MiB.")
        elif blob in pointers:
            problems.append(f"Commit {commit[:12]}: {file} is passed over, for its content is kept in Git LFS.")
        elif not blob and _is_listed(repository, commit, files):
            problems.append(f"Commit {commit[:12]}: {files[0]} is passed over, for this clone lacks it; fetch in full.")
        elif at > now:
            problems.append(f"Commit {commit[:12]}: {file} is passed over, for its time has not come yet.")
        elif blob or kept:
            kind = media_type or media_type_of(file)
            kept.append(CommitCapture(repository, commit, blob or None, url, at, kind, source))
    return Found(tuple(kept), tuple(problems))


def _after(moment: datetime, kept: Sequence[CommitCapture]) -> datetime:
    """Commits of one second are looks one after the other: a page has one look a moment."""
    return max(moment, kept[-1].at + timedelta(microseconds=1)) if kept else moment


def _blobs(repository: Path, commits: Sequence[str], files: Sequence[str]) -> dict[str, tuple[str, int, str]]:
    """By commit: blob, size and path of the first file that is there; nothing of a commit without any."""
    asked = [(commit, file) for commit in commits for file in files]
    request = "".join(f"{commit}:{file}\n" for commit, file in asked).encode()
    answer = _git(repository, "cat-file", "--batch-check", given=request).decode("utf-8", "replace")
    found: dict[str, tuple[str, int, str]] = {}
    for (commit, file), line in zip(asked, answer.removesuffix("\n").split("\n"), strict=True):
        words = line.split()
        if len(words) == 3 and words[1] == "blob" and words[2].isdecimal():
            found.setdefault(commit, (words[0], int(words[2]), file))
    return found


def _is_listed(repository: Path, commit: str, files: Sequence[str]) -> bool:
    """Whether a commit has one of the files all the same: then it was not deleted, its content is somewhere else."""
    return bool(_git(repository, "ls-tree", commit, "--", *files))


def _pointers(repository: Path, blobs: set[str]) -> set[str]:
    """Those of these small blobs that only point to Git LFS."""
    return {blob for blob in blobs if _git(repository, "cat-file", "blob", blob).startswith(_POINTER)}


def _git(repository: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git says. Raises UsageError with its own reason and what to do."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every argument is checked or an object's name
            [shutil.which("git") or "git", "-C", str(repository.absolute()), *_QUIET, *arguments],
            input=given,
            capture_output=True,
            env=environment,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"git did not answer about {repository} in {_PATIENCE:.0f} seconds; run `git fsck`.") from None
    if done.returncode == 0:
        return done.stdout
    why = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = why[0].removeprefix("fatal: ").rstrip(".") if why else f"status {done.returncode}"
    if "dubious ownership" in reason:
        raise UsageError(
            f"{repository} belongs to somebody else, and git does not read it; if you trust it, run"
            f" `git config --global --add safe.directory {repository.resolve()}`."
        )
    raise UsageError(f"git cannot read {repository} ({reason}); is it a whole repository with commits?")
