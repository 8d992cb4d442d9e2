"""How an answer, or its absence, becomes a Look."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSSLError
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from monitor.errors import OnNoticeError
from monitor.types import Look
from monitor.url import canonical_url, host_of
from scrapers.conditional import is_conditional
from scrapers.guard import refusal_in

NOT_MODIFIED = 304
UNFINISHED = "unfinished"
"""In a request's meta: why the page that it brought is not whole, one sentence."""


def look_at(response: Response, page: str, at: datetime) -> Look:
    """The look that an answer is. `page` is the URL under which the page is known."""
    request = response.request
    assert request is not None
    elapsed = _elapsed(request)
    final = canonical_url(response.url) if request.meta.get("redirect_urls") else page
    if response.status == NOT_MODIFIED and not is_conditional(request):
        message = f"{host_of(page)} answered 304 to a request that named no version; look again"
        return Look(url=page, at=at, status=None, final_url=final, error=message, elapsed=elapsed)
    headers = {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }
    return Look(
        url=page,
        at=at,
        status=response.status,
        body=None if response.status == NOT_MODIFIED else response.body,
        media_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        headers=headers,
        final_url=final,
        truncated="dataloss" in response.flags,
        error=str(request.meta.get(UNFINISHED, "")),
        elapsed=elapsed,
    )


def look_without_answer(error: BaseException, request: Request, page: str, at: datetime) -> Look:
    """The look that a failed request is."""
    return Look(
        url=page,
        at=at,
        status=None,
        error=sentence(error, page),
        truncated=_too_large(error),
        elapsed=_elapsed(request),
    )


def sentence(error: BaseException, url: str) -> str:
    """What kept an answer away, in plain words."""
    host = host_of(url) or "the host"
    if refused := refusal_in(error):
        return refused
    if isinstance(error, OnNoticeError):
        return str(error)
    if _too_large(error):
        return f"The answer of {host} is larger than the limit for a body; watch a smaller page"
    if tls_failure(error):
        return f"The certificate of {host} could not be verified ({_cause(error)}); open it in a browser"
    for kind, text in (
        (CannotResolveHostError, f"The name of {host} could not be resolved; check the address"),
        (DownloadTimeoutError, f"{host} did not answer in time; it is tried again at the next poll"),
        (DownloadConnectionRefusedError, f"{host} could not be connected to ({_cause(error)}); is the site up?"),
        (ResponseDataLossError, f"The answer of {host} broke off; it is tried again at the next poll"),
        (DownloadFailedError, f"The connection to {host} broke off ({_cause(error)}); it is tried again next time"),
        (IgnoreRequest, f"The redirects of {host} lead nowhere ({error}); open it in a browser"),
    ):
        if isinstance(error, kind):
            return text
    return f"The answer of {host} could not be read ({type(error).__name__}: {error}); look again"


def tls_failure(error: BaseException) -> bool:
    """Whether the other side's certificate, or the handshake, is at fault: asking again does not help."""
    return isinstance(error.__cause__, ClientSSLError | ssl.SSLError)


def _too_large(error: BaseException) -> bool:
    return isinstance(error, DownloadCancelledError) or (
        isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error)
    )


def _cause(error: BaseException) -> str:
    inner: Any = getattr(error.__cause__, "os_error", None) or error.__cause__ or error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return str(inner.verify_message)
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)


def _elapsed(request: Request) -> timedelta | None:
    seconds = request.meta.get("elapsed")
    return timedelta(seconds=seconds) if isinstance(seconds, float) else None
