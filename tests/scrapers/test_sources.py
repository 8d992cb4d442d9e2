"""Stanzas become sources, and every mistake in one becomes a sentence."""

from datetime import timedelta

import pytest

from monitor.errors import ConfigurationError
from scrapers.sources import duration, never_seen, shipped, source_from_stanza, sources_in, watched_from_the_start

STANZA = {"slug": "denver_council", "title": "City Council", "url": "https://webapi.legistar.com/v1/denver"}


def test_a_stanza_becomes_a_source() -> None:
    """Every key arrives, durations as durations."""
    source = source_from_stanza(
        {**STANZA, "spider": "legistar_api", "publisher": "City and County", "jurisdiction": "Denver, Colorado",
         "timezone": "America/Denver", "cadence": "15m", "full_look_every": "2d", "validators_lie": True,
         "parameters": {"client": "denver", "delay": 2}},
        "onnotice.toml",
    )  # fmt: skip
    assert source.slug == "denver_council"
    assert source.spider == "legistar_api"
    assert source.timezone == "America/Denver"
    assert (source.cadence, source.full_look_every) == (timedelta(minutes=15), timedelta(days=2))
    assert source.validators_lie is True
    assert source.parameters == {"client": "denver", "delay": 2}


def test_three_keys_are_enough() -> None:
    """A page watch with sensible defaults."""
    source = source_from_stanza(STANZA, "onnotice.toml")
    assert (source.spider, source.cadence, source.timezone) == ("page", timedelta(hours=1), "UTC")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "Denver Council"}, '"slug" may hold lower-case letters'),
        ({"slug": ""}, '"slug" may hold'),
        ({"title": ""}, '"title"'),
        ({"url": "denvergov.org"}, '"url" is no http or https address; write it in full'),
        ({"url": "ftp://denvergov.org/"}, '"url" is no http or https address'),
        ({"url": "https://a b.example/"}, '"url" is no http or https address'),
        ({"url": "https://user:word@a.example/"}, '"url" carries a user name'),
        ({"timezone": "Mountain"}, '"timezone" is no IANA time zone'),
        ({"timezone": "../etc/passwd"}, '"timezone" is no IANA time zone'),
        ({"cadence": "hourly"}, '"cadence" is not a duration'),
        ({"cadence": 60}, '"cadence" is not a duration'),
        ({"cadence": "0m"}, '"cadence" is not a duration'),
        ({"cadence": "1s"}, '"cadence" is too short'),
        ({"client": "denver"}, '"client" is no key of a source'),
        ({"validators_lie": "yes"}, '"validators_lie"'),
        ({"parameters": {"delay": "slow"}}, '"parameters" holds a "delay"'),
        ({"parameters": {"urls": "https://a.example"}}, '"parameters" holds "urls"'),
        ({"parameters": {"urls": ["a.example"]}}, '"parameters" is no http or https address'),
        ({"url": None}, '"url"'),
    ],
)
def test_a_mistake_is_one_sentence_that_names_its_place(changes, words) -> None:
    """File, stanza, key, and what to do."""
    with pytest.raises(ConfigurationError) as caught:
        source_from_stanza({**STANZA, **changes}, "onnotice.toml, source 2")
    message = str(caught.value)
    assert message.startswith("onnotice.toml, source 2")
    assert words in message
    assert "\n" not in message


def test_a_missing_key_is_named() -> None:
    """So that nobody searches for it."""
    with pytest.raises(ConfigurationError, match=r'onnotice.toml \("a"\): "title" is missing; add it'):
        source_from_stanza({"slug": "a", "url": "https://a.example/"}, "onnotice.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", timedelta(seconds=90)), ("15m", timedelta(minutes=15)), ("1h", timedelta(hours=1)),
     ("1d", timedelta(days=1)), ("2w", timedelta(days=14))],
)  # fmt: skip
def test_durations_are_written_as_people_do(text, expected) -> None:
    """A number and a unit."""
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "h", "1", "1.5h", "-1h", "1 h", "1h30m", "9999999d", "1y"])
def test_other_durations_are_refused(text) -> None:
    """No guessing."""
    with pytest.raises(ValueError, match="is not a duration"):
        duration(text)


def test_a_file_of_sources_is_read_in_order() -> None:
    """The array of tables of a catalog, or of a user's file."""
    text = '[[source]]\nslug="b"\ntitle="B"\nurl="https://b.example/"\n[source.parameters]\nfollow=true\n' \
           '[[source]]\nslug="a"\ntitle="A"\nurl="https://a.example/"\n'  # fmt: skip
    first, second = sources_in(text, "x.toml")
    assert (first.slug, first.parameters, second.slug) == ("b", {"follow": True}, "a")


@pytest.mark.parametrize(
    ("text", "words"),
    [("[[source]", "x.toml is not valid TOML"), ('[source]\nslug="a"', "two brackets"), ("source = 3", "two brackets"),
     ('[[source]]\nslug="a"', r'x.toml, source 1 \("a"\)')],
)  # fmt: skip
def test_a_broken_file_is_one_sentence(text, words) -> None:
    """Broken TOML and single brackets included."""
    with pytest.raises(ConfigurationError, match=words):
        sources_in(text, "x.toml")


def test_shipped_sources_can_all_be_used() -> None:
    """Every catalog file is valid, every spider that it names exists."""
    from scrapy.settings import Settings
    from scrapy.spiderloader import SpiderLoader

    from scrapers import settings as project

    settings = Settings()
    settings.setmodule(project)
    spiders = set(SpiderLoader.from_settings(settings).list())
    for slug, source in shipped().items():
        assert slug == source.slug
        assert source.spider in spiders


def test_a_new_home_watches_the_mission_and_not_the_examples() -> None:
    """Councils of other states, and pages that stand behind a bot wall, are watched where somebody names them."""
    at_first = watched_from_the_start()
    assert {"denver_council", "boulder_council", "aurora_council", "doj_sanctuary_list", "ice_newsroom"} <= set(
        at_first
    )
    assert not {"los_angeles_council", "new_york_city_council", "doj_release_pages"} & set(at_first)
    assert set(at_first) < set(shipped())


@pytest.mark.parametrize("word", ["opt_in", "never_seen"])
def test_some_words_are_the_catalog_s_alone(word: str) -> None:
    """In a home's own file they say nothing, so they are refused there like any other unknown key."""
    with pytest.raises(ConfigurationError, match=f'"{word}" is no key of a source'):
        sources_in(f'[[source]]\nslug = "a"\ntitle = "A"\nurl = "https://a.example/"\n{word} = true\n', "x")


def test_what_nobody_has_seen_is_named() -> None:
    """An address by hearsay is shipped as such, so that the reference can say so."""
    assert set(never_seen()) <= set(shipped())
    assert {"denver_sheriff", "arapahoe_sheriff"} <= set(never_seen())
    assert "jefferson_sheriff" not in never_seen()
