"""What `init` and `add` write."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from onnotice.config import settings_from
from onnotice.stanzas import page_stanza, page_stanzas, parsed_with, starting_settings, write_whole


def test_the_starting_settings_can_be_used() -> None:
    """As they are written, with the shipped sources or without."""
    shipped = settings_from(parsed_with(starting_settings(shipped_too=True)), "x")
    assert "denver_council" in shipped.watch
    assert [source.slug for source in shipped.sources("x")] == shipped.watch
    assert settings_from(parsed_with(starting_settings(shipped_too=False)), "x").sources("x") == ()


@given(title=st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_title_survives_being_written(title: str) -> None:
    """Quotes, backslashes, line ends, control characters and emoji come back as they were."""
    stanza = page_stanza("https://example.org/a", title=title)
    assert tomllib.loads(stanza.text)["source"][0]["title"] == title


def test_an_address_is_written_in_its_one_spelling() -> None:
    """So that the same page is not watched twice under two of them."""
    stanza = page_stanza("HTTPS://Example.ORG:443/a?utm_source=x#top", cadence="15m")
    assert stanza.url == "https://example.org/a"
    (source,) = settings_from(parsed_with(stanza.text), "x").sources("x")
    assert (source.slug, source.url, source.cadence.total_seconds()) == (stanza.slug, stanza.url, 900)


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://example.org/", "https://", "http://[::1", "https://a b.org/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """With a sentence, before anything is written."""
    with pytest.raises(UsageError, match="is no address"):
        page_stanza(url)


def test_an_address_without_latin_letters_has_a_usable_name() -> None:
    """The name is made of its digest then."""
    stanza = page_stanza("https://例え/")
    assert settings_from(parsed_with(stanza.text), "x").sources("x")[0].slug == stanza.slug


def test_a_list_of_addresses_is_read_with_its_comments_and_repeats() -> None:
    """Blank lines, comments and second mentions are passed over; the first bad line is named."""
    text = page_stanzas(
        ["# councils", "", "https://example.org/a ", "https://example.org/a#top", "https://example.org/b"]
    )
    assert [one["url"] for one in tomllib.loads(text)["source"]] == ["https://example.org/a", "https://example.org/b"]
    with pytest.raises(UsageError, match=r"^Line 2: 'b' is no address"):
        page_stanzas(["https://example.org/a", "b"])
    with pytest.raises(UsageError, match="names no address; write one URL a line"):
        page_stanzas(["# nothing"])


def test_writing_keeps_the_rights_and_the_link(tmp_path: Path) -> None:
    """A file that only its owner may read stays so, and a link to a file in another folder stays a link."""
    kept = tmp_path / "repository" / "real.toml"
    kept.parent.mkdir()
    kept.write_text("old")
    kept.chmod(0o600)
    link = tmp_path / "onnotice.toml"
    link.symlink_to(kept)
    write_whole(link, "new\r\n")
    assert link.is_symlink()
    assert kept.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir(kept.parent) == ["real.toml"]  # noqa: PTH208 - names are what matters
