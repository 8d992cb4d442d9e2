"""Recognises what stands behind an address, so that a stanza can be written for it without knowing the platform."""

from __future__ import annotations

from scrapers.platforms.contents import from_answer
from scrapers.platforms.councils import from_address
from scrapers.platforms.proposals import Proposal

__all__ = ["Proposal", "from_address", "from_answer"]
