"""Search over every kind of archive: all versions of pages and records, and any query."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.types import RecordStep, RecordWrite
from storage import Archive
from storage import archive as archive_module
from storage import search as search_module
from storage.search import safe_query


def test_every_version_is_found(archive: Any, watcher: Any, page_url: str) -> None:
    """Also one that is long gone; among equally good hits the newest comes first."""
    watcher.look(["Detainers", "Boulder declines detainers"])
    first = watcher.now
    watcher.look(["Detainers", "Denver declines detainers"])
    found = archive.search("declined")
    assert [(hit.what, hit.version, hit.current) for hit in found] == [("page", 2, True), ("page", 1, False)]
    (hit,) = archive.search("boulder")
    assert (hit.source, hit.url, hit.title, hit.at) == ("ice_list", page_url, "Detainers", first)
    assert "[Boulder]" in hit.snippet
    assert len(archive.search("detainers", limit=1)) == 1


def test_every_version_of_a_record_is_found(archive: Any, watcher: Any, row: Any, add: Any, page_url: str) -> None:
    """By its title and by the text among its facts, however deep; field names are no text."""
    record = row("boulder", title="Boulder County", policy="none", criteria=["honours judicial warrants"], count=7)
    watcher.look(["x"], records=add(record))
    watcher.look(["y"], records=[RecordWrite(RecordStep.AMEND, row("boulder", title="Boulder County", policy="some"))])
    hits = archive.search("Boulder")
    assert [(hit.what, hit.version, hit.current, hit.url) for hit in hits] == [
        ("record", 2, True, page_url),
        ("record", 1, False, page_url),
    ]
    assert [hit.version for hit in archive.search("judicial warrant")] == [1]
    assert archive.search("criteria") == ()
    watcher.look(["z"], records=[RecordWrite(RecordStep.REMOVE, record)])
    assert not any(hit.current for hit in archive.search("boulder"))


def test_quoted_phrases_are_phrases(archive: Any, watcher: Any) -> None:
    """Words may stand anywhere and all must; a phrase must stand as it is."""
    watcher.look(["x", "the county is a sanctuary", "a city"])
    assert archive.search("city sanctuary")
    assert not archive.search('"sanctuary city"')
    assert archive.search('"is a sanctuary" city')
    assert not archive.search("sanctuary nowhere")


def test_letters_of_other_alphabets_are_found(archive: Any, watcher: Any) -> None:
    """Without accents too."""
    watcher.look(["x", "Doña Ana County"])
    assert archive.search("dona")
    assert archive.search("DOÑA")


@pytest.mark.parametrize("query", ["", "   ", '"', '""', "***", "( ) - :", "\x00", "\udcff"])
def test_nothing_to_look_for_finds_nothing(archive: Any, watcher: Any, query: str) -> None:
    """No error, and not everything."""
    watcher.look(["x", "Boulder"])
    assert archive.search(query) == ()


@pytest.mark.parametrize(
    "query",
    [
        "boulder AND denver",
        "boulder AND",
        "bould* OR",
        "NEAR(boulder denver)",
        "title:boulder",
        '"boulder',
        "a'b; DROP TABLE",
    ],
)
def test_operators_are_words(archive: Any, watcher: Any, query: str) -> None:
    """Whatever looks like syntax is text, and no error."""
    watcher.look(["x", query])
    assert len(archive.search(query)) == 1


@settings(max_examples=150, deadline=None)
@given(query=st.text(max_size=40) | st.text("\"*^:()-+AND NEARORT\x00'{}", max_size=30))
def test_any_query_is_safe(query: str, searched: Archive) -> None:
    """Nobody can make the search fail by typing."""
    assert isinstance(searched.search(query), tuple)


@pytest.fixture(scope="session")
def searched() -> Archive:
    """An empty archive to be searched in."""
    return Archive.in_memory()


def test_a_query_is_quoted_part_by_part() -> None:
    """The expression that FTS5 is given."""
    assert safe_query('sanctuary "not a city" AND x-y "open') == '"sanctuary" "not a city" "x-y" "open"'


def test_many_looks_are_indexed_at_their_end(tmp_path: Path, watch: Any) -> None:
    """Within `indexing_later` nothing is searched yet; at its end all is, and after a crash at the next opening."""
    path, crashed = tmp_path / "archive.sqlite", tmp_path / "crashed.sqlite"
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        with archive.indexing_later():
            watcher.look(["detainers declined"])
            assert archive.search("detainers") == ()
        assert len(archive.search("detainers")) == 1
        with archive.indexing_later(), closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(crashed)) as copy:
            watcher.look(["detainers honoured"])
            now.backup(copy)
    with Archive.open(crashed) as archive:
        assert len(archive.search("honoured")) == 1


def test_a_long_walk_is_searched_meanwhile(watch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some hundreds of looks, and in small transactions, whatever the walk's length."""
    monkeypatch.setattr(archive_module, "_INDEX_AFTER", 3)
    monkeypatch.setattr(search_module, "_AT_ONCE", 2)
    with Archive.in_memory() as archive, archive.indexing_later():
        watcher = watch(archive)
        for number in range(4):
            watcher.look([f"declined {number}"])
        assert len(archive.search("declined")) == 3
