"""Permanent addresses: a slug stays one segment of the path, and nothing is linked where nothing is served."""

from datetime import datetime, timedelta, timezone

from monitor import permalinks


def test_a_name_from_outside_stays_one_segment() -> None:
    """A slash, a question mark or a dot-dot in a name leads nowhere else."""
    assert permalinks.source("../admin?x=1") == "/source/..%2Fadmin%3Fx%3D1"
    assert permalinks.record_list("a/b", "c#d") == "/list/a%2Fb/c%23d"
    assert permalinks.feed(words="not & here") == "/feeds/search.atom?q=not+%26+here"


def test_a_list_is_cited_in_universal_time() -> None:
    """The moment in a list's address is the same whoever cites it, wherever they live."""
    noon_in_denver = datetime(2017, 3, 27, 12, tzinfo=timezone(timedelta(hours=-6)))
    assert permalinks.record_list("ice", "jurisdiction", noon_in_denver).endswith("?at=2017-03-27T18%3A00%3A00Z")


def test_nothing_is_linked_where_nothing_is_served() -> None:
    """Without an address there is no link; with one, exactly one slash stands between it and the path."""
    assert permalinks.absolute("", permalinks.change(1)) == ""
    assert (
        permalinks.absolute("https://watch.example.org/", permalinks.change(1)) == "https://watch.example.org/change/1"
    )
