"""Signing in and out: who is behind a request, by a signed cookie or by a header of a proxy that is trusted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Final

from monitor.errors import ConfigurationError
from onnotice.signing import BadToken, read, signed
from onnotice.users import User, Users, nobodys_password
from onnotice.web.access import Person
from onnotice.web.attempts import Attempts, Limit, TooManyAttempts

_logger = logging.getLogger(__name__)

SESSION: Final = timedelta(days=7)
"""How long a sign-in lasts, whatever is done meanwhile."""

_PURPOSE: Final = "session"

_LONGEST_NAME: Final = 254
"""Characters of a name that a proxy gives: the longest mail address (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """The session's cookie: what it is called, and what the browser is told to do with it."""

    secure: bool
    """Whether the pages are served by https, here or by the proxy in front."""

    @property
    def name(self) -> str:
        """With the prefix that keeps a neighbouring host from setting it (RFC 6265bis, 4.1.3.2), where that may be."""
        return "__Host-onnotice" if self.secure else "onnotice"

    def set(self, value: str, lasting: timedelta) -> str:
        """The value of a Set-Cookie header; of no length, it ends the cookie."""
        kept = f"{self.name}={value}; Path=/; Max-Age={round(lasting.total_seconds())}; HttpOnly; SameSite=Lax"
        return f"{kept}; Secure" if self.secure else kept


class Doorkeeper:
    """Knows the users, counts who tries to be one, and signs what a browser brings back."""

    def __init__(self, users: Users, secret: bytes, cookie: Cookie) -> None:
        self._users, self._secret, self.cookie = users, secret, cookie
        self._by_both = Attempts(Limit(5, timedelta(minutes=15)))
        self._by_network = Attempts(Limit(30, timedelta(minutes=15)))
        self._by_name = Attempts(Limit(100, timedelta(hours=1)))

    def admit(self, name: str, network: str, now: datetime) -> None:
        """Count an attempt before it is looked at, so that many at once are many. Raises TooManyAttempts.

        By name and network alone five; by network, and by name from everywhere, more: whoever guesses from elsewhere
        should not be able to lock a user out of their own desk at once.
        """
        counts = ((self._by_both, f"{name} {network}"), (self._by_network, network), (self._by_name, name))
        for attempts, key in counts:
            if wait := attempts.take(key, now):
                raise TooManyAttempts(wait)

    def welcome(self, name: str, network: str) -> None:
        """The attempt was right."""
        self._by_both.forgive(f"{name} {network}")

    def session(self, name: str, password: str, now: datetime) -> str | None:
        """A session for whoever knows the password; None for others, after the same time. Slow: for a thread."""
        nobodys_password()
        user = self._users.checked(name, password)
        if user is None:
            return None
        return signed(self._secret, _PURPOSE, {"user": user.name, "of": user.generation}, now + SESSION)

    def person(self, cookies: str, now: datetime) -> Person | None:
        """Whose session this is: one that was signed here, lasts, and began since the password was set."""
        value = cookie_of(cookies, self.cookie.name)
        if not value:
            return None
        try:
            facts = read(self._secret, _PURPOSE, value, now)
        except BadToken:
            return None
        user = self._user(str(facts["user"]))
        if user is None or user.generation != facts["of"]:
            return None
        return Person(user.name, user.address)

    def _user(self, name: str) -> User | None:
        """None too where the file of users cannot be used: nobody is signed in then, and everybody reads on."""
        try:
            return self._users.all().get(name)
        except ConfigurationError as error:
            _logger.error("%s", error)
            return None

    def known_to_proxy(self, name: str) -> Person | None:
        """Whom a trusted proxy names; a name that is a mail address is known to be theirs."""
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            return None
        user = self._user(name)
        return Person(name, user.address if user else name if "@" in name else "", by_proxy=True)

    def sign_out(self, person: Person) -> None:
        """End all of a person's sessions, on every device: a copy of the cookie is worthless from here."""
        self._users.end_sessions(person.name)


def cookie_of(header: str, name: str) -> str:
    """The value of a cookie in a Cookie header; empty where it is not there, or the header is none."""
    try:
        cookies: Mapping[str, object] = SimpleCookie(header)
    except CookieError:
        return ""
    morsel = cookies.get(name)
    return str(getattr(morsel, "value", ""))
