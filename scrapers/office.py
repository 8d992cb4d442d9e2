"""Opens an Office file with care: what it is, whether it is whole, and how large it becomes when it is unpacked.

Runs inside the bounded child process only (`scrapers.documents`), like the readers of PDFs.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from monitor.encoding import clean
from monitor.errors import ExtractionError
from scrapers.document_forms import document_form, is_old_office_file, needs_password

_MOST_UNPACKED = 300_000_000
"""Bytes of all parts together. The largest council packet met, pictures and all, has a tenth of that."""
_MOST_PARTS = 20_000
_MOST_LINES = 200_000
_WRITTEN_WITH = {"docx": ("a Word document", ".doc"), "pptx": ("a PowerPoint file", ".ppt")}


def opened(body: bytes, form: str, open_package: Callable[[io.BytesIO], Any]) -> Any:
    """What `open_package` makes of a body of that form ("docx" or "pptx"). Raises ExtractionError with one sentence:
    another kind of file, an old one, one with a password, a bomb, one that is damaged."""
    what, old_suffix = _WRITTEN_WITH[form]
    if needs_password(body):
        raise ExtractionError(
            "The document could not be read: it needs a password; ask the publisher for an open copy."
        )
    if is_old_office_file(body):
        raise ExtractionError(
            f"The document was not read: it is in the format of before 2007 ({old_suffix}); watch another form of it."
        )
    if not body.startswith(b"PK"):
        raise ExtractionError(f"The document could not be read: it is not {what}; open the address to see what it is.")
    try:
        _must_be_sane(body)
        if document_form(body) != form:
            raise ExtractionError(f"The document could not be read: it is not {what}; open it to see what it is.")
        return open_package(io.BytesIO(body))
    except (ExtractionError, MemoryError, RecursionError):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise _damaged() from problem
    except Exception as problem:
        # The library raises KeyError, ValueError and errors of its XML parser alike for parts that are not as they
        # should be: whichever it was, the file is not one that its own program wrote.
        raise _damaged() from problem


def lines(written: Iterator[str]) -> tuple[str, ...]:
    """Clean lines of a document. Raises ExtractionError where there is none, and where there are too many."""
    found: list[str] = []
    for text in written:
        line = clean(text)
        if line:
            found.append(line)
        if len(found) > _MOST_LINES:
            raise ExtractionError(
                f"The document was not read: it has more than {_MOST_LINES:,} lines; view it yourself."
            )
    if not found:
        raise ExtractionError("The document holds no text; watch another form of it, if there is one.")
    return tuple(found)


def _must_be_sane(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = package.infolist()
        size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or size > _MOST_UNPACKED:
        raise ExtractionError(
            f"The document was not read: unpacked it would take {size // 1_000_000:,} MB in {len(parts):,} parts,"
            f" and only up to {_MOST_UNPACKED // 1_000_000} MB are unpacked."
        )


def _damaged() -> ExtractionError:
    return ExtractionError(
        "The document could not be read: it is damaged or cut off; look whether the publisher repairs it."
    )
