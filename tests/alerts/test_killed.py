"""kill -9 while telling: with a bound on mails and quiet hours, each change is in one mail, and every mail is whole."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_CHANGES = 70

_TELLER = """
import asyncio, sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from alerts.outbox import collect, send_due
from alerts.transports import Folder
from alerts.writing import Correspondent, Letterbox
from monitor.types import Change, ChangeKind, Decision, Look, NewSnapshot, Source, Subscription, Verdict, VerdictKind
from storage import Archive

START = datetime(2017, 3, 20, 12, tzinfo=UTC)
home, most = Path(sys.argv[1]), int(sys.argv[2])
source = Source("list", "A list", "https://list.example/")
desk = Subscription("desk", ("a@example.org",), most_per_hour=2, quiet_from=time(22), quiet_until=time(7))
archive = Archive.open(home / "archive.sqlite", create=True)
folder = Folder(home / "mails")


def tell(at):
    collect(archive, [desk], at)
    writer = Correspondent(archive, Letterbox("On Notice <notice@example.org>", limit=30_000), [desk], at)
    asyncio.run(send_due(archive, folder, writer, at, subscriptions=[desk]))


with archive.exclusive():
    archive.keep_source(source, START)
    archive.keep_subscriptions([desk], START)
    archive.abandon_runs(START)
    run = archive.begin_run("list", archive.begin_poll(START), START)
    done = len(archive.visits(source.url))
    print("begins", flush=True)
    while done < most:
        done += 1
        at = START + done * timedelta(minutes=11)
        text = (f"look {done}",)
        change = Change(ChangeKind.PAGE_CHANGED, at, "list", source.url, f"change number {done}", 0.5)
        verdict, snapshot = Verdict(VerdictKind.CREDIBLE, "new"), NewSnapshot("t", text, str(done), "x/1")
        decision = Decision(verdict, snapshot, changes=(change,))
        look = Look(source.url, at, 200, text[0].encode())
        archive.record_look(look, archive.page_state(source, source.url), decision, run)
        tell(at)
        print(done, flush=True)
    for hours in range(1, 30):
        tell(START + most * timedelta(minutes=11) + timedelta(hours=hours))
    print("ends", flush=True)
"""


def _told(mails: Path) -> Counter[int]:
    """The changes of all mails, by how many mails tell them."""
    told: Counter[int] = Counter()
    identities = []
    for path in mails.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert message.defects == []
        identities.append(message["Message-ID"])
        plain = message.get_body(("plain",))
        assert plain is not None
        told.update({int(number) for number in re.findall(r"onnotice\s+show\s+(\d+)", plain.get_content())})
    assert len(identities) == len(set(identities))
    return told


def test_killed_at_any_instant_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """Five times in mid-work, in collecting, folding, writing or noting: the next process goes on as if nothing was."""
    chance = random.Random(9)
    for kill in [True] * 5 + [False]:
        teller = subprocess.Popen(
            [sys.executable, "-c", _TELLER, str(tmp_path), str(_CHANGES)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
        assert teller.stdout is not None
        if kill:
            for _ in range(chance.randint(1, 14)):
                teller.stdout.readline()
            for _ in range(chance.randint(0, 200_000)):
                pass
            teller.send_signal(signal.SIGKILL)
        said = teller.stdout.read()
        teller.stdout.close()
        teller.wait()
    assert said.endswith("ends\n")
    assert _told(tmp_path / "mails") == Counter(range(1, _CHANGES + 1))
