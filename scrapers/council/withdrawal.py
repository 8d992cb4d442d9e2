"""What it means that a page which lists meetings is not there: that page is gone, and none of its meetings."""

from __future__ import annotations

from monitor.types import Extraction, Look, Source


def cancels_nothing(look: Look, source: Source) -> Extraction | None:
    """An extractor's `absence`, for a page that cannot be had. It takes none of its meetings along: they stand on
    other pages of the platform too, and would be told as back when the next of those is read."""
    del look, source
    return None
