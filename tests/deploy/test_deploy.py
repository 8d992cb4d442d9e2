"""What is shipped for deployment: units, crontab and container files say what the program and its systems take."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from onnotice.cli import app

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
_HARDENS = re.compile("Protect|Private|Restrict|System|NoNew|Capability|Ambient|Lock|UMask")
PROGRAM = "/opt/onnotice/.venv/bin/onnotice"


def unit(path: Path) -> Mapping[str, Mapping[str, list[str]]]:
    """A unit's sections; a directive may stand there more than once."""
    sections: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            sections[section] = defaultdict(list)
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, f"{path.name}: {line}"
            sections[section][name].append(value)
    return sections


def named(path: Path) -> str:
    return path.name


def assert_taken(words: list[str]) -> None:
    """The program takes this command line; nothing is run."""
    group: Any = get_command(app)
    with group.make_context("onnotice", list(words)) as context:
        name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None, words
        command.make_context(name, rest, parent=context).close()


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_services_run_what_there_is(path: Path) -> None:
    """Each runs a command line that the program takes, as its own user."""
    service = unit(path)["Service"]
    (line,) = service["ExecStart"]
    program, *words = shlex.split(line)
    assert program == PROGRAM
    assert_taken(words)
    assert service["User"] == ["onnotice"]
    assert words[:2] == ["--home", f"/var/lib/{service['StateDirectory'][0]}"]


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_services_are_hardened_alike(path: Path) -> None:
    """None may do what another may not: no privileges, a read-only system, no other home, and few system calls."""
    daemon, service = unit(DEPLOY / "onnotice.service")["Service"], unit(path)["Service"]
    hardening = [
        name for name in daemon if re.match(r"Protect|Private|Restrict|System|NoNew|Capab|Ambient|Lock|UMask", name)
    ]
    assert len(hardening) >= 20
    assert {name: service[name] for name in hardening if name != "RestartSec"} == {
        name: daemon[name] for name in hardening if name != "RestartSec"
    }


@pytest.mark.parametrize("path", TIMERS, ids=named)
def test_timers_have_their_service(path: Path) -> None:
    """A timer begins the service of its name, makes up for what was missed, and can be enabled; the service cannot."""
    timer = unit(path)
    service = unit(path.with_suffix(".service"))
    assert timer["Timer"]["Persistent"] == ["true"]
    assert timer["Install"]["WantedBy"] == ["timers.target"]
    assert service["Service"]["Type"] == ["oneshot"]
    assert "Install" not in service


@pytest.mark.parametrize("path", [*SERVICES, *TIMERS], ids=named)
def test_systemd_takes_them(path: Path, tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, and rates a service's exposure as low."""
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd-analyze is not here")
    for each in (*SERVICES, *TIMERS):
        (tmp_path / each.name).write_text(each.read_text().replace(PROGRAM, "/bin/true"))
    command = [analyse, "verify", "--man=no", str(tmp_path / path.name)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert path.name not in verified.stderr, verified.stderr
    if path.suffix == ".service":
        command = [analyse, "security", "--offline=true", "--threshold=30", "--no-pager", str(tmp_path / path.name)]
        rated = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert rated.returncode == 0, rated.stdout[-200:] + rated.stderr


def test_the_crontab_is_one() -> None:
    """Every line is a setting or five fields and a command that the program takes; what went well is not mailed."""
    lines = [line for line in (DEPLOY / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    jobs = [line for line in lines if not re.match(r"[A-Z]+=", line)]
    assert len(jobs) == 3
    for job in jobs:
        assert re.match(r"(?:[\d*/,-]+ ){5}\S", job), job
        assert "%" not in job
        program, *words = shlex.split(job)[5:]
        assert program == PROGRAM
        assert words[-2:] == [">", "/dev/null"]
        assert_taken(words[:-2])


def test_the_container_is_made_of_what_there_is() -> None:
    """Instructions are known, what is copied is there and is all of the program, and it does not run as root."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    instructions = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
    assert {name for name, _ in instructions} <= known
    copied = [
        word for name, rest in instructions if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    ]
    assert all((ROOT / name).exists() for name in copied)
    assert {"onnotice", "scrapers", "alerts", "storage", "monitor", "requirements.lock"} <= set(copied)
    names = [name for name, _ in instructions]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "FROM")
    assert ["USER", "10001"] in instructions


def test_the_compose_file_can_be_used() -> None:
    """It is YAML that builds that container, its commands are the program's, and its volumes are declared."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    build = compose["services"]["onnotice"]["build"]
    assert ((DEPLOY / build["context"]).resolve() / build["dockerfile"]).samefile(DEPLOY / "Containerfile")
    for service in compose["services"].values():
        assert_taken(service["command"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(compose["volumes"])


def test_every_file_is_in_the_guide() -> None:
    """Whoever opens the folder finds each file explained in the guide of a year."""
    guide = (ROOT / "docs" / "how-to" / "run-it-for-a-year.md").read_text(encoding="utf-8")
    for path in DEPLOY.iterdir():
        assert f"`{path.name}`" in guide or (path.suffix == ".timer" and f"`{path.stem}.service`, `.timer`" in guide)
