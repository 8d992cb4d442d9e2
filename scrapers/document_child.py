"""The child process that reads one document under limits: a request on standard input, an answer on standard output.

Started by `scrapers.documents` only. The request is a line of JSON and the body after it; the answer one JSON object:
{"extraction": ...} or {"refused": "one sentence"}.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, BinaryIO

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when its parent dies."""


def main() -> None:
    """Read the request, limit this process, extract, answer. Never a traceback: nobody would read it."""
    request = sys.stdin.buffer.readline()
    header = json.loads(request)
    _die_with(header["parent"])
    _limit(header["limits"])
    answer = _only_our_own_output()
    body = sys.stdin.buffer.read(header["limits"]["body"] + 1)
    try:
        message = json.dumps(_answer(header, body)).encode()
    except MemoryError:
        megabytes = header["limits"]["memory"] // 1_000_000
        message = json.dumps(
            {
                "refused": f"The document could not be read: it took more memory than the {megabytes} MB that one may"
                " take; look at it in a viewer."
            }
        ).encode()
    answer.write(message)
    answer.flush()
    # Libraries' own clean-up may crash after hostile input, and there is nothing left to clean up.
    os._exit(0)


def _answer(header: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from monitor.errors import ExtractionError  # noqa: PLC0415
    from scrapers.documents import EXTRACTION, LOOK, SOURCE  # noqa: PLC0415

    look = replace(LOOK.validate_python(header["look"]), body=body)
    source = SOURCE.validate_python(header["source"])
    try:
        from scrapers import pdf_pages  # noqa: PLC0415

        pdf_pages.MOST_PAGES = header["limits"]["pages"]
        extractor = import_module(f"scrapers.extraction.{header['extractor']}")
        return {"extraction": EXTRACTION.dump_python(extractor.extract(look, source), mode="json")}
    except ExtractionError as problem:
        return {"refused": str(problem)}
    except MemoryError:
        raise
    except RecursionError:
        return {"refused": "The document could not be read: its parts contain one another; look at it in a viewer."}
    except Exception as problem:  # noqa: BLE001 - a parser's fault costs its page, and is named
        kind = type(problem).__name__
        return {"refused": f"{header['extractor']} could not read {look.url} ({kind}: {problem}); please report it."}


def _die_with(parent: int) -> None:
    """End when the parent ends, even when it was killed. Linux only; elsewhere the CPU limit has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It died before the line above.
        os._exit(1)


def _limit(limits: Mapping[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
    _lower(resource.RLIMIT_CPU, limits["cpu"], limits["cpu"] + 1)
    _lower(resource.RLIMIT_AS, limits["memory"], limits["memory"])


def _lower(which: int, soft: int, hard: int) -> None:
    """Set a limit, or keep the lower one that the system has already set."""
    ceiling = resource.getrlimit(which)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))


def _only_our_own_output() -> BinaryIO:
    """The answer's pipe. Whatever a library prints goes nowhere, so it cannot get between."""
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return io.FileIO(answer, "wb")


if __name__ == "__main__":
    main()
