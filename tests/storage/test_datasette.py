"""The archive opens as it is in Datasette, with tables, views and search."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Archive


@pytest.mark.parametrize(
    "question",
    ["sources.json?_shape=array", "current_records.json?_shape=array", "snapshots.json?_search=x&_shape=array"],
)
def test_datasette_answers(question: str, tmp_path: Path) -> None:
    """A table, a researcher's view, and a full-text search."""
    path = tmp_path / "archive.sqlite"
    Archive.open(path, create=True).close()
    asked = [sys.executable, "-m", "datasette", str(path), "--get", f"/archive/{question}"]
    answered = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    assert answered.returncode == 0, answered.stderr[-2000:]
    assert json.loads(answered.stdout) == []
