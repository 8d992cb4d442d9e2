"""Arrays in JSON answers of any site."""

from __future__ import annotations

import json

import pytest

from monitor.errors import ExtractionError
from monitor.types import ScopeKind, Source
from scrapers.extraction import find

MEMBERS = {"path": "groups[].members", "key": ["id"], "title": "name", "place": "address.city", "state": "Colorado"}


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """Members of all groups, fields within fields, a number beyond all numbers as printed, a repeated id."""
    reads_as_expected("json_records", "facilities.json", **MEMBERS, ignore=["stamp"], link="page")


@pytest.mark.parametrize(
    ("answer", "said", "says"),
    [
        ({"a": 1}, {"path": "items", "key": ["id"]}, "no “items” of the path items; found a"),
        ({"items": {"a": 1}}, {"path": "items", "key": ["id"]}, "no array at “items”"),
        ({"items": []}, {"path": "items", "key": ["id"]}, "no rows"),
        ({"items": [1, {"id": 2}]}, {"path": "items", "key": ["id"]}, "1 of 2 entries"),
        ([{"name": "a"}], {"key": ["id"]}, "Record 1 has no id; found name"),
        ([{"id": 1}], {}, "add key"),
    ],
)
def test_what_is_not_there_is_said(answer, said, says, chosen) -> None:
    """With what there is, so that the stanza can be corrected."""
    with pytest.raises(ExtractionError, match=says):
        chosen("json_records", json.dumps(answer), **said)


@pytest.mark.parametrize("body", [b"[" * 200_000, b"{", b"<html>", b'{"a":' * 5_000 + b"1" + b"}" * 5_000])
def test_hostile_answers_are_refused(body, chosen) -> None:
    """Deep nesting, a cut-off answer, a page: one sentence each."""
    with pytest.raises(ExtractionError):
        chosen("json_records", body, path="a", key=["id"])


def test_deep_fields_are_cut(chosen) -> None:
    """A field nested five hundred deep is kept as far as anybody reads."""
    deep = '{"id": 1, "tree": ' + '{"a":' * 500 + "1" + "}" * 500 + "}"
    (found,) = chosen("json_records", f"[{deep}]", key=["id"]).record_sets
    assert len(json.dumps(found.records[0].facts)) < 200


def test_only_what_is_to_be_compared_is(chosen) -> None:
    """Everything else is kept as extras."""
    (found,) = chosen("json_records", '[{"id": 1, "name": "a", "beds": 3}]', key=["id"], compare=["name"]).record_sets
    assert (found.records[0].facts, found.records[0].extras) == ({"id": 1, "name": "a"}, {"beds": 3})


def test_an_answer_in_pages_is_never_whole(chosen) -> None:
    """Its next page is linked, on its own address alone, and read alike; absence from one page means nothing."""
    said = {"path": "groups[].members", "key": ["id"], "next": "meta.next"}
    answer = {"meta": {"next": "/page?page=2"}, "groups": [{"members": [{"id": 1}]}]}
    extraction = chosen("json_records", json.dumps(answer), **said)
    assert [(link.url, link.role) for link in extraction.links] == [("https://city.example/page?page=2", "next")]
    assert extraction.record_sets[0].scope.kind is ScopeKind.NONE
    answer["meta"]["next"] = "https://elsewhere.example/page?page=2"
    assert chosen("json_records", json.dumps(answer), **said).links == ()
    source = Source("one", "One", "https://city.example/page", parameters={"extract": "json", **said})
    assert find(source, "https://city.example/page?page=2").NAME == "json"
    assert find(source, "https://city.example/other").NAME == "page"
