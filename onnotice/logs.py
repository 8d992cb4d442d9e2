"""What the program says of itself while it works: lines for people or JSON for machines, and no secret in either."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from alerts.wording import harmless

if TYPE_CHECKING:
    from onnotice.config import Settings

SERVICE = "onnotice.service"
"""The logger of the daemon's own account of what it does: heard whatever `log_level` says."""
_FIELDS = ("source", "run", "poll", "health")
"""What a line is about, where it is about something; JSON lines carry them."""
_SHORTEST_SECRET = 6

_about: ContextVar[dict[str, object]] = ContextVar("about", default={})  # noqa: B039 - replaced, never changed


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Lines that are logged meanwhile, in this task and those that it starts, are about these: source, run, poll."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def set_up(settings: Settings) -> None:
    """Log as the settings say, to standard error; the daemon's account goes to standard output.

    Passwords and whatever else is secret in the settings or the environment stand in no line.
    """
    secrets = tuple(_secrets(settings))
    root, service = logging.getLogger(), logging.getLogger(SERVICE)
    # A program that this one is part of has its own.
    if all(isinstance(handler.formatter, _Discreet) for handler in root.handlers):
        root.handlers[:] = [_handler(sys.stderr, settings.log_format, secrets)]
        root.setLevel(settings.log_level)
    service.handlers[:] = [_handler(sys.stdout, settings.log_format, secrets)]
    service.setLevel(logging.INFO)
    service.propagate = False


def _handler(stream: TextIO, form: str, secrets: Iterable[str]) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Discreet(_as_json() if form == "json" else _ForPeople(), secrets))
    handler.addFilter(_note_what_it_is_about)
    return handler


def _note_what_it_is_about(record: logging.LogRecord) -> bool:
    for name, value in _about.get().items():
        if not hasattr(record, name):
            setattr(record, name, value)
    return True


def _as_json() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class Lines(JsonFormatter):
        """Time, level, logger and message, and what the line is about."""

        def add_fields(
            self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
        ) -> None:
            super().add_fields(log_data, record, message_dict)
            log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    return Lines("%(levelname)s %(name)s %(message)s", rename_fields={"levelname": "level", "name": "logger"})


class _ForPeople(logging.Formatter):
    """One sentence a line, with the time; who says it where that is not the daemon."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        who = "" if record.name == SERVICE else f"{record.levelname} {record.name}: "
        text = f"{when} {who}{harmless(record.getMessage())}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class _Discreet(logging.Formatter):
    """Another formatter's line, with every secret blacked out."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        # As they are, and as they stand in JSON.
        forms = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1])}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "…")
        return line


def _secrets(settings: Settings) -> Iterator[str]:
    """What must stand in no line: passwords, and addresses that are as good as one, with the parts that make them so.

    A word that is shorter than six letters is no password worth the name, and would black out half of every line.
    """
    found = {os.environ.get(settings.mail.password_env, ""), os.environ.get("ONNOTICE_SECRET", "")}
    recipients = [recipient for subscription in settings.subscription for recipient in subscription.recipients]
    for address in (settings.heartbeat_url(), *recipients):
        scheme, apart, rest = address.partition("://")
        if apart:
            # Apprise takes an address apart before it uses it: a token may stand where a host would.
            said = rest.partition("/")[2] if scheme in ("http", "https") else rest
            found |= {address, *re.split(r"[/:@?&=]", said)}
    return (text for text in found if len(text) >= _SHORTEST_SECRET)
