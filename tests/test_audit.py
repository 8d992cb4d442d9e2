"""What an advisory service answers about the locked dependencies, and what it means where none answers."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def audit() -> Any:
    """The script as a module."""
    spec = spec_from_file_location("audit", Path(__file__).with_name("audit.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


SOUND = {"name": "lxml", "version": "6.0", "vulns": []}
FLAW = {"name": "aiohttp", "version": "3.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.2"]}]}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_the_check(audit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named with its advisory and the version that mends it; one that was accepted, with a reason, does not."""
    assert audit.judged(answer(SOUND, FLAW), "") == (1, ["aiohttp 3.1: PYSEC-1, mended in 3.2"])
    assert audit.judged(answer(SOUND), "") == (0, [])
    assert audit.judged(answer(SOUND, UNKNOWN), "") == (0, ["Not known to the advisory service: ours"])
    monkeypatch.setattr(audit, "ACCEPTED", {"PYSEC-1": "we never parse such headers"})
    assert audit.judged(answer(SOUND, FLAW), "") == (0, [])


def test_without_a_service_it_says_so_and_fails_nothing(audit: Any) -> None:
    """One line, whether nobody answers or one that knows nothing; a fault of the audit itself is a failure."""
    for outcome in (audit.judged("", ""), audit.judged("", "x\nConnectionError: Max retries"), audit.judged(
        answer(UNKNOWN), ""
    )):  # fmt: skip
        code, (line,) = outcome
        assert code == 0
        assert line.startswith("The dependencies were not audited")
    code, (line,) = audit.judged("", "Traceback\nValueError: the lock cannot be read")
    assert code == 1
    assert "the lock cannot be read" in line
