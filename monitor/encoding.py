"""From bytes to clean characters: which encoding a body is in, and what of its characters a reader sees.

Labels are often wrong on government servers, bytes seldom are: a body that is valid UTF-8 is UTF-8, whatever it is
called.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_DECLARED_WITHIN = 2048
"""Bytes searched for a declaration; the HTML standard asks for 1024."""

_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""Labels that the WHATWG encoding standard reads as a superset."""

_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_2", "iso2022_kr", "hz"})
"""Their bytes are valid UTF-8 as well: here only the label tells."""

_REPAIRED_BYTES = 2000
"""With more stray bytes than this a body is not UTF-8 with a few pasted characters."""

_UNSEEN = dict.fromkeys(
    [
        *range(0x00, 0x09), *range(0x0E, 0x1C), 0x7F, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E,
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),
        0xFEFF, 0xFFFE, 0xFFFF, *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000),
    ]
)  # fmt: skip
"""Controls, soft hyphens, zero-width and direction marks, variation selectors, lone surrogates."""

_UNSEEN_LATE = dict.fromkeys(code for code in range(0x80, 0xA0) if code != 0x85)
"""C1 controls: dropped after the repair, which needs them. NEL is white space."""

_PRINTABLE = bytes(range(0x20, 0x7F))

_CONTINUATION = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(0x80, 0xC0)
)  # fmt: skip
_NATURAL_AFTER_A_LETTER = "‘’“”‚„‹›«»–—…•™€"
_UNNATURAL = re.escape("".join(character for character in _CONTINUATION if character not in _NATURAL_AFTER_A_LETTER))
_MOJIBAKE = re.compile(f"â[€‚„][{re.escape(_CONTINUATION)}]|[ÂÃ][{_UNNATURAL}]")
"""UTF-8 punctuation or a Latin letter that was read as windows-1252: sequences that no language writes. A closing quote
after a capital may be meant, so it is left alone."""


def decode(body: bytes, charset: str = "") -> str:
    """The body's characters. `charset` is the HTTP header's label. Never raises.

    Order: byte order mark; valid UTF-8; the header's label, then the one declared in the body's first 2 KB; UTF-8 with
    stray bytes read as windows-1252; windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    labels = [name for name in (_known(charset), _declared(body)) if name]
    if any(name in _SEVEN_BIT for name in labels) or (b"\0" in body[:64] and any("16" in name for name in labels)):
        return body.decode(next(name for name in labels if name in _SEVEN_BIT or "16" in name), errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in labels:
        if name not in ("utf-8", "cp1252") and not name.startswith(("utf-16", "utf-32")):
            return body.decode(name, errors="replace")
    if b"\0" in body[:64]:
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", errors="replace")
    return _mixed(body)


def clean(text: str) -> str:
    """One line as a reader sees it: NFC, white space folded, unseen characters dropped, certain mojibake repaired.

    Idempotent.
    """
    if text.isascii() and "  " not in text and not text.encode().translate(None, _PRINTABLE):
        # Most lines by far: the only white space is single spaces.
        return text.strip(" ")
    folded = " ".join(text.split())
    if folded.isascii() and folded.isprintable():
        return folded
    before = text
    while True:
        repaired = _MOJIBAKE.sub(_repair, before.translate(_UNSEEN)).translate(_UNSEEN_LATE)
        after = " ".join(unicodedata.normalize("NFC", repaired).split())
        if after == before:
            return after
        before = after


def _repair(match: re.Match[str]) -> str:
    try:
        return b"".join(_byte(character) for character in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _byte(character: str) -> bytes:
    code = ord(character)
    return bytes([code]) if code < 0x100 else character.encode("cp1252")


def _known(label: str) -> str:
    """Python's name of a label as browsers understand it; empty for one that nobody knows, or that is not of text."""
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        return ""
    if name in ("utf-7", "idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"):
        return ""
    return _AS_BROWSERS_DO.get(name, name)


def _declared(body: bytes) -> str:
    head = body[:_DECLARED_WITHIN].lower()
    if b"charset" not in head and b"encoding" not in head:
        return ""
    match = _DECLARED.search(body, 0, _DECLARED_WITHIN)
    return _known(match[1].decode("ascii")) if match else ""


def _mixed(body: bytes) -> str:
    """UTF-8 with a few windows-1252 bytes in it, else all windows-1252."""
    stray = body.decode("utf-8", errors="replace").count("\ufffd")
    if stray > _REPAIRED_BYTES or not any(byte >= 0xC2 for byte in set(body)):
        return body.decode("cp1252", errors="ignore")
    return body.decode("utf-8", errors="surrogateescape").translate(_STRAY)


_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x80, 0x100)}


_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def without_lone_surrogates(body: bytes) -> bytes:
    """A JSON body in which half a character, written as an escape, became U+FFFD: no file and no mail can hold half."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _LONE_SURROGATE.sub(rb"\\ufffd", body)
