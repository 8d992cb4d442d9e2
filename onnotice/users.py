"""Who may do more than read on the web pages: names, and passwords as Argon2 keeps them, in a file of their own.

Not in the archive: that is a file which people query, copy and publish, and its SQL pages show every table. The file is
its owner's alone, like the signing key beside it.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from monitor.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD: Final = 12
"""Characters. NIST SP 800-63B asks for eight at least where a service limits attempts, as ours does; none are asked of
any particular kind, since such rules make passwords worse."""

LONGEST_PASSWORD: Final = 1_000

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a password. `generation` changes with it: sessions of an older one have ended."""

    name: str
    password: str = field(repr=False)
    """As Argon2 writes it, with salt and parameters."""
    generation: str
    added_at: datetime
    address: str = ""
    """A mail address that is known to be theirs, so that it need not be confirmed."""


class Users:
    """The file of users. Each change is whole or not at all, and two at a time wait for each other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int, int], Mapping[str, User]] | None = None

    def all(self) -> Mapping[str, User]:
        """Every user by name. Raises ConfigurationError for a file that cannot be read, or that others can."""
        try:
            stated = self._path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        mark = (stated.st_mtime_ns, stated.st_size, stated.st_ino)
        if self._read is None or self._read[0] != mark:
            if stated.st_mode & 0o077:
                raise ConfigurationError(f"{self._path} can be read by others; run `chmod 600 {self._path}`.")
            self._read = (mark, self._parsed())
        return self._read[1]

    def add(self, name: str, password: str, now: datetime, address: str = "") -> None:
        """A new user. Raises UsageError for a name that is taken or no name, and for a password that is too short."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name[:80]!r} is no name of a user; write up to 64 letters, figures or . @ + - _.")
        if address and not re.fullmatch(r"[^\s<>,;:@]+@[^\s<>,;:@]+", address):
            raise UsageError(f"{address[:80]!r} is no mail address; write it as ana@example.org.")
        kept = _hashed(name, password)
        with self._changing() as users:
            if name in users:
                raise UsageError(f"There is a user called {name!r} already; `onnotice users password` changes it.")
            users[name] = User(name, kept, _generation(), now, address)

    def set_password(self, name: str, password: str) -> None:
        """Another password; whoever is signed in by the old one is so no longer. Raises UsageError."""
        kept = _hashed(name, password)
        with self._changing() as users:
            users[name] = replace(self._one(users, name), password=kept, generation=_generation())

    def remove(self, name: str) -> None:
        """No longer a user, and signed out everywhere. Raises UsageError for an unknown name."""
        with self._changing() as users:
            self._one(users, name)
            del users[name]

    def end_sessions(self, name: str) -> None:
        """Signed out on every device. Nothing for an unknown name."""
        with self._changing() as users:
            if name in users:
                users[name] = replace(users[name], generation=_generation())

    def checked(self, name: str, password: str) -> User | None:
        """The user whose password this is, or None: after the same time, whether there is such a user or not.

        A password that was kept with weaker parameters than today's is kept anew.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        user = self.all().get(name)
        try:
            _hasher().verify(user.password if user else nobodys_password(), _normal(password))
        except (VerificationError, InvalidHashError):
            return None
        if user is None:
            return None
        if _hasher().check_needs_rehash(user.password):
            with self._changing() as users:
                if users.get(name) == user:
                    users[name] = replace(user, password=_hasher().hash(_normal(password)))
        return user

    @staticmethod
    def _one(users: Mapping[str, User], name: str) -> User:
        if name not in users:
            raise UsageError(f"No user is called {name[:80]!r}; `onnotice users list` names those there are.")
        return users[name]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, User]]:
        try:
            with self._path.with_suffix(".lock").open("a", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                users = dict(self.all())
                yield users
                self._write(users)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None

    def _write(self, users: Mapping[str, User]) -> None:
        made = self._path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({name: _as_json(user) for name, user in sorted(users.items())}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        made.replace(self._path)

    def _parsed(self) -> Mapping[str, User]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: _from_json(name, values) for name, values in found.items()}
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._unusable("it is not as On Notice writes it") from None

    def _unusable(self, why: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path} cannot be used ({why}); mend it, or remove it and add the users anew.")


@cache
def nobodys_password() -> str:
    """What is checked where there is no such user, so that the answer takes as long. Made once, slowly."""
    return _hasher().hash(secrets.token_urlsafe())


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise ConfigurationError(
            "Passwords need the web pages' libraries; install them with: pip install 'onnotice[web]'."
        ) from None
    return PasswordHasher()


def _hashed(name: str, password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"The password has fewer than {SHORTEST_PASSWORD} characters; take a few words.")
    if len(password) > LONGEST_PASSWORD:
        raise UsageError(f"The password has more than {LONGEST_PASSWORD:,} characters; take a shorter one.")
    if _normal(password).casefold() == _normal(name).casefold():
        raise UsageError("The password is the name; take another one.")
    return _hasher().hash(_normal(password))


def _normal(text: str) -> str:
    """The same characters, however a keyboard composes them (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", text)


def _generation() -> str:
    return secrets.token_hex(8)


def _as_json(user: User) -> dict[str, str]:
    return {
        "password": user.password,
        "generation": user.generation,
        "added_at": user.added_at.astimezone(UTC).isoformat(),
        "address": user.address,
    }


def _from_json(name: str, values: Mapping[str, Any]) -> User:
    return User(
        name=name,
        password=str(values["password"]),
        generation=str(values["generation"]),
        added_at=datetime.fromisoformat(values["added_at"]),
        address=str(values["address"]),
    )
