"""A proposal: which spider would watch an address, and how."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.types import Facts


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to watch what stands behind an address."""

    label: str
    """What it is, for people: "a council's calendar on PrimeGov"."""
    url: str
    """The stanza's address, which need not be the one that was given."""
    spider: str = "page"
    parameters: Facts = field(default_factory=dict)
    council: bool = False
    """Its meetings have local times, and its tenant must be known by name: guessed addresses lead to wrong cities."""
    portal: str = ""
    """A page on which the tenant says who it is, where that is not the address itself."""
