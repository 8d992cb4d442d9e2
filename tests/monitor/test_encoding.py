"""Characters that no file can hold are replaced before anything is read."""

from __future__ import annotations

import json

import pytest

from monitor.encoding import without_lone_surrogates


@pytest.mark.parametrize("half", [rb"\ud83d", rb"\uDE00", rb"\uD83D x", rb"\ude00\ud83d"])
def test_half_a_character_becomes_a_replacement(half: bytes) -> None:
    """An escape that stands for half a character can be written afterwards, and nothing else is lost."""
    read = json.loads(without_lone_surrogates(b'{"title": "before ' + half + b' after"}'))["title"]
    assert read.encode()
    assert read.startswith("before \ufffd")
    assert read.endswith("after")


def test_a_whole_pair_and_plain_text_stay() -> None:
    """A character beyond the first plane is two escapes that belong together."""
    for body in (rb'{"title": "\ud83d\ude00 and \u00e9"}', b'{"title": "plain"}'):
        assert without_lone_surrogates(body) == body
