"""The check-up: can this home fetch, keep, read and send, and is anything at work? Each finding is a sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.addresses import is_service, name_of
from monitor.errors import OnNoticeError
from monitor.types import Look, Source
from onnotice.at_work import (
    at_work_in_words,
    clock_in_words,
    late,
    late_in_words,
    mail_in_words,
    silence_in_words,
    unused_proxy,
)
from onnotice.backup import last_backup
from onnotice.config import Settings, read_settings
from onnotice.home import Home

if TYPE_CHECKING:
    from storage import Archive

_SMALLEST_FREE = 500 * 1024 * 1024
_OLDEST_BACKUP = timedelta(days=31)
"""Whoever backs up once a month is not to be blamed."""
_PATIENCE_SECONDS = 10.0
_MOST_HOSTS = 12
_ONE_PAGE_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 41>>stream\nBT /F 12 Tf 20 100 Td (It can be read.) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what it is about, whether all is well, and the sentence."""

    about: str
    well: bool
    sentence: str


async def examine(home: Home, now: datetime) -> tuple[Finding, ...]:
    """Every check of a home, in the order in which a poll would meet them. Raises nothing that a check is about."""
    from storage import Archive

    try:
        settings = read_settings(home)
        sources = settings.sources(str(home.settings))
    except OnNoticeError as error:
        return (Finding("settings", False, str(error)),)
    counted = f"{len(sources):,} {'source is' if len(sources) == 1 else 'sources are'} watched"
    findings = [Finding("settings", True, f"{home.settings} can be used: {counted}.")]
    findings.append(_contact(settings))
    findings.append(_disk(home, settings))
    findings.append(_backup(home, now))
    try:
        with Archive.open(home.archive, read_only=True) as archive:
            findings += _archive(archive, home, now)
            findings += _service(archive, settings, home, now)
            findings += _returned(archive)
    except OnNoticeError as error:
        findings.append(Finding("archive", False, str(error)))
    findings.append(await _documents(now))
    if any(source.parameters.get("render") for source in sources):
        findings.append(await _browser())
    findings += await _hosts(sources)
    if url := settings.heartbeat_url():
        reached = await _host(Source(slug="heartbeat", title="heartbeat", url=url))
        findings.append(Finding("heartbeat", reached.well, reached.sentence))
    findings.append(await _mail(settings, home))
    findings += _services(settings)
    return tuple(findings)


def _contact(settings: Settings) -> Finding:
    if settings.contact:
        return Finding("contact", True, f"Webmasters are given {settings.contact} to reach you.")
    return Finding(
        "contact", True, "No `contact` is set; name a page or address there, and fewer sites will block you."
    )


def _disk(home: Home, settings: Settings) -> Finding:
    """Well before the floor at which polls cease: whoever asks has time to make room."""
    free = shutil.disk_usage(home.folder).free
    if not os.access(home.folder, os.W_OK):
        return Finding("disk", False, f"{home.folder} cannot be written to; give the user that polls the right to.")
    if free < max(_SMALLEST_FREE, 2 * settings.keep.floor):
        ceases = f"with less than {settings.keep.free_mb:,} MB nothing is asked for any more"
        return Finding("disk", False, f"Only {free // 10**6:,} MB are free in {home.folder}; make room: {ceases}.")
    return Finding("disk", True, f"{home.folder} can be written to; {free // 2**30:,} GiB are free.")


def _backup(home: Home, now: datetime) -> Finding:
    last = last_backup(home)
    if last is None:
        return Finding("backup", True, "No backup was ever made of this home; `onnotice backup DIR` makes one.")
    age = f"The last good backup is of {last.at:%Y-%m-%d %H:%M} UTC, in {last.folder}"
    if now - last.at > _OLDEST_BACKUP:
        return Finding("backup", False, f"{age}: too long ago; run `onnotice backup DIR`, best every night.")
    return Finding("backup", True, f"{age}.")


def _archive(archive: Archive, home: Home, now: datetime) -> list[Finding]:
    problem = archive.integrity_problem()
    if problem:
        return [Finding("archive", False, f"{home.archive} is damaged ({problem}); restore it from a backup.")]
    statuses = [status for status in archive.sources() if status.active]
    findings = [Finding("archive", True, f"{home.archive} is sound and holds {len(statuses):,} active sources.")]
    for status in statuses:
        if status.health.value not in ("seen", "new"):
            findings.append(Finding("health", False, f"{status.source.slug} is {status.health}: {status.message}"))
    return findings


def _service(archive: Archive, settings: Settings, home: Home, now: datetime) -> list[Finding]:
    """Whether something polls, keeps up, and gets its mail out, by a clock that can be right."""
    statuses = archive.sources()
    checks = (
        ("clock", "The clock is not behind what is on record.", clock_in_words(archive, now)),
        ("schedule", "Nothing is late.", late_in_words(late(statuses, now), now)),
        ("service", at_work_in_words(archive, now), silence_in_words(archive, settings, home, now)),
        ("outbox", "No mail has waited for an hour.", mail_in_words(archive, now)),
    )
    return [Finding(about, not problem, problem or well) for about, well, problem in checks]


def _returned(archive: Archive) -> list[Finding]:
    from onnotice.bounces import sentence

    return [Finding("recipient", one.stopped_at is None, sentence(one)) for one in archive.returned_mail()]


async def _documents(now: datetime) -> Finding:
    from scrapers.documents import bounded

    look = Look(url="https://example.org/check.pdf", at=now, status=200, body=_ONE_PAGE_PDF)
    try:
        read = await bounded("pdf", look, Source(slug="check", title="check", url=look.url))
    except OnNoticeError as error:
        return Finding("documents", False, f"PDF documents cannot be read: {error}")
    if not any("It can be read." in line for line in read.text):
        return Finding("documents", False, "PDF documents are read as empty; reinstall pypdfium2.")
    return Finding("documents", True, "PDF documents can be read, in a child process with bounds.")


async def _browser() -> Finding:
    from scrapers.rendering.renderer import browser_here

    try:
        return Finding("render", True, f"Pages that need a browser are shown in {await browser_here()}.")
    except OnNoticeError as error:
        return Finding("render", False, f"{str(error).rstrip('.')}.")


async def _hosts(sources: Sequence[Source]) -> list[Finding]:
    addresses = {(urlsplit(source.url).scheme, urlsplit(source.url).netloc): source for source in sources}
    some = list(addresses.values())[:_MOST_HOSTS]
    findings = list(await asyncio.gather(*(_host(source) for source in some)))
    if len(findings) > 1 and not any(finding.well for finding in findings):
        why = (
            f"; {unused_proxy()} is set, and never used, for it would connect where no guard sees it"
            if unused_proxy()
            else ""
        )
        sentence = f"None of {len(findings)} hosts can be reached: is this machine connected, and its DNS right{why}?"
        return [Finding("fetch", False, f"{sentence} The first: {findings[0].sentence}")]
    if len(addresses) > len(some):
        findings.append(Finding("fetch", True, f"{len(addresses) - len(some):,} more hosts were not tried."))
    return findings


async def _host(source: Source) -> Finding:
    """Whether a connection can be made. Nothing is asked of the server: a check-up is no poll."""
    parts = urlsplit(source.url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context() if secure else None)
            writer.close()
    except TimeoutError:
        return Finding("fetch", False, f"{host} did not answer within {_PATIENCE_SECONDS:.0f} seconds ({source.slug}).")
    except (OSError, ValueError) as error:
        return Finding("fetch", False, f"{host} cannot be reached ({source.slug}): {error}.")
    return Finding("fetch", True, f"{host} can be reached ({source.slug}).")


def _services(settings: Settings) -> list[Finding]:
    """Whether chat services can be told at all. None is asked: most could only be by telling it something."""
    named = {name_of(one) for each in settings.subscription for one in each.recipients if is_service(one)}
    if not named:
        return []
    if find_spec("apprise") is None:
        missing = "Alerts to chat services need Apprise; install it with: pip install 'onnotice[apprise]'."
        return [Finding("services", False, missing)]
    return [Finding("services", True, f"Apprise is there to tell {', '.join(sorted(named))}; no service was asked.")]


async def _mail(settings: Settings, home: Home) -> Finding:
    from onnotice.telling import transport_of

    if not settings.subscription:
        return Finding("mail", False, "Nobody is told: add a [[subscription]] with recipients to onnotice.toml.")
    try:
        return Finding("mail", True, await transport_of(settings, home).check())
    except OnNoticeError as error:
        return Finding("mail", False, str(error))
