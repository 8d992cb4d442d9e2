"""Does pure work beside the event loop when there is much of it, so that other pages are fetched meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

AT_ONCE = 100_000
"""Bytes of a body: reading and comparing that many takes some ten milliseconds, of a hard one a few hundred."""

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


async def beside(size: int, work: Callable[_Asked, _Answer], *asked: _Asked.args, **named: _Asked.kwargs) -> _Answer:
    """What the work returns or raises. About a body of more than `AT_ONCE` bytes it is done in a thread, which takes
    turns with the event loop every few milliseconds; it must touch nothing that others write."""
    if size <= AT_ONCE:
        return work(*asked, **named)
    return await asyncio.to_thread(work, *asked, **named)
