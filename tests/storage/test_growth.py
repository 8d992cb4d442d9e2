"""What is asked at every look costs the same however much the archive holds, measured in steps of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from monitor.types import Edition, Extraction, RecordSet, Scope, ScopeKind, Subscription, VerdictKind
from storage import Archive

FEW, MANY = 100, 4000


def _filled(count: int, watch: Callable[..., Any], row: Callable[..., Any], add: Callable[..., Any]) -> tuple[Any, Any]:
    """One source with so many records on other pages, all of a first look, and one page to ask about."""
    archive = Archive.in_memory()
    watcher = watch(archive)
    archive.keep_subscriptions([Subscription("desk", ("a@example.org",))], watcher.now)
    for begin in range(0, count, 100):
        records = [
            row(f"other/{n}", parent="p", about=f"20{n % 15:02d}-01-01", member=f"m{n}")
            for n in range(begin, begin + 100)
        ]
        changes = [watcher.change(baseline=True) for _ in records]
        edition = Edition("series", f"{begin:05d}", f"{begin:05d}")
        url = f"https://other.example/{begin}"
        watcher.look([url], url=url, records=add(*records, edition=edition), changes=changes)
    own = [row(f"own/{n}", parent="own", about="2017-03-20") for n in range(10)]
    watcher.look(["own"], records=add(*own), changes=[watcher.change()])
    return archive, watcher


def _questions(archive: Any, watcher: Any, row: Callable[..., Any]) -> dict[str, Callable[[], object]]:
    page = archive.page_state(watcher.source, watcher.source.url)

    def known(scope: Scope, edition: Edition | None = None) -> Callable[[], object]:
        found = RecordSet("listed", (row("own/1"),), scope, edition)
        return lambda: archive.known(page, Extraction("x/1", record_sets=(found,)))

    return {
        "page_state": lambda: archive.page_state(watcher.source, watcher.source.url),
        "a look that found nothing new": lambda: watcher.look(same=True, status=304, verdict=VerdictKind.UNCHANGED),
        "known without a scope": known(Scope()),
        "known by parent": known(Scope(ScopeKind.COMPLETE, parent="own")),
        "known by prefix": known(Scope(ScopeKind.COMPLETE, prefix="own/")),
        "known by window": known(Scope(ScopeKind.WINDOW, since="2017", until="2018")),
        "known of an edition": known(Scope(), Edition("series", "2", "00050")),
        "page_records": lambda: archive.page_records(page),
        "untold": lambda: archive.untold("desk"),
        "pages_due": lambda: archive.pages_due(watcher.now),
        "news_rhythm": lambda: archive.news_rhythm("ice_list"),
        "failing_runs": lambda: archive.failing_runs("ice_list"),
        "record_history": lambda: archive.record_history("ice_list", "listed", "own/1"),
        "newest changes": lambda: archive.changes(baseline=True, limit=10, newest=True),
        "records of a government": lambda: archive.own_records(["08013"]),
        "changes of a page": lambda: archive.changes(url=watcher.source.url),
    }


def _steps(archive: Any, question: Callable[[], object]) -> int:
    """Instructions of the database's virtual machine, in tens."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    archive._connection.set_progress_handler(step, 10)
    question()
    archive._connection.set_progress_handler(None, 0)
    return count


@pytest.fixture(scope="module")
def measured(watch: Any, row: Any, add: Any) -> dict[str, tuple[int, int]]:
    """Steps of each question in a small and in a large archive."""
    found: dict[str, list[int]] = {}
    for count in (FEW, MANY):
        archive, watcher = _filled(count, watch, row, add)
        for name, question in _questions(archive, watcher, row).items():
            found.setdefault(name, []).append(_steps(archive, question))
        archive.close()
    return {name: (few, many) for name, (few, many) in found.items()}


def test_hot_paths_do_not_grow_with_the_archive(measured: dict[str, tuple[int, int]]) -> None:
    """Forty times as many records: what is asked at every look takes no more steps."""
    grown = {name: steps for name, steps in measured.items() if steps[1] > 1.5 * steps[0] + 20}
    assert grown == {}
