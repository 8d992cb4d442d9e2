"""Asks an advisory service whether a locked dependency has a known vulnerability: `python tests/audit.py`.

Prints a line for each that has, and exits with 1; a line that nobody could be asked, and exits with 0, where no service
can be reached: a check that needs the network must not fail without one. What is known and accepted stands in
`ACCEPTED` with its reason.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
PATIENCE = 120
"""Seconds for the whole of it."""
ACCEPTED: Mapping[str, str] = {}
"""Advisories that do not concern us, by id, each with the reason."""
_UNREACHABLE = re.compile(
    r"ConnectionError|ServiceError|ConnectTimeout|NameResolution|Max retries|HTTPError|resolve host"
)


def asked(lock: Path) -> tuple[str, str]:
    """pip-audit's answer in JSON, and what it said besides; the answer is empty where no service could be asked."""
    # What is locked is looked up as it is written: nothing is downloaded or resolved.
    options = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "10")
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), *options, "--vulnerability-service"]
    said = ""
    for service in ("osv", "pypi"):
        try:
            ended = subprocess.run(
                [*command, service], check=False, capture_output=True, text=True, timeout=PATIENCE / 2
            )
        except subprocess.TimeoutExpired:
            continue
        if ended.stdout.lstrip().startswith("{"):
            return ended.stdout, ""
        said = ended.stderr
    return "", said


def judged(answer: str, said: str) -> tuple[int, list[str]]:
    """Exit code and lines for what pip-audit answered."""
    if not answer:
        if said and not _UNREACHABLE.search(said):
            return 1, [f"The dependencies could not be audited: {said.strip().splitlines()[-1]}"]
        return 0, ["The dependencies were not audited: no advisory service can be reached from here"]
    packages = json.loads(answer)["dependencies"]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return 0, ["The dependencies were not audited: the advisory service that answers here knows none of them"]
    found = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for package in packages
        for flaw in package.get("vulns", ())
        if flaw["id"] not in ACCEPTED
    ]
    notes = [f"Not known to the advisory service: {', '.join(unknown)}"] if unknown else []
    return int(bool(found)), found + notes


def main() -> int:
    """Print the lines."""
    code, lines = judged(*asked(LOCK))
    for line in lines:
        print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
