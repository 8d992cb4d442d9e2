"""What is served in a page's place, or of a page in part: likenesses, written for these tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from corpus.case import Capture
from corpus.content import Content, Items, Paragraph, Table
from corpus.words import Words

Spoil = Callable[[Capture, Random, Words], Capture]
"""The answer that comes instead of a good one."""


def _page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def _answer(html: str, status: int = 200, headers: Mapping[str, str] | None = None, final: str = "") -> Spoil:
    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        text = html.replace("@TOKEN@", f"{random.getrandbits(64):016x}").replace("@DIGITS@", str(random.randint(10**17, 10**18)))
        return Capture(text.replace("@SITE@", words.site).encode(), "text/html; charset=utf-8", status, dict(headers or {}), final)

    return spoil


def _cut(share: float, *, mark: bytes = b"") -> Spoil:
    """The first part of the good answer; where `mark` is given, up to behind one of those."""

    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        at = int(len(good.body) * share)
        if mark:
            at = good.body.find(mark, at) + len(mark)
        return Capture(good.body[:at], good.media)

    return spoil


def _short_of_its_length(good: Capture, random: Random, words: Words) -> Capture:
    at = good.body.find(b"</div>", len(good.body) // 2) + 6
    return Capture(good.body[:at], good.media, headers={"content-length": str(len(good.body))})


def _cut_by_the_transport(good: Capture, random: Random, words: Words) -> Capture:
    return Capture(good.body[: len(good.body) // 2], good.media, truncated=True)


def _in_frame(content: Callable[[str, Words, Random], tuple[str, str]]) -> Spoil:
    """Another title and content in the site's own frame: header, menus and foot as ever."""

    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        html = good.body.decode()
        title, body = content(html, words, random)
        html = re.sub(r"<title>[^<]*</title>", f"<title>{title} | {words.site}</title>", html, count=1)
        start, end = html.find("<h1"), -1
        for mark in ("</main>", '<div id="featureColumn"', '<div id="secondary"', '<div id="ctl00_right"', "</td></tr></table><hr>",
                     '<div id="agencyfooter"', '<div class="css-col2"', '<div id="footer-wrap"'):  # fmt: skip
            end = html.find(mark, start)
            if end > 0:
                break
        return Capture((html[:start] + f"<h1>{title}</h1>{body}" + html[end:]).encode(), good.media)

    return spoil


DEVELOPMENT: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        _answer(_page("&nbsp;", "<iframe src='/apology_objects/interstitial/x.html'></iframe>", "<meta http-equiv='refresh' content='5; URL=/?bm-verify=@TOKEN@'>")),
        _answer(_page("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.2f3c1a17.1700000000.@TOKEN@</p>"), 403),
    ),
    "Cloudflare": (
        _answer(_page("Just a moment...", "<div>Checking your browser</div><script>window._cf_chl_opt={cRay:'@TOKEN@'}</script>")),
        _answer(_page("Attention Required! | Cloudflare", "<div id='cf-wrapper'><div id='cf-error-details' class='cf-error-details-wrapper'><h1>Sorry, you have been blocked</h1><p>Ray ID: @TOKEN@</p></div></div>"), 403),
    ),
    "AWS WAF": (
        _answer(_page("", "<div id='challenge-container'></div><script>window.awsWafCookieDomainList=[];window.gokuProps={'key':'@TOKEN@'}</script><script src='https://a.token.awswaf.com/a/challenge.js'></script>"), 202),
    ),
    "F5": (_answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: @DIGITS@</body></html>"),),
    "Imperva": (_answer("<html><head></head><body><iframe id='main-iframe' src='/_Incapsula_Resource?CWUDNSAI=9&incident_id=@DIGITS@'>Request unsuccessful. Incapsula incident ID: @DIGITS@</iframe></body></html>"),),
    "maintenance": (
        _answer(_page("Site Maintenance", "<h1>We'll be back soon</h1><p>@SITE@ is working on its servers. Thank you for your patience.</p>")),
        _answer(_page("Scheduled Maintenance", "<h1>Scheduled Maintenance</h1><p>Back at 6 AM.</p>"), 503, {"retry-after": "3600"}),
    ),
    "login redirect": (_answer(_page("Sign In", "<h1>Sign In</h1><form><input name='u'><input type='password' name='p'></form>"), 200, None, "https://www.example.gov/login?returnUrl=%2Fpage"),),
    "cookie wall": (_answer(_page("Cookies Required", "<h1>Cookies Required</h1><p>Please enable cookies and reload this page.</p>")),),
    "soft 404": (
        _answer(_page("Page Not Found", "<h1>Page Not Found</h1><p>The page you requested may have been moved.</p>")),
        _in_frame(lambda html, words, random: ("Page not found", "<p>The requested page could not be found.</p>")),
        _answer(_page("Home", "<h1>Welcome</h1>" + "<p>News and services for everybody who lives here.</p>" * 6), 200, None, "https://www.example.gov/"),
    ),
    "server error": (_answer(_page("500 Internal Server Error", "<h1>Internal Server Error</h1>"), 500), _answer(_page("Runtime Error", "<h1>Server Error in '/' Application.</h1><h2>Runtime Error</h2>"))),
    "truncated": (_cut(0.5), _short_of_its_length, _cut_by_the_transport),
    "truncated between elements": (_cut(0.62, mark=b">"),),
    "wrong page": (
        _in_frame(lambda html, words, random: ("Welcome", "".join(f"<p>{words.sentence(random)}</p>" for _ in range(6)))),
    ),
}  # fmt: skip
"""By class; each builds the answer from the good one."""

HELD_OUT: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        _answer(_page("", "<div id='sec-if-cpt-container'></div><script src='/_sec/cp_challenge/ak-challenge-4-4.htm?@TOKEN@'></script>"), 429),
        _answer("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \nYou don't have permission to access \"http&#58;&#47;&#47;www&#46;example&#46;gov&#47;\" on this server.<P>\nReference&#32;&#35;18&#46;cf0c1002&#46;1726000000&#46;@TOKEN@\n</BODY>\n</HTML>"),
    ),
    "Cloudflare": (
        _answer(_page("www.example.gov | 520: Web server is returning an unknown error", "<div id='cf-wrapper'><div id='cf-error-details' class='p-0'><h1>Web server is returning an unknown error</h1><span>Error code 520</span></div></div>"), 520),
        _answer("error code: 1015"),
        _answer(_page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>(function(){window._cf_chl_opt={cvId:'3',cH:'@TOKEN@'}})()</script>"), 403, {"cf-mitigated": "challenge"}),
    ),
    "AWS WAF": (
        _answer("", 202, {"x-amzn-waf-action": "challenge"}),
        _answer(_page("Human Verification", "<div id='captcha-container'></div><script src='https://b2.captcha.awswaf.com/b2/captcha.js'></script>"), 405),
    ),
    "F5": (_answer(_page("", "<noscript>Please enable JavaScript to view the page content. Your support ID is: @DIGITS@.</noscript><script>window['bobcmn']='@TOKEN@'</script>")),),
    "Imperva": (
        _answer(_page("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1><p>As you were browsing something about your browser made us think you were a bot.</p><script>window.onProtectionInitialized=function(p){};var isSpa=0</script>")),
        _answer("<html><head><meta name='ROBOTS' content='NOINDEX'></head><body><script src='/_Incapsula_Resource?SWJIYLWA=719d34@TOKEN@'></script></body></html>"),
    ),
    "maintenance": (
        _answer(_page("@SITE@", "<h1>Our website is temporarily unavailable</h1><p>We are performing planned upgrades this evening.</p>")),
        _answer(_page("Under Maintenance", "<div class='center'><h2>The site is currently undergoing maintenance</h2></div>"), 200),
    ),
    "login redirect": (
        _answer(_page("Authentication", "<h1>Single Sign-On</h1><form><input type='password'></form>"), 200, None, "https://sso.example.gov/adfs/ls/?wa=wsignin1.0"),
        _answer(_page("Log in | @SITE@", "<h1>Log in</h1><form><label>Username</label><input name='name'><label>Password</label><input type='password' name='pass'><button>Log in</button></form>")),
    ),
    "cookie wall": (_answer(_page("Before you continue", "<h1>Before you continue</h1><p>We use cookies.</p><button>Accept all</button>")), _answer(_page("@SITE@", "<h1>Cookies are disabled</h1><p>Your browser must accept cookies to use this site.</p>"))),
    "soft 404": (
        _answer(_page("404 | @SITE@", "<h1>Oops! We can't find that page</h1><p>Try searching for it.</p>")),
        _in_frame(lambda html, words, random: ("404 - Not Found", "<p>We looked everywhere. Try the search box above, or one of the departments.</p>")),
        _answer(_page("File not found", "<h1>Sorry, this file is no longer available</h1>")),
    ),
    "server error": (_answer("no healthy upstream", 503), _answer(_page("Error", "<h1>The website encountered an unexpected error. Please try again later.</h1>"))),
    "truncated": (_cut(0.37), _cut(0.71), _short_of_its_length, _cut_by_the_transport),
    "truncated between elements": (_cut(0.45, mark=b"</div>"), _cut(0.7, mark=b">")),
    "wrong page": (
        _in_frame(lambda html, words, random: ("City Departments", "<ul>" + "".join(f"<li>{words.headline(random)}</li>" for _ in range(9)) + "</ul>")),
    ),
}  # fmt: skip


def without_list(content: Content) -> Content:
    """The page before a script has filled its lists."""
    return _with_lists(content, lambda entries: entries[:0])


def with_part_of_list(content: Content, share: float) -> Content:
    """Only the first entries of its lists."""
    return _with_lists(content, lambda entries: entries[: max(1, int(len(entries) * share))])


def _with_lists(content: Content, cut: Callable[[tuple], tuple]) -> Content:
    blocks = []
    for block in content.blocks:
        if isinstance(block, Items):
            blocks.append(Items(cut(block.items)))
        elif isinstance(block, Table):
            blocks.append(Table(block.header, cut(block.rows)))
        elif isinstance(block, Paragraph) or block:
            blocks.append(block)
    return Content(content.kind, content.title, tuple(blocks))
