"""Is a look to be believed? Decides before anything is compared; see `monitor.mechanisms` for what it knows.

The order matters: what the transport says, then whether the body is whole, then whether it is the page at all. Both
mistakes hurt: a block page kept as content is a false mail, and an article taken for a block page is a missed change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from monitor.recognition import BodyKind, from_headers, from_markup, from_plain, is_blank, kind_of
from monitor.redirects import redirected
from monitor.types import Look, PageState, Verdict, VerdictKind, digest_of

_CREDIBLE: Final = Verdict(VerdictKind.CREDIBLE, "the page was served")
_REFUSALS: Final = frozenset({401, 403, 429, 451})
"""451 too: most often it refuses a place of call, and a refusal to show is not a withdrawal."""
_ABSENCES: Final = frozenset({404, 410})
_ENCODING_OVERHEAD: Final = 32
"""Bytes by which an encoded body may be longer than the decoded one. Clients decode and drop the header that says so,
and Content-Length is of the encoded body; gzip, deflate, br and zstd add less than this to what they cannot shrink."""
_PARSED_AT_MOST: Final = 4_000_000
"""Bytes of JSON that are parsed to see that it is whole; beyond, the closing bracket must do."""
_NAMES: Final[Mapping[BodyKind, str]] = {
    "html": "a web page", "xml": "XML", "json": "JSON", "pdf": "a PDF", "zip": "an archive or office file",
    "text": "plain text", "binary": "an image or another file",
}  # fmt: skip
_ACCEPTED: Final[Mapping[str, frozenset[BodyKind]]] = {
    "html": frozenset({"html", "xml", "text"}),
    "json": frozenset({"json", "xml"}),
    "pdf": frozenset({"pdf"}),
    "office": frozenset({"zip", "binary"}),
}
"""By what an extractor reads. Office files are ZIP archives, those of before 2007 OLE files. XML passes for JSON: some
gateways answer it, and an extractor may cope."""

_ERROR_SAYING: Final = frozenset({"error", "errors", "exceptionmessage", "fault", "errormessage"})
_ERROR_KEYS: Final = _ERROR_SAYING | {
    "message", "messagedetail", "exceptiontype", "stacktrace", "innerexception", "error_description", "errorcode",
    "code", "status", "statuscode", "detail", "details", "title", "type", "traceid", "timestamp", "path", "success",
    "requestid", "documentation_url", "instance", "reason",
}  # fmt: skip
"""Keys of error reports: ASP.NET Web API, RFC 9457, Spring, API gateways. An object with any other key is data."""
_COLLAPSE_FROM = 400
_COLLAPSE_LEFT = 0.2


def believe(look: Look, page: PageState, expected: str) -> Verdict:
    """Judge one look before extraction. `expected` is what the page's extractor reads: a key of `_ACCEPTED`, or "any".

    Never raises. The verdict's reason reads on after "cannot be seen: "; its mechanism names what was matched.
    """
    if look.status is None:
        reason = look.error.strip().rstrip(".") or "there was no answer"
        return Verdict(VerdictKind.UNREACHABLE, reason, "no answer")
    if look.status == HTTPStatus.NOT_MODIFIED:
        return _not_modified(page)
    blocked = from_headers(look.headers)
    if blocked is not None:
        return blocked
    if not 200 <= look.status < 300:
        return _failed(look, look.status)
    return _answered(look, look.body or b"", page, expected)


def collapsed(before_size: int, after_size: int) -> str:
    """Why a text of that many characters is too poor to be believed at once; empty when it is not.

    A text of at least 400 characters that lost more than four fifths: less is an edit, and short notices come and go.
    """
    if before_size < _COLLAPSE_FROM or after_size >= before_size * _COLLAPSE_LEFT:
        return ""
    return f"{before_size - after_size} of {before_size} characters of text vanished at once"


def _not_modified(page: PageState) -> Verdict:
    if page.last_body is None:
        return Verdict(VerdictKind.UNREACHABLE, "the server says unchanged of a page that was never seen", "HTTP 304")
    return Verdict(VerdictKind.UNCHANGED, "the server says that nothing has changed", "HTTP 304")


def _failed(look: Look, status: int) -> Verdict:
    """An answer that is no success: never content, whatever it says. A challenge is told apart from an outage."""
    body = look.body or b""
    found = from_markup(body, "") if kind_of(body, look.media_type) == "html" else from_plain(body)
    if found is not None and found.kind is VerdictKind.BLOCKED and status != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return Verdict(VerdictKind.BLOCKED, f"{found.reason} (HTTP {status})", found.mechanism)
    if status in _REFUSALS:
        return Verdict(VerdictKind.BLOCKED, f"the site refuses to show it (HTTP {_named(status)})", f"HTTP {status}")
    if status in _ABSENCES:
        return Verdict(VerdictKind.GONE, f"there is no such page (HTTP {_named(status)})", f"HTTP {status}")
    if b"LegistarConnectionString setting is not set up" in body[:4096]:
        reason = f"Legistar has no such client; check the client's name in {look.url}"
        return Verdict(VerdictKind.UNREACHABLE, reason, "legistar: no such client")
    if 300 <= status < 400:
        return Verdict(VerdictKind.UNREACHABLE, f"its redirect leads nowhere (HTTP {_named(status)})", f"HTTP {status}")
    later = look.headers.get("retry-after", "").strip()[:40]
    again = f"; it asks to come back after {later}{' seconds' if later.isdigit() else ''}" if later else ""
    failed = "the server failed" if status >= 500 else "the server did not serve the request"
    return Verdict(VerdictKind.UNREACHABLE, f"{failed} (HTTP {_named(status)}){again}", f"HTTP {status}")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _answered(look: Look, body: bytes, page: PageState, expected: str) -> Verdict:
    if look.truncated or look.status == HTTPStatus.PARTIAL_CONTENT:
        reason = look.error.strip().rstrip(".") or f"the answer was cut off after {len(body)} bytes"
        return Verdict(VerdictKind.TRUNCATED, reason, "cut off")
    if is_blank(body):
        return Verdict(VerdictKind.EMPTY, "the answer is empty", "empty body")
    elsewhere = redirected(look.final_url, page) if look.final_url != page.url else None
    moved = elsewhere is not None and elsewhere.kind is VerdictKind.MOVED
    if page.last_body is not None and page.last_body == digest_of(body) and (elsewhere is None or moved):
        # A page that moved as it was: still told, and told as moved at every look, so that it is told once.
        return elsewhere or Verdict(VerdictKind.UNCHANGED, "the same bytes as before", "same digest")
    kind = kind_of(body, look.media_type)
    return (
        _cut(look, body, kind, expected)
        or (from_markup(body, page.title) if kind == "html" else None)
        or (from_plain(body) if kind in ("text", "json") else None)
        or (elsewhere if not moved else None)
        or _wrong_kind(kind, expected)
        or (_error_object(body, expected) if kind == "json" else None)
        or elsewhere
        or _CREDIBLE
    )


def _cut(look: Look, body: bytes, kind: BodyKind, expected: str) -> Verdict | None:
    """Truncated, where the body itself shows that its end is missing."""
    declared = look.headers.get("content-length", "").strip()
    encoded = look.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    if declared.isdecimal() and not encoded and int(declared[:18]) > len(body) + _ENCODING_OVERHEAD:
        reason = f"{len(body)} of {declared} bytes arrived"
        return Verdict(VerdictKind.TRUNCATED, reason, "shorter than Content-Length")
    missing = ""
    if kind == "pdf":
        tail = body[-65_536:].rstrip(b"\x00\t\r\n ")[-2_048:]
        missing = "" if b"%%EOF" in tail or b"startxref" in tail else "a PDF without its end mark"
    elif kind == "zip":
        missing = "" if b"PK\x05\x06" in body[-66_000:] else "a ZIP file without its directory"
    elif kind == "json" and (expected == "json" or "json" in look.media_type):
        missing = _json_missing(body)
    elif kind == "xml":
        root = re.search(rb"<([A-Za-z_][\w:.-]{0,80})", re.sub(rb"<!--.*?-->", b"", body[:4_096], flags=re.DOTALL))
        closed = root is None or b"</" + root[1] in body[-1_024:] or body.rstrip()[-2:] == b"/>"
        missing = "" if closed else "XML whose first element is never closed"
    elif kind == "html":
        missing = _html_missing(body[-65_536:].lower())
    return Verdict(VerdictKind.TRUNCATED, f"the answer broke off: {missing}", missing) if missing else None


def _json_missing(body: bytes) -> str:
    ends = body.rstrip(b" \t\r\n\x00")[-1:]
    opened = body[:1024].lstrip(b" \t\r\n\xef\xbb\xbf")[:1]
    if opened in (b"{", b"[") and opened + ends not in (b"{}", b"[]"):
        return "JSON without its closing bracket"
    if len(body) > _PARSED_AT_MOST:
        return ""
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        return "JSON that ends too early" if at_end else ""
    except (ValueError, RecursionError):
        return ""
    return ""


_OPENS_RAW_TEXT: Final = re.compile(rb"<(?:script|style)")


def _html_missing(tail: bytes) -> str:
    """Many whole pages lack their closing tag; one that ends within a tag or a script is not whole."""
    opened, closed = tail.rfind(b"<"), tail.rfind(b">")
    if opened > closed and re.match(rb"</?[a-z][a-z0-9]*(?:[\s/]|$)|</?$|<!", tail[opened : opened + 40]):
        return "a page that ends within a tag"
    if _OPENS_RAW_TEXT.search(tail) is None:
        return ""
    for name in (b"script", b"style"):
        start = tail.rfind(b"<" + name)
        if start >= 0 and tail.find(b"</" + name, start) < 0:
            return f"a page that ends within a {name.decode()}"
    return ""


def _wrong_kind(kind: BodyKind, expected: str) -> Verdict | None:
    """Another kind of body than the extractor reads: a web page in place of data is a wall, anything else a fault."""
    accepted = _ACCEPTED.get(expected)
    if accepted is None or kind in accepted:
        return None
    wanted = {"html": "a web page", "json": "JSON", "pdf": "a PDF", "office": "an office file"}[expected]
    verdict = VerdictKind.BLOCKED if kind == "html" else VerdictKind.UNREACHABLE
    return Verdict(verdict, f"the site answered with {_NAMES[kind]} instead of {wanted}", f"{kind} for {expected}")


def _error_object(body: bytes, expected: str) -> Verdict | None:
    """What a JSON body says that is an error report and nothing else, although the status said success."""
    try:
        answer = json.loads(body) if len(body) <= 65_536 else {}
    except (ValueError, RecursionError):
        return None
    if answer is None:
        return Verdict(VerdictKind.EMPTY, "the answer is null", "JSON null")
    if not isinstance(answer, dict):
        return None
    if "blockScript" in answer or "captcha-delivery.com" in str(answer.get("url", "")):
        return Verdict(VerdictKind.BLOCKED, "the site asks for a captcha", "JSON challenge")
    code = _code_within(answer)
    if not code and not _is_report(answer, expected):
        return None
    text = _message_of(answer)
    reason = f"the site answered with an error: {text}" if text else "the site answered with an error"
    kind = VerdictKind.GONE if code in _ABSENCES else VerdictKind.UNREACHABLE
    if code in _REFUSALS or _folded(text) in _REFUSING_WORDS:
        kind = VerdictKind.BLOCKED
    return Verdict(kind, reason, "JSON error object")


_REFUSING_WORDS: Final = frozenset({"forbidden", "unauthorized", "access denied", "too many requests"})


def _is_report(answer: Mapping[str, Any], expected: str) -> bool:
    """Whether the object is an error report by its keys. A bare "message" is one only where data was expected."""
    keys = {str(key).lower() for key in answer}
    said = {str(key).lower() for key, value in answer.items() if value}
    bare = "message" in said and (expected == "json" or _folded(_message_of(answer)) in _REFUSING_WORDS)
    return keys <= _ERROR_KEYS and answer.get("success") is not True and (bare or bool(said & _ERROR_SAYING))


def _code_within(answer: Mapping[str, Any]) -> int:
    """A failure's status code that the body repeats, else 0.

    The Justice Department's API has it in metadata.responseInfo.status; of an error report it stands on top.
    """
    found: Any = answer.get("metadata")
    found = found.get("responseInfo") if isinstance(found, dict) else None
    found = found.get("status") if isinstance(found, dict) else None
    on_top = [answer.get(name) for name in ("status", "statusCode", "code")] if _is_report(answer, "json") else []
    for value in (found, *on_top):
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return 0


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _message_of(answer: Mapping[str, Any]) -> str:
    for name in (
        "ExceptionMessage",
        "Message",
        "message",
        "error_description",
        "error",
        "detail",
        "errorMessage",
        "title",
    ):
        value = answer.get(name)
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:200].rstrip(".")
    return ""
