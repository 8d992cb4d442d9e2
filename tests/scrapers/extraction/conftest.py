"""Extractors that a stanza chooses, read without a network: a body in, an extraction out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Extraction, Look, Source

EXAMPLES = Path(__file__).parent / "examples"
MONDAY = datetime(2017, 3, 20, 18, 0, tzinfo=UTC)
MEDIA_TYPES = {"html": "text/html", "json": "application/json"}


@pytest.fixture
def chosen() -> Callable[..., Extraction]:
    """`chosen(module, content, **parameters)`: what the extractor in that module reads for a stanza that chooses it."""

    def read(
        module: str, content: bytes | str, /, *, at: datetime = MONDAY, suffix: str = "html", **said: Any
    ) -> Extraction:
        extractor = import_module(f"scrapers.extraction.{module}")
        source = Source(
            slug="one",
            title="One",
            url="https://city.example/page",
            jurisdiction="Aurora, Colorado",
            timezone="America/Denver",
            parameters={"extract": extractor.NAME, **said},
        )
        body = content.encode() if isinstance(content, str) else content
        look = Look(url=source.url, at=at, status=200, body=body, media_type=MEDIA_TYPES.get(suffix, ""))
        extraction: Extraction = extractor.extract(look, source)
        return extraction

    return read


@pytest.fixture
def reads_as_expected(chosen: Callable[..., Extraction]) -> Callable[..., Extraction]:
    """`reads_as_expected(module, file, **parameters)`: compares an example, whole, with what is written beside it."""

    def compared(module: str, file: str, /, **said: Any) -> Extraction:
        path = EXAMPLES / module / file
        extraction = chosen(module, path.read_bytes(), suffix=path.suffix[1:], **said)
        expected = path.with_name(f"{path.stem}.expected.json")
        assert json.loads(json.dumps(asdict(extraction))) == json.loads(expected.read_text(encoding="utf-8"))
        return extraction

    return compared
