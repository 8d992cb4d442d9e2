"""What leaves the archive can be read by others, harms nobody, and says the same as the archive."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import sqlite_utils
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from monitor.types import (
    Change,
    ChangeKind,
    Decision,
    Look,
    NewSnapshot,
    Record,
    RecordStep,
    RecordWrite,
    Source,
    Subscription,
    Verdict,
    VerdictKind,
)
from onnotice.home import Home
from onnotice.tables import QUOTE, Format, harmless_cell, replacing, write
from storage import Archive
from storage.exports import Column, ColumnType
from storage.metadata import PRIVATE

HOSTILE = (
    "=HYPERLINK(\"http://evil.example\",\"click\")", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "＝1",
    'says "no", twice', "a;b\r\nc", "<script>alert(1)</script>", "\u202egnp.exe", "plain",
)  # fmt: skip
"""Titles as somebody who means harm would write them."""
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a cell that spreadsheets take for a formula (OWASP, CSV injection)."""


@dataclass
class Town:
    """Writes looks at a town's page into an archive, an hour apart."""

    archive: Archive
    now: datetime

    def __post_init__(self) -> None:
        self.source = Source("town", "Town", "https://town.example/", jurisdiction="Denver, Colorado")
        self.archive.keep_source(self.source, self.now)
        self.run = self.archive.begin_run("town", self.archive.begin_poll(self.now), self.now)

    def look(self, text: str, writes: Sequence[RecordWrite] = (), url: str = "https://town.example/") -> None:
        self.now += timedelta(hours=1)
        page = self.archive.page_state(self.source, url)
        snapshot = NewSnapshot(text, (text,), hashlib.sha256(text.encode()).hexdigest(), "by_hand/1")
        kinds = {RecordStep.ADD: ChangeKind.RECORD_ADDED, RecordStep.REMOVE: ChangeKind.RECORD_REMOVED}
        changes = tuple(
            Change(
                kinds.get(write.step, ChangeKind.RECORD_AMENDED), self.now, "town", url, f"{write.step}", 0.5,
                after=dict(write.record.facts), record_kind=write.record.kind, record_key=write.record.key,
                title=write.record.title, place=write.record.place,
            )
            for write in writes
        )  # fmt: skip
        decision = Decision(Verdict(VerdictKind.CREDIBLE, "read"), snapshot, records=tuple(writes), changes=changes)
        look = Look(url, self.now, 200, text.encode(), "text/html", {"server": "x"}, elapsed=timedelta(seconds=1))
        self.archive.record_look(look, page, decision, self.run)


def added(key: str, title: str, **facts: Any) -> RecordWrite:
    return RecordWrite(RecordStep.ADD, Record("item", key, title, facts, place="Denver, Colorado"))


@pytest.fixture
def filled(make_home: Callable[..., Home], now: datetime) -> Home:
    """A home whose archive has hostile titles, a record that was amended, one that went, and somebody who is told."""
    home = make_home("watch = []\n")
    with Archive.open(home.archive) as archive:
        town = Town(archive, now)
        archive.keep_subscriptions([Subscription("desk", ("analyst@example.org",))], now)
        town.look("first", [added(str(place), title, fee=1.5) for place, title in enumerate(HOSTILE)])
        town.look("second", [RecordWrite(RecordStep.AMEND, Record("item", "0", HOSTILE[0], {"fee": 2.0}))])
        town.look("third", [RecordWrite(RecordStep.REMOVE, added("1", HOSTILE[1]).record)])
        town.look("other", [RecordWrite(RecordStep.ADD, Record("notice", "n", "Notice", {}))], "https://town.example/2")
    return home


def in_archive(home: Home, query: str) -> list[Any]:
    with closing(sqlite3.connect(home.archive)) as connection:
        return connection.execute(query).fetchall()


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def back(cell: str) -> str:
    """The text that a cell was made of, as the docs say it."""
    return cell.removeprefix(QUOTE)


def test_no_cell_is_a_formula_and_every_text_comes_back(onnotice: Callable[..., Any], filled: Home) -> None:
    """A spreadsheet computes nothing; whoever takes the apostrophe away has what was published."""
    out = onnotice("--home", filled.folder, "export", "records", "--kind", "item", "--as-of", "2017-03-20T15:30").out
    titles = [row["title"] for row in table_of(out)]
    assert not [title for title in titles if title.startswith(COMPUTED)]
    assert tuple(map(back, titles)) == HOSTILE


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_text_survives_csv(text: str) -> None:
    """Whatever it is made of: line ends, quotes, apostrophes."""
    file = io.BytesIO()
    write([[text, 1]], [Column("a", ColumnType.STRING, ""), Column("b", ColumnType.INTEGER, "")], Format.CSV, file)
    ((cell, number),) = list(csv.reader(io.StringIO(file.getvalue().decode(), newline="")))[1:]
    assert (back(cell), number) == (text, "1")
    assert not harmless_cell(text).startswith(COMPUTED)


def test_csv_is_rfc_4180(tmp_path: Path, onnotice: Callable[..., Any], filled: Home) -> None:
    """UTF-8, lines end with CR LF, quotes are doubled; --bom begins it with the mark that Excel looks for."""
    path = tmp_path / "changes.csv"
    onnotice("--home", filled.folder, "export", "changes", "--out", path, "--bom")
    written = path.read_bytes()
    assert written.startswith(b'\xef\xbb\xbf"change","at","source"')
    assert written.splitlines(keepends=True)[0].endswith(b'"run"\r\n')
    assert b'"says ""no"", twice"' in written
    assert b',"a;b\r\nc",' in written
    onnotice("--home", filled.folder, "export", "changes", "--out", path)
    assert path.read_bytes() == written.removeprefix(b"\xef\xbb\xbf")
    assert [row["first_look"] for row in table_of(written.decode("utf-8-sig"))] == ["false"] * 17


def test_json_lines_are_objects(onnotice: Callable[..., Any], filled: Home) -> None:
    """JSON columns are part of the object, truths are truths, and nothing in it drives a terminal."""
    answer = onnotice("--home", filled.folder, "export", "changes", "--format", "jsonl")
    assert answer.objects[0]["after"] == {"fee": 1.5}
    assert answer.objects[0]["reasons"] == []
    assert answer.objects[0]["first_look"] is False
    assert [row["title"] for row in answer.objects][: len(HOSTILE)] == list(HOSTILE)
    assert "\u202e" not in answer.out


def test_parquet_has_real_types(tmp_path: Path, onnotice: Callable[..., Any], filled: Home) -> None:
    """Times in UTC, numbers, truths; each column with its meaning, and every value that of the archive."""
    path = tmp_path / "records.parquet"
    onnotice("--home", filled.folder, "export", "records", "--format", "parquet", "--out", path)
    table = pyarrow.parquet.read_table(path)
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["valid_from"] == "timestamp[us, tz=UTC]"
    assert (kinds["version"], kinds["facts"]) == ("int64", "string")
    assert all(field.metadata[b"description"] for field in table.schema)
    found = [(row["title"], row["valid_to"]) for row in table.to_pylist()]
    times = in_archive(filled, "SELECT title, valid_to FROM record_versions ORDER BY id")
    assert found == [(title, datetime.fromisoformat(at) if at else None) for title, at in times]
    onnotice("--home", filled.folder, "export", "changes", "--format", "parquet", "--out", path)
    table = pyarrow.parquet.read_table(path)
    assert {str(table.schema.field(name).type) for name in ("first_look", "significance")} == {"bool", "double"}


def test_parquet_without_its_library_is_one_sentence(
    onnotice: Callable[..., Any], filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the extra, and leaves no file."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = onnotice("--home", filled.folder, "export", "records", "--format", "parquet", "--out", tmp_path / "x")
    assert answer.code == 2
    assert "pip install 'onnotice[parquet]'" in answer.err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["records"], 16),
        (["records", "--as-of", "2017-03-20"], 14),
        (["records", "--as-of", "2017-03-20T15:30"], 14),
        (["records", "--as-of", "2017-03-20T16:30", "--kind", "item"], 14),
        (["records", "--as-of", "2017-03-19"], 0),
        (["records", "--since", "2017-03-20T15:30"], 2),
        (["records", "--until", "2017-03-20T15:30"], 14),
        (["records", "--kind", "notice"], 1),
        (["records", "--jurisdiction", "Denver, Colorado"], 16),
        (["records", "--jurisdiction", "Boulder, Colorado"], 0),
        (["changes", "--kind", "record_removed"], 1),
        (["changes", "--as-of", "2017-03-20T15:30"], 14),
        (["visits", "--since", "2017-03-20T15:30", "--until", "2017-03-20T17:30"], 2),
        (["visits", "--source", "town"], 4),
        (["sources"], 1),
    ],
)
def test_what_is_asked_for_is_exported(
    options: list[str], expected: int, onnotice: Callable[..., Any], filled: Home
) -> None:
    """Versions that held on a day, what was seen in a time, one source, kind or jurisdiction."""
    assert len(onnotice("--home", filled.folder, "export", *options, "--format", "jsonl").objects) == expected


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say one thing to export"),
        (["records", "--package", "x"], "Say one thing to export"),
        (["records", "changes"], "one at a time"),
        (["denver_council"], "take --as"),
        (["records", "--format", "parquet"], "name one with --out"),
        (["visits", "--kind", "item"], "leave --kind out"),
        (["records", "--source", "nowhere"], "No source is called"),
        (["records", "--as-of", "soon"], "is no date"),
        (["--sqlite", "archive.sqlite"], "is the archive itself"),
        (["--package", "."], "holds something else"),
    ],
)
def test_what_cannot_be_exported_is_said(
    options: list[str], sentence: str, onnotice: Callable[..., Any], filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, exit code 2, and nothing is written."""
    monkeypatch.chdir(filled.folder)
    before = {path.name for path in filled.folder.iterdir()}
    answer = onnotice("--home", filled.folder, "export", *options)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
    assert {path.name for path in filled.folder.iterdir()} - {"archive.sqlite-wal", "archive.sqlite-shm"} == before


def test_an_export_that_fails_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced whole or not at all."""
    path = tmp_path / "records.csv"
    path.write_text("the former one")

    def failing() -> None:
        with replacing(path) as beside:
            beside.write_text("half of")
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        failing()
    assert path.read_text() == "the former one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", list(Format))
def test_memory_does_not_grow_with_the_rows(form: Format, tmp_path: Path) -> None:
    """Ten times as many rows are written within the same memory."""
    columns = [Column("n", ColumnType.INTEGER, "A number."), Column("text", ColumnType.STRING, "Text.")]

    def peak(count: int) -> int:
        def rows() -> Iterator[Sequence[object]]:
            for number in range(count):
                yield number, "x" * 200

        with (tmp_path / "rows").open("wb") as file:
            tracemalloc.start()
            write(rows(), columns, form, file)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    peak(10)
    assert peak(200_000) < 1.5 * peak(20_000) + 100_000


def test_a_package_is_valid_and_says_what_it_is(tmp_path: Path, onnotice: Callable[..., Any], filled: Home) -> None:
    """By frictionless: structure, types of every cell, hashes, sizes, and rows whose source is there."""
    folder = tmp_path / "package"
    answer = onnotice("--home", filled.folder, "export", "--package", folder)
    assert answer.code == 0, answer.err
    described = json.loads((folder / "datapackage.json").read_text())
    report = Package.from_descriptor(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert [task.stats["rows"] for task in report.tasks] == [16, 17, 4, 1]
    for resource in described["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        assert all(field["description"].endswith(".") for field in resource["schema"]["fields"])
    assert described["sources"] == [{"title": "Town", "path": "https://town.example/"}]
    assert "public domain" in described["licenses"][0]["title"]
    assert "apostrophe" in described["description"]
    with (folder / "changes.csv").open("a") as file:
        file.write("x,y\r\n")
    assert not Package.from_descriptor(str(folder / "datapackage.json")).validate().valid
    assert onnotice("--home", filled.folder, "export", "--package", folder, "--kind", "notice").code == 0
    assert Package.from_descriptor(str(folder / "datapackage.json")).validate().valid


def test_a_slim_database_can_be_handed_on(tmp_path: Path, onnotice: Callable[..., Any], filled: Home) -> None:
    """No bodies and nobody who is told; all else as it was, for sqlite-utils and our own commands."""
    (tmp_path / "slim").mkdir()
    slim = tmp_path / "slim" / "archive.sqlite"
    answer = onnotice("--home", filled.folder, "export", "--sqlite", slim)
    assert answer.code == 0, answer.err
    database = sqlite_utils.Database(slim)
    try:
        whole = sqlite_utils.Database(filled.archive)
        for table in whole.table_names():
            if table not in PRIVATE and table != "bodies" and "_fts" not in table:
                assert list(database[table].rows) == list(whole[table].rows), table
        assert {name: database[name].count for name in PRIVATE & set(database.table_names())} == dict.fromkeys(
            PRIVATE - {"told_changes"}, 0
        )
        assert database.view_names() == whole.view_names()
        indexes = [{index.name for index in one["changes"].indexes} for one in (database, whole)]
        assert indexes[0] == indexes[1] != set()
        assert [row["digest"] for row in database["bodies"].rows] == [row["digest"] for row in whole["bodies"].rows]
        assert {row["data"] for row in database["bodies"].rows} == {b""}
        assert [row["text"] for row in database["snapshots"].search("second")] == ["second"]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        whole.close()
    finally:
        database.close()
    assert b"analyst@example.org" not in slim.read_bytes()
    (slim.parent / "onnotice.toml").write_text("watch = []\n")
    assert len(onnotice("--home", slim.parent, "changes", "--json").objects) == 17
    raw = onnotice("--home", slim.parent, "show", "1", "--raw")
    assert raw.code == 2
    assert "without bodies" in raw.err


def test_a_slim_database_opens_in_datasette(tmp_path: Path, onnotice: Callable[..., Any], filled: Home) -> None:
    """With the description that was written beside it."""
    slim = tmp_path / "handed on.sqlite"
    onnotice("--home", filled.folder, "export", "--sqlite", slim)
    asked = [sys.executable, "-m", "datasette", str(slim), "-m", str(slim.with_suffix(".metadata.json")), "--get"]
    where = "/handed~20on/newest_changes.json?_shape=array"
    answered = subprocess.run([*asked, where], capture_output=True, text=True, check=False, timeout=60)
    assert answered.returncode == 0, answered.stderr[-2000:]
    assert len(json.loads(answered.stdout)) == 17


def test_a_slim_database_finds_what_the_archive_has_not_indexed_yet(tmp_path: Path, filled: Home) -> None:
    """Texts of a poll that is going on are in it once, also after it has been opened to be written."""
    slim = tmp_path / "slim.sqlite"
    with Archive.open(filled.archive) as archive, archive.indexing_later():
        Town(archive, datetime(2017, 4, 1, tzinfo=UTC)).look("brand new")
        with Archive.open(filled.archive, read_only=True) as reader:
            assert reader.search("brand") == ()
            reader.write_slim(slim, lambda *_: None)
    with Archive.open(slim) as opened:
        assert [hit.title for hit in opened.search("brand")] == ["brand new"]
    with closing(sqlite3.connect(slim)) as connection:
        for index in ("snapshots_fts", "record_versions_fts"):
            connection.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")


def test_a_slim_database_is_of_one_moment(tmp_path: Path, filled: Home) -> None:
    """While looks are written without a pause: no row refers to one that is missing, and every version has its look."""
    stop = threading.Event()

    def poll() -> None:
        with Archive.open(filled.archive) as archive:
            town = Town(archive, datetime(2017, 4, 1, tzinfo=UTC))
            number = 0
            while not stop.is_set():
                town.look(f"look {number}", [added(f"more {number}", f"Item {number}")])
                number += 1

    writer = threading.Thread(target=poll)
    writer.start()
    try:
        for place in range(5):
            slim = tmp_path / f"{place}.sqlite"
            with Archive.open(filled.archive, read_only=True) as archive:
                archive.write_slim(slim, lambda *_: None)
            with closing(sqlite3.connect(slim)) as connection:
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                numbers = "SELECT (SELECT count(*) FROM snapshots), (SELECT count(*) FROM visits)"
                snapshots, visits = connection.execute(numbers).fetchone()
                assert snapshots == visits
    finally:
        stop.set()
        writer.join()
