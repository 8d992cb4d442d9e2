"""What a form has to work with: who sent it, from where, and what they filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

from onnotice.web.access import Person
from onnotice.web.answers import Answer, NotUnderstood
from onnotice.web.asking import Asked
from onnotice.web.site import Site
from storage import Archive

_MOST_FIELDS = 1_000
_LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Fields:
    """What was filled in; a name may have several values."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Raises NotUnderstood for what is no form of ours."""
        try:
            return cls(parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise NotUnderstood(
                "What was sent is no form of ours; go back, reload the page and send it again."
            ) from None

    def text(self, name: str) -> str:
        """One value without the spaces around it; empty where none is given. Raises NotUnderstood for a huge one."""
        return self.raw(name).replace("\x00", " ").strip()

    def raw(self, name: str) -> str:
        """One value to the letter, as a password wants it. Raises NotUnderstood for a huge one."""
        value = (self.values.get(name) or [""])[-1]
        if len(value) > _LONGEST_TEXT:
            raise NotUnderstood(f"“{name}” is longer than anything that can be meant; shorten it.")
        return value

    def lines(self, name: str) -> list[str]:
        """The lines of one value that are not empty."""
        return [line.strip() for line in self.text(name).splitlines() if line.strip()]

    def all(self, name: str) -> list[str]:
        """Every value that is not empty: of a row of boxes, those that are ticked."""
        return [value for value in self.values.get(name, ()) if value]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at a form, to see it or to send it."""

    site: Site
    asked: Asked
    person: Person | None
    network: str
    """Where they come from, as it is counted; see `attempts`."""
    token: Callable[[], str]
    """What a form of ours carries, so that it can be told from another site's. Calling it may set a cookie."""
    headers: Mapping[str, str]
    """Of the request, by lower-case name."""
    fields: Fields = Fields()

    @property
    def signed_in(self) -> Person:
        """For addresses that the gate opens to nobody else."""
        assert self.person is not None
        return self.person


Desk = Callable[[Archive, Caller], Answer]


@dataclass(frozen=True, slots=True)
class Form:
    """An address at which something can be done: what it shows, and what is done when a form is sent to it."""

    pattern: str
    shown: Desk | None
    sent: Desk | None
