"""What is logged: for people or as JSON, about which source and run, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onnotice import logs
from onnotice.config import Settings, settings_from
from onnotice.home import Home

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Logs by the service's logger with these settings; the lines on standard output."""

    def write(settings: Settings, log: Callable[[logging.Logger], None]) -> list[str]:
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdout", out)
        logs.set_up(settings)
        log(logging.getLogger(logs.SERVICE))
        return out.getvalue().splitlines()

    return write


def test_a_line_for_people_is_a_time_and_a_sentence(written: Callable[..., list[str]]) -> None:
    """With what could drive a terminal made harmless; what is below information is not said."""

    def log(logger: logging.Logger) -> None:
        logger.info("council: %s", "1 change\x1b[2J\nforged")
        logger.debug("not said")

    (line,) = written(settings_from({}, "x"), log)
    assert line[4:5] == "-"
    assert line.endswith(" council: 1 change [2J forged")


def test_a_line_for_machines_is_an_object(written: Callable[..., list[str]]) -> None:
    """Time, level, message, and what it is about: as it was told, else as the poll around it."""

    def log(logger: logging.Logger) -> None:
        with logs.about(poll=7, source="council", run=12):
            logger.warning("it failed")
            logger.info("another", extra={"source": "budget"})
        logger.info("about nothing")

    lines = [json.loads(line) for line in written(settings_from({"log_format": "json"}, "x"), log)]
    assert [(one["level"], one["message"], one.get("source"), one.get("run"), one.get("poll")) for one in lines] == [
        ("WARNING", "it failed", "council", 12, 7),
        ("INFO", "another", "budget", 12, 7),
        ("INFO", "about nothing", None, None, None),
    ]
    assert all(one["time"].endswith("+00:00") and one["logger"] == "onnotice.service" for one in lines)


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_secret_stands_in_a_line(
    written: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The mail server's password, a chat service's address and its tokens, and the heartbeat's URL; in a message, its
    arguments, and a traceback."""
    monkeypatch.setenv("ONNOTICE_SMTP_PASSWORD", 'corréct "horse')
    monkeypatch.setenv("ONNOTICE_HEARTBEAT_URL", "https://hc.example/5f0c1d7e-ping")
    settings = settings_from(
        {
            "log_format": form,
            "mail": {"username": "onnotice"},
            "subscription": [
                {"name": "chat", "recipients": ["slack://TokenAAAA/TokenBBBB/#news", "mailto://u:hunter22@x"]}
            ],
        },
        "x",
    )

    def log(logger: logging.Logger) -> None:
        logger.error("login with %s at %s", 'corréct "horse', "https://hc.example/5f0c1d7e-ping/fail")
        logger.error("POST https://slack.example/TokenBBBB refused, slack://TokenAAAA/TokenBBBB/#news, hunter22")
        try:
            raise ValueError('corréct "horse battery')
        except ValueError:
            logger.exception("failed")

    text = "\n".join(written(settings, log))
    for secret in ('corréct "horse', "5f0c1d7e", "TokenAAAA", "TokenBBBB", "hunter22"):
        assert secret not in text
    assert "slack.example" in text
    assert "battery" in text


def test_what_a_spider_logs_is_about_its_source_and_run(home: Home) -> None:
    """Whatever logs while one source is polled by itself, in the program or a library, names both."""
    text = home.settings.read_text()
    home.settings.write_text(f'log_format = "json"\n{text}[source.parameters]\nfollow = "perhaps"\n')
    command = [sys.executable, "-m", "onnotice", "--home", str(home.folder), "poll", "budget"]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    (line,) = [json.loads(line) for line in ended.stderr.splitlines()]
    assert (line["level"], line["source"], line["run"], line["poll"]) == ("ERROR", "budget", 1, 1)
    assert line["message"] == "The source budget could not be begun"
    assert "ConfigurationError" in line["exc_info"]
