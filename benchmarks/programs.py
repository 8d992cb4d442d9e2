"""The monitors that are compared, each as its own command: what a run of it costs, what it tells, what it stores."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PINNED = {"urlwatch": "urlwatch==2.29", "webchanges": "webchanges==3.37.0"}
AT_ONCE = 16
"""Requests in flight: what On Notice lets through to this machine. The others are set to the same."""
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onnotice-benchmarks"

_ONNOTICE = str(Path(sys.executable).with_name("onnotice"))


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command and its children: seconds of CPU, seconds by the clock, the largest process in MB."""

    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.memory, other.memory))


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each; the upper one of two."""
    half = len(costs) // 2
    return Cost(*(sorted(values)[half] for values in zip(*((c.cpu, c.wall, c.memory) for c in costs), strict=True)))


def measured(command: Sequence[str], folder: Path, said: Path) -> Cost:
    """Run a command to its end; what it says goes into a file. Programs find their bytecode compiled, in the cache of
    the benchmarks: what an installed program finds. Ends the benchmark when the command fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"), "HOME": str(folder)}
    began = time.monotonic()
    with said.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said.read_text()[-2000:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def exactly(found: list[str], edited: list[str]) -> None:
    """Ends the benchmark when what was told is not what was edited."""
    missed, false = sorted(set(edited) - set(found)), sorted(set(found) - set(edited))
    if missed or false:
        sys.exit(f"What is told is not what was edited: missed {missed}, told without an edit {false}.")


class Program(ABC):
    """One monitor and its files."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True)
        self.said = folder / "said.txt"

    def run(self, command: Sequence[str]) -> Cost:
        """Run one of its commands to the end; what it says is kept for `told`."""
        return measured(command, self.folder, self.said)

    def warm_up(self, url: str) -> None:
        """Let the interpreter compile what the program imports, at a spare page."""
        spare = self.spare(self.folder / "spare")
        spare.begin([url])
        spare.poll()

    @abstractmethod
    def spare(self, folder: Path) -> Program:
        """The same program with files of its own."""

    @abstractmethod
    def begin(self, urls: Sequence[str]) -> Cost:
        """Set it up to watch these pages; what that costs."""

    @abstractmethod
    def poll(self) -> Cost:
        """Look at every page once."""

    @abstractmethod
    def told(self) -> list[str]:
        """The addresses that the last poll told of, sorted."""

    @property
    @abstractmethod
    def store(self) -> Path:
        """The file that holds what was seen."""

    def size(self) -> int:
        """Bytes of the store and of whatever belongs to it."""
        return sum(path.stat().st_size for path in self.store.parent.glob(self.store.name + "*"))


class OnNotice(Program):
    """This project's own command, as a newcomer uses it."""

    name = "onnotice"

    def spare(self, folder: Path) -> OnNotice:
        return OnNotice(folder)

    def begin(self, urls: Sequence[str]) -> Cost:
        listed = self.folder / "urls.txt"
        listed.write_text("".join(f"{url}\n" for url in urls))
        return self.run([_ONNOTICE, "init", str(self.home), "--import", str(listed)])

    def poll(self) -> Cost:
        return self.run([_ONNOTICE, "--home", str(self.home), "poll"])

    def told(self) -> list[str]:
        command = [_ONNOTICE, "--home", str(self.home), "changes", "--run", "last", "--json"]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        return sorted({change["url"] for change in map(json.loads, lines) if change["told"]})

    @contextmanager
    def running(self) -> Iterator[Path]:
        """`onnotice run` meanwhile, as a process of its own; the file with what it says."""
        command = [_ONNOTICE, "--home", str(self.home), "run", "--heartbeat", "1"]
        with self.said.open("wb") as output:
            daemon = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield self.said
        finally:
            daemon.terminate()
            daemon.wait()

    @property
    def home(self) -> Path:
        """The folder of its settings and its archive."""
        return self.folder / "home"

    @property
    def store(self) -> Path:
        return self.home / "archive.sqlite"


class Rival(Program):
    """A monitor that reads its jobs from a YAML file and prints its report."""

    def __init__(self, folder: Path, program: Path) -> None:
        super().__init__(folder)
        self.program = program

    def spare(self, folder: Path) -> Rival:
        return type(self)(folder, self.program)

    def begin(self, urls: Sequence[str]) -> Cost:
        self._jobs.write_text("\n---\n".join(f"name: p{number}\nurl: {url}" for number, url in enumerate(urls)) + "\n")
        self._urls = list(urls)
        (self.folder / "config.yaml").write_text(self._config())
        (self.folder / "hooks.py").write_text(self._hooks())
        return Cost()

    def poll(self) -> Cost:
        return self.run([str(self.program), *self._arguments()])

    def told(self) -> list[str]:
        return sorted(
            {self._urls[int(number)] for number in re.findall(r"\d+\. CHANGED: p(\d+)\b", self.said.read_text())}
        )

    @property
    def _jobs(self) -> Path:
        return self.folder / "jobs.yaml"

    @abstractmethod
    def _arguments(self) -> list[str]: ...

    def _config(self) -> str:
        return "report:\n  stdout:\n    enabled: true\n    color: false\n  text:\n    details: true\n"

    def _hooks(self) -> str:
        return ""


class Urlwatch(Rival):
    """urlwatch as it comes: no filters, its report on standard output."""

    name = "urlwatch"

    def _arguments(self) -> list[str]:
        files = {"urls": self._jobs, "config": "config.yaml", "hooks": "hooks.py", "cache": self.store}
        return [part for name, path in files.items() for part in (f"--{name}", str(self.folder / path))]

    def _hooks(self) -> str:
        # It has no option for it, and reads this at every run.
        return f"import urlwatch.worker\nurlwatch.worker.MAX_WORKERS = {AT_ONCE}\n"

    @property
    def store(self) -> Path:
        return self.folder / "cache.db"


class Webchanges(Rival):
    """webchanges as it comes: no filters, its report on standard output."""

    name = "webchanges"

    def _arguments(self) -> list[str]:
        files = {"jobs": self._jobs, "config": "config.yaml", "hooks": "hooks.py", "database": self.store}
        parts = [part for name, path in files.items() for part in (f"--{name}", str(self.folder / path))]
        return [*parts, "--max-workers", str(AT_ONCE)]

    @property
    def store(self) -> Path:
        return self.folder / "snapshots.db"


RIVALS: dict[str, type[Rival]] = {"urlwatch": Urlwatch, "webchanges": Webchanges}


def installed(name: str) -> Path:
    """The rival's program, in a virtual environment of its own under the cache folder; installed when it is not."""
    folder = CACHE / PINNED[name]
    program = folder / "bin" / name
    if not program.exists():
        print(f"installing {PINNED[name]} in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, PINNED[name]], check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{PINNED[name]} could not be installed; is a package registry reachable?\n{done.stderr[-1000:]}")
    return program
