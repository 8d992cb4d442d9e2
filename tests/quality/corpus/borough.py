"""The newest set of templates: vocabulary, families, noise and bad captures in one place, written before it was measured."""

# ruff: noqa: E501 - markup is kept as its templates have it

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from random import Random

from corpus.captures import Spoil, answer, cut, cut_by_the_transport, in_frame, page, short_of_its_length
from corpus.content import Content
from corpus.families import Family, Slots, Style
from corpus.noises import Piece
from corpus.words import Words

WORDS = Words(
    site="Borough of Kittering",
    places=(
        "Ansonville", "Birchwood Township", "Carbon Hill", "Delmont", "East Penrose", "Fawn Grove", "Greenock", "Homer Forge",
        "Indian Run", "Jessup Mills", "Kulpville", "Lower Saltlick", "Mahoning Ridge", "New Stanton Works", "Oakmont Heights",
        "Pine Furnace", "Quakertown Road", "Ridley Locks",
    ),
    people=(
        "Rosalie Wojcik", "Desmond Pryce", "Mirela Horvat", "Augustus Finney", "Thanh Nguyen", "Bernadette Kuzma", "Elroy Tate",
        "Sunita Bhatt", "Casimir Dudek", "Imani Rowe",
    ),
    bodies=(
        "Borough Council", "the Prison Board", "the Controller", "the Court of Common Pleas", "the Shade Tree Commission",
        "the Immigration Liaison", "the Solicitor",
    ),
    subjects=(
        "Prison Medical Contract", "Detainer Honoring Policy", "Mine Subsidence Relief", "Body Scanner Purchase", "Sewer Lateral Rules",
        "Notary Fees", "Work Release", "Refugee Housing", "Stormwater Fee Credits", "Constable Warrants",
    ),
    sentences=(
        "By a vote of {small} to 2, {body} tabled the {subject} until {date}.",
        "The Warden counted {number} meals and {small} transfers since {date}.",
        "{person} of {place} was sworn in before {body} on {date}.",
        "Bids on the {subject} were opened in {place}; the lowest was ${number}.",
        "{body} told {place} that {small} requests had no warrant attached.",
        "Anyone who owes the fee of ${number} may pay it at the office in {place}.",
        "A copy of the order of {date} hangs in the lobby of {body}.",
        "{person} called the {subject} a burden on {place}.",
        "The audit found {small} invoices without a signature.",
        "Work on the road to {place} stops on {date}.",
        "{body} reports that {number} persons passed through the prison last year.",
        "The agreement on the {subject} runs for {small} months from {date}.",
    ),
    dates=("%B %d, %Y", "%m-%d-%Y"),
    entry="{title} | {date}",
    statuses=("Advertised", "Awarded to Low Bidder", "Rebid", "Held Over"),
    cancelled="MEETING CANCELLED",
    columns=("Municipality", "Agreement", "Inquiries", "Refused", "In Force Since"),
)  # fmt: skip

_TABS = ("Your Borough", "Offices", "Council & Boards", "Pay Here", "Prison", "Elections", "Recycling", "Ask Us")


def _tabs(before: str, after: str, count: int = 8) -> str:
    return "".join(
        f'{before}<a href="/t/{number}">{escape(tab)}</a>{after}' for number, tab in enumerate(_TABS[:count])
    )


def _hub(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h2 class="hub-h2">{text}</h2>', paragraph='<div class="hub-rte"><p>{text}</p></div>',
        list='<div class="hub-stack">\n{items}\n</div>', item='<div class="hub-line"><div class="hub-line__in">{text}</div></div>',
        table='<div class="hub-table" role="region"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(content.title)} » {words.site}</title>{slots["head"]}</head><body class="hub">
<div class="hub-top"><div class="hub-name">{words.site}, Pa.</div><div class="hub-tabs">{_tabs("<span>", "</span>")}</div></div>{slots["top"]}
<div class="hub-cols"><div class="hub-col hub-col--wide"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="hub-col hub-col--slim">{slots["side"]}<div class="hub-box"><p>Dial 610-555-0190 to reach {words.people[0]}</p></div></div></div>
<div class="hub-base">{slots["foot"]}<p>{words.site} · 1 Diamond Square</p></div></body></html>"""


def _court(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading="<h4><em>{text}</em></h4>", paragraph='<p align="justify">{text}</p>', list="<menu>\n{items}\n</menu>", item="<li><tt>{text}</tt></li>",
        table='<table rules="all" frame="box"><tr>{head}</tr>\n{rows}\n</table>',
    )  # fmt: skip
    return f"""<html><head><title>{escape(content.title)}</title><meta charset="utf-8">{slots["head"]}</head><body link="#003300"><h3 align="center">{words.site}</h3>
<p align="center">{_tabs("", " :: ", 6)}</p><hr noshade>{slots["top"]}<h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}<hr noshade><table width="100%"><tr><td>{slots["side"]}</td></tr></table>{slots["foot"]}<p><small>Prothonotary and Clerk of Courts, {words.people[3]}</small></p></body></html>"""


def _layout(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<h3 class="paragraph__title">{text}</h3>', paragraph='<div class="paragraph paragraph--type--text"><p>{text}</p></div>',
        list='<div class="item-list"><ul>\n{items}\n</ul></div>', item='<li><div class="views-field views-field-title">{text}</div></li>',
        table='<table class="cols-5 views-table sticky-enabled"><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>',
    )  # fmt: skip
    return f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8" /><title>{escape(content.title)} | {words.site}</title>{slots["head"]}</head><body class="layout-one-sidebar"><div id="page-wrapper">
<header id="header" role="banner"><a href="/" id="site-name">{words.site}</a><nav role="navigation"><ul>{_tabs("<li>", "</li>")}</ul></nav></header>
<div class="region-preface">{slots["top"]}</div><div class="layout-main"><main role="main"><h1 class="title">{escape(content.title)}</h1><div class="layout__region">{slots["lead"]}{style.written(content)}</div>{slots["after"]}</main>
<div class="sidebar-end">{slots["side"]}</div></div><footer class="site-footer" role="contentinfo"><p>1 Diamond Square</p></footer><div class="subfooter">{slots["foot"]}<p>Kittering, where the rivers meet</p></div></div></body></html>"""


def _app(content: Content, words: Words, slots: Slots) -> str:
    style = Style(
        heading='<div data-testid="h" class="tw-text-xl">{text}</div>', paragraph='<div class="tw-prose tw-mb-4">{text}</div>',
        list='<ol class="tw-divide-y">\n{items}\n</ol>', item='<li class="tw-py-2"><div>{text}</div></li>',
        table='<div class="tw-overflow-x-auto"><table>\n<tr>{head}</tr>\n{rows}\n</table></div>',
    )  # fmt: skip
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{words.site} – {escape(content.title)}</title>{slots["head"]}</head><body class="tw-antialiased"><div id="root">
<div class="tw-flex tw-h-16"><div>{words.site}</div><ul role="menubar">{_tabs("<li>", "</li>", 5)}</ul></div>{slots["top"]}<div class="tw-grid"><div class="tw-col-span-8"><h1>{escape(content.title)}</h1>{slots["lead"]}
{style.written(content)}
{slots["after"]}</div><div class="tw-col-span-4">{slots["side"]}</div></div><div class="tw-bg-slate-900">{slots["foot"]}<div>Offices close at 4:30 PM</div></div></div></body></html>"""


FAMILIES: Mapping[str, Family] = {"hub": _hub, "court of old": _court, "drupal layout": _layout, "tailwind app": _app}

_SLIDES = (
    "Coal Heritage Days", "Sign Up to Be a Poll Worker", "Free Radon Kits", "The Pool Opens in June", "Rain Barrel Raffle",
    "See the New Playground", "Lead Pipe Survey", "Thank You, Crossing Guards", "Borough Bulletin by Mail",
)  # fmt: skip
_SKY = ("Cloudy", "Scattered showers", "Clear skies", "Flurries", "Rain", "Mostly sunny")
_SHOPS = ("Kulp's Garage", "Diamond Street Deli", "Anthracite Federal", "Pagoda Florist")


def _five(random: Random, words: Words, count: int, mark: str) -> str:
    return "".join(f"<{mark}><a href='/n/{number}'>{words.headline(random)}</a></{mark}>" for number in range(count))


PIECES: tuple[Piece, ...] = (
    Piece("generated at", "foot", "load", lambda r, at, w: f"<p>Served on {at:%m/%d/%Y at %I:%M:%S %p} from cache</p>"),
    Piece("generated at", "after", "load", lambda r, at, w: f"<div>Report run {at:%Y-%m-%d %H:%M:%S} by the Controller's system</div>"),
    Piece("last updated", "foot", "day", lambda r, at, w: f"<p>This website was last refreshed {at:%B %d, %Y}</p>"),
    Piece("last updated", "after", "day", lambda r, at, w: f"<p>Reviewed for accuracy: {at:%m/%d/%Y}</p>"),
    Piece("visitor counter", "foot", "load", lambda r, at, w: f"<p>{r.randint(10_000, 99_999):,} neighbors have stopped by</p>"),
    Piece("visitor counter", "side", "load", lambda r, at, w: f"<div class='ctr'>You are guest no. {r.randint(10_000, 99_999)}</div>"),
    Piece("share counter", "lead", "load", lambda r, at, w: f"<div class='soc'>{r.randint(2, 99)} people shared this</div>"),
    Piece("people online", "foot", "load", lambda r, at, w: f"<p>Online: {r.randint(1, 40)} guests, {r.randint(1, 4)} staff</p>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='tns-outer'><div class='tns-item tns-slide-active'><h2>{r.choice(_SLIDES)}</h2></div></div>"),
    Piece("rotating banner", "top", "day", lambda r, at, w: f"<div class='hub-feature'><p>{r.choice(_SLIDES)}</p></div>"),
    Piece("rotating banner", "top", "load", lambda r, at, w: f"<div class='k3'><p>{r.choice(_SLIDES)}</p><p>{w.sentence(r)}</p></div>"),
    Piece("rotating banner", "after", "load", lambda r, at, w: f"<section data-block='promo'><p>{r.choice(_SLIDES)}</p></section>"),
    Piece("related block", "after", "load", lambda r, at, w: f"<div class='also'><h3>Elsewhere on this site</h3>{_five(r, w, 3, 'p')}</div>"),
    Piece("related block", "side", "day", lambda r, at, w: f"<div class='rel-links'><h4>Related Pages</h4><ul>{_five(r, w, 2, 'li')}</ul></div>"),
    Piece("most read block", "side", "load", lambda r, at, w: f"<div class='box'><h3>Top Searches</h3><ol>{_five(r, w, 4, 'li')}</ol></div>"),
    Piece("most read block", "side", "day", lambda r, at, w: f"<div id='trendingNow'><h2>Trending in Kittering</h2><ul>{_five(r, w, 3, 'li')}</ul></div>"),
    Piece("advertisement", "side", "load", lambda r, at, w: f"<div class='promo-ad'><p>{r.choice(_SHOPS)} · {r.randint(5, 50)}% off</p></div>"),
    Piece("advertisement", "lead", "load", lambda r, at, w: f"<div><small>Paid placement</small><p>{r.choice(_SHOPS)}</p></div>"),
    Piece("weather", "side", "load", lambda r, at, w: f"<div class='wx2'><b>{r.randint(5, 98)}°</b> <i>{r.choice(_SKY)}</i></div>"),
    Piece("weather", "top", "day", lambda r, at, w: f"<p>{r.choice(_SKY)} today, {r.randint(40, 90)}/{r.randint(10, 39)}</p>"),
    Piece("clock", "top", "load", lambda r, at, w: f"<div>It is {at:%I:%M %p} in Kittering</div>"),
    Piece("clock", "top", "day", lambda r, at, w: f"<div>Good day! Today is {at:%A, %B %d, %Y}</div>"),
    Piece("social feed", "side", "load", lambda r, at, w: f"<div class='mastodon-timeline'><p>{w.sentence(r)}</p><p>{r.randint(2, 20)} boosts</p></div>"),
    Piece("countdown", "side", "load", lambda r, at, w: f"<div><p>Primary election in {r.randint(2, 80)} days {r.randint(0, 23)} hrs</p></div>"),
    Piece("quotation", "side", "day", lambda r, at, w: f"<div><h3>Saying of the Day</h3><p>{r.choice(_SLIDES)}, my mother said.</p></div>"),
    Piece("request token", "foot", "load", lambda r, at, w: f"<small>ref {r.getrandbits(48):012x}</small>"),
    Piece("render time", "foot", "load", lambda r, at, w: f"<small>built in {r.randint(12, 800)} milliseconds</small>"),
)  # fmt: skip

SPOILS: Mapping[str, tuple[Spoil, ...]] = {
    "Akamai": (
        answer(page("&nbsp;", "<iframe src='/apology_objects/interstitial/kittering.html'></iframe>", "<meta http-equiv='refresh' content='5; URL=/page?bm-verify=@TOKEN@'>")),
        answer("<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access \"http://www.example.gov/page\" on this server.<P>Reference #18.77d1b317.1772000000.@TOKEN@</P></BODY></HTML>", 403),
    ),
    "Cloudflare": (
        answer(page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>(function(){window._cf_chl_opt = {cRay:'@TOKEN@'};})();</script>"), 403, {"cf-mitigated": "challenge"}),
        answer(page("Attention Required! | Cloudflare", "<div id='cf-wrapper'><div id='cf-error-details'><h1>Sorry, you have been blocked</h1><p>Cloudflare Ray ID: @TOKEN@</p></div></div>")),
    ),
    "AWS WAF": (answer("", 202, {"x-amzn-waf-action": "challenge"}),),
    "F5": (answer("<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Contact the webmaster.<br>Your support ID is: @DIGITS@</body></html>"),),
    "Imperva": (answer("<html><body><iframe id='main-iframe' src='/_Incapsula_Resource?SWUDNSAI=31&incident_id=@DIGITS@'></iframe></body></html>"),),
    "maintenance": (
        answer(page("Scheduled System Maintenance", "<h1>Scheduled System Maintenance</h1><p>@SITE@ is away until 6 in the morning.</p>")),
        answer(page("@SITE@", "<div><h2>Our website is down for repairs</h2><p>Please use the drop box.</p></div>"), 503),
    ),
    "login redirect": (answer(page("Sign in to your account", "<h1>Sign in</h1><form><input type='password'></form>"), 200, None, "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1"),),
    "cookie wall": (answer(page("Cookies are disabled", "<h1>Cookies are disabled</h1><p>Allow them and come back.</p>")),),
    "soft 404": (
        in_frame(lambda html, words, random: ("Page not available", "<p>Whatever was here has been taken away or renamed.</p>")),
        answer(page("404 | @SITE@", "<h1>404</h1><p>The page does not exist.</p>")),
        answer(page("@SITE@", "<h1>@SITE@</h1>" + "<p>Rivers, rails and good neighbors.</p>" * 4), 200, None, "https://www.example.gov/default.aspx"),
    ),
    "server error": (answer(page("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), 502), answer(page("Something went wrong", "<h1>Something went wrong</h1><p>Try again in a moment.</p>"))),
    "truncated": (cut(0.3), cut(0.66), short_of_its_length, cut_by_the_transport),
    "truncated between elements": (cut(0.45, mark=b"</p>"), cut(0.6, mark=b"</div>")),
    "wrong page": (
        in_frame(lambda html, words, random: ("Recycling Calendar", "<ul>" + "".join(f"<li>{place}: every other Monday</li>" for place in words.places[:8]) + "</ul>")),
        in_frame(lambda html, words, random: ("Staff Directory", "".join(f"<p>{name}</p>" for name in words.people))),
    ),
}  # fmt: skip
