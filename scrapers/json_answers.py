"""JSON as a platform answers it: decoded, without what no file can hold, or a sentence that says why not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from monitor.encoding import decode, without_lone_surrogates
from monitor.errors import ExtractionError


def json_of(body: bytes | str, url: str, *, parse_float: Callable[[str], Any] | None = None) -> Any:
    """The answer's value. Raises ExtractionError for anything but JSON, and for JSON that nests beyond reading.

    Half a character becomes U+FFFD, and what is no number (NaN) null.
    """
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
    text = decode(without_lone_surrogates(body))
    try:
        return json.loads(text, parse_float=parse_float or _finite, parse_constant=lambda _: None)
    except RecursionError:
        raise ExtractionError(f"{url} answered what is not JSON to be read, nested too deeply; look at it.") from None
    except ValueError as error:
        raise ExtractionError(f"{url} answered something that is not JSON ({error}); look at the body.") from None


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none of anything else."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def whole_number(value: Any) -> int:
    """A positive whole number, also where it comes as text; 0 where there is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**18 else 0


def _finite(printed: str) -> float | str:
    """A number, or its digits where it is beyond all numbers: no file can hold an infinity."""
    value = float(printed)
    return value if math.isfinite(value) else printed
