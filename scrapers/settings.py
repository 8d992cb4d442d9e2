"""Scrapy's settings for this project: one asyncio process, guarded, polite, and no more machinery than it needs.

`scrapy list` and `scrapy crawl NAME` read them through scrapy.cfg; `scrapers.crawl` reads them and sets its options
over them. What is switched off costs time at every page (cookies, referrer, depth, statistics), opens a port
(RemoteControl, telnet), or is done across crawls by `scrapers.manners` instead (robots.txt, throttling, retries).
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("onnotice")
except PackageNotFoundError:  # a checkout that was never installed
    VERSION = "0"

CONTACT = os.environ.get("ONNOTICE_CONTACT", "https://example.org/onnotice")
"""Where a webmaster who wonders about us can write."""


def user_agent(contact: str) -> str:
    """Who we are, to a web server: "OnNotice/1.0 (+https://...)"."""
    return f"OnNotice/{VERSION} (+{contact})"


BOT_NAME = "OnNotice"
USER_AGENT = user_agent(CONTACT)
SPIDER_MODULES = ["scrapers.spiders"]
NEWSPIDER_MODULE = "scrapers.spiders"

TWISTED_REACTOR_ENABLED = False
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

_HANDLER = "scrapers.handler.GuardedHandler"
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": _HANDLER,
    "https": _HANDLER,
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 30
"""Seconds for a whole transfer, from the connection to the last byte."""
DOWNLOAD_MAXSIZE = 30 * 1024 * 1024
"""Bytes of a body, before and after decompression."""
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False
"""A body that was cut off is kept as evidence and marked; `scrapers.retries` asks again first."""

CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 16
"""The gate of `scrapers.manners` lets fewer through to every host but this machine."""
CONCURRENT_ITEMS = 1
DOWNLOAD_DELAY = 0

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
}
ROBOTSTXT_OBEY = False
"""Scrapy's own middleware fetches robots.txt for each crawl and takes a failure for consent; ours does neither."""
REDIRECT_MAX_TIMES = 8
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
COOKIES_ENABLED = False
REFERER_ENABLED = False

SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
"""Pages in the order in which they were asked for; Scrapy's own is last in, first out."""
REQUEST_FINGERPRINTER_CLASS = "scrapers.watched.Fingerprints"
LOG_LEVEL = "INFO"
STATS_DUMP = False
DOWNLOADER_STATS = False

_STOCK = "scrapy.downloadermiddlewares"
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {
    "scrapers.obedience.RobotsMiddleware": 100,
    f"{_STOCK}.defaultheaders.DefaultHeadersMiddleware": 400,
    f"{_STOCK}.useragent.UserAgentMiddleware": 500,
    "scrapers.rendering.middleware.RenderMiddleware": 520,
    "scrapers.retries.RetryMiddleware": 550,
    f"{_STOCK}.httpcompression.HttpCompressionMiddleware": 590,
    "scrapers.redirects.GuardedRedirects": 600,
}
"""In place of Scrapy's own base, whose other members are imported even where they are switched off: cookies alone bring
requests, urllib3 and a list of all public suffixes. A spider that needs one names it in its `custom_settings`."""
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
"""Every status goes to the spider: a 404 is evidence too."""
EXTENSIONS_BASE: dict[str, int] = {"scrapy.extensions.feedexport.FeedExporter": 0}
"""For `scrapy crawl NAME -O items.jsonl`; what it would count, `scrapers.crawl` reports."""
