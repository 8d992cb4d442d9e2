"""The ratchet: no change to a rule makes the judgement worse on any class, on either part, in either mode."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import run
import thousand
from corpus.build import ALL, generated
from corpus.case import Label
from corpus.handmade import handmade
from corpus.measure import MODES, counted


def test_the_ratchet() -> None:
    """Each class of page, change, noise and bad capture is judged at least as well as it was, and so it is published.

    One test, since workers share nothing and the measurement takes half a minute.
    """
    cases = run.corpus()
    found = run.measured(cases)
    assert run.below(run.kept()["floors"], run.figures_of(found)) == []
    assert run.PAGE.read_text(encoding="utf-8") == run.published(run.table(found["held-out"]))
    for part in run.PARTS:
        live = counted(found[part]["live"])
        assert live.recall is not None
        assert live.precision is not None
        assert min(live.recall, live.precision) >= 0.98
        for mode in MODES:
            assert [str(one) for one in found[part][mode] if one.label is Label.BAD and one.changes] == []
        labels = [step.label for case in cases if case.part == part for step in case.steps]
        assert len(labels) >= 400
        assert labels.count(Label.NEWS) >= 200
        assert labels.count(Label.NOISE) >= 300
        assert labels.count(Label.BAD) >= 50


def test_the_floors_are_those_of_this_corpus() -> None:
    """A case that was added or altered has been measured: `python tests/quality/run.py --raise`."""
    assert run.kept()["corpus"] == run.corpus_digest()


def test_the_corpus_is_the_same_each_time() -> None:
    """Generated cases come from seeds: the same captures, byte for byte."""
    assert list(generated(ALL[-1])) == list(generated(ALL[-1]))


@pytest.mark.parametrize("edited", [False, True])
def test_noise_alone_tells_nothing_and_every_edit_is_told(edited: bool) -> None:
    """Sixty of the thousand pages, ten polls each."""
    found = list(thousand.told(60, timedelta(hours=1), edited=edited))
    news = [one for one in found if one.label is Label.NEWS]
    assert len(found) == 600
    assert [str(one) for one in news if not one.shown] == []
    assert len(news) == (60 if edited else 0)
    assert [str(one) for one in found if one.label is Label.NOISE and one.changes] == []


def test_a_floor_that_is_broken_is_named() -> None:
    """A figure below its floor and one that is gone are both said, with the class."""
    floors = {"held-out": {"live": {"all": {"recall": 0.99, "precision": 1.0}, "page: agenda": {"recall": 1.0}}}}
    now = {"held-out": {"live": {"all": {"recall": 0.98, "precision": 1.0}}}}
    assert run.below(floors, now) == [
        "held-out, live, all: recall is 0.98, and its floor is 0.99",
        "held-out, live, page: agenda: recall is None, and its floor is 1.0",
    ]


def test_floors_are_lowered_only_with_a_reason() -> None:
    """Every lowering that was kept says why."""
    assert all(lowered["reason"].strip() for lowered in json.loads(run.FLOORS.read_text(encoding="utf-8"))["lowered"])


def test_a_dropped_folder_is_a_case(tmp_path: Path) -> None:
    """Captures in the order of their numbers, labelled by their names, with what was said seconds later."""
    folder = tmp_path / "development" / "agenda" / "one"
    folder.mkdir(parents=True)
    for name in ("10 news.html", "1 first.html", "2 noise.html", "2 noise.again.html"):
        (folder / name).write_text(name)
    (case,) = handmade(tmp_path)
    assert (case.part, case.name, case.first.body) == ("development", "development/agenda/one", b"1 first.html")
    assert [(step.label, step.capture.body) for step in case.steps] == [
        (Label.NOISE, b"2 noise.html"),
        (Label.NEWS, b"10 news.html"),
    ]
    assert case.steps[0].second is not None
    assert case.steps[0].second.body == b"2 noise.again.html"
    (folder / "3 perhaps.html").write_text("")
    with pytest.raises(ValueError, match="none of first, news"):
        list(handmade(tmp_path))
