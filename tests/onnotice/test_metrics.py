"""Figures for Prometheus: true, few, and stopping nothing."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.errors import ConfigurationError
from monitor.types import Source
from onnotice.config import settings_from
from onnotice.home import Home
from onnotice.metrics import MOST_SOURCES, Metrics
from onnotice.session import Session
from storage import Archive

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def figures(text: str) -> dict[tuple[str, str], float]:
    """By name and label."""
    return {
        (sample.name.removeprefix("onnotice_"), next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_poll_of_cron_writes_them(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """Sources by health, when each was seen, looks by verdict, changes, mails that wait, the archive's size."""
    home.settings.write_text(home.settings.read_text() + '[metrics]\nfile = "onnotice.prom"\n')
    site.says("/budget", "no", status=500)
    before = datetime.now(UTC).timestamp()
    at_home("poll", "--due")
    found = figures((home.folder / "onnotice.prom").read_text())
    assert (found["sources", "seen"], found["sources", "unreachable"], found["sources", "blocked"]) == (1, 1, 0)
    assert found["source_last_seen_timestamp_seconds", "council"] >= before
    assert found["source_last_seen_timestamp_seconds", "budget"] == 0
    assert (found["looks_last_day", "credible"], found["looks_last_day", "unreachable"]) == (1, 1)
    assert (found["changes_last_day", ""], found["alerts", "pending"], found["mail_waiting_seconds", ""]) == (0, 0, 0)
    assert found["schedule_lag_seconds", ""] == 0
    assert found["archive_bytes", ""] > 50_000
    assert found["disk_free_bytes", ""] > 0
    assert found["last_backup_timestamp_seconds", ""] == 0
    at_home("backup", "away")
    at_home("poll", "--due")
    assert figures((home.folder / "onnotice.prom").read_text())["last_backup_timestamp_seconds", ""] >= int(before)


def opened(archive: Archive, folder: Path) -> Session:
    return Session(Home(folder), settings_from({}, "x"), (), archive, lambda: NOW)


def test_many_sources_are_few_series(tmp_path: Path) -> None:
    """Those unseen for the longest have one, the others are counted; what is dropped leaves none behind."""
    metrics = Metrics()
    with Archive.in_memory() as archive:
        sources = [Source(slug=f"s{number}", title="s", url=f"https://s{number}.example/") for number in range(500)]
        for source in sources:
            archive.keep_source(source, NOW)
        metrics.take(opened(archive, tmp_path), NOW)
        for source in sources[:400]:
            archive.drop_source(source.slug, NOW)
        series = [name for name, _ in _written(metrics, tmp_path)]
        assert series.count("source_last_seen_timestamp_seconds") == MOST_SOURCES
        metrics.take(opened(archive, tmp_path), NOW + timedelta(minutes=1))
        series = [name for name, _ in _written(metrics, tmp_path)]
        assert series.count("source_last_seen_timestamp_seconds") == 100


def _written(metrics: Metrics, folder: Path) -> dict[tuple[str, str], float]:
    metrics.write(folder / "figures.prom")
    return figures((folder / "figures.prom").read_text())


def test_they_are_served_to_this_machine_alone(tmp_path: Path) -> None:
    """On the port of the settings; a port that is taken is one sentence, a folder that is not there stops nothing."""
    metrics = Metrics()
    with Archive.in_memory() as archive:
        metrics.take(opened(archive, tmp_path), NOW)
    port = metrics.serve(0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert figures(answer.read().decode())["taken_timestamp_seconds", ""] == NOW.timestamp()
    with pytest.raises(ConfigurationError, match=f"port {port} .*choose another one"):
        metrics.serve(port)
    metrics.write(tmp_path / "nowhere" / "figures.prom")
    metrics.close()
