"""Finds out how an address is best watched: by its platform, by what it answers, and by trying it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.types import Source
from monitor.url import canonical_url
from onnotice.trial import Trial, try_out

if TYPE_CHECKING:
    from scrapers.platforms import Proposal

_TRIAL = "trial"
"""Slug of a source that is only tried."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The way to watch an address, as it was tried, and the others that there are."""

    proposal: Proposal
    trial: Trial
    tenant: str = ""
    """What a council's portal calls itself: its title; empty where it says nothing."""
    tenant_words: str = ""
    """Everything that the portal says, to be held against the jurisdiction."""
    others: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """What trials need: who we say we are, the clock, and the zone of local times."""

    contact: str
    clock: Callable[[], datetime]
    timezone: str = "UTC"

    async def at(self, proposal: Proposal) -> Trial:
        """Try one proposal."""
        source = Source(
            slug=_TRIAL,
            title=proposal.url,
            url=canonical_url(proposal.url),
            spider=proposal.spider,
            parameters=proposal.parameters,
            timezone=self.timezone,
        )
        return await try_out(source, self.contact, self.clock)


async def recognise(url: str, looking: Looking, *, plain: bool = False) -> Recognised:
    """The best way to watch an address; with `plain` as a page. Raises UsageError when nothing of it could be seen."""
    from scrapers.platforms import Proposal, from_address, from_answer

    tried = await _first_seen(() if plain else from_address(url), looking)
    if tried is not None:
        return await _with_tenant(tried, looking)
    as_page = Proposal("a page", canonical_url(url))
    page = await looking.at(as_page)
    if page.entry is None:
        raise UsageError(
            f"{as_page.url} could not be looked at ({page.problem.rstrip('.')}), and nothing was written; correct the"
            " address, or add --no-look to watch it all the same."
        )
    if plain:
        return Recognised(as_page, page)
    by_answer = from_answer(page.entry)
    place = next(place for place, one in enumerate(by_answer) if _reads_alike(one))
    tried = await _first_seen(by_answer[:place], looking) or Recognised(by_answer[place], page)
    others = tuple(one for one in by_answer if one != tried.proposal)
    return await _with_tenant(replace(tried, others=others), looking)


def untried(proposal: Proposal) -> Recognised:
    """A proposal that nobody looked at."""
    source = Source(slug=_TRIAL, title="", url=canonical_url(proposal.url), spider=proposal.spider)
    return Recognised(proposal, Trial(source, None, False, "", "", (), ()))


def contradiction(recognised: Recognised, jurisdiction: str) -> str:
    """Why a council's portal is not that jurisdiction's, as far as it says; empty where it says nothing against it.

    Slugs mislead: "aurora" is a city in Colorado, in Illinois, and in Ontario.
    """
    from scrapers.council.zones import ZONES

    said = " ".join((recognised.tenant, recognised.tenant_words))
    if not said.strip():
        return ""
    place, _, state = (part.strip() for part in jurisdiction.rpartition(","))
    name = re.sub(r"^(?:city and county|city|town|county|village) of ", "", place, flags=re.IGNORECASE)
    name = re.sub(r" county$", "", name, flags=re.IGNORECASE)
    states = {other for other in ZONES if re.search(rf"\b{re.escape(other)}\b", said)}
    if states and state not in states:
        return f"it speaks of {' and '.join(sorted(states))}, and not of {state}"
    if name and not re.search(rf"\b{re.escape(name)}\b", said, re.IGNORECASE):
        return f"it does not name {name}"
    return ""


def _reads_alike(proposal: Proposal) -> bool:
    """Whether trying it would show what the plain look has shown."""
    return proposal.spider == "page" and not proposal.parameters.get("extract")


async def _first_seen(proposals: Sequence[Proposal], looking: Looking) -> Recognised | None:
    for place, proposal in enumerate(proposals):
        trial = await looking.at(proposal)
        if trial.seen and (trial.records or not proposal.council):
            return Recognised(proposal, trial, others=tuple(proposals[place + 1 :]))
    return None


async def _with_tenant(recognised: Recognised, looking: Looking) -> Recognised:
    """The same with what the council's portal says of itself."""
    from scrapers.platforms import Proposal

    if not recognised.proposal.council:
        return recognised
    portal = await looking.at(Proposal("a portal", recognised.proposal.portal or recognised.proposal.url))
    return replace(recognised, tenant=portal.title, tenant_words=" ".join(portal.lines)[:20_000])
