"""Conditional requests: which validators go out, when they must not, and whether a 304 was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.types import Look
from monitor.url import host_of

if TYPE_CHECKING:
    from scrapy import Request

NOT_MODIFIED = 304

VALIDATORS = ("If-None-Match", "If-Modified-Since")
_PRINTABLE = re.compile(r"[\x20-\x7e\x80-\xff]+")


def usable(validators: Mapping[str, str]) -> dict[str, str]:
    """The validators that may stand in a request: known names, and values that no server could break a header with.

    A value of white space or an empty tag (CivicPlus sends the constant `" "`) names no version and is left out.
    """
    return {
        name: value
        for name, value in validators.items()
        if name in VALIDATORS and _PRINTABLE.fullmatch(value) and value.removeprefix("W/").strip('" ')
    }


def is_conditional(request: Request) -> bool:
    """Whether a 304 would be an answer to this request."""
    return any(name in request.headers for name in VALIDATORS)


def without_validators(request: Request) -> Request:
    """The same request for the whole body. Validators belong to one URL: where a redirect leads, they prove nothing."""
    for name in VALIDATORS:
        request.headers.pop(name, None)
    return request


def unasked_for(page: str, at: datetime, final_url: str, elapsed: timedelta | None) -> Look:
    """The look that a 304 is where no version had been named: no answer."""
    message = f"{host_of(page)} answered 304 to a request that named no version; look again"
    return Look(url=page, at=at, status=None, final_url=final_url, error=message, elapsed=elapsed)
