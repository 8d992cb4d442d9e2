"""What is served in a page's place, or of a page in part: likenesses, written for these tests."""

# ruff: noqa: E501 - markup is kept as its templates have it

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from corpus.case import Capture
from corpus.content import Content, Items, Table
from corpus.words import Words

Spoil = Callable[[Capture, Random, Words], Capture]
"""The answer that comes instead of a good one."""


ENDS = (
    '<div class="layout-sidebar-first"', "</main>", '<div id="featureColumn"', '<div id="secondary"', '<div id="ctl00_right"', "</td></tr></table><hr>",
    '<div id="agencyfooter"', '<div class="css-col2"', '<div id="footer-wrap"', '<div class="region region-sidebar',
    '</td></tr><tr><td colspan="2"><hr>', '<div id="bottom"', '</div><div class="elementor-column elementor-col-33"',
    '</div><div id="RightPanel"', '</td><td valign="top">', '</div></div><div class="foot-wrap"',
    '</div><div class="col-lg-4"', '</div><div class="RightRail"', '<div class="below"', '</div><div class="hub-col hub-col--slim"',
    '<hr noshade><table', '</div><div class="tw-col-span-4"',
)  # fmt: skip
"""What follows a page's own content, by family."""


def page(title: str, body: str, head: str = "") -> str:
    """A whole page of one's own."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def answer(html: str, status: int = 200, headers: Mapping[str, str] | None = None, final: str = "") -> Spoil:
    """Something else instead, whatever the page was."""

    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        text = html.replace("@TOKEN@", f"{random.getrandbits(64):016x}").replace(
            "@DIGITS@", str(random.randint(10**17, 10**18))
        )
        return Capture(
            text.replace("@SITE@", words.site).encode(), "text/html; charset=utf-8", status, dict(headers or {}), final
        )

    return spoil


def cut(share: float, *, mark: bytes = b"") -> Spoil:
    """The first part of the good answer; where `mark` is given, up to behind one of those."""

    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        at = int(len(good.body) * share)
        if mark:
            at = good.body.find(mark, at) + len(mark)
        return Capture(good.body[:at], good.media)

    return spoil


def short_of_its_length(good: Capture, random: Random, words: Words) -> Capture:
    """Half of it, under a header that says how long the whole is."""
    at = good.body.find(b"</div>", len(good.body) // 2) + 6
    return Capture(good.body[:at], good.media, headers={"content-length": str(len(good.body))})


def cut_by_the_transport(good: Capture, random: Random, words: Words) -> Capture:
    """Half of it, and the transport says so."""
    return Capture(good.body[: len(good.body) // 2], good.media, truncated=True)


def in_frame(content: Callable[[str, Words, Random], tuple[str, str]]) -> Spoil:
    """Another title and content in the site's own frame: header, menus and foot as ever."""

    def spoil(good: Capture, random: Random, words: Words) -> Capture:
        html = good.body.decode()
        title, body = content(html, words, random)
        html = re.sub(r"<title>[^<]*</title>", f"<title>{title} | {words.site}</title>", html, count=1)
        start, end = html.find("<h1"), -1
        for mark in ENDS:
            end = html.find(mark, start)
            if end > 0:
                break
        return Capture((html[:start] + f"<h1>{title}</h1>{body}" + html[end:]).encode(), good.media)

    return spoil


COUNTY: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("&nbsp;", "<iframe src='/apology_objects/interstitial/x.html'></iframe>", "<meta http-equiv='refresh' content='5; URL=/?bm-verify=@TOKEN@'>")),
        answer(page("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.2f3c1a17.1700000000.@TOKEN@</p>"), 403),
    ),
    "Cloudflare": (
        answer(page("Just a moment...", "<div>Checking your browser</div><script>window._cf_chl_opt={cRay:'@TOKEN@'}</script>")),
        answer(page("Attention Required! | Cloudflare", "<div id='cf-wrapper'><div id='cf-error-details' class='cf-error-details-wrapper'><h1>Sorry, you have been blocked</h1><p>Ray ID: @TOKEN@</p></div></div>"), 403),
    ),
    "AWS WAF": (
        answer(page("", "<div id='challenge-container'></div><script>window.awsWafCookieDomainList=[];window.gokuProps={'key':'@TOKEN@'}</script><script src='https://a.token.awswaf.com/a/challenge.js'></script>"), 202),
    ),
    "F5": (answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: @DIGITS@</body></html>"),),
    "Imperva": (answer("<html><head></head><body><iframe id='main-iframe' src='/_Incapsula_Resource?CWUDNSAI=9&incident_id=@DIGITS@'>Request unsuccessful. Incapsula incident ID: @DIGITS@</iframe></body></html>"),),
    "maintenance": (
        answer(page("Site Maintenance", "<h1>We'll be back soon</h1><p>@SITE@ is working on its servers. Thank you for your patience.</p>")),
        answer(page("Scheduled Maintenance", "<h1>Scheduled Maintenance</h1><p>Back at 6 AM.</p>"), 503, {"retry-after": "3600"}),
    ),
    "login redirect": (answer(page("Sign In", "<h1>Sign In</h1><form><input name='u'><input type='password' name='p'></form>"), 200, None, "https://www.example.gov/login?returnUrl=%2Fpage"),),
    "cookie wall": (answer(page("Cookies Required", "<h1>Cookies Required</h1><p>Please enable cookies and reload this page.</p>")),),
    "soft 404": (
        answer(page("Page Not Found", "<h1>Page Not Found</h1><p>The page you requested may have been moved.</p>")),
        in_frame(lambda html, words, random: ("Page not found", "<p>The requested page could not be found.</p>")),
        answer(page("Home", "<h1>Welcome</h1>" + "<p>News and services for everybody who lives here.</p>" * 6), 200, None, "https://www.example.gov/"),
    ),
    "server error": (answer(page("500 Internal Server Error", "<h1>Internal Server Error</h1>"), 500), answer(page("Runtime Error", "<h1>Server Error in '/' Application.</h1><h2>Runtime Error</h2>"))),
    "truncated": (cut(0.5), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.62, mark=b">"),),
    "wrong page": (
        in_frame(lambda html, words, random: ("Welcome", "".join(f"<p>{words.sentence(random)}</p>" for _ in range(6)))),
    ),
}  # fmt: skip
"""By class; each builds the answer from the good one."""

CITY: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("", "<div id='sec-if-cpt-container'></div><script src='/_sec/cp_challenge/ak-challenge-4-4.htm?@TOKEN@'></script>"), 429),
        answer("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \nYou don't have permission to access \"http&#58;&#47;&#47;www&#46;example&#46;gov&#47;\" on this server.<P>\nReference&#32;&#35;18&#46;cf0c1002&#46;1726000000&#46;@TOKEN@\n</BODY>\n</HTML>"),
    ),
    "Cloudflare": (
        answer(page("www.example.gov | 520: Web server is returning an unknown error", "<div id='cf-wrapper'><div id='cf-error-details' class='p-0'><h1>Web server is returning an unknown error</h1><span>Error code 520</span></div></div>"), 520),
        answer("error code: 1015"),
        answer(page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>(function(){window._cf_chl_opt={cvId:'3',cH:'@TOKEN@'}})()</script>"), 403, {"cf-mitigated": "challenge"}),
    ),
    "AWS WAF": (
        answer("", 202, {"x-amzn-waf-action": "challenge"}),
        answer(page("Human Verification", "<div id='captcha-container'></div><script src='https://b2.captcha.awswaf.com/b2/captcha.js'></script>"), 405),
    ),
    "F5": (answer(page("", "<noscript>Please enable JavaScript to view the page content. Your support ID is: @DIGITS@.</noscript><script>window['bobcmn']='@TOKEN@'</script>")),),
    "Imperva": (
        answer(page("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1><p>As you were browsing something about your browser made us think you were a bot.</p><script>window.onProtectionInitialized=function(p){};var isSpa=0</script>")),
        answer("<html><head><meta name='ROBOTS' content='NOINDEX'></head><body><script src='/_Incapsula_Resource?SWJIYLWA=719d34@TOKEN@'></script></body></html>"),
    ),
    "maintenance": (
        answer(page("@SITE@", "<h1>Our website is temporarily unavailable</h1><p>We are performing planned upgrades this evening.</p>")),
        answer(page("Under Maintenance", "<div class='center'><h2>The site is currently undergoing maintenance</h2></div>"), 200),
    ),
    "login redirect": (
        answer(page("Authentication", "<h1>Single Sign-On</h1><form><input type='password'></form>"), 200, None, "https://sso.example.gov/adfs/ls/?wa=wsignin1.0"),
        answer(page("Log in | @SITE@", "<h1>Log in</h1><form><label>Username</label><input name='name'><label>Password</label><input type='password' name='pass'><button>Log in</button></form>")),
    ),
    "cookie wall": (answer(page("Before you continue", "<h1>Before you continue</h1><p>We use cookies.</p><button>Accept all</button>")), answer(page("@SITE@", "<h1>Cookies are disabled</h1><p>Your browser must accept cookies to use this site.</p>"))),
    "soft 404": (
        answer(page("404 | @SITE@", "<h1>Oops! We can't find that page</h1><p>Try searching for it.</p>")),
        in_frame(lambda html, words, random: ("404 - Not Found", "<p>We looked everywhere. Try the search box above, or one of the departments.</p>")),
        answer(page("File not found", "<h1>Sorry, this file is no longer available</h1>")),
    ),
    "server error": (answer("no healthy upstream", 503), answer(page("Error", "<h1>The website encountered an unexpected error. Please try again later.</h1>"))),
    "truncated": (cut(0.37), cut(0.71), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.45, mark=b"</div>"), cut(0.7, mark=b">")),
    "wrong page": (
        in_frame(lambda html, words, random: ("City Departments", "<ul>" + "".join(f"<li>{words.headline(random)}</li>" for _ in range(9)) + "</ul>")),
    ),
}  # fmt: skip


STATE: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("&nbsp;", "<script>var i=1;(function(){var x=new XMLHttpRequest();x.open('POST','/_sec/verify?provider=interstitial',false);x.send('@TOKEN@')})()</script>")),
        answer("<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access \"http://www.example.gov/page\" on this server.<P>Reference #18.8d3e1402.1755123456.@TOKEN@</BODY></HTML>"),
    ),
    "Cloudflare": (
        answer(page("Access denied | www.example.gov used Cloudflare to restrict access", "<div id='cf-wrapper'><div id='cf-error-details'><h1>Error 1020</h1><p>Access denied. Ray ID: @TOKEN@</p></div></div>"), 403),
        answer(page("Just a moment...", "<div class='main-content'><h2>Verify you are human by completing the action below.</h2></div><script>window._cf_chl_opt = {cType: 'managed', cH: '@TOKEN@'};</script>"), 503),
    ),
    "AWS WAF": (
        answer(page("ERROR: The request could not be satisfied", "<H1>403 ERROR</H1><H2>The request could not be satisfied.</H2><HR>Request blocked. We can't connect to the server for this app or website at this time.<PRE>Generated by cloudfront (CloudFront)\nRequest ID: @TOKEN@==</PRE>"), 403),
        answer(page("", "<div id='challenge-container'></div><script>window.gokuProps={key:'@TOKEN@',context:'x'}</script><script src='https://de5282c3ca0c.edge.sdk.awswaf.com/de5282c3ca0c/challenge.js'></script><noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript>"), 200),
    ),
    "F5": (
        answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: @DIGITS@<br><a href='javascript:history.back();'>[Go Back]</a></body></html>", 403),
        answer(page("", "<script src='/TSPD/08a5e9?type=9'></script><noscript>Please enable JavaScript to view the page content.<br/>Your support ID is: @DIGITS@.</noscript>")),
    ),
    "Imperva": (answer("<html style='height:100%'><head><meta name='viewport' content='width=device-width'></head><body style='margin:0;height:100%'><iframe id='main-iframe' src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=9-1-0&incident_id=@DIGITS@' frameborder=0>Request unsuccessful.</iframe></body></html>"),),
    "maintenance": (
        answer(page("We'll be right back", "<div class='wrap'><h1>We'll be right back</h1><p>@SITE@ online services are being improved. Check again after 8 PM.</p></div>")),
        answer(page("Site under maintenance | @SITE@", "<div id='page'><h1>Site under maintenance</h1><p>@SITE@ is currently under maintenance. We should be back shortly.</p></div>"), 503),
    ),
    "login redirect": (
        answer(page("Sign in to your account", "<div id='lightbox'><div role='heading'>Sign in</div><form><input type='email' name='loginfmt'><input name='passwd' type='password'></form></div>"), 200, None, "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1"),
    ),
    "cookie wall": (answer(page("@SITE@", "<h2>Please enable cookies</h2><p>This site requires cookies.</p>")),),
    "soft 404": (
        in_frame(lambda html, words, random: ("The requested page does not exist", "<p>It may have been retired when the site was redesigned.</p><p>Use the menu to go on.</p>")),
        answer(page("Error 404", "<h1>404</h1><p>The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.</p>")),
        answer(page("@SITE@ - Home", "<h1>@SITE@</h1>" + "<p>Services for everybody, online and in person.</p>" * 5), 200, None, "https://www.example.gov/index.html"),
    ),
    "server error": (answer(page("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>"), 502), answer(page("Error Occurred While Processing Request", "<h1>Error Occurred While Processing Request</h1><p>The web site you are accessing has experienced an unexpected error.</p>"))),
    "truncated": (cut(0.3), cut(0.55), cut(0.83), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.4, mark=b"</li>"), cut(0.55, mark=b">"), cut(0.66, mark=b"</p>")),
    "wrong page": (
        in_frame(lambda html, words, random: ("Frequently Asked Questions", "".join(f"<h3>{words.subjects[n]}?</h3><p>{words.sentence(random)}</p>" for n in range(5)))),
        in_frame(lambda html, words, random: ("Search", "<p>Enter a word to search this site.</p>")),
    ),
}  # fmt: skip


VILLAGE: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("&nbsp;", "<iframe style='display:none' src='https://www.example.gov/apology_objects/interstitial/ag-interstitial.html'></iframe><script>setTimeout(function(){},5000)</script>")),
        answer("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have permission to access this server.<P>\nReference #18.6c7e1402.1761000000.@TOKEN@\n<P>https://errors.edgesuite.net/18.6c7e1402</P></BODY></HTML>", 403),
    ),
    "Cloudflare": (
        answer(page("Just a moment...", "<div id='challenge-error-text'>Enable JavaScript and cookies to continue</div><script>(function(){window._cf_chl_opt = {cvId: '3', cZone: 'www.example.gov', cRay: '@TOKEN@'};})();</script>"), 200),
        answer(page("www.example.gov | 522: Connection timed out", "<div id='cf-wrapper'><div id='cf-error-details'><h1>Connection timed out</h1><span>Error code 522</span><p>Ray ID: @TOKEN@</p></div></div>"), 522),
    ),
    "AWS WAF": (answer(page("Human Verification", "<script src='https://5e1f.eu-west-1.captcha.awswaf.com/5e1f/captcha.js'></script><div id='captcha-container'></div>"), 200),),
    "F5": (
        answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. If you think this is an error, please contact the webmaster.<br><br>Your support ID is: @DIGITS@</body></html>"),
        answer(page("", "<script>window['bobcmn'] = '10111110101010200000@TOKEN@';window['failureConfig']='';</script><script src='/TSPD/?type=20'></script>")),
    ),
    "Imperva": (
        answer("<html><head><script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3&ns=2&cb=@DIGITS@'></script></head><body></body></html>"),
        answer(page("Pardon Our Interruption", "<div class='container'><h1>Pardon Our Interruption</h1><p>Something about your browser made us think you might be a bot.</p></div><script>var reeseSkipExpirationCheck = true; var protectionLoaded=1;</script>")),
    ),
    "maintenance": (
        answer(page("Temporarily Unavailable", "<h1>Temporarily Unavailable</h1><p>@SITE@ will return on Monday.</p>"), 200),
        answer(page("@SITE@ - Down for maintenance", "<h1>Down for maintenance</h1><p>Sorry! Our site is getting an upgrade.</p>")),
        answer(page("Website Maintenance", "<img src='cone.png' alt=''><h2>We are currently performing scheduled maintenance</h2>"), 503),
    ),
    "login redirect": (
        answer(page("Account Login", "<h1>Account Login</h1><form><input name='email'><input type='password' name='pw'></form>"), 200, None, "https://www.example.gov/account/login?ReturnUrl=%2fpage"),
        answer(page("Sign In - @SITE@ Okta", "<h2>Sign In</h2><form><input type='password'></form>"), 200, None, "https://tamarack.okta.com/app/saml2/login"),
    ),
    "cookie wall": (answer(page("Cookies must be enabled", "<h1>Cookies must be enabled</h1><p>Turn cookies on and try again.</p>")),),
    "soft 404": (
        in_frame(lambda html, words, random: ("Page Not Found", "<p>Sorry! What you want has moved out. Here are some pages that others like.</p>")),
        answer(page("The page you are looking for doesn't exist", "<h1>The page you are looking for doesn't exist</h1><p>It may have been deleted.</p>")),
        answer(page("@SITE@", "<h1>@SITE@</h1>" + "<p>Lakes, loons and friendly neighbors.</p>" * 5), 200, None, "https://www.example.gov/home"),
    ),
    "server error": (
        answer(page("503 Service Unavailable", "<h1>Service Unavailable</h1><p>HTTP Error 503. The service is unavailable.</p>"), 503),
        answer(page("Database Error", "<h1>Error establishing a database connection</h1>"), 500),
        answer(page("Application Error", "<h1>Application Error</h1><p>An error occurred in the application.</p>")),
    ),
    "truncated": (cut(0.2), cut(0.48), cut(0.9), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.35, mark=b"</div>"), cut(0.5, mark=b"</td>"), cut(0.75, mark=b">")),
    "wrong page": (
        in_frame(lambda html, words, random: ("Village Calendar of Events", "<ul>" + "".join(f"<li>{words.sentence(random)}</li>" for _ in range(7)) + "</ul>")),
        in_frame(lambda html, words, random: ("Contact Us", f"<p>Write to {words.people[0]}.</p><p>{words.sentence(random)}</p><p>4 Lake Street</p>")),
    ),
}  # fmt: skip


DISTRICT: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("&nbsp;", "<p></p>", "<meta http-equiv='refresh' content='5; URL=/page?bm-verify=AAQAAAAL@TOKEN@'>")),
        answer("<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access this page on this server.<P>Reference&#32;#18.9f3c1a17.1764000000.@TOKEN@</BODY></HTML>", 403),
    ),
    "Cloudflare": (
        answer(page("One moment, please...", "<div class='main-wrapper'><h1>www.example.gov</h1><p>Verifying you are human. This may take a few seconds.</p></div><script>window._cf_chl_opt={cRay:'@TOKEN@'};</script>"), 403),
        answer("error code: 1020", 403),
    ),
    "AWS WAF": (answer(page("", "<noscript><h1>JavaScript is disabled</h1></noscript><script>window.awsWafCookieDomainList = [];window.gokuProps = {'key':'AQID@TOKEN@'};</script><div id='challenge-container'></div>"), 202),),
    "F5": (answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br/><br/>Your support ID is: @DIGITS@<br/><br/></body></html>"),),
    "Imperva": (answer("<html><head><meta name='robots' content='noindex,nofollow'></head><body><iframe src='/_Incapsula_Resource?CWUDNSAI=23&incident_id=@DIGITS@&edet=12' width='100%'></iframe></body></html>"),),
    "maintenance": (
        answer(page("Planned Maintenance", "<h1>Planned Maintenance</h1><p>@SITE@ thanks you for waiting until 5 AM.</p>")),
        answer(page("@SITE@", "<h1>This site is temporarily down for maintenance</h1><p>Call 311 for help.</p>"), 200),
    ),
    "login redirect": (answer(page("Login", "<h1>Login</h1><form><input type='password'></form>"), 200, None, "https://auth.example.gov/realms/solana/login"),),
    "cookie wall": (answer(page("Enable Cookies", "<h1>Please enable cookies</h1><p>Our system needs a cookie to show this page.</p>")),),
    "soft 404": (
        in_frame(lambda html, words, random: ("We couldn't find that page", "<p>It seems nothing lives at this address any more.</p>")),
        answer(page("Document not found | @SITE@", "<h1>Document not found</h1>")),
        answer(page("Welcome to @SITE@", "<h1>Welcome</h1>" + "<p>Serving everybody between the mesa and the sea.</p>" * 5), 200, None, "https://www.example.gov/"),
    ),
    "server error": (answer(page("504 Gateway Time-out", "<center><h1>504 Gateway Time-out</h1></center>"), 504), answer(page("An error occurred", "<h1>An error occurred</h1><p>Please try again.</p>"))),
    "truncated": (cut(0.25), cut(0.6), cut(0.8), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.4, mark=b"</p>"), cut(0.58, mark=b"</div>"), cut(0.72, mark=b">")),
    "wrong page": (
        in_frame(lambda html, words, random: ("Accessibility Statement", f"<p>{words.sentence(random)}</p><p>Write to the webmaster for other formats.</p>")),
        in_frame(lambda html, words, random: ("Elected Officials", "<ul>" + "".join(f"<li>{name}</li>" for name in words.people) + "</ul>")),
    ),
}  # fmt: skip


def without_list(content: Content) -> Content:
    """The page before a script has filled its lists."""
    return _with_lists(content, lambda entries: entries[:0])


def with_part_of_list(content: Content, share: float) -> Content:
    """Only the first entries of its lists."""
    return _with_lists(content, lambda entries: entries[: max(1, int(len(entries) * share))])


def _with_lists(content: Content, kept: Callable[[tuple], tuple]) -> Content:
    blocks = []
    for block in content.blocks:
        if isinstance(block, Items):
            blocks.append(Items(kept(block.items)))
        elif isinstance(block, Table):
            blocks.append(replace(block, rows=kept(block.rows)))
        else:
            blocks.append(block)
    return replace(content, blocks=tuple(blocks))
