"""The documentation is true: generated pages, links, commands, code and the reasons for dependencies."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.main import get_command

from monitor.errors import ExtractionError
from monitor.types import Look
from onnotice.cli import app
from onnotice.config import settings_from
from scrapers.sources import source_from_stanza

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PROSE = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.parent != REFERENCE)
GUIDES = [path for path in PROSE if path.parent.name in ("how-to", "tutorial") or path.name == "README.md"]

_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, language: str) -> list[str]:
    return [text for kind, text in _BLOCK.findall(path.read_text(encoding="utf-8")) if kind == language]


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command_lines(path: Path) -> Iterator[list[str]]:
    """The arguments of every `onnotice` in the guide's console and cron lines."""
    for block in blocks(path, "console"):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=False)
            starts = [place for place, word in enumerate(words) if word.rpartition("/")[2] == "onnotice"]
            if starts and "systemctl" not in words:
                yield words[starts[0] + 1 :]


def test_generated_pages_are_true() -> None:
    """What docs/generate.py would write now is what stands there, and nothing else does."""
    assert [path.name for path in generator().stale()] == []


def test_a_page_that_is_not_true_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stale page, a missing one and one that nobody writes are named."""
    module = generator()
    for path in REFERENCE.glob("*.md"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "words.md").write_text("once true\n", encoding="utf-8")
    (tmp_path / "errors.md").unlink()
    (tmp_path / "left_over.md").touch()
    monkeypatch.setattr(module, "REFERENCE", tmp_path)
    assert {path.name for path in module.stale()} == {"words.md", "errors.md", "left_over.md"}


def test_every_command_has_help_and_is_in_the_reference() -> None:
    """A command says what it does, each of its options too, and the page of commands has them all."""
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert commands
    for name, command in commands.items():
        assert command.help, f"onnotice {name} has no help"
        assert f"## onnotice {name}\n" in page
        for parameter in command.params:
            assert getattr(parameter, "help", ""), f"onnotice {name}: {parameter.name} has no help"


@pytest.mark.parametrize("path", PROSE, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to a file of the repository names one that is there, and a heading that it has."""
    for target, heading in _LINK.findall(path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        linked = (path.parent / target).resolve() if target else path
        assert linked.is_file(), f"{named(path)} links to {target}"
        if heading:
            headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}
            assert heading in anchors, f"{named(path)} links to {target}#{heading}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    """Nobody has to know that a page exists to find it."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for target, _ in _LINK.findall(path.read_text(encoding="utf-8")) if path.suffix == ".md" else ():
            if target and "://" not in target:
                waiting.append((path.parent / target).resolve())
    every = {*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs" / "images").iterdir()}
    assert {named(path) for path in every - reached} == set()


def test_the_readme_is_for_two_minutes() -> None:
    """At most 120 lines, and its picture loads at once."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
    assert (ROOT / "docs" / "images" / "alert.png").stat().st_size < 200_000


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_commands_in_guides_parse(path: Path) -> None:
    """Each command line of a guide is one that the program would take; none is run."""
    lines = list(command_lines(path))
    assert lines, f"{named(path)} shows no command"
    group: Any = get_command(app)
    for arguments in lines:
        with group.make_context("onnotice", list(arguments)) as context:
            name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
            assert command is not None, f"onnotice {name}"
            command.make_context(name, rest, parent=context).close()


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_settings_in_guides_can_be_used(path: Path) -> None:
    """Every piece of onnotice.toml that a guide shows is taken by the settings as they are."""
    for block in blocks(path, "toml"):
        values = tomllib.loads(block)
        settings_from({key: value for key, value in values.items() if key != "source"}, named(path))
        for stanza in values.get("source", ()):
            source_from_stanza(stanza, named(path))


def test_every_runtime_dependency_has_its_reason() -> None:
    """The design has a line for each: package, licence, job. None that is not needed any more is left there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", dependency)[0] for dependency in project["dependencies"]}
    design = (ROOT / "docs" / "explanation" / "design.md").read_text(encoding="utf-8")
    table = design.partition("## What it stands on")[2]
    rows = dict(re.findall(r"^\| ([\w.-]+) \| [^|]+ \| ([^|]{20,}) \|$", table, re.MULTILINE))
    rows.pop("package", None)
    assert set(rows) == declared


def test_the_changelog_knows_this_version() -> None:
    """The version of the project is the newest entry."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (
        re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0] == version
    )


def test_the_extractor_of_the_guide_works() -> None:
    """The code of "write a spider" reads a list as it says, and refuses a page without one."""
    guide = ROOT / "docs" / "how-to" / "write-a-spider.md"
    extractor, spider = blocks(guide, "python")
    stanza = tomllib.loads(blocks(guide, "toml")[0])["source"][0]
    source = source_from_stanza(stanza, named(guide))
    written: dict[str, Any] = {"__name__": "county_list"}
    exec(compile(extractor, "county_list.py", "exec"), written)
    body = b"<title>T</title><h1>Counties</h1><ul><li>Boulder County</li><li>Denver County</li></ul><p>As of May.</p>"
    look = Look(url=source.url, at=datetime(2017, 5, 1, tzinfo=UTC), status=200, body=body, media_type="text/html")
    assert written["claims"](source, source.url)
    extraction = written["extract"](look, source)
    (counties,) = extraction.record_sets
    assert [record.title for record in counties.records] == ["Boulder County", "Denver County"]
    assert extraction.text == ("Counties", "As of May.")
    with pytest.raises(ExtractionError):
        written["extract"](Look(url=source.url, at=look.at, status=200, body=b"<p>Soon</p>"), source)
    classes: dict[str, Any] = {"__name__": "county_list"}
    exec(compile(spider, "county_list.py", "exec"), classes)
    assert classes["CountyListSpider"].name == stanza["spider"]
