"""Platforms of councils by their addresses. One rule a vendor; what the addresses mean: docs/reference/sources.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, urlsplit

from monitor.url import canonical_url
from scrapers.platforms.proposals import Proposal

Rule = Callable[[SplitResult], tuple[Proposal, ...]]

_VIEW = re.compile(r"\d{1,6}")


def from_address(url: str) -> tuple[Proposal, ...]:
    """Ways to watch the council that a platform's address belongs to, the best first; none for any other address."""
    try:
        parts = urlsplit(canonical_url(url))
        named = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        named = False
    if not named:
        return ()
    return next((found for rule in _RULES if (found := rule(parts))), ())


def _legistar(parts: SplitResult) -> tuple[Proposal, ...]:
    """`denver.legistar.com` has its data at `webapi.legistar.com/v1/denver`, unless the clerk wants a token for it."""
    if parts.hostname == "webapi.legistar.com":
        client = re.match(r"/v1/([^/]+)", parts.path, re.IGNORECASE)
        return (_legistar_api(client[1].lower()),) if client else ()
    tenant = _tenant(parts, ".legistar.com")
    if not tenant:
        return ()
    calendar = f"https://{tenant}.legistar.com/Calendar.aspx"
    in_html = Proposal("a council's calendar on Legistar", calendar, "legistar_html", council=True)
    return (_legistar_api(tenant), in_html)


def _legistar_api(client: str) -> Proposal:
    return Proposal(
        "a council's calendar and agendas in Legistar's Web API",
        f"https://webapi.legistar.com/v1/{client}/events",
        "legistar_api",
        council=True,
        portal=f"https://{client}.legistar.com/Calendar.aspx",
    )


def _primegov(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".primegov.com")
    if not tenant:
        return ()
    root = f"https://{tenant}.primegov.com/"
    return (
        Proposal("a council's calendar on PrimeGov", root, "primegov", council=True, portal=f"{root}public/portal"),
    )


def _civicclerk(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".portal.civicclerk.com") or _tenant(parts, ".api.civicclerk.com")
    tenant = tenant or _tenant(parts, ".civicclerk.com")
    if not tenant:
        return ()
    root = f"https://{tenant}.portal.civicclerk.com/"
    return (Proposal("a council's calendar on CivicClerk", root, "civicclerk", council=True),)


def _escribe(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".escribemeetings.com")
    root = f"https://{tenant}.escribemeetings.com/"
    return (Proposal("a council's calendar on eSCRIBE", root, "escribe", council=True),) if tenant else ()


def _granicus(parts: SplitResult) -> tuple[Proposal, ...]:
    """Each tenant has several views, and only the address says which one is meant."""
    tenant = _tenant(parts, ".granicus.com")
    view = next(iter(parse_qs(parts.query).get("view_id", ())), "")
    if not tenant or not _VIEW.fullmatch(view):
        return ()
    address = f"https://{tenant}.granicus.com/ViewPublisher.php?view_id={view}"
    return (Proposal("a council's meetings on Granicus", address, "granicus", council=True),)


def _civicplus(parts: SplitResult) -> tuple[Proposal, ...]:
    """Cities mount it on their own host, anywhere; its name in the path is its own."""
    found = re.match(r"(.*?/AgendaCenter)(?:/|$)", parts.path, re.IGNORECASE)
    if found is None or not parts.hostname:
        return ()
    address = f"{parts.scheme}://{parts.netloc}{found[1]}"
    return (Proposal("a council's agendas in CivicPlus AgendaCenter", address, "civicplus", council=True),)


def _civicweb(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".civicweb.net")
    root = f"https://{tenant}.civicweb.net/"
    return (Proposal("a council's calendar on CivicWeb", root, "civicweb", council=True),) if tenant else ()


def _iqm2(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".iqm2.com")
    calendar = f"https://{tenant}.iqm2.com/Citizens/Calendar.aspx"
    return (Proposal("a council's calendar on IQM2", calendar, "iqm2", council=True),) if tenant else ()


def _municode(parts: SplitResult) -> tuple[Proposal, ...]:
    tenant = _tenant(parts, ".municodemeetings.com")
    root = f"https://{tenant}.municodemeetings.com/"
    return (Proposal("a council's meetings on Municode", root, "municode", council=True),) if tenant else ()


_RULES: tuple[Rule, ...] = (
    _legistar,
    _primegov,
    _civicclerk,
    _escribe,
    _granicus,
    _civicweb,
    _iqm2,
    _municode,
    _civicplus,
)


def _tenant(parts: SplitResult, vendor: str) -> str:
    """The one label before the vendor's name; empty for the vendor's own hosts and anybody else's."""
    host = parts.hostname or ""
    tenant = host.removesuffix(vendor) if host.endswith(vendor) else ""
    return tenant if re.fullmatch(r"[a-z0-9-]+", tenant) and tenant != "www" else ""
