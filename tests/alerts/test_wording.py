"""Small words: harmless text, cutting, values and times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.wording import counted, cut, harmless, label, moment_in, plural_of, value, web_address


@given(st.text(alphabet=st.characters(), max_size=300))
def test_harmless_text_is_one_encodable_line(text: str) -> None:
    """Whatever comes in, what goes out is one line that can be encoded; twice harmless is harmless."""
    plain = harmless(text)
    plain.encode()
    assert len(plain.splitlines()) <= 1
    assert harmless(plain) == plain


@given(st.text(max_size=300), st.integers(20, 200))
def test_cut_keeps_to_its_limit(text: str, limit: int) -> None:
    """Never longer than the limit, and untouched where it fits."""
    assert len(cut(text, limit)) <= limit
    if len(text) <= limit:
        assert cut(text, limit) == text


def test_cut_ends_at_a_word() -> None:
    """The cut falls between words and leaves no comma hanging."""
    assert cut("Boulder County, Colorado is new", 18) == "Boulder County…"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (3.5, "3.5"),
        ("2017-03-27", "Monday, March 27, 2017"),
        ("2017-03-27T17:30", "Monday, March 27, 2017, 5:30 PM"),
        ("2017-03-27T00:05:00+00:00", "Monday, March 27, 2017, 12:05 AM UTC"),
        ("2017-13-45", "2017-13-45"),
        ("17-0301", "17-0301"),
        (["one", None, "two"], "one; two"),
        ({"date_enacted": "2017-02-01"}, "Date enacted: Wednesday, February 1, 2017"),
    ],
)
def test_values(fact: Any, expected: str) -> None:
    """Facts are told as a reader writes them; what only looks like a date is left alone."""
    assert value(fact) == expected


def test_counts_and_plurals() -> None:
    """One is singular, thousands have a comma, and record kinds get a plural."""
    assert counted(1, "county", "counties") == "1 county"
    assert counted(1206, "county", "counties") == "1,206 counties"
    assert [plural_of(noun) for noun in ("press release", "policy", "bus", "survey")] == [
        "press releases",
        "policies",
        "buses",
        "surveys",
    ]


def test_labels() -> None:
    """A field's name becomes words."""
    assert label("date_enacted") == "Date enacted"
    assert label("url") == "Address"


def test_times_with_and_without_a_zone() -> None:
    """Winter and summer by the source's clock; UTC alone where that is the clock."""
    winter = datetime(2017, 1, 9, 17, 0, tzinfo=UTC)
    assert moment_in(winter, "America/Denver") == "Monday, January 9, 2017, 10:00 AM MST (17:00 UTC)"
    assert moment_in(winter, "UTC") == "Monday, January 9, 2017, 17:00 UTC"
    assert moment_in(winter, "../../etc/passwd") == "Monday, January 9, 2017, 17:00 UTC"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://www.ice.gov/a?b=c#d", True),
        ("HTTP://www.ice.gov/", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://www.ice.gov/a b", False),
        ("https://trusted.example@evil.example/", False),
        ("//www.ice.gov/", False),
        ("https://", False),
    ],
)
def test_web_addresses(url: str, safe: bool) -> None:
    """Only an http or https address with a host and no user name is fit to be a link."""
    assert web_address(url) == (url if safe else "")
