"""What a stanza may say of a list, whatever its format: what is listed, and what each column is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from scrapers.parameters import PageParameters

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A record kind in the style of ours: lower case, with underlines."""


class RowsParameters(PageParameters):
    """Of a list in rows. Columns are named as they are printed, in whatever case."""

    kind: Kind = "row"
    """What a row is, in one word with underlines: "policy", "detention_facility"."""
    noun: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] = ("row", "rows")
    """What a reader counts, one and many: ["policy", "policies"]."""
    key: tuple[Name, ...] = ()
    """Columns that together name a row and stay when all else is edited; without them the first column does."""
    title: Name = ""
    """The column that says what a row is called; without it the key does."""
    member: Name = ""
    """The column of names that may be corrected: a name that is spelled anew is then told as that, not as two rows."""
    place: Name = ""
    """The column of the jurisdiction, for subscriptions."""
    state: str = ""
    """The state that is put after each place: "Colorado"."""
    ignore: tuple[Name, ...] = ()
    """Columns that are kept and never compared: stamps, counters."""
    complete: bool = True
    """Whether the list is whole: a row that is no longer there is then told. Of the newest few, say false."""
