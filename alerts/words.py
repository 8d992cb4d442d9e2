"""Whether a text says a word or phrase in any of its forms: stems of whole words are compared, never parts of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, Final

from snowballstemmer import stemmer  # type: ignore[import-untyped]  # ships no types

_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_LONGEST_WORD: Final = 60
"""Letters beyond which a word is a number, a key or a trick, and has no forms."""


class Said:
    """One text, as its words and as their stems, each framed by spaces so that a phrase is found whole."""

    def __init__(self, text: str) -> None:
        self._words = _tokens(text)

    @cached_property
    def exact(self) -> str:
        """Its words."""
        return _framed(self._words)

    @cached_property
    def stems(self) -> str:
        """Their stems."""
        return _framed([stem(word) for word in self._words])


def says(passages: Iterable[Said], word: str) -> bool:
    """Whether one of the passages has the word, or the words in this order; in double quotes exactly as written."""
    phrase = word.strip()
    tokens = _tokens(phrase)
    if not tokens:
        return False
    if len(phrase) > 2 and phrase[0] == phrase[-1] == '"':
        phrase = _framed(tokens)
        return any(phrase in passage.exact for passage in passages)
    stems = _framed([stem(token) for token in tokens])
    return any(stems in passage.stems for passage in passages)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word in lower case by Snowball's English stemmer: "policies" and "policy" are one, "police" is not.

    Numbers, and what is no word of any language, stay as they are.
    """
    if not word.isalpha() or len(word) > _LONGEST_WORD:
        return word
    return str(_english().stemWord(word)) or word


@cache
def _english() -> Any:
    return stemmer("english")


def _tokens(text: str) -> list[str]:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")
    words = _WORD.findall(plain.casefold())
    return [word.removesuffix("'s") for word in words] if "'" in plain else words


def _framed(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "
