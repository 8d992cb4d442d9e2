"""What a page watch asks for: its own pages first, then what a look at each leads to. The same whoever fetches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.extraction import choice_of
from scrapers.parameters import PageParameters
from scrapers.watched import Watched

if TYPE_CHECKING:
    from scrapers.intake import Taken

_MOST_FURTHER_PAGES = 100
"""Pages of one list that come one after the other."""

NoLongerLinked = Callable[[Watched, set[str]], Sequence[str]]
"""Documents of a source that none of its pages links to, given those that are linked."""


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
        self._unread = len(self.pages)
        """Own pages whose links are not known yet."""
        self._further = 0
        self._linked: set[str] = set()

    def after(self, taken: Taken, no_longer_linked: NoLongerLinked) -> list[Wanted]:
        """What the look at one of the source's own pages leads to."""
        wanted: list[Wanted] = []
        following = [link.url for link in taken.links if link.role == "next"]
        if following and self._further < _MOST_FURTHER_PAGES:
            self._further += 1
            self._unread += 1
            wanted.append(Wanted(following[0]))
        if taken.verdict.believed:
            self._unread -= 1
        if self._follow:
            documents = dict.fromkeys(link.url for link in taken.links if link.role == "document")
            self._linked.update(documents)
            gone = no_longer_linked(self._watched, self._linked) if self._unread == 0 else ()
            wanted += [Wanted(url, document=True) for url in (*documents, *gone)]
        return wanted
