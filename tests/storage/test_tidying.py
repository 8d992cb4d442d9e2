"""What is erased said nothing new: every version, every proof and every link of the chain stands as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import BodyErased
from monitor.types import RecordStep, RecordWrite, VerdictKind, digest_of
from storage import Archive

PAGE = b"\n".join(b"<tr><td>County %d</td><td>%d</td></tr>" % (number, number**3) for number in range(300))
DAYS = 40


def body_of(day: int) -> bytes:
    """The page with a token that is new each day, and news every fifteen days."""
    return b"<p>token %d</p>%s<p>news %d</p>" % (day * 7919, PAGE, day // 15)


@pytest.fixture
def archive(tmp_path: Path, watch: Callable[..., Any], start: datetime) -> Any:
    """A page looked at daily: three versions, and noise on every other day."""
    opened = Archive.open(tmp_path / "archive.sqlite", create=True)
    watcher = watch(opened)
    for day in range(DAYS):
        news = day % 15 == 0
        at = start + timedelta(days=day)
        text = ["County", f"news {day // 15}"] if news else None
        changes = [watcher.change(at=at)] if news and day else []
        watcher.look(text, body=body_of(day), at=at, same=not news, changes=changes)
    watcher.end()
    yield opened
    opened.close()


def erase_all(archive: Any, before: datetime) -> tuple[int, int]:
    parts = list(archive.erase(archive.erasable(before), before))
    return sum(count for count, _ in parts), sum(size for _, size in parts)


def readable(archive: Any) -> set[int]:
    found = set()
    for day in range(DAYS):
        try:
            assert archive.body(digest_of(body_of(day))) == body_of(day)
            found.add(day)
        except BodyErased:
            continue
    return found


def test_noise_goes_and_all_that_was_said_stays(archive: Any, start: datetime, page_url: str) -> None:
    """Versions, the newest body and all looks stay, stored anew where they have to be; the whole archive verifies."""
    looks = len(archive.visits(page_url))
    found = archive.erasable(start + timedelta(days=DAYS))
    assert found.needed == 0
    assert found.moves
    count, size = erase_all(archive, start + timedelta(days=DAYS))
    assert (count, size) == (len(found.bodies), found.size)
    kept = readable(archive)
    assert {0, 15, 30, DAYS - 1} <= kept
    assert len(kept) == DAYS - count
    assert kept == {0, 15, 30, DAYS - 1}
    assert len(archive.visits(page_url)) == looks
    assert list(archive.flaws()) == []
    assert archive.damaged_bodies() == ()
    assert erase_all(archive, start + timedelta(days=DAYS)) == (0, 0)


def test_what_is_younger_stays(archive: Any, start: datetime) -> None:
    """A body goes when its newest look is older than the moment, not its first."""
    erase_all(archive, start + timedelta(days=16))
    assert set(range(16, DAYS)) <= readable(archive)
    assert len(readable(archive)) < DAYS


def test_what_came_again_since_it_was_found_stays(archive: Any, start: datetime, watch: Callable[..., Any]) -> None:
    """A poll that goes on meanwhile brings an old body once more, and stores a new one against it."""
    found = archive.erasable(start + timedelta(days=DAYS))
    watcher = watch(archive, now=start + timedelta(days=DAYS))
    again = DAYS - 2
    watcher.look(body=body_of(again), same=True)
    watcher.look(body=body_of(again) + b"<p>more</p>", same=True)
    list(archive.erase(found, start))
    assert archive.body(digest_of(body_of(again))) == body_of(again)
    assert archive.body(digest_of(body_of(again) + b"<p>more</p>")) == body_of(again) + b"<p>more</p>"
    assert list(archive.flaws()) == []


def test_what_was_erased_and_comes_again_is_kept_anew(archive: Any, start: datetime, watch: Callable[..., Any]) -> None:
    """Under its digest, once."""
    erase_all(archive, start + timedelta(days=DAYS))
    (gone, *_) = sorted(set(range(DAYS)) - readable(archive))
    with pytest.raises(BodyErased, match=r"was erased on .* as `noise_bodies` under"):
        archive.body(digest_of(body_of(gone)))
    watch(archive, now=start + timedelta(days=DAYS)).look(body=body_of(gone), same=True)
    assert archive.body(digest_of(body_of(gone))) == body_of(gone)
    assert list(archive.flaws()) == []


def test_looks_whose_bodies_went_are_read_as_unchanged(archive: Any, start: datetime) -> None:
    """A replay meets an answer that says nothing has changed, which is what they had said."""
    (run, *_) = archive.runs_of("ice_list")
    before = [look.look.status for look in archive.looks_of(run.id)]
    count, _ = erase_all(archive, start + timedelta(days=DAYS))
    after = [(look.look.status, look.look.body is None) for look in archive.looks_of(run.id)]
    assert before == [200] * DAYS
    assert after.count((304, True)) == count
    assert after.count((200, False)) == DAYS - count


def test_room_is_given_back(archive: Any, start: datetime) -> None:
    """What was free in the file is free on the disk, beside a reader."""
    erase_all(archive, start + timedelta(days=DAYS))
    with Archive.open(archive.path, read_only=True) as reader:
        assert reader.sources()
        archive.compact()
    with Archive.open(archive.path, read_only=True) as reader:
        assert list(reader.flaws()) == []


def test_what_a_change_or_a_record_refers_to_stays(
    tmp_path: Path, start: datetime, watch: Callable[..., Any], row: Callable[..., Any], add: Callable[..., Any]
) -> None:
    """Its look showed a version that was known, and is the proof of something else that was told."""
    with Archive.open(tmp_path / "other.sqlite", create=True) as archive:
        watcher = watch(archive)
        watcher.look(["County"], body=b"<p>first</p>")
        watcher.look(body=b"<p>a change</p>", same=True, changes=[watcher.change()])
        watcher.look(body=b"<p>a record</p>", same=True, records=add(row("boulder")))
        watcher.look(body=b"<p>closes it</p>", same=True, records=[RecordWrite(RecordStep.REMOVE, row("boulder"))])
        watcher.look(body=b"<p>not believed</p>", verdict=VerdictKind.BLOCKED)
        watcher.look(body=b"<p>noise</p>", same=True)
        watcher.look(body=b"<p>newest</p>", same=True)
        watcher.end()
        erase_all(archive, start + timedelta(days=2))
        with pytest.raises(BodyErased):
            archive.body(digest_of(b"<p>noise</p>"))
        for name in (b"first", b"a change", b"a record", b"closes it", b"not believed", b"newest"):
            assert archive.body(digest_of(b"<p>%s</p>" % name)) == b"<p>%s</p>" % name
