"""Figures for Prometheus: served to this machine while the daemon runs, or written for node_exporter's collector."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, start_http_server, write_to_textfile

from monitor.errors import ConfigurationError
from monitor.types import AlertState, Health, VerdictKind
from onnotice.backup import last_backup
from onnotice.logs import SERVICE
from onnotice.room import free_in

if TYPE_CHECKING:
    from threading import Thread
    from wsgiref.simple_server import WSGIServer

    from onnotice.session import Session
    from storage.rows import SourceStatus

_logger = logging.getLogger(SERVICE)

MOST_SOURCES = 200
"""Series by source: more would weigh on whoever stores them. Of more sources those unseen for the longest have one."""


class Metrics:
    """The figures as they stood when they were last taken. The archive is asked in `take` alone, by its own thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._server: WSGIServer | None = None
        self._thread: Thread | None = None
        self._sources = self._gauge("sources", "Sources that are watched, by health.", "health")
        self._seen = self._gauge(
            "source_last_seen_timestamp_seconds", "When a source was last seen; those unseen for the longest.", "source"
        )
        self._lag = self._gauge("schedule_lag_seconds", "How long the source that is due for the longest has been due.")
        self._looks = self._gauge("looks_last_day", "Looks of the last 24 hours, by verdict.", "verdict")
        self._changes = self._gauge("changes_last_day", "Changes of the last 24 hours.")
        self._alerts = self._gauge("alerts", "Alerts that are not sent, by state.", "state")
        self._waiting = self._gauge("mail_waiting_seconds", "How long the oldest mail waits that was not taken.")
        self._size = self._gauge("archive_bytes", "Size of the archive's files.")
        self._free = self._gauge("disk_free_bytes", "Free on the archive's disk.")
        self._backup = self._gauge("last_backup_timestamp_seconds", "When the home was last backed up; 0 for never.")
        self._taken = self._gauge("taken_timestamp_seconds", "When these figures were taken.")

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"onnotice_{name}", meaning, labels, registry=self.registry)

    def take(self, opened: Session, now: datetime) -> None:
        """Take every figure anew."""
        archive = opened.archive
        statuses = [status for status in archive.sources() if status.active]
        health = Counter(status.health for status in statuses)
        figures, waiting = archive.figures(now), archive.backlog(now)
        for one in Health:
            self._sources.labels(one.value).set(health[one])
        for verdict in VerdictKind:
            self._looks.labels(verdict.value).set(figures.looks.get(verdict.value, 0))
        for state in AlertState:
            if state is not AlertState.SENT:
                self._alerts.labels(state.value).set(figures.unsent.get(state.value, 0))
        self._seen.clear()
        for status in _longest_unseen(statuses):
            seen = status.last_success_at
            self._seen.labels(status.source.slug).set(seen.timestamp() if seen else 0)
        due = [status.next_due_at for status in statuses if status.next_due_at and status.next_due_at < now]
        self._lag.set((now - min(due)).total_seconds() if due else 0)
        self._changes.set(figures.changes)
        self._waiting.set((now - waiting.since).total_seconds() if waiting.since else 0)
        self._size.set(_size_of(opened.home.archive))
        self._free.set(free_in(opened.home.folder))
        last = last_backup(opened.home)
        self._backup.set(last.at.timestamp() if last else 0)
        self._taken.set(now.timestamp())

    def write(self, path: Path) -> None:
        """Write them whole, for the textfile collector. A folder that cannot be written to stops nothing."""
        try:
            write_to_textfile(str(path), self.registry)
        except OSError as error:
            _logger.warning("The figures cannot be written to %s (%s); make room or correct its name.", path, error)

    def serve(self, port: int) -> int:
        """Serve them at /metrics, to this machine alone, in a thread; returns the port. Raises ConfigurationError when
        the port is taken."""
        try:
            self._server, self._thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        except OSError as error:
            raise ConfigurationError(
                f"Figures cannot be served on port {port} ({error.strerror}); choose another one under [metrics]."
            ) from None
        return int(self._server.server_port)

    def close(self) -> None:
        """Serve them no more."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


def write_once(opened: Session, path: Path) -> None:
    """Take the figures and write them: the end of a poll of cron's."""
    metrics = Metrics()
    metrics.take(opened, opened.clock())
    metrics.write(path)


def _longest_unseen(statuses: Sequence[SourceStatus]) -> list[SourceStatus]:
    def unseen(status: SourceStatus) -> tuple[bool, float]:
        seen = status.last_success_at
        return seen is not None, seen.timestamp() if seen else 0.0

    return sorted(statuses, key=unseen)[:MOST_SOURCES]


def _size_of(archive: Path) -> int:
    files = (archive, archive.with_name(f"{archive.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
