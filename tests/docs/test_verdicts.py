"""The page that documents the verdicts says what the program knows."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from monitor.types import VerdictKind

DOCS = Path(__file__).resolve().parents[2] / "docs"


def writer() -> ModuleType:
    """`docs/verdicts.py`, which is a program and no module of the project."""
    spec = importlib.util.spec_from_file_location("written_verdicts", DOCS / "verdicts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_mechanisms() -> None:
    """`python docs/verdicts.py` writes them anew."""
    assert writer().PAGE.read_text(encoding="utf-8") == writer().page()


def test_every_verdict_is_explained() -> None:
    """With what it means and what follows."""
    text = writer().PAGE.read_text(encoding="utf-8")
    assert all(f"| {kind.value} |" in text for kind in VerdictKind)
