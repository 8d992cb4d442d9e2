"""What the pages are served from: the home, its readers, and the address under which they are found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.errors import ConfigurationError
from onnotice.config import Settings, read_settings
from onnotice.home import Home
from onnotice.web.attempts import Attempts
from onnotice.web.doorkeeper import Doorkeeper
from onnotice.web.questions import Questions
from onnotice.web.readers import Readers
from onnotice.web.writers import Writers

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Site:
    """One home's pages. `now` is the clock that they go by."""

    home: Home
    settings: Settings
    readers: Readers
    writers: Writers
    doorkeeper: Doorkeeper
    questions: Questions
    bundles: Attempts
    """Bundles of evidence that each user took: putting one together is work."""
    host: str
    port: int
    now: Callable[[], datetime]

    @property
    def address(self) -> str:
        """Where the pages are: what the settings say, else where the server listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.settings.web.address.rstrip("/") or f"http://{host}:{self.port}"

    def settings_now(self) -> Settings:
        """The settings as the file has them at this moment; where it cannot be read, those with which this began."""
        try:
            return read_settings(self.home)
        except ConfigurationError as error:
            _logger.error("%s", error)
            return self.settings

    @property
    def names(self) -> frozenset[str]:
        """Names under which the server answers; empty for any. A page of somebody else's whose name leads to this
        machine could otherwise read here what only this machine may."""
        if not self.settings.web.address and self.host not in _LOOPBACK:
            return frozenset()
        named = urlsplit(self.settings.web.address).hostname or self.host
        return frozenset({named.lower(), self.host.lower(), *_LOOPBACK})


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
