"""What form of document a body is, by its own bytes: addresses and media types of attachments are often neither."""

from __future__ import annotations

from monitor.recognition import kind_of

_DIRECTORY = 262_144
"""Bytes at a ZIP file's end that are searched: its directory stands there, 2,500 names of it fit."""
_PARTS = (
    (b"word/document", "docx"),
    (b"ppt/presentation.xml", "pptx"),
    (b"xl/workbook.", "workbook"),
    (b"content.xml", ""),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "docx"),
    ("WordDocument", "docx"),
    ("PowerPoint Document", "pptx"),
    ("Workbook", "workbook"),
    ("Book", "workbook"),
)


def document_form(body: bytes) -> str:
    """The extractor that reads the body as text: "pdf", "docx", "pptx", "workbook"; empty for anything else.

    Linear in the body's size. Office files of before 2007 count as their successors, whose readers say what to do.
    """
    if body.startswith(_OLE):
        return next((form for stream, form in _STREAMS if stream.encode("utf-16-le") in body), "")
    kind = kind_of(body, "")
    if kind == "zip":
        directory = body[-_DIRECTORY:]
        return next((form for part, form in _PARTS if part in directory), "")
    return "pdf" if kind == "pdf" else ""


def needs_password(body: bytes) -> bool:
    """Whether an Office file is encrypted: Office wraps it into the file format of before 2007."""
    return body.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in body


def is_old_office_file(body: bytes) -> bool:
    """Whether it is of the format that Office wrote before 2007."""
    return body.startswith(_OLE)
