"""The house is as its plan says: folders, names, docstrings, what the wheel holds, what the tree does not speak of."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("onnotice", "scrapers", "alerts", "storage", "monitor")
BESIDE = {"tests", "docs", "benchmarks"}
WRITTEN = (".py", ".md", ".toml", ".sql", ".jinja", ".css", ".cfg", ".yml", ".yaml", ".sh", "Makefile", "run", ".txt")
TOLD_ELSEWHERE = {"page", "pdf", "docx", "pptx", "workbook"}
"""Extractors of no particular layout: tests of `monitor.text` and of documents hold them."""

WORKPLACE = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")
"""Where somebody works on it is no part of the product."""


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def own_files() -> list[Path]:
    """Everything written for the project: no caches, no environments, nothing that a demo left."""
    here = [path for path in ROOT.iterdir() if path.is_file()]
    folders = [ROOT / name for name in (*PACKAGES, *BESIDE, ".ci")]
    found = [*here, *(path for folder in folders for path in folder.rglob("*") if path.is_file())]
    return sorted(path for path in found if "__pycache__" not in path.parts and path.name.endswith(WRITTEN))


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_takes_in_the_packages_of_the_checkout() -> None:
    """Five folders, named in pyproject.toml more than once: a sixth is added everywhere or nowhere."""
    tool = project()["tool"]
    wheel = tool["hatch"]["build"]["targets"]["wheel"]
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert here == set(PACKAGES)
    assert set(wheel["only-include"]) == here
    assert wheel["sources"] == {name: f"onnotice/_project/{name}" for name in here - {"onnotice"}}
    assert set(tool["importlinter"]["root_packages"]) == here
    assert set(tool["mypy"]["packages"]) == here
    assert set(tool["ruff"]["lint"]["isort"]["known-first-party"]) == here


def test_folders_at_the_top_are_known() -> None:
    """A folder with code in it that nobody planned is noticed."""
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    unplanned = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and not path.name.startswith(".")
        and path.name not in {*PACKAGES, *BESIDE, *ignored}
        and any(path.rglob("*.py"))
    }
    assert unplanned == set()


def test_no_module_is_a_drawer() -> None:
    """Nothing is called utils, helpers or common, in any spelling."""
    names = {part.removesuffix(".py") for path in modules() for part in path.relative_to(ROOT).parts}
    assert [
        name for name in sorted(names) if re.fullmatch(r"_?(?:utils?|helpers?|common|misc|shared|tools?)", name)
    ] == []


def test_tests_are_no_package() -> None:
    """Import mode importlib: an __init__.py would give two files of one name the same module."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("package", [*PACKAGES, "docs", "tests"])
def test_every_module_says_what_it_is_for(package: str) -> None:
    """The docstring's first line is one sentence."""
    for path in sorted((ROOT / package).rglob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        first = said.partition("\n\n")[0]
        assert first.endswith((".", "?")), f"{path.relative_to(ROOT)} does not begin with a sentence of what it is for"


def test_the_tree_speaks_of_the_product_alone() -> None:
    """No path of anybody's workplace stands in a file."""
    found = []
    for path in own_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if WORKPLACE.search(line) and path != Path(__file__).resolve():
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_every_extractor_has_a_golden_example() -> None:
    """A page in, the records expected out, in a folder of the extractor's name; none is registered."""
    folder = ROOT / "scrapers" / "extraction"
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"} - TOLD_ELSEWHERE
    examples = ROOT / "tests" / "scrapers" / "extraction" / "examples"
    without = [name for name in sorted(names) if not list((examples / name).glob("*.expected.json"))]
    assert without == []
    for expected in examples.rglob("*.expected.json"):
        stem = expected.name.removesuffix(".expected.json")
        pages = [path for path in expected.parent.glob(f"{stem}.*") if path != expected]
        assert pages, f"{expected.relative_to(ROOT)} expects something of a page that is not there"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel that is built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_a_wheel_claims_one_name(wheel: list[str]) -> None:
    """Installed beside anything else, it takes `onnotice` at the top level and nothing more."""
    tops = {PurePosixPath(name).parts[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"onnotice"}


def test_a_wheel_is_whole(wheel: list[str]) -> None:
    """Every module, template, view and catalog file of the packages is in it, where the program looks for it."""
    expected = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT).as_posix()
                expected.add(inside if package == "onnotice" else f"onnotice/_project/{inside}")
    assert expected - set(wheel) == set()
    assert {name for name in wheel if name.startswith("onnotice/")} - expected == set()
