"""Reads what a redirect says: the page moved, is gone, or somebody wants a sign-in first."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from monitor.types import PageState, Verdict, VerdictKind
from monitor.url import canonical_url

_HOME: Final = re.compile(
    r"(?:index|default|home|main|welcome|start)?(?:\.(?:html?|php|aspx?|cfm|jsp|shtml|do))?|en|es|en-us|english|home-page"
)
"""Names under which sites keep their front page, one path segment."""

_SIGN_IN: Final = re.compile(
    r"(?:log-?in|log-?on|sign-?in|sso|saml2?|adfs|oauth2?|openid|cas|wp-login|userlogin|account-?login|authwall)"
    r"(?:\.(?:html?|php|aspx?|cfm|jsp|do))?"
)
_SIGN_IN_HOST: Final = re.compile(
    r"(?:log-?in|accounts?|sso|auth|idp|sign-?in|adfs|sts|secure\.login)\..+|.+\.(?:okta|auth0|onelogin)\.com"
)
_REFUSED: Final = re.compile(
    r"(?:captcha|challenge|blocked|access-?denied|denied|forbidden|unauthorized|bot-?check|validate|sorry"
    r"|cookies?-?(?:absent|required|disabled|check|error)|unsupported-?browser)(?:\.(?:html?|php|aspx?|cfm|jsp|do))?"
)
_REFUSING_HOST: Final = re.compile(r"(?:validate|captcha)\.perfdrive\.com|geo\.captcha-delivery\.com|consent\..+")
_NOT_FOUND: Final = re.compile(
    r"(?:error-?)?(?:404|410)(?:-?error)?|(?:page|file)?-?not-?found(?:-?error)?|(?:404|notfound|page-?not-?found|pagenotfounderror)"
    r"(?:\.(?:html?|php|aspx?|cfm|jsp|do))?"
)
_DOWN: Final = re.compile(
    r"(?:maintenance|outage|unavailable|offline|down|site-?down|server-?error|error-?page|error|500|503)"
    r"(?:\.(?:html?|php|aspx?|cfm|jsp|do))?"
)

_SIGNS: Final = (
    (_SIGN_IN, VerdictKind.BLOCKED, "the site asks for a sign-in", "redirect to a sign-in page"),
    (_REFUSED, VerdictKind.BLOCKED, "the site sends us to a page of refusal", "redirect to a page of refusal"),
    (_NOT_FOUND, VerdictKind.GONE, "the site says that there is no such page", "redirect to a page of absence"),
    (_DOWN, VerdictKind.UNREACHABLE, "the site sends us to its error page", "redirect to an error page"),
)


def redirected(final_url: str, page: PageState) -> Verdict | None:
    """What it means that a request for the page ended at `final_url`; None where that is the same place.

    Scheme, "www.", a trailing slash, the name of an index file and the query are the same place. The front page in
    answer to anything deeper is Gone, and so is a section's front once the page has been seen: a page that was watched
    through such a redirect from the start stays Moved. Everything else is Moved, which is believed.
    """
    try:
        asked, final = urlsplit(canonical_url(page.url)), urlsplit(canonical_url(final_url))
    except ValueError:
        return None
    asked_path, final_path = _segments(asked), _segments(final)
    same_host = _host(asked) == _host(final)
    if same_host and asked_path == final_path:
        lost = not asked_path and asked.query and not final.query and asked.path != final.path
        return _home() if lost else None
    sign = _sign(asked, asked_path, final, final_path)
    if sign is not None:
        return sign
    if not final_path and not final.query and asked_path:
        return _home()
    watched_through = page.snapshot_number == 0 or page.last_verdict is VerdictKind.MOVED
    if same_host and final_path == asked_path[: len(final_path)] and not final.query and not watched_through:
        return Verdict(
            VerdictKind.GONE,
            f"the site leads to the front of its section, {final_url}",
            "redirect to the section's front",
        )
    return Verdict(VerdictKind.MOVED, f"the page is now at {final_url}", "redirect")


def other_site(final_url: str, url: str) -> bool:
    """Whether a request for `url` ended on another host or at another port; "www." and https make no other."""
    try:
        asked, final = urlsplit(url), urlsplit(final_url)
        return (_host(asked), asked.port) != (_host(final), final.port)
    except ValueError:
        return False


def _home() -> Verdict:
    return Verdict(VerdictKind.GONE, "the site leads to its front page instead", "redirect to the front page")


def _sign(asked: SplitResult, asked_path: list[str], final: SplitResult, final_path: list[str]) -> Verdict | None:
    """What a segment of the new path says that the old one did not say."""
    host = _host(final)
    if host != _host(asked):
        if _SIGN_IN_HOST.fullmatch(host):
            return Verdict(VerdictKind.BLOCKED, "the site asks for a sign-in", f"redirect to {host}")
        if _REFUSING_HOST.fullmatch(host):
            return Verdict(VerdictKind.BLOCKED, "the site asks for a browser check", f"redirect to {host}")
    for pattern, kind, says, name in _SIGNS:
        new = [segment for segment in final_path if segment not in asked_path and pattern.fullmatch(segment)]
        if new and not any(pattern.fullmatch(segment) for segment in asked_path):
            return Verdict(kind, says, f"{name}: {new[0]}")
    return None


def _segments(parts: SplitResult) -> list[str]:
    """Path segments in lower case, without an index file's name at the end; none for a front page."""
    segments = [segment.casefold() for segment in parts.path.split("/") if segment]
    if all(_HOME.fullmatch(segment) for segment in segments):
        return []
    if re.fullmatch(r"(?:index|default)\.(?:html?|php|aspx?|cfm|jsp|shtml)", segments[-1]):
        segments.pop()
    return segments


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")
