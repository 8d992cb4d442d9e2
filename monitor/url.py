"""One spelling for one address: the form of a URL under which a page is known.

Two spellings that a server cannot tell apart, or that differ only in how a reader came to the page, are one page. What
may name another document (the query and its order, the case of a path) is left alone.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

_TRACKING = re.compile(
    r"(?:utm_\w*|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_ga|_gl|_hsenc|_hsmi"
    r"|mkt_tok|icid|ncid|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken)",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, or which session it is: never which document."""

_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|/\([A-Z]\([A-Za-z0-9]{8,}\)\)(?=/|$)", re.IGNORECASE)
"""Java's ";jsessionid=..." and the "/(S(...))" of ASP.NET without cookies."""

_SAFE_IN_PATH = "/%!$&'()*+,;=:@~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?[]|\\^`{}"
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_BARE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_DOCUMENT = re.compile(
    r"\.(?:pdf|docx?|docm|rtf|odt|xlsx?|xlsm|xlsb|ods|csv|tsv|pptx?|pps|odp|zip|7z|gz|txt|epub|kml|kmz|shp|msg|eml)$",
    re.IGNORECASE,
)
_DOCUMENT_HANDLER = re.compile(
    r"/(?:ViewFile|DocumentCenter/View|ImageRepository/Document)(?:/|$)"
    r"|/(?:View|FileStream|DisplayAgendaPDF|DownloadFile)\.ashx$|/FileOpen\.aspx$|/(?:MetaViewer|AgendaViewer)\.php$",
    re.IGNORECASE,
)
"""Addresses without a suffix behind which CivicPlus, Legistar, eSCRIBE, NovusAGENDA, IQM2, Granicus keep files."""
_POLICY = re.compile(r"https://public\.powerdms\.com/[^/?#]+/documents/\d+$", re.IGNORECASE)
"""A document on PowerDMS, where police and sheriffs keep their policies; several readers report that it is a PDF."""
_NUMBER_OF = re.compile(r"\w{0,20}(?:id|ID|Id)=\d{1,12}|(?:M|Type|type)=\w{1,8}")

_ONE_HOST = {"justice.gov": "www.justice.gov"}
"""The API prints the bare name, the site redirects it to www."""

_VENDORS = (
    "legistar.com", "legistar1.com", "granicus.com", "civicplus.com", "civicclerk.com", "primegov.com",
    "escribemeetings.com", "iqm2.com", "novusagenda.com", "municodemeetings.com", "municode.com", "civicweb.net",
    "boarddocs.com", "onbaseonline.com", "civiclive.com", "diligent.community", "agendaquick.com", "swagit.com",
    "simbli.eboardsolutions.com", "opengov.com", "documentcloud.org", "web.archive.org", "archive.org",
)  # fmt: skip
"""Platforms that serve every tenant from the same machines: all tenants share one delay."""

_VENDOR_ALIASES = {"legistar1.com": "legistar.com", "web.archive.org": "archive.org"}


def canonical_url(url: str) -> str:
    """The form under which a page is known; absolute http(s) URLs only, anything else comes back trimmed.

    Scheme and host in lower case, default port and fragment dropped, dot segments resolved, tracking and session
    parameters dropped, the others kept in order, "www" put before justice.gov. Idempotent.
    """
    trimmed = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(trimmed)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return trimmed
    if scheme not in _DEFAULT_PORTS or not host:
        return trimmed
    host = _ONE_HOST.get(host.rstrip("."), host.rstrip("."))
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    credentials, at, _ = parts.netloc.rpartition("@")
    path = _without_dots(_respelled(_without_session(parts.path.replace("\\", "/")), _SAFE_IN_PATH))
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    return urlunsplit((scheme, credentials + at + host, path, _respelled(query, _SAFE_IN_QUERY), ""))


@lru_cache(maxsize=8192)
def absolute_url(base: str, reference: str) -> str:
    """A link's canonical address as its page means it; empty when it does not lead to a host by http(s)."""
    try:
        joined = urljoin(base, reference.strip().replace("\\", "/"))
    except ValueError:
        return ""
    if not joined[:8].lower().startswith(("http://", "https://")):
        return ""
    address = canonical_url(joined)
    return address if host_of(address) else ""


def document_target(url: str) -> str:
    """What names the document behind a canonical URL: its path, with the numbers that identify it; empty for a page.

    Tokens, GUIDs and versions in the query are left out: they change without the document.
    """
    parts = urlsplit(url)
    if _DOCUMENT.search(parts.path) or _POLICY.match(url):
        return parts.path
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    if _DOCUMENT_HANDLER.search(parts.path) and "M=IC" not in parts.query:
        identifying = [f"{name}={value}" for name, _, value in pairs if _NUMBER_OF.fullmatch(f"{name}={value}")]
    else:
        identifying = [f"{name}={value}" for name, _, value in pairs if _DOCUMENT.search(value)]
        if not identifying:
            return ""
    return parts.path + ("?" + "&".join(identifying) if identifying else "")


def host_of(url: str) -> str:
    """The host's name in lower case, without port; empty where there is none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".")


def vendor_host(url: str) -> str:
    """One name for all hosts that the same machines serve: "legistar.com" for every Legistar client and its API.

    Of other hosts the name without "www".
    """
    host = host_of(url)
    for vendor in _VENDORS:
        if host == vendor or host.endswith("." + vendor):
            return _VENDOR_ALIASES.get(vendor, vendor)
    return host.removeprefix("www.")


def _respelled(text: str, safe: str) -> str:
    """Escapes in capitals, of unreserved characters resolved; what may not stand bare escaped (RFC 3986, 6.2.2)."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else f"%{match[1].upper()}"

    return _ESCAPE.sub(plain, quote(_BARE_PERCENT.sub("%25", text), safe=safe, errors="replace"))


def _without_session(path: str) -> str:
    return _PATH_SESSION.sub("", path)


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if not path:
        return "/"
    if "/." not in path:
        return path if path.startswith("/") else "/" + path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def slug_of(url: str) -> str:
    """A source's name made of its address, readable at the front and unique at the end: "example-org-council-1f3a9c2e".

    The same address always gives the same name.
    """
    parts = urlsplit(url)
    words = re.findall(r"[a-z0-9]+", f"{parts.hostname or ''} {parts.path}".lower().removeprefix("www."))
    return f"{'-'.join(words)[:48].strip('-') or 'page'}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
