"""Runs every fault in full and prints a line for each, with its counts: `python tests/faults/run.py [WORD ...]`.

Words choose the faults whose names hold one of them. A fault is a test, or several, and what must hold is said in its
docstring; `make test` runs the quick part of each. Exits with 1 when one does not hold.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FAULTS: Mapping[str, Sequence[str]] = {
    "a connection fails at any step": ["tests/faults/transport/test_transport.py"],
    "a server drips, floods or unpacks without end": [
        "tests/scrapers/test_handler.py::test_a_slow_drip_times_out",
        "tests/scrapers/test_handler.py::test_many_slow_servers_hold_up_nobody",
        "tests/scrapers/test_handler.py::test_an_endless_body_is_cut",
        "tests/scrapers/test_handler.py::test_a_compression_bomb_is_refused",
    ],
    "a mail server refuses, stalls, dies after DATA": [
        "tests/faults/test_mail_server.py",
        "tests/alerts/test_outbox.py::test_a_crash_after_250_repeats_under_the_same_message_id",
    ],
    "the process is killed at any instant": [
        "tests/journey/test_crash.py",
        "tests/storage/test_crash.py::test_a_killed_writer_leaves_whole_looks",
        "tests/alerts/test_killed.py::test_killed_at_any_instant_nothing_is_lost_or_doubled",
    ],
    "another program holds the database": ["tests/faults/test_machine.py::test_a_locked_database"],
    "the file system is read-only": ["tests/faults/test_machine.py::test_a_read_only_file_system"],
    "the folder belongs to somebody else": ["tests/faults/test_machine.py::test_a_folder_without_rights"],
    "pages of the database are damaged": [
        "tests/faults/test_machine.py::test_damaged_pages_of_the_database",
        "tests/storage/test_verifying.py::test_damage_to_the_file_is_found_or_changes_nothing",
    ],
    "a body is damaged": [
        "tests/storage/test_bodies.py::test_a_flipped_bit_is_found",
        "tests/storage/test_bodies.py::test_damage_in_the_middle_of_the_data_is_evidence_damaged",
        "tests/storage/test_bodies.py::test_damaged_evidence_keeps_no_new_evidence_out",
    ],
    "the clock is set back": [
        "tests/faults/test_machine.py::test_a_clock_set_back",
        "tests/onnotice/test_clock.py",
        "tests/onnotice/test_rounds.py::test_beats_go_on_when_the_clock_is_set_back",
    ],
    "a spider never ends": [
        "tests/onnotice/test_rounds.py::test_a_poll_that_hangs_is_given_up_and_counts_as_a_failure",
        "tests/onnotice/test_rounds.py::test_a_host_that_hangs_holds_up_neither_polls_nor_mails",
        "tests/onnotice/test_watchdog.py::test_code_that_never_returns_ends_the_process",
    ],
    "a spider raises": [
        "tests/scrapers/test_crawl.py::test_a_bad_spider_takes_nobody_down",
        "tests/scrapers/test_crawl.py::test_a_failing_page_watch_takes_no_other_down",
    ],
    "a document eats memory or time": ["tests/scrapers/test_documents.py"],
    "a text is written to take for ever": ["tests/test_hostile_text.py"],
    "everything at once, for a day": ["tests/faults/test_two_weeks.py"],
}
"""Each by its name, and the tests that try it."""


class Lines:
    """Gathers what became of each fault's tests, and prints the line when the last of them has ended."""

    def __init__(self, faults: Mapping[str, Sequence[str]]) -> None:
        self._faults = faults
        self._left: dict[str, int] = dict.fromkeys(faults, 0)
        self._passed: dict[str, int] = dict.fromkeys(faults, 0)
        self._skipped: dict[str, int] = dict.fromkeys(faults, 0)
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in faults}
        self._failures: dict[str, list[str]] = {name: [] for name in faults}
        self._began = time.monotonic()

    @property
    def failed(self) -> bool:
        """Whether some fault does not hold, or no test of it was found."""
        return any(self._failures.values()) or any(map(self._is_missing, self._faults))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for name in self._of(item.nodeid):
                self._left[name] += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name in self._of(report.nodeid):
            self._note(name, report)

    def _note(self, name: str, report: pytest.TestReport) -> None:
        if report.failed:
            self._failures[name].append(f"{report.nodeid}\n{report.longreprtext}")
        elif report.skipped:
            self._skipped[name] += 1
        elif report.when == "call":
            self._passed[name] += 1
            for key, numbers in report.user_properties:
                if key == "counted":
                    self._counts[name].update(numbers)
        if report.when == "teardown":
            self._left[name] -= 1
            if not self._left[name]:
                self._say(name)

    def _say(self, name: str) -> None:
        outcome = "FAILS" if self._failures[name] else "holds" if self._passed[name] else "?"
        tests = f"{self._passed[name]} tests" if self._passed[name] != 1 else "1 test"
        counts = [tests, *(f"{count} {what.replace('_', ' ')}" for what, count in self._counts[name].items())]
        if self._skipped[name]:
            counts.append(f"{self._skipped[name]} could not be tried here")
        print(f"{outcome:<5}  {name:<46}  {', '.join(counts)}", flush=True)
        for failure in self._failures[name]:
            print(failure, flush=True)

    def end(self) -> None:
        """The last line, and names that no test stands behind."""
        for name in filter(self._is_missing, self._faults):
            print(f"FAILS  {name:<46}  no test of it was found")
        print(f"{len(self._faults)} faults in {time.monotonic() - self._began:.0f} seconds")

    def _is_missing(self, name: str) -> bool:
        return not (self._passed[name] or self._failures[name] or self._skipped[name])

    def _of(self, node: str) -> list[str]:
        return [name for name, tests in self._faults.items() if any(_is_of(node, test) for test in tests)]


def _is_of(node: str, test: str) -> bool:
    return node == test or node.startswith((f"{test}::", f"{test}["))


class Whole:
    """Says by its presence that nothing is to be shortened: see the fixture `whole`."""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(object(), "whole faults")


def main(words: Sequence[str]) -> int:
    """Run the faults whose names hold one of the words, or all."""
    chosen = {name: tests for name, tests in FAULTS.items() if not words or any(word in name for word in words)}
    if not chosen:
        print(f"No fault has such a name; they are: {', '.join(FAULTS)}", file=sys.stderr)
        return 2
    lines = Lines(chosen)
    named = list(dict.fromkeys(f"{ROOT}/{test}" for tests in chosen.values() for test in tests))
    quiet = ["-p", "no:terminal", "-o", "addopts=--import-mode=importlib --strict-markers"]
    pytest.main(["-c", str(ROOT / "pyproject.toml"), "-p", "no:randomly", *quiet, *named], plugins=[lines, Whole()])
    lines.end()
    return int(lines.failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
