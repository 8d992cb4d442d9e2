"""What the pages on asking and exporting show is so: all of it is run on the demonstration's archive."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import tabulate

from storage.questions import QUESTIONS

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUTORIAL = DOCS / "tutorial" / "ask-the-archive.md"
GUIDES = [DOCS / "how-to" / "query-with-sql.md", DOCS / "how-to" / "export.md"]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """Something to run, and what the page says comes of it; empty where it does not say."""

    language: str
    text: str
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.language}: {self.text.strip().splitlines()[0][:60]}"


def steps(page: Path) -> list[Step]:
    """In the order of the page."""
    found: list[Step] = []
    for language, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "text":
            found[-1] = Step(found[-1].language, found[-1].text, text)
        else:
            found.append(Step(language, text))
    return found


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@dataclass(frozen=True)
class Reader:
    """Somebody who does what the pages say, in a folder of their own."""

    folder: Path
    archive: Path

    def does(self, step: Step) -> str:
        """What comes of it, as the page would show it."""
        match step.language:
            case "sql":
                with closing(sqlite3.connect(f"{self.archive.as_uri()}?mode=ro", uri=True)) as connection:
                    answer = connection.execute(step.text)
                    headings = [column[0] for column in answer.description]
                    return tabulate.tabulate(answer.fetchall(), headings, tablefmt="simple")
            case "python":
                printed = io.StringIO()
                with contextlib.chdir(self.folder), contextlib.redirect_stdout(printed):
                    exec(compile(step.text, "page.py", "exec"), {})
                return printed.getvalue()
            case _:
                return "".join(self._runs(line.removeprefix("$ ")) for line in step.text.splitlines())

    def _runs(self, line: str) -> str:
        if line.startswith("datasette") and "--get" not in line:
            line += " --get /"
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        if self.archive.parent == self.folder:
            environment["ONNOTICE_HOME"] = str(self.folder)
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr[-2000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Who has made the demonstration by the tutorial's first command."""
    folder = tmp_path_factory.mktemp("asking")
    reader = Reader(folder, folder / "spring" / "archive.sqlite")
    reader.does(steps(TUTORIAL)[0])
    return reader


@pytest.fixture(scope="module")
def researcher(newcomer: Reader) -> Reader:
    """Who has that archive as a home of their own, and works in its folder."""
    home = newcomer.folder / "home"
    shutil.copytree(newcomer.archive.parent, home)
    return Reader(home, home / "archive.sqlite")


@pytest.mark.parametrize("step", steps(TUTORIAL)[1:], ids=str)
def test_the_tutorial_shows_what_comes(step: Step, newcomer: Reader) -> None:
    """Every command, query and piece of code runs, and answers what the page says."""
    came = newcomer.does(step)
    assert came
    if step.shown:
        assert tidy(came) == tidy(step.shown)


def test_every_query_of_the_tutorial_shows_its_answer() -> None:
    """A notebook without answers is a list of queries."""
    assert [str(step) for step in steps(TUTORIAL) if step.language in ("sql", "python") and not step.shown] == []


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_the_guides_can_be_followed(page: Path, researcher: Reader) -> None:
    """From top to bottom: each query has an answer, each command works, each piece of code prints something."""
    for step in steps(page):
        came = researcher.does(step)
        if step.language == "sql":
            assert len(came.splitlines()) > 2, step
        elif step.language == "python":
            assert came.strip() not in ("", "0"), step


def test_the_guide_names_every_view(researcher: Reader) -> None:
    """Whoever looks for one finds it in the table of what to ask."""
    guide = GUIDES[0].read_text(encoding="utf-8")
    with closing(sqlite3.connect(researcher.archive)) as connection:
        views = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert [view for view in views if f"`{view}`" not in guide] == []


FACTS = {
    "on_the_list": ({"source": "ice_declined_detainers", "date": "2017-03-25", "kind": "detainer_policy"}, 69),
    "versions_of_a_release": ({"words": "sanctuary jurisdictions"}, 1),
    "agenda_mentions": ({"words": "immigrants"}, 1),
    "what_was_withdrawn": ({"since": "2017-04-03", "until": "2017-04-03"}, 18),
    "how_long_unseen": ({}, 5),
    "when_unseen": ({"source": "doj_press_releases"}, 9),
    "who_was_told": ({}, 7),
    "what_changed": ({"jurisdiction": "Aurora, Colorado", "since": "2017-03-20", "until": "2017-04-01"}, 2),
    "newest_changes": ({"source": "ice_declined_detainers"}, 4),
}
"""How many rows the demonstration's archive has for each question."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_spring_2017_in_its_answer(name: str, newcomer: Reader) -> None:
    """The facts of the demonstration, asked in plain sqlite3."""
    asked, expected = FACTS[name]
    parameters = {**dict.fromkeys(QUESTIONS[name].parameters, ""), **asked}
    with closing(sqlite3.connect(newcomer.archive)) as connection:
        rows = connection.execute(QUESTIONS[name].sql, parameters).fetchall()
    assert len(rows) == expected
