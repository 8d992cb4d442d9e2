"""Whether a text says a word or phrase in any of its forms: stems of whole words are compared, never parts of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from snowballstemmer import stemmer  # type: ignore[import-untyped]  # ships no types

_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")
_LONGEST_WORD: Final = 60
"""Letters beyond which a word is a number, a key or a trick, and has no forms."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text, as its words and as their stems, each framed by spaces so that a phrase is found whole."""

    exact: str
    stems: str

    @classmethod
    def of(cls, text: str) -> Said:
        """The text, ready to be asked."""
        words = _tokens(text)
        return cls(_framed(words), _framed([stem(word) for word in words]))


def says(passages: Iterable[Said], word: str) -> bool:
    """Whether one of the passages has the word, or the words in this order; in double quotes exactly as written."""
    phrase = word.strip()
    tokens = _tokens(phrase)
    if not tokens:
        return False
    if len(phrase) > 2 and phrase[0] == phrase[-1] == '"':
        exact = _framed(tokens)
        return any(exact in passage.exact for passage in passages)
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
    return [
        token.removesuffix("'s")
        for token in _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    ]


def _framed(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "
