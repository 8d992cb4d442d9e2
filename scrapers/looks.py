"""How Scrapy's answer, or its absence, becomes a Look."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta

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
from monitor.url import canonical_url
from scrapers import failures
from scrapers.conditional import NOT_MODIFIED, is_conditional, unasked_for
from scrapers.failures import Unanswered
from scrapers.guard import refusal_in

UNFINISHED = "unfinished"
"""In a request's meta: why the page that it brought is not whole, one sentence."""


def look_at(response: Response, page: str, at: datetime) -> Look:
    """The look that an answer is. `page` is the URL under which the page is known."""
    request = response.request
    assert request is not None
    elapsed = _elapsed(request)
    final = canonical_url(response.url) if request.meta.get("redirect_urls") else page
    if response.status == NOT_MODIFIED and not is_conditional(request):
        return unasked_for(page, at, final, elapsed)
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
    if refused := refusal_in(error):
        return refused
    return str(error if isinstance(error, OnNoticeError) else _failure(error, url))


def _failure(error: BaseException, url: str) -> Unanswered:
    cause = failures.cause_of(error.__cause__ or error)
    if _too_large(error):
        return failures.too_large(url)
    if tls_failure(error):
        return failures.untrusted(url, cause)
    for kind, failure in (
        (CannotResolveHostError, failures.unresolved(url)),
        (DownloadTimeoutError, failures.late(url)),
        (DownloadConnectionRefusedError, failures.not_connected(url, cause)),
        (ResponseDataLossError, failures.cut_short(url)),
        (DownloadFailedError, failures.broken_off(url, cause)),
        (IgnoreRequest, failures.redirects(url, str(error))),
    ):
        if isinstance(error, kind):
            return failure
    return failures.unreadable(url, error)


def tls_failure(error: BaseException) -> bool:
    """Whether the other side's certificate, or the handshake, is at fault: asking again does not help."""
    return isinstance(error.__cause__, ClientSSLError | ssl.SSLError)


def _too_large(error: BaseException) -> bool:
    return isinstance(error, DownloadCancelledError) or (
        isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error)
    )


def _elapsed(request: Request) -> timedelta | None:
    seconds = request.meta.get("elapsed")
    return timedelta(seconds=seconds) if isinstance(seconds, float) else None
