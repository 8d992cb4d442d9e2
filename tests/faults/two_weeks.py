"""Two weeks of the daemon in minutes: what was truly published and what was mailed agree one to one, whatever fails.

    python tests/faults/two_weeks.py [--sources 60] [--days 14] [--seed 1] [--json]

The daemon's own service runs in a process whose clock is passed in; every fetch, decision and mail is real, over
loopback, to sites of this process and to a real SMTP server. Meanwhile, by a script drawn from the seed: servers fail,
stall, hang up, cut answers short, answer with nothing or with a bot wall, the daemon is killed in the middle of its
work and started again, its home moves to another folder, the mail server is down for hours, and the machine's clock is
set back an hour, set right, and suspended. Exits with 1 when anything was lost, doubled, or told that never happened.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from towns import BEGINNING, LETTERS, Post, World, a_world, served

from monitor.types import AlertState, Change, ChangeKind
from storage import Archive

ROOT = Path(__file__).resolve().parents[2]
BEAT = timedelta(minutes=10)
SETTLING = timedelta(days=2)
"""After the last event: the longest wait of an adaptive source, a retry of a mail, two daily digests."""
RECIPIENTS = ("analyst@example.org", "reader@example.org")
SETTINGS = """\
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
timeout = 2

[[subscription]]
name = "at once"
recipients = ["analyst@example.org"]
kinds = ["news", "health"]

[[subscription]]
name = "every morning"
recipients = ["reader@example.org"]
kinds = ["news", "health"]
rhythm = "daily"
timezone = "America/Denver"
"""


class Daemon:
    """The beater's process."""

    def __init__(self, home: Path, at: datetime) -> None:
        self._errors = (home / "said.txt").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("beater.py")), str(home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, cwd=ROOT,
        )  # fmt: skip
        self._order(at)
        self._answer()

    def _order(self, at: datetime) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"at": at.isoformat()}) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the daemon ended by itself: see said.txt in its home"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def beat(self, at: datetime) -> bool:
        """Strike one; whether anything was polled."""
        self._order(at)
        return bool(self._answer()["polled"])

    def die_in(self, at: datetime, seconds: float) -> None:
        """Strike one, and kill it before that has ended, or a moment later."""
        self._order(at)
        time.sleep(seconds)
        self.end()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()


@dataclass(frozen=True)
class Script:
    """When what happens to the daemon, its machine and its mail server."""

    deaths: frozenset[int]
    """Beats in which it is killed."""
    moves: frozenset[int]
    """Beats after which its home is another folder."""
    mail_down: tuple[tuple[datetime, datetime], ...]
    set_back: tuple[datetime, datetime]
    """The machine's clock is an hour behind."""
    asleep: tuple[datetime, datetime]
    """The machine is suspended."""


def a_script(days: int, chance: random.Random) -> Script:
    """A death every few hours, mail down twice, a clock set back, a suspend, and two moves; of a short life fewer."""
    beats = int(timedelta(days=days) / BEAT)
    day = timedelta(days=days)
    down = [BEGINNING + day * chance.uniform(0.1, 0.4), BEGINNING + day * chance.uniform(0.5, 0.8)]
    back, sleep = BEGINNING + day * 0.45, BEGINNING + day * 0.85
    return Script(
        deaths=frozenset(chance.sample(range(3, beats), max(2, beats // 40 if days > 2 else 0))),
        moves=frozenset((beats // 3, 2 * beats // 3)[: 1 + (days > 2)]),
        mail_down=tuple((since, since + timedelta(hours=chance.uniform(3, 7))) for since in down),
        set_back=(back, back + timedelta(hours=3)),
        asleep=(sleep, sleep + timedelta(hours=2)),
    )


@dataclass
class Counts:
    """What happened, and what did not agree."""

    beats: int = 0
    polls: int = 0
    deaths: int = 0
    mails: int = 0
    doubled: int = 0
    """Mails whose server had accepted them when the daemon died: the same Message-ID twice."""
    changes: int = 0
    health_stories: int = 0
    problems: list[str] = field(default_factory=list)


def live(folder: Path, world: World, script: Script, days: int, chance: random.Random) -> tuple[Counts, Path, Post]:
    """Two weeks, and a day to settle. Returns what happened, the home at the end, and the mail server."""
    counts, post = Counts(), Post()
    home = folder / "home0"
    home.mkdir()
    with served(world) as url:
        stanzas = "".join(
            f'[[source]]\ntitle = "{one.title}"\nurl = "{url}/{one.slug}"\n{one.stanza}' for one in world.towns
        )
        (home / "onnotice.toml").write_text(SETTINGS.format(port=post.port) + stanzas)
        Archive.open(home / "archive.sqlite", create=True).close()
        daemon = Daemon(home, BEGINNING)
        end = BEGINNING + timedelta(days=days) + SETTLING
        number = 0
        while world.now < end:
            set_back = script.set_back[0] <= world.now < script.set_back[1]
            machine = world.now - timedelta(hours=1) if set_back else world.now
            post.turn(up=not any(since <= world.now < until for since, until in script.mail_down))
            if number in script.deaths:
                daemon.die_in(machine, chance.uniform(0, 0.4))
                counts.deaths += 1
                daemon = Daemon(home, machine)
            counts.polls += daemon.beat(machine)
            counts.beats += 1
            if number in script.moves:
                daemon.end()
                home = Path(shutil.copytree(home, folder / f"home{number}"))
                daemon = Daemon(home, machine)
            world.now += BEAT if world.now < end - SETTLING else 6 * BEAT
            if script.asleep[0] <= world.now < script.asleep[1]:
                world.now = script.asleep[1]
            number += 1
        daemon.end()
        post.turn(up=False)
    return counts, home, post


_TOLD = {
    "wall": (ChangeKind.SOURCE_BLOCKED, ChangeKind.SOURCE_RECOVERED),
    "failure": (ChangeKind.SOURCE_BROKEN, ChangeKind.SOURCE_RECOVERED),
    "gone": (ChangeKind.PAGE_WITHDRAWN, ChangeKind.PAGE_RETURNED),
}
"""How the beginning of a long spell is told, and its end."""
_NEWS = (ChangeKind.PAGE_CHANGED, ChangeKind.RECORD_ADDED)


def judge(counts: Counts, world: World, home: Path, post: Post) -> None:
    """Compare what was posted with what each recipient was sent: the mails that a server took, each opened by its
    Message-ID, and those that leave at once also by what is written in them."""
    with Archive.open(home / "archive.sqlite") as archive:
        if problem := archive.integrity_problem():
            counts.problems.append(f"the archive is damaged: {problem}")
        alerts = {alert.message_id: alert for alert in archive.alerts()}
    unsent = [alert for alert in alerts.values() if alert.state is not AlertState.SENT]
    counts.problems += [f"never sent: {alert.message_id} ({alert.last_error})" for alert in unsent]
    letters: dict[str, EmailMessage] = {}
    for letter in post.letters:
        counts.doubled += str(letter["Message-ID"]) in letters
        letters[str(letter["Message-ID"])] = letter
    counts.mails = len(letters)
    counts.problems += [f"nobody's mail: {letters[name]['Subject']}" for name in letters.keys() - alerts.keys()]
    told: dict[str, Counter[str]] = {recipient: Counter() for recipient in RECIPIENTS}
    for name, letter in letters.items():
        alert = alerts[name]
        written = letter.get_body(("plain",))
        text = written.get_content() if written else ""
        for stored in alert.changes:
            stories = _stories(stored.change)
            told[alert.recipient].update(stories)
            if not stories:
                counts.problems.append(f"{alert.recipient} was told what never happened: {stored.change.summary}")
            if alert.subscription == "at once" and stored.change.kind in _NEWS:
                counts.problems += [f"not in the mail: {story}" for story in stories if story not in text]
    expected = Counter(token for town in world.towns for _, token in town.posted)
    counts.changes = len(expected)
    for town in world.towns:
        expected.update(f"{kind} {town.slug}" for spell in town.spells if spell.long for kind in _TOLD[spell.kind])
    counts.health_stories = len(expected) - counts.changes
    for recipient, stories in told.items():
        for story in sorted(expected.keys() | stories.keys()):
            if expected[story] != stories[story]:
                counts.problems.append(f"{recipient} heard {stories[story]} times of {story}, not {expected[story]}")


def _stories(change: Change) -> list[str]:
    """What of the ledger a change tells: the notices that are new, or that a town is not seen, gone, or back."""
    if change.kind not in _NEWS:
        return [f"{change.kind} {change.source}"]
    before, after = (json.dumps(facts or {}) for facts in (change.before, change.after))
    return [token for token in re.findall(rf"\b[{LETTERS}]{{8}}\b", after) if token not in before]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder to leave the home in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    world = a_world(options.sources, options.days, chance)
    script = a_script(options.days, chance)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(exist_ok=True)
        counts, home, post = live(folder, world, script, options.days, chance)
        judge(counts, world, home, post)
    if options.json:
        print(json.dumps({**vars(counts), "answers": world.answers}))
    else:
        seconds = time.monotonic() - began
        print(f"{options.sources} sources, {options.days} days in {seconds:.0f} seconds, seed {options.seed}")
        print(f"{counts.beats:,} beats, {counts.polls:,} with a poll, {counts.deaths} deaths of the daemon")
        print("answers: " + ", ".join(f"{count:,} {what}" for what, count in world.answers.most_common()))
        print(
            f"{counts.changes:,} true changes for each of {len(RECIPIENTS)} recipients, {counts.mails:,} mails,",
            end=" ",
        )
        print(
            f"{counts.doubled} of them twice; {counts.health_stories} times it was to be told that a town is not seen,",
            end=" ",
        )
        print("gone, or back")
        print("\n".join(counts.problems) or "The ledger and the mails agree one to one.")
    sys.exit(bool(counts.problems))


if __name__ == "__main__":
    main()
