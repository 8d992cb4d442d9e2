"""The table of what is served in a page's place: challenges, refusals, error pages, soft 404s, each by its mechanism.

Words alone never decide: the Justice Department publishes articles headed with "access denied" and about captchas. A
row names markup that a cheap search finds (`needles`) and then what must be true of the parsed page: an element, a
script, a heading that says it and nothing else, and hardly anything besides to read. A row comes with a case in
tests/monitor/verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.types import VerdictKind

WINDOW: Final = 65_536
"""Bytes searched at each end of a body. Everything that a block page is known by stands there."""
LARGEST: Final = 524_288
"""Bytes beyond which a page is not parsed here. A "Page not found" under a full menu has 300 KB; none met has more."""

_BLOCKED, _GONE, _UNREACHABLE = VerdictKind.BLOCKED, VerdictKind.GONE, VerdictKind.UNREACHABLE


@dataclass(frozen=True, slots=True)
class HeaderMechanism:
    """A response header that says so itself. Sure: vendors set it on challenges only."""

    name: str
    header: str
    values: tuple[str, ...]
    """Beginnings in lower case; an empty tuple means any value."""
    says: str
    known_from: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way in which something else is served in a page's place. All that is given must hold."""

    name: str
    says: str
    """The reason for people, to be read after "cannot be seen: "."""
    known_from: str
    """What was seen and where, and how sure it is where it is not sure."""
    needles: tuple[bytes, ...]
    """All of them in the markup, which is searched in lower case."""
    element: str = ""
    """CSS selector of which one element is in the page."""
    script: str = ""
    """In a script, lower case: quoted in an article it is text."""
    text: re.Pattern[str] | None = None
    """Found in what can be read, lower case."""
    reads_at_most: int = 600
    """Characters to be read outside of navigation: an article about the mechanism has more."""
    largest: int = 16_384
    """Bytes of the whole body. Block pages are small; what is not searched costs an ordinary page nothing."""
    without_fields: bool = False
    """Nothing to type into is on the page: contact forms carry captchas too."""
    was_otherwise: bool = False
    """Only where the page is known under a title that did not say so."""
    verdict: VerdictKind = _BLOCKED


@dataclass(frozen=True, slots=True)
class Heading:
    """What a page calls itself in its title or first heading, and nothing else."""

    name: str
    says: str
    verdict: VerdictKind
    phrases: frozenset[str]
    pattern: re.Pattern[str] | None = None
    """Matches whole phrases of the same meaning."""
    numbers: frozenset[str] = frozenset()
    """Status codes that say the same."""
    reads_at_most: int = 1_500
    """Characters to be read where title and heading agree: the usual apology with its links."""


HEADERS: Final = (
    HeaderMechanism(
        "cloudflare challenge header",
        "cf-mitigated",
        ("challenge",),
        "Cloudflare asks for a browser check",
        "Cloudflare documentation, 'Detect a challenge page response'",
    ),
    HeaderMechanism(
        "aws waf header",
        "x-amzn-waf-action",
        ("challenge", "captcha"),
        "Amazon's firewall asks for a browser check",
        "AWS WAF developer guide; comes with 202 and an empty body, or 405",
    ),
    HeaderMechanism(
        "vercel checkpoint header",
        "x-vercel-mitigated",
        ("challenge", "deny"),
        "Vercel's firewall asks for a browser check",
        "Vercel documentation, 'Attack challenge mode'",
    ),
    HeaderMechanism(
        "sucuri",
        "x-sucuri-block",
        (),
        "Sucuri's firewall refused the request",
        "Sucuri block pages; likely, not documented",
    ),
)

_REFERENCE = re.compile(r"reference\s*#\s*[0-9]{1,3}\.[0-9a-f]{2,}\.[0-9]{4,}\.[0-9a-f]+")
_REQUEST_ID = re.compile(
    r"(?:reference|support|incident|request|event|ray|block|session|transaction)\s*(?:id|#|no\.?|number)?\s*[:#]\s*[0-9a-f-]{6,}"
)

MECHANISMS: Final = (
    Mechanism(
        "akamai interstitial: refresh with bm-verify",
        "Akamai serves a browser check in the page's place",
        "www.justice.gov 2026-06 to 08: 200, 2.3 to 2.6 KB, title &nbsp;, meta refresh with bm-verify=",
        (b"bm-verify",),
        element='meta[http-equiv="refresh" i][content*="bm-verify" i]',
        largest=WINDOW,
    ),
    Mechanism(
        "akamai interstitial: apology frame",
        "Akamai serves a browser check in the page's place",
        "www.justice.gov 2026: iframe of /apology_objects/interstitial/doj-interstitial.html",
        (b"apology_objects",),
        element='iframe[src*="apology_objects" i]',
        reads_at_most=300,
        largest=WINDOW,
    ),
    Mechanism(
        "akamai interstitial: verify script",
        "Akamai serves a browser check in the page's place",
        "www.justice.gov 2026: script that POSTs to /_sec/verify?provider=interstitial",
        (b"/_sec/",),
        script="/_sec/verify",
        largest=WINDOW,
    ),
    Mechanism(
        "akamai challenge: sec-cpt",
        "Akamai serves a browser check in the page's place",
        "Akamai Bot Manager's crypto challenge: #sec-if-cpt-container, scripts under /_sec/cp_challenge",
        (b"sec-if-cpt",),
        element="#sec-if-cpt-container, #sec-if-cpt-if",
    ),
    Mechanism(
        "akamai access denied",
        "Akamai refused the request: Access Denied",
        "justice.gov, server AkamaiGHost: a few hundred bytes with 'Reference #18.', usually with 403",
        (b"access denied",),
        text=_REFERENCE,
        largest=8_192,
    ),
    Mechanism(
        "cloudflare challenge page",
        "Cloudflare serves a browser check in the page's place",
        "'Just a moment...': window._cf_chl_opt and /cdn-cgi/challenge-platform/h/*/orchestrate. Pages that pass carry"
        " /cdn-cgi/challenge-platform/scripts/jsd, so the folder alone says nothing",
        (b"_cf_chl_opt",),
        script="_cf_chl_opt",
        largest=WINDOW,
    ),
    Mechanism(
        "cloudflare challenge form",
        "Cloudflare serves a browser check in the page's place",
        "older challenges: #challenge-form, #cf-challenge-running, .cf-browser-verification, inputs named jschl_vc",
        (b"challenge",),
        element='form#challenge-form, #challenge-running, .cf-browser-verification, input[name="jschl_vc"]',
    ),
    Mechanism(
        "cloudflare block page",
        "Cloudflare refused the request",
        "'Attention Required!' and error 10xx pages: #cf-error-details or .cf-error-details in #cf-wrapper",
        (b"cf-error-details",),
        element="#cf-error-details, .cf-error-details, .cf-error-overview",
        reads_at_most=1_500,
        largest=WINDOW,
    ),
    Mechanism(
        "aws waf challenge",
        "Amazon's firewall asks for a browser check",
        "window.gokuProps and awsWafCookieDomainList beside #challenge-container; challenge.js is on pages that pass",
        (b"awswaf",),
        script="gokuprops",
        reads_at_most=400,
        largest=WINDOW,
    ),
    Mechanism(
        "aws waf captcha",
        "Amazon's firewall asks for a captcha",
        "captcha.js of *.captcha.awswaf.com or challenge.js of *.token.awswaf.com on a page without anything to read",
        (b"awswaf.com",),
        element='script[src*=".awswaf.com" i]',
        reads_at_most=250,
    ),
    Mechanism(
        "cloudfront refusal",
        "Amazon CloudFront refused the request",
        "'The request could not be satisfied', 'Generated by cloudfront (CloudFront)' with a Request ID",
        (b"generated by cloudfront",),
        largest=8_192,
    ),
    Mechanism(
        "f5 request rejected",
        "the site's firewall (F5) rejected the request",
        "BIG-IP ASM default page, 200: 'The requested URL was rejected...', 'Your support ID is: <digits>'",
        (b"the requested url was rejected", b"support id"),
        text=re.compile(r"support id(?: is)?\s*:?\s*<?\d{8,}"),
    ),
    Mechanism(
        "f5 browser challenge",
        "the site's firewall (F5) asks for a browser check",
        "window['bobcmn'] or a script under /TSPD/ and nothing to read; F5 puts the same script into pages that pass",
        (b"bobcmn",),
        script="bobcmn",
        reads_at_most=250,
        largest=LARGEST,
    ),
    Mechanism(
        "f5 browser challenge: TSPD",
        "the site's firewall (F5) asks for a browser check",
        "a script under /TSPD/ and nothing to read",
        (b"/tspd/",),
        element='script[src*="/TSPD/" i]',
        reads_at_most=250,
        largest=LARGEST,
    ),
    Mechanism(
        "imperva block frame",
        "Imperva refused the request",
        "iframe of /_Incapsula_Resource with an incident ID. Pages that pass carry a script of that name",
        (b"_incapsula_resource",),
        element='iframe[src*="_Incapsula_Resource" i]',
        largest=WINDOW,
    ),
    Mechanism(
        "imperva challenge script",
        "Imperva serves a browser check in the page's place",
        "a script of /_Incapsula_Resource in a page without anything to read",
        (b"_incapsula_resource",),
        element='script[src*="_Incapsula_Resource" i]',
        reads_at_most=0,
    ),
    Mechanism(
        "imperva interruption",
        "Imperva serves a browser check in the page's place",
        "'Pardon Our Interruption': scripts that wait for onProtectionInitialized or set reeseSkipExpirationCheck",
        (b"pardon our interruption",),
        script="protection",
        reads_at_most=1_500,
        largest=WINDOW,
    ),
    Mechanism(
        "perimeterx captcha",
        "HUMAN (PerimeterX) asks for a captcha",
        "#px-captcha, or the variable _pxAppId beside captcha.px-cdn.net",
        (b"px-c",),
        element='#px-captcha, script[src*="captcha.px-cdn.net" i], script[src*="captcha.px-cloud.net" i]',
        reads_at_most=1_000,
        largest=WINDOW,
    ),
    Mechanism(
        "datadome captcha",
        "DataDome asks for a captcha",
        "scripts or frames of captcha-delivery.com (geo., ct., i.). Pages that pass load js.datadome.co",
        (b"captcha-delivery.com",),
        element='script[src*="captcha-delivery.com" i], iframe[src*="captcha-delivery.com" i]',
        largest=WINDOW,
    ),
    Mechanism(
        "sucuri cookie challenge",
        "Sucuri's firewall asks for a browser check",
        "a script that sets a cookie named sucuri_cloudproxy_*, and nothing to read",
        (b"sucuri_cloudproxy",),
        script="sucuri_cloudproxy",
        reads_at_most=200,
    ),
    Mechanism(
        "sucuri block page",
        "Sucuri's firewall refused the request",
        "'Sucuri WebSite Firewall - Access Denied' with a Block ID and cloudproxy@sucuri.net",
        (b"sucuri", b"block id"),
        text=_REQUEST_ID,
        reads_at_most=1_500,
        largest=32_768,
    ),
    Mechanism(
        "kasada challenge",
        "Kasada serves a browser check in the page's place",
        "window.KPSDK and a script named ips.js, nothing to read; usually with 429",
        (b"kpsdk",),
        script="kpsdk",
        reads_at_most=50,
    ),
    Mechanism(
        "radware captcha",
        "Radware asks for a captcha",
        "forms and scripts of validate.perfdrive.com (ShieldSquare)",
        (b"perfdrive.com",),
        element='[src*="perfdrive.com" i], [action*="perfdrive.com" i], [href*="captcha.perfdrive.com" i]',
        reads_at_most=1_000,
    ),
    Mechanism(
        "reblaze challenge",
        "Reblaze serves a browser check in the page's place",
        "window.rbzns and nothing to read",
        (b"rbzns",),
        script="rbzns",
        reads_at_most=200,
    ),
    Mechanism(
        "ddos-guard challenge",
        "DDoS-Guard serves a browser check in the page's place",
        "scripts under /.well-known/ddos-guard/",
        (b"/.well-known/ddos-guard/",),
        element='script[src*="/.well-known/ddos-guard/" i]',
    ),
    Mechanism(
        "anubis challenge",
        "the site asks for proof of work from every visitor (Anubis)",
        "200, 'Making sure you're not a bot!': #anubis_challenge and /.within.website/x/cmd/anubis/",
        (b"/.within.website/",),
        element='#anubis_challenge, script[src*="/.within.website/" i]',
        reads_at_most=2_500,
        largest=WINDOW,
    ),
    Mechanism(
        "vercel checkpoint",
        "Vercel's firewall asks for a browser check",
        "scripts under /.well-known/vercel/security/",
        (b"/.well-known/vercel/security/",),
        element='script[src*="/.well-known/vercel/security/" i]',
    ),
    Mechanism(
        "wordfence block",
        "the site's firewall (Wordfence) refused the request",
        "'Generated by Wordfence at ...', usually with 403 or 503",
        (b"generated by wordfence",),
        reads_at_most=2_000,
        largest=WINDOW,
    ),
    Mechanism(
        "modsecurity refusal",
        "the site's firewall (ModSecurity) refused the request",
        "'This error was generated by Mod_Security', usually with 406",
        (b"this error was generated by mod_security",),
        largest=8_192,
    ),
    Mechanism(
        "fortinet block page",
        "a Fortinet firewall refused the request",
        "'Web Page Blocked' of FortiGuard or FortiWeb with an Attack ID",
        (b"fortinet", b"blocked"),
        element='img[src*="fortinet" i], a[href*="fortinet" i], .fgd_icon, #sp1',
    ),
    Mechanism(
        "refusal with a number",
        "the request was refused",
        "any vendor: a tiny page headed 'Access Denied', 'Request Rejected' and the like that gives a request's number."
        " Likely",
        (b"<",),
        element="title",
        text=re.compile(
            rf"^(?:access denied|access forbidden|request rejected|request blocked|forbidden|403 forbidden|blocked)\b"
            rf".*{_REQUEST_ID.pattern}",
            re.DOTALL,
        ),
        reads_at_most=400,
        largest=4_096,
    ),
    Mechanism(
        "captcha and nothing else",
        "a captcha is served in the page's place",
        "reCAPTCHA, hCaptcha or Turnstile without a field to fill in. Contact forms carry them too, so likely",
        (b"captcha",),
        element='.g-recaptcha, .h-captcha, script[src*="recaptcha/api.js" i], script[src*="hcaptcha.com" i]',
        reads_at_most=300,
        without_fields=True,
        largest=WINDOW,
    ),
    Mechanism(
        "turnstile and nothing else",
        "a captcha is served in the page's place",
        "as above, Cloudflare Turnstile",
        (b"turnstile",),
        element='.cf-turnstile, script[src*="challenges.cloudflare.com/turnstile" i]',
        reads_at_most=300,
        without_fields=True,
        largest=WINDOW,
    ),
    Mechanism(
        "asp.net error page",
        "the site's application failed (ASP.NET server error)",
        "h1 'Server Error in '/...' Application.', also with 200 behind proxies that lose the status",
        (b"server error in '/",),
        element="h1",
        text=re.compile(r"^server error in '/"),
        reads_at_most=20_000,
        verdict=_UNREACHABLE,
        largest=WINDOW,
    ),
    Mechanism(
        "wordpress database error",
        "the site's database does not answer",
        "WordPress: h1 'Error establishing a database connection' and nothing else",
        (b"error establishing a database connection",),
        reads_at_most=300,
        verdict=_UNREACHABLE,
    ),
    Mechanism(
        "drupal unexpected error",
        "the site's application failed (Drupal)",
        "Drupal: 'The website encountered an unexpected error.' and nothing else",
        (b"the website encountered an unexpected error",),
        reads_at_most=300,
        verdict=_UNREACHABLE,
    ),
    Mechanism(
        "drupal maintenance page",
        "the site is down for maintenance",
        "Drupal: body class maintenance-page",
        (b"maintenance-page",),
        element="body.maintenance-page",
        reads_at_most=1_500,
        verdict=_UNREACHABLE,
    ),
    Mechanism(
        "heroku error frame",
        "the site's application does not run (Heroku)",
        "an iframe of herokucdn.com/error-pages fills the page",
        (b"herokucdn.com/error-pages",),
        element='iframe[src*="herokucdn.com/error-pages" i]',
        reads_at_most=100,
        verdict=_UNREACHABLE,
    ),
    Mechanism(
        "express no route",
        "the site says that there is no such page",
        "Express: <pre>Cannot GET /path</pre> and nothing else",
        (b"cannot get /",),
        text=re.compile(r"^(?:error )?cannot get /\S*$"),
        reads_at_most=300,
        largest=4_096,
        verdict=_GONE,
    ),
    Mechanism(
        "parked domain",
        "the domain is parked: another owner's advertisements are served in the page's place",
        "html[data-adblockkey] of parking services. The publisher withdrew nothing, so it is not Gone",
        (b"data-adblockkey",),
        element="html[data-adblockkey]",
        verdict=_UNREACHABLE,
        largest=WINDOW,
    ),
    Mechanism(
        "directory listing",
        "the server lists files in the page's place",
        "Apache and nginx: title and first heading 'Index of /...'. Where a listing is what is watched, it is the page",
        (b"<title>index of /",),
        text=re.compile(r"^index of /"),
        reads_at_most=1_000_000,
        was_otherwise=True,
        verdict=_UNREACHABLE,
        largest=WINDOW,
    ),
)

_ABSENT = re.compile(
    r"(?:(?:the|this|that|your) )?(?:requested )?(?:web ?)?(?:page|file|document|url|resource|content|item)"
    r"(?: (?:that )?you(?:'re| are| were| have| had)?"
    r"(?: trying to (?:reach|view|access|find)| looking for| requested| seeking| wanted| asked for| entered))?"
    r" (?:(?:was |is )?not found|(?:cannot|can not|can't|could not|couldn't) be found|(?:does not|doesn't) exist"
    r"|no longer exists|(?:is )?(?:unavailable|not available|no longer available)|isn't available"
    r"|has been (?:removed|deleted)|is missing)"
    r"|(?:we )?(?:cannot|can not|can't|could not|couldn't) (?:find|locate) (?:the|that|this) page"
    r"(?: you(?:'re| are| were) looking for| you requested)?"
)
_DOWN = re.compile(
    r"(?:(?:we(?:'re| are)|(?:(?:the|this|our) )?(?:web ?)?(?:site|page|system|server|portal|application|service))"
    r"(?: (?:is|are|will be))? )?(?:currently |temporarily |briefly )?"
    r"(?:(?:down|offline|unavailable) for(?: \w+)? (?:maintenance|upgrades?|repairs?)"
    r"|(?:under|undergoing|performing)(?: \w+)? maintenance)"
    r"|(?:(?:the|this|our) )?(?:web ?)?(?:site|page|system|server|portal|application|service)(?: is)?"
    r"(?: currently| temporarily) (?:down|offline|unavailable)"
)

HEADINGS: Final = (
    Heading(
        "soft 404",
        "the site says that there is no such page",
        _GONE,
        frozenset(
            {
                "not found", "410 gone", "the requested url was not found on this server", "object not found",
                "file or directory not found", "página no encontrada", "no se encontró la página",
            }
        ),
        _ABSENT,
        frozenset({"404", "410"}),
        reads_at_most=1_000_000,
    ),
    Heading(
        "maintenance page",
        "the site is down for maintenance",
        _UNREACHABLE,
        frozenset(
            {
                "site maintenance", "website maintenance", "scheduled maintenance", "maintenance mode",
                "scheduled site maintenance", "scheduled system maintenance", "planned maintenance", "site offline",
                "we'll be back soon", "we will be back soon", "we'll be right back", "be right back", "be back soon",
                "temporarily unavailable", "down for a moment",
            }
        ),
        _DOWN,
    ),
    Heading(
        "error page",
        "the site's server failed",
        _UNREACHABLE,
        frozenset(
            {
                "internal server error", "bad gateway", "service unavailable", "gateway timeout", "gateway time out",
                "service temporarily unavailable", "server error", "application error", "runtime error",
                "database error", "server too busy", "an error occurred", "an error has occurred", "unexpected error",
                "error occurred while processing request", "we're sorry but something went wrong",
                "something went wrong", "proxy error", "the service is unavailable", "backend fetch failed",
                "error establishing a database connection",
            }
        ),
        numbers=frozenset({"500", "502", "503", "504"}),
    ),
    Heading(
        "refusal",
        "the request was refused",
        _BLOCKED,
        frozenset({"forbidden", "unauthorized", "too many requests"}),
        numbers=frozenset({"401", "403", "429"}),
        reads_at_most=400,
    ),
    Heading(
        "cookie wall",
        "the site shows nothing without cookies",
        _BLOCKED,
        frozenset(
            {
                "cookies required", "cookies are required", "cookies are disabled", "please enable cookies",
                "enable cookies", "enable javascript and cookies to continue", "cookies must be enabled",
                "your browser does not accept cookies", "before you continue",
            }
        ),
    ),
    Heading(
        "default page of a server",
        "a server without a site answers: its default page is served in the page's place",
        _UNREACHABLE,
        frozenset(
            {
                "apache2 debian default page it works", "apache2 ubuntu default page it works", "it works",
                "apache2 default page", "apache2 debian default page", "apache2 ubuntu default page",
                "test page for the apache http server", "test page for the http server", "apache http server test page",
                "test page for the nginx http server", "welcome to nginx", "welcome to openresty", "welcome to centos",
                "iis windows server", "iis windows", "iis7", "internet information services", "domain default page",
                "default web site page", "default plesk page", "web server's default page", "apache tomcat",
                "future home of something quite cool", "site not found", "there isn't a github pages site here",
                "default backend",
            }
        ),
        reads_at_most=20_000,
    ),
)  # fmt: skip
"""Where a heading alone is known, what little there is to read confirms it: see `monitor.recognition`."""

PLAIN_ANSWERS: Final[Mapping[str, tuple[VerdictKind, str]]] = {
    "access denied": (_BLOCKED, "the request was refused"),
    "forbidden": (_BLOCKED, "the request was refused"),
    "403 forbidden": (_BLOCKED, "the request was refused"),
    "unauthorized": (_BLOCKED, "the request was refused"),
    "too many requests": (_BLOCKED, "the request was refused"),
    "rate limit exceeded": (_BLOCKED, "the request was refused"),
    "not found": (_GONE, "the site says that there is no such page"),
    "404 page not found": (_GONE, "the site says that there is no such page"),
    "404 not found": (_GONE, "the site says that there is no such page"),
    "file not found": (_GONE, "the site says that there is no such page"),
    "bad gateway": (_UNREACHABLE, "the site's server failed"),
    "internal server error": (_UNREACHABLE, "the site's server failed"),
    "service unavailable": (_UNREACHABLE, "the site's server failed"),
    "the service is unavailable": (_UNREACHABLE, "the site's server failed"),
    "gateway timeout": (_UNREACHABLE, "the site's server failed"),
    "default backend 404": (_GONE, "the site says that there is no such page"),
    "no healthy upstream": (_UNREACHABLE, "the site's server failed"),
    "upstream connect error": (_UNREACHABLE, "the site's server failed"),
}
"""Whole bodies without markup, as words in lower case. Cloudflare's "error code: 1020" has a pattern of its own."""
