"""What a page watch asks for: its own pages first, then what a look at each leads to. The same whoever fetches."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scrapers.extraction import choice_of
from scrapers.parameters import PageParameters
from scrapers.watched import Watched

if TYPE_CHECKING:
    from scrapers.intake import Taken

_MOST_FURTHER_PAGES = 100
"""Pages of one list that come one after the other."""

_logger = logging.getLogger(__name__)


class NoLongerLinked(Protocol):
    """Documents of a source that none of its pages links to, given those that are linked; those on hold alone, where it
    is not sure that none does."""

    def __call__(self, watched: Watched, linked: set[str], *, sure: bool) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A URL to ask for. What a document links to is not followed, and a run without it is complete all the same."""

    url: str
    document: bool = False


class PageWatch:
    """One source in one run. Raises ConfigurationError for a parameter that is none."""

    def __init__(self, watched: Watched) -> None:
        chosen = choice_of(watched.source)
        parameters = getattr(chosen, "PARAMETERS", PageParameters).of(watched.source)
        self._watched = watched
        self._follow: bool = parameters.follow
        self.pages: tuple[str, ...] = tuple(dict.fromkeys((watched.source.url, *parameters.urls)))
        self._asked = set(self.pages)
        self._unanswered = len(self.pages)
        self._unread = len(self.pages)
        """Own pages, and those that go on from them, whose links are not known."""
        self._linked: set[str] = set()

    def after(self, taken: Taken, no_longer_linked: NoLongerLinked) -> list[Wanted]:
        """What the look at one of the source's own pages leads to."""
        wanted = [Wanted(url) for url in self._further(taken)]
        self._unread -= taken.verdict.believed
        if self._follow:
            documents = dict.fromkeys(link.url for link in taken.links if link.role == "document")
            self._linked.update(documents)
            wanted += [Wanted(url, document=True) for url in documents]
        return [*wanted, *self.without_answer(no_longer_linked)]

    def without_answer(self, no_longer_linked: NoLongerLinked) -> list[Wanted]:
        """What it leads to that a page did not answer; after the last of them the documents that none links to, as far
        as that is known. One on hold is looked at in any case, or its withdrawal would never be sure."""
        self._unanswered -= 1
        if self._unanswered or not self._follow:
            return []
        gone = no_longer_linked(self._watched, self._linked, sure=not self._unread)
        return [Wanted(url, document=True) for url in gone]

    def _further(self, taken: Taken) -> list[str]:
        """The page that goes on from this one, if it was not asked for yet."""
        following = next((link.url for link in taken.links if link.role == "next"), "")
        if not following or following in self._asked:
            return []
        if len(self._asked) - len(self.pages) >= _MOST_FURTHER_PAGES:
            said = "%s: the list goes on after %d pages, at %s; add that to its urls"
            _logger.warning(said, self._watched.source.slug, len(self._asked), following)
            return []
        self._asked.add(following)
        self._unanswered += 1
        self._unread += 1
        return [following]
