"""CSS selectors that a stanza gives, checked before they are used."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from selectolax.lexbor import LexborHTMLParser, SelectolaxError


def _usable(selector: str) -> str:
    try:
        LexborHTMLParser("<p>").css(selector or "p")
    except SelectolaxError:
        raise ValueError(f"“{selector}” is no CSS selector; write one such as “main ul.members”") from None
    return selector


Selector = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_usable)]
