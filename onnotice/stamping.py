"""Time stamps (RFC 3161): an authority signs that the chain's newest link was there, and everything before it with it.

The authority sees 32 bytes that tell it nothing. It is reached through the guard of addresses that every fetch passes.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigurationError, FetchError
from monitor.types import Source
from storage.rows import Flaw, TimeStamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from onnotice.config import Settings
    from onnotice.home import Home
    from storage import Archive

EVERY = timedelta(days=1)
"""How often the daemon has the chain stamped."""
PAUSE = timedelta(hours=1)
"""After which it tries again where that failed."""
_PATIENCE_SECONDS = 20.0
_LARGEST = 256 * 1024
"""Bytes of an answer; usual ones have 5,000."""


def due(archive: Archive, settings: Settings, now: datetime) -> bool:
    """Whether there is an authority, something new to stamp, and the newest time stamp is a day old."""
    if not settings.proof.authority:
        return False
    head, newest = archive.chain_head(), next(archive.time_stamps(newest_first=True), None)
    if head is None:
        return False
    return newest is None or (newest.visit != head.visit and now - newest.at >= EVERY)


async def stamp(archive: Archive, settings: Settings, home: Home) -> TimeStamp:
    """Have the newest link stamped, and keep the answer. Raises ConfigurationError without an authority or the extra,
    FetchError where there is no link, or the authority gives no answer that can be relied on."""
    rfc3161 = _library()
    authority, head = settings.proof.authority, archive.chain_head()
    if not authority:
        raise ConfigurationError(f"{home.settings} names no authority; set `authority` under [proof].")
    if head is None:
        raise FetchError("Nothing is kept yet that could be stamped; `onnotice poll` first.")
    roots = trusted(settings, home)
    builder = rfc3161.TimestampRequestBuilder().data(head.link).hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    request = builder.build()
    raw = await _answer_of(authority, request.as_bytes())
    problem = wrong_with(raw, head.link, roots, request.nonce)
    if problem:
        raise FetchError(f"{authority} gave no usable time stamp ({problem}); nothing is kept, try again later.")
    at = rfc3161.decode_timestamp_response(raw).tst_info.gen_time
    kept = TimeStamp(head.visit, head.link, at, authority, raw)
    archive.keep_time_stamp(kept)
    return kept


def trusted(settings: Settings, home: Home) -> tuple[Certificate, ...]:
    """The root certificates that the settings name. Raises ConfigurationError where there are none to be had."""
    from cryptography.x509 import load_pem_x509_certificates

    if not settings.proof.certificates:
        raise ConfigurationError(
            f"{home.settings} names nobody who vouches for the authority; save its root certificate as a PEM file and"
            " set `certificates` under [proof] to its name."
        )
    path = home.folder / settings.proof.certificates
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{path} holds no certificates that can be read ({error}); put the authority's root there in PEM form."
        ) from None


def wrong_with(raw: bytes, link: bytes, roots: Sequence[Certificate], nonce: int | None = None) -> str:
    """Why an answer does not prove that the link was there at its time; empty where it does."""
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    rfc3161 = _library()
    try:
        response = rfc3161.decode_timestamp_response(raw)
        if response.status != rfc3161.PKIStatus.GRANTED:
            return f"it was refused: {', '.join(response.status_string) or f'status {response.status}'}"
        # What is wrong with a certificate the verification says; the library warns of it besides.
        with warnings.catch_warnings(action="ignore"):
            carried = [load_der_x509_certificate(one) for one in sorted(response.signed_data.certificates)]
    except (ValueError, InvalidVersion):
        return "it cannot be read as one"
    try:
        verifier = rfc3161.VerifierBuilder(intermediates=carried, roots=list(roots), nonce=nonce).build()
        verifier.verify_message(response, link)
    except (ValueError, rfc3161.VerificationError) as error:
        said = str(error)
        return "its signature does not fit the certificates" if "certificates:" in said else said.splitlines()[0]
    return "" if response.as_bytes() == raw else "there is more in it than an answer"


def flaws(archive: Archive, settings: Settings, home: Home) -> Iterator[Flaw]:
    """Time stamps that do not hold, or whose visit does not have the link that was stamped any more.

    Raises ConfigurationError without the extra, and without the authority's root.
    """
    roots = trusted(settings, home)
    rfc3161 = _library()
    for one in archive.time_stamps():
        where = f"The time stamp of {one.at:%Y-%m-%d %H:%M:%S} UTC for visit {one.visit}"
        problem = wrong_with(one.response, one.link, roots)
        if not problem and rfc3161.decode_timestamp_response(one.response).tst_info.gen_time != one.at:
            problem = "it names another time"
        if problem:
            yield _flaw(one, f"{where} does not hold ({problem}); restore the archive from a backup of before that.")


def _flaw(stamp: TimeStamp, sentence: str) -> Flaw:
    return Flaw("stamp", sentence, visit=stamp.visit, at=stamp.at.isoformat())


async def _answer_of(authority: str, request: bytes) -> bytes:
    """What the authority answers. Raises FetchError, AddressRefused."""
    import aiohttp

    from scrapers.guard import named_endpoints, public_sockets, reaches_named, refusal_in, sockets_to

    named = named_endpoints(Source(slug="authority", title="authority", url=authority))
    sockets = sockets_to(named) if reaches_named(authority, named) else public_sockets
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=sockets),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=_PATIENCE_SECONDS),
                trust_env=False,
            ) as session,
            session.post(authority, data=request, headers=headers, allow_redirects=False) as response,
        ):
            body = bytearray()
            async for piece in response.content.iter_chunked(16 * 1024):
                body += piece
                if len(body) > _LARGEST:
                    raise FetchError(f"{authority} answers with more than a time stamp; check its address.")
            if response.status != 200:
                raise FetchError(f"{authority} answered with status {response.status}; check its address.")
            return bytes(body)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        why = refusal_in(error) or str(error) or "no answer in time"
        raise FetchError(f"{authority} gave no time stamp ({why}); nothing is lost, try again later.") from error


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise ConfigurationError(
            "Time stamps need the package rfc3161-client; install it with `pip install onnotice[timestamp]`."
        ) from None
    return rfc3161_client
