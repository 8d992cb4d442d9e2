"""Puts the corpus within reach of the tests here: it is a program of its own, `python tests/quality/run.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
