"""Runs an extractor in a bounded child process: what a hostile document can do, it does to the child.

PDF libraries abort, eat memory and run for hours on files written to make them (measured: SIGABRT, an 800 MB stream
out of a small file). The child has limits for memory, CPU time and what it may write, a wall clock, and no shell; it
answers in JSON, which unlike a pickle cannot do anything here whatever the document did there. It dies with its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source

LOOK: TypeAdapter[Look] = TypeAdapter(Look)
SOURCE: TypeAdapter[Source] = TypeAdapter(Source)
EXTRACTION: TypeAdapter[Extraction] = TypeAdapter(Extraction)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost. Sizes in bytes, times in seconds."""

    body: int = 40_000_000
    """Larger documents are not opened at all."""
    memory: int = 1_500_000_000
    """Address space of the child; 10,000 ordinary pages fit."""
    cpu: int = 20
    wall: float = 60.0
    pages: int = 500
    answer: int = 32_000_000


USUAL = Limits()


async def bounded(extractor: str, look: Look, source: Source, limits: Limits = USUAL) -> Extraction:
    """What `scrapers.extraction.<extractor>` reads out of the look's body, read in a child process.

    Raises ExtractionError with one sentence when the extractor finds nothing to read, and when the document is too
    large, or makes its reader crash, or exceeds a limit. The child has ended when this returns, raises or is cancelled.
    """
    body = look.body or b""
    if len(body) > limits.body:
        megabytes = limits.body // 1_000_000
        raise ExtractionError(
            f"The document was not read: it has {len(body) // 1_000_000} MB, and only up to {megabytes} MB are opened."
        )
    answer, status = await _ask(_request(extractor, look, source, limits), body, limits)
    return _extraction(answer, status, limits)


def _request(extractor: str, look: Look, source: Source, limits: Limits) -> bytes:
    header = {
        "extractor": extractor,
        "look": LOOK.dump_python(replace(look, body=None), mode="json"),
        "source": SOURCE.dump_python(source, mode="json"),
        "limits": asdict(limits),
        "parent": os.getpid(),
    }
    return json.dumps(header).encode() + b"\n"


async def _ask(request: bytes, body: bytes, limits: Limits) -> tuple[bytes, int]:
    """The child's whole answer and its exit status; negative for a signal, as subprocess has it."""
    project = Path(__file__).resolve().parent.parent
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the current folder's files are not the child's modules
        "-B",
        "-m",
        "scrapers.document_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=project,
        env=_environment(project),
        limit=2**20,
    )
    try:
        async with asyncio.timeout(limits.wall):
            sending = asyncio.create_task(_send(child, request, body))
            try:
                answer = await _receive(child, limits.answer)
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
            return answer, await child.wait()
    except TimeoutError as problem:
        raise ExtractionError(
            f"The document could not be read: it took longer than {limits.wall:g} seconds; look at it in a viewer."
        ) from problem
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        # Shielded, so that a second cancellation cannot leave a zombie behind.
        await asyncio.shield(child.wait())
        _close(child)


def _environment(project: Path) -> Mapping[str, str]:
    """Nothing of the parent's: a hostile document has no business with its tokens and proxies."""
    paths = [str(project), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "PATH": os.defpath}


async def _send(child: asyncio.subprocess.Process, request: bytes, body: bytes) -> None:
    assert child.stdin is not None
    # A child that dies early has said why on its other pipe, or its exit status does.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(request)
        child.stdin.write(body)
        await child.stdin.drain()
        child.stdin.close()
        await child.stdin.wait_closed()


async def _receive(child: asyncio.subprocess.Process, most: int) -> bytes:
    assert child.stdout is not None
    answer = bytearray()
    while piece := await child.stdout.read(2**18):
        answer += piece
        if len(answer) > most:
            raise ExtractionError(
                f"The document could not be read: its text takes more than {most // 1_000_000} MB; view it yourself."
            )
    return bytes(answer)


def _close(child: asyncio.subprocess.Process) -> None:
    """The pipes' ends on this side; asyncio would leave them to the garbage collector after a kill."""
    transport = getattr(child, "_transport", None)
    if transport is not None:
        transport.close()


def _extraction(answer: bytes, status: int, limits: Limits) -> Extraction:
    if status == 0 and answer:
        try:
            message = json.loads(answer)
            if "refused" in message:
                raise ExtractionError(str(message["refused"]))
            return EXTRACTION.validate_python(message["extraction"])
        except (ValueError, KeyError, TypeError, ValidationError) as problem:
            raise ExtractionError(
                "The document could not be read: its reader's answer was damaged; look at it in a viewer."
            ) from problem
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ExtractionError(
            f"The document could not be read: it took more than {limits.cpu} seconds of computing or was stopped by the"
            " system; look at it in a viewer."
        )
    if status < 0:
        raise ExtractionError(
            f"The document could not be read: it made its reader crash ({signal.Signals(-status).name}), perhaps for"
            f" want of memory beyond {limits.memory // 1_000_000} MB; look at it in a viewer."
        )
    raise ExtractionError(
        f"The document could not be read: its reader ended with status {status}; run `onnotice doctor` to test it."
    )
