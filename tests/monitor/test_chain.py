"""Links of the chain: what the explanation says is what is computed, and every member counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from monitor.chain import BEGINNING, FORMAT, MEMBERS, entry_of, link_of

EXPLANATION = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "proof.md"
VISIT: dict[str, Any] = {
    "number": 7, "run": 3, "url": "https://council.example.org/añasco", "at": "2017-03-20T14:00:00.000000Z",
    "status": 200, "verdict": "credible", "reason": "a “page”", "mechanism": "", "body": "ab" * 32, "body_size": 12,
    "media_type": "text/html", "final_url": None, "truncated": 0, "error": "", "elapsed_ms": None,
    "headers": '{"a":"\\n"}',
}  # fmt: skip


def test_the_explanation_is_enough_to_write_a_checker() -> None:
    """Its table has every member and no other, and its code comes to the same link."""
    text = EXPLANATION.read_text(encoding="utf-8")
    table = text.partition("| member | value |")[2].partition("\n\n")[0]
    named = {
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition("| ")[2].partition(" |")[0])
    }
    assert named == {"format", *MEMBERS}
    assert FORMAT in table
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    theirs: dict[str, Any] = {}
    exec(code, theirs)
    assert theirs["link_of"](BEGINNING, {"format": FORMAT, **VISIT}) == link_of(BEGINNING, entry_of(VISIT))


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_counts(name: str) -> None:
    """Another value is another link, and so is another link before it."""
    link = link_of(BEGINNING, entry_of(VISIT))
    assert link_of(BEGINNING, entry_of({**VISIT, name: "another"})) != link
    assert link_of(b"\x01" * 32, entry_of(VISIT)) != link


def test_what_is_no_json_value_has_no_entry() -> None:
    """A damaged archive may hold anything; text that is no UTF-8 is another text."""
    with pytest.raises(TypeError):
        entry_of({**VISIT, "reason": b"bytes"})
    assert entry_of({**VISIT, "reason": b"\xff".decode("utf-8", "surrogateescape")}) != entry_of(VISIT)
