"""A parameter is written into a stanza as a careful person would: nothing else of the file moves."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from onnotice.editing import with_parameter

SETTINGS = """\
contact = "x@example.org"  # ours

[mail]
folder = "mails"

[[source]]
slug = "plain"
title = "Plain"
url = "https://example.org/plain"

# The budget, since March.
[[source]]
slug = "inline"
title = "Inline"
url = "https://example.org/inline"
parameters = { urls = ["https://example.org/b"], delay = 2.5, follow = true }

[[source]]
slug = "table"
title = "Table [of things]"
url = "https://example.org/table"

[source.parameters]  # cut down
exclude = [
    "#weather",
    "#ads",
]
follow = true

[[source]]
slug = "last"
title = "Last"
url = "https://example.org/last"
# A word at the end."""


@pytest.mark.parametrize("slug", ["plain", "inline", "table", "last"])
@pytest.mark.parametrize("name", ["exclude", "ignore"])
def test_the_parameter_is_written_and_nothing_else(slug: str, name: str) -> None:
    """Read back, the file says what it said and the parameter; comments and the other stanzas are as they were."""
    text = with_parameter(SETTINGS, slug, name, ["#a", "li > .b"])
    wanted = tomllib.loads(SETTINGS)
    (stanza,) = [stanza for stanza in wanted["source"] if stanza["slug"] == slug]
    stanza.setdefault("parameters", {})[name] = ["#a", "li > .b"]
    assert tomllib.loads(text) == wanted
    kept = [line for line in SETTINGS.splitlines() if line not in text.splitlines()]
    assert all(
        "parameters" in line or "exclude" in line or line.strip() in ('"#weather",', '"#ads",', "]") for line in kept
    )
    assert text.count("#") - text.count('"#') == SETTINGS.count("#") - SETTINGS.count('"#')


def test_line_ends_stay() -> None:
    """A file with the line ends of Windows keeps them."""
    text = with_parameter(SETTINGS.replace("\n", "\r\n"), "plain", "ignore", ["Visitors: *"])
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(
    "stanza",
    [
        'source = [{ slug = "odd", title = "Odd", url = "https://example.org/" }]\n',
        '[[source]]\nslug = "odd"\ntitle = """\n[[source]]\n"""\nurl = "https://example.org/"\n',
        '[[source]]\nslug = "odd"\ntitle = "Odd"\nurl = "https://example.org/"\nparameters.follow = true\n',
    ],
)
def test_what_cannot_be_changed_safely_is_left_to_its_writer(stanza: str) -> None:
    """The line to be written by hand is given, and the file stays."""
    with pytest.raises(UsageError, match=r"write ignore = \[\"Visitors: \*\"\] among its parameters by hand"):
        with_parameter(stanza, "odd", "ignore", ["Visitors: *"])


def test_a_stanza_that_is_not_there_is_said() -> None:
    """A source of the catalog has no stanza in the file."""
    with pytest.raises(UsageError, match="no stanza of nobody"):
        with_parameter(SETTINGS, "nobody", "ignore", ["x"])


@given(pattern=st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_pattern_survives_being_written(pattern: str) -> None:
    """Quotes, brackets and line ends in a pattern come back as they were."""
    text = with_parameter(SETTINGS, "table", "exclude", [pattern])
    (stanza,) = [stanza for stanza in tomllib.loads(text)["source"] if stanza["slug"] == "table"]
    assert stanza["parameters"] == {"exclude": [pattern], "follow": True}
