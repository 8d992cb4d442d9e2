"""The list of faults names tests that are there."""

from __future__ import annotations

import ast
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_fault_has_its_tests() -> None:
    """By file, or by file and name: what was renamed would not be tried any more."""
    spec = spec_from_file_location("run_faults", Path(__file__).with_name("run.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for test in (test for tests in module.FAULTS.values() for test in tests):
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert not name or name in found, test
