"""The named rules of noise: which lines a machine prints anew at every look, and what two lines have in common.

A rule matches the whole shape of a line, a label and its value and nothing else. Numbers inside prose, tables and lists
are content, always: a rule that is wrong here hides the news, and nobody would know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

LONGEST = 240
"""Characters. No noise line met was longer; content often is."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_DATE = (
    rf"(?:(?:{_WEEKDAY},?\s+)?(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    r"|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}))"
)
_ZONE = r"(?:utc|gmt|[ecmp][sd]?t|a[kst]{1,2}[sd]?t|h[sd]?t|z|[+-]\d{2}:?\d{2})"
_TIME = (
    rf"(?:t?\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*\(?{_ZONE}\)?)?"
    rf"|\d{{1,2}}\s*[ap]\.?m\.?(?:\s*{_ZONE})?)"
)
# Atomic, so that no line of digits and dashes is tried in all its partitions.
_STAMP = rf"\(?(?>{_DATE}|{_TIME})(?:[\s,|@-]*+(?:at\s+|on\s+)?(?>{_DATE}|{_TIME}|{_ZONE}\b|\d{{4}}))*+\)?"
_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:\s*[ap]\.?m\.?)?"
_COUNT = r"\d[\d,.]*\s?[km]?\+?"
_COUNTED = r"(?:visits|visitors|page\s?views|views|viewed|visited|hits|hit\s?counter)"
_COUNTER_WORD = (
    r"(?:visits?|visitors?|page\s?views?|views?|viewed|visited|hits?|counter|count|total|unique|site|web|website|pages?|number"
    rf"|no|of|since|today|to|date|so|far|this|our|the|you|are|have|has|had|been|was|times?|and|counting|{_MONTH_NAME})"
)
_IS = r"\s*(?:is|are|was|on|at|[:=#|-])*\s*"
_SKY = (
    r"(?:(?:mostly|partly|partially|light|heavy|scattered|isolated|chance of|patchy)\s+)*"
    r"(?:sunny|cloudy|(?:few |broken )?clouds|clear|fair|overcast|rainy?|showers?|drizzle|snowy?|flurries|sleet|foggy"
    r"|fog|hazy|haze|misty?|marine layer|windy|breezy|hot|thunderstorms?|t-storms?)(?:\s+skies)?"
)
_DEGREES = r"-?\d{1,3}\s?(?:°|º|&deg;|degrees)\s?(?:[fc]\b|fahrenheit|celsius)?"
_WHEN = r"(?:currently|right now|now|today|tonight|tomorrow|this (?:morning|afternoon|evening))"
_SKY_WORD = (
    r"(?:highs?|lows?|hi|lo|near|around|in|the|and|with|feels|like|winds?|mph|humidity|chance|of|precip(?:itation)?|rain|snow"
    r"|[nesw]{1,3}|[fc])"
)
_EXTENT = r"(?:highs?|lows?)\s+(?:near|around|of|in\s+the)?\s*(?:upper |mid |lower )?-?\d{1,3}(?:s|\s?°f?)?"
_OPAQUE = r"(?=[\w.-]*\d)[0-9a-z][0-9a-z._-]{7,}"


@dataclass(frozen=True, slots=True)
class LineRule:
    """A shape of line. `paired`: noise only where a line of the same frame stands on the other side of the change."""

    name: str
    shape: str
    """A regular expression of the whole line, in any case."""
    met: str
    """Where such lines were met."""
    paired: bool = False
    frame: Callable[[str], str] | None = None
    """What must be equal on both sides; by default the line's template."""

    def fits(self, key: str) -> bool:
        """Whether a line is of that shape."""
        return _compiled(self.shape).fullmatch(key) is not None


def _rule(
    name: str, shape: str, met: str, *, paired: bool = False, frame: Callable[[str], str] | None = None
) -> LineRule:
    return LineRule(name, shape, met, paired, frame)


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    """Compiled when a line is first held against it: all of them take 60 ms, and a poll without news needs none."""
    return re.compile(shape, re.IGNORECASE)


_YEAR = re.compile(r"(?:19|20)\d{2}(?:\s*-\s*(?:(?:19|20)?\d{2}|present))?", re.IGNORECASE)
_ASSET = re.compile(
    r"(?<=[\w)])([._-])(?=[0-9a-f]*\d)(?=[0-9]*[a-f])[0-9a-f]{8,40}(?=(?:\.min)?\.(?:js|css|png|jpe?g|gif|webp|svg|woff2?|ico)\b)"
    r"|(?<=\.)((?:js|css|png|jpe?g|gif|webp|svg|woff2?|ico)\?)[\w=&.%-]+"
    r"|(?<=[?&])((?:ver|cb|_|cachebuster|nocache|itok|bust)=)[\w.-]+",
    re.IGNORECASE,
)


def _without_years(line: str) -> str:
    return _YEAR.sub("#", line)


def _without_asset_tokens(line: str) -> str:
    return _ASSET.sub(lambda match: f"{match[1] or match[2] or match[3]}*", line)


LINE_RULES = (
    _rule(
        "generated at",
        r"(?:this\s+|the\s+)?(?:page|report|site|web ?page|document|feed|content|data)?\s*"
        r"(?:was\s+|were\s+|is\s+)?(?:last\s+|date\s+|auto(?:matically)?[\s-]+)?"
        r"(?:generated|rendered|printed|retrieved|accessed|refreshed|loaded|served|cached|compiled|synced|downloaded)"
        rf"(?:\s+(?:date|time))?{_IS}{_STAMP}(?:\s+by\s+[\w .-]{{1,40}})?\.?",
        "Foot of Drupal, SharePoint and report-server pages; print views.",
    ),
    _rule(
        "last updated",
        r"(?:this\s+|the\s+)?(?:page|site|web ?page|website|content)?\s*(?:was\s+)?"
        r"(?:(?:last|most recently|recently)\s*-?\s*"
        r"(?:updated?|modified|changed?|revised|reviewed|edited|saved|published|modification)|date\s+(?:updated|modified))"
        r"(?:\s+(?:date|time))?"
        rf"{_IS}{_STAMP}(?:\s+by\s+[\w .-]{{1,40}})?\.?",
        "dhs.gov releases, most municipal sites.",
    ),
    _rule(
        "last updated",
        rf"(?:page\s+|site\s+)?(?:updated|modified)(?:\s+(?:date|on))?\s*[:|-]?\s*{_STAMP}\.?",
        "ice.gov and justice.gov: 'Updated' and a date at the foot of every node.",
        paired=True,
        frame=lambda line: line.split()[0].casefold().rstrip(":|-"),
    ),
    _rule(
        "clock",
        r"(?:(?:the\s+)?(?:current|local|server|system|now)\s*(?:local\s+|server\s+)?(?:date|time|day)?"
        rf"(?:\s*(?:and|&|/)\s*(?:date|time))?|it\s+is(?:\s+now)?|time\s+now){_IS}{_STAMP}\.?"
        rf"|today(?:'s\s+date)?{_IS}{_DATE}(?:[\s,|-]*{_TIME})?\.?",
        "Council home pages: 'Current time', 'Today is'.",
    ),
    _rule("clock", rf"as\s+of\s+{_TIME}\.?", "Status widgets: 'As of 10:22 AM', never with a date."),
    _rule(
        "clock",
        rf"(?:{_DATE}[\s,|@-]*(?:at\s+)?)?{_CLOCK}(?:\s*\(?{_ZONE}\)?)?(?:[\s,|-]*{_DATE})?",
        "Bare clocks, with seconds.",
    ),
    _rule(
        "time ago",
        r"(?:(?:last\s+)?(?:updated|posted|published|modified|refreshed|edited|seen|shared|active|checked)\s*[:|-]?\s*)?"
        r"(?:about\s+|over\s+|almost\s+|less than\s+)?"
        r"(?:(?:\d{1,3}|an?|one|a few)\s+(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?"
        r"(?:,?\s+(?:and\s+)?\d{1,2}\s+(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month)s?)?\s+ago"
        r"|just now|moments ago)\.?",
        "Embedded social feeds, newsrooms with relative dates.",
    ),
    _rule(
        "countdown",
        r"(?:\d{1,4}\s*(?:days?|d),?\s*)?\d{1,2}\s*(?:hours?|hrs?|h),?\s*(?:and\s+)?\d{1,2}\s*(?:minutes?|mins?|m)"
        r"(?:,?\s*(?:and\s+)?\d{1,2}\s*(?:seconds?|secs?|s))?(?:\s+(?:left|remaining|to go))?",
        "Tickers on event pages; the date counted down to is a line of its own.",
    ),
    _rule(
        "copyright year",
        r"(?:©|\(c\)|&copy;|copyright)[^|]{0,40}?(?:19|20)\d{2}(?:\s*-\s*(?:(?:19|20)?\d{2}|present))?[^|\d]{0,160}"
        r"|[^|\d]{1,80}(?:©|\(c\)|copyright)\s*(?:19|20)\d{2}(?:\s*-\s*(?:19|20)\d{2})?[^|\d]{0,120}",
        "Foot of nearly every page that does not mark its foot.",
        paired=True,
        frame=_without_years,
    ),
    _rule(
        "visitor counter",
        r"(?:(?:you\s+are\s+)?(?:the\s+)?(?:our\s+)?"
        r"(?:total\s+|unique\s+|site\s+|page\s+|web\s?site\s+|today'?s?\s+|online\s+)*"
        r"(?:visitors?|page\s?views?|page\s+visits|site\s+visits|visits\s+today|views|hits)"
        r"(?:\s+(?:today|number|count|counter|no\.?|to (?:this|our) (?:page|site)|since\s+[\w ,]{4,20}))*"
        rf"{_IS}{_COUNT}"
        rf"|{_COUNT}\s*(?:total\s+|unique\s+|page\s+|site\s+)*(?:visitors?|page\s?views?|views|hits)"
        r"(?:\s+(?:today|so far|to (?:this|our) (?:page|site)))?"
        rf"|you\s+are\s+visitor\s*(?:number|no\.?|#)?\s*#?\s*{_COUNT}"
        r"|(?:this\s+page\s+(?:has\s+been\s+|was\s+)?)?(?:viewed|visited)\s*[:|-]?\s*"
        rf"{_COUNT}(?:\s+times?)?(?:\s+since\s+[\w ,]{{4,20}})?)\.?!?",
        "Municipal home pages, Granicus players.",
    ),
    _rule(
        "visitor counter",
        rf"(?=[^|]*\b{_COUNTED}\b)(?=\D*\d)(?>(?:\b{_COUNTER_WORD}\b|{_COUNT})[\s:#.,!()-]*+)++",
        "The same in any order: every word is of a counter, and one of them says what is counted.",
    ),
    _rule(
        "share counter",
        r"(?:(?:total\s+)?"
        r"(?:shares?|likes?|tweets?|retweets?|followers?|subscribers|downloads?|plays|reactions|favou?rites)"
        rf"{_IS}{_COUNT}|{_COUNT}\s*"
        r"(?:shares?|likes?|tweets?|retweets?|followers?|downloads?|plays|reactions|favou?rites|people like this)"
        rf"|(?:shared|downloaded|liked|played)\s*[:|-]?\s*{_COUNT}\s*times?)\.?",
        "Share bars, document centres, video lists.",
    ),
    _rule(
        "people online",
        rf"(?:(?:there\s+are\s+|we\s+have\s+)?(?:currently\s+)?{_COUNT}\s*"
        r"(?:people|users?|guests?|visitors?|members?|viewers?|others?)\s+(?:are\s+)?(?:currently\s+)?"
        r"(?:online|here|viewing|watching|browsing|on this (?:page|site))"
        r"(?:\s+(?:now|this(?:\s+page)?|right now|online))*"
        rf"|(?:users?|guests?|visitors?|people|who'?s)\s+online(?:\s+now)?{_IS}{_COUNT})\.?",
        "Joomla and forum modules, meeting streams.",
    ),
    _rule(
        "request token",
        r"(?:(?:cloudflare\s+)?ray\s*id|(?:request|session|trace|correlation|error)[\s-]*id|csrf[\w-]*|xsrf[\w-]*|nonce"
        r"|__?viewstate\w*|__eventvalidation|(?:form|security|session)[\s-]*token|jsessionid|phpsessid)"
        rf"{_IS}{_OPAQUE}(?:\s*[•|,·-].{{0,120}})?",
        "Error and CDN footers, forms whose tokens are printed.",
    ),
    _rule(
        "request token",
        r"reference\s*(?:#|id|number)?\s*:?\s*#?[0-9a-f]{1,4}(?:\.[0-9a-f]{6,16}){2,4}",
        "Akamai: 'Reference #18...'.",
    ),
    _rule(
        "request token",
        r"your\s+ip(?:\s+address)?(?:\s+is)?\s*:?\s*[0-9a-f]{1,4}(?:[.:]{1,2}[0-9a-f]{0,4}){3,7}.{0,80}",
        "Portals that greet by address.",
    ),
    _rule(
        "request token",
        r"(?=[^a-z]*[a-z])(?=\D*\d)(?:[0-9a-f]{32,128}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})",
        "A bare hash or GUID as a line.",
        paired=True,
        frame=lambda line: "token",
    ),
    _rule(
        "machine field",
        r"(?:\w+\.)?(?:request_?id|trace_?id|csrf_?token|nonce|session_?id|generated(?:_?at|_?on)?|server_?time|current_?time"
        r"|(?:response|execution|processing)_?time(?:_?ms)?|query_?time|took(?:_?ms)?|elapsed(?:_?ms)?|cache_?key|cached_?at|build_?id)\s*:\s*\S.{0,100}",
        "Envelopes of JSON answers (one level deep, never inside a list).",
    ),
    _rule("machine field", r"DTSTAMP(?:;[\w=/-]+)?:[\dTZ]+", "RFC 5545, 3.8.7.2: when the calendar was served."),
    _rule(
        "render time",
        r"(?:this\s+|the\s+)?(?:page|request|site|search|query|queries|script)?\s*(?:was\s+)?"
        r"(?:rendered|generated|loaded|created|processed|executed|served|took|execution|rendering|load(?:ing)?|generation"
        rf"|processing|response|render)(?:\s+time)?(?:\s+(?:in|took|of))?{_IS}(?:about\s+)?\d+(?:\.\d+)?\s*"
        r"(?:s|sec|secs|seconds?|ms|milliseconds?)(?:\s+(?:with|using|by)\s.{1,60})?\.?",
        "Foot of PHP portals: 'rendered in 0.23 s'.",
    ),
    _rule(
        "render time",
        r"(?:\d+\s+(?:sql\s+)?quer(?:y|ies)\s*(?:in|,|-)\s*\d+(?:\.\d+)?\s*(?:s|sec|seconds?|ms)"
        r"|served\s+(?:by|from)\s+[\w.-]*\d[\w.-]*|memory(?:\s+usage)?\s*:?\s*\d+(?:\.\d+)?\s*[kmg]i?b)\.?",
        "Foot of PHP portals, load balancers.",
    ),
    _rule(
        "weather",
        r"(?:(?:current\s+)?(?:weather|conditions|temperature|temp|forecast)(?:\s+in\s+[\w .]{2,30})?"
        rf"{_IS}|[a-z .]{{2,30}},?\s+[a-z]{{2}}\s*[:|-]?\s+)?(?>{_DEGREES})(?:[\s/|,-]*+(?>{_DEGREES}|{_SKY}))*+"
        rf"|(?>{_SKY})(?:[\s/|,-]*+(?>{_DEGREES}))++",
        "Home pages of towns: '72°F Partly cloudy'.",
    ),
    _rule(
        "weather",
        rf"(?:(?:high|low|hi|lo|feels\s+like|dew\s*point|heat\s+index|wind\s+chill)\s*[:|-]?\s*{_DEGREES}"
        r"|humidity\s*[:|-]?\s*\d{1,3}\s?%"
        r"|winds?\s*[:|-]?\s*(?:[nesw]{1,3}\s+)?(?:at\s+)?\d{1,3}\s*(?:mph|km/h|kts?)(?:\s+[nesw]{1,3})?"
        r"|air quality(?: index)?\s*[:|-]?\s*\d{1,3}(?:\s+\w+)?)",
        "The same widgets, line by line.",
    ),
    _rule(
        "weather",
        rf"{_WHEN}\s*[:,-]?\s*{_DEGREES}(?:[\s/|,-]+{_SKY})?|(?:{_WHEN}\s*[:,-]?\s*)?{_SKY}[,.;]?\s+(?:with\s+)?{_EXTENT}"
        rf"(?:[,;]?\s+(?:and\s+)?{_EXTENT})?\.?",
        "Forecasts in a line: 'Tonight: showers, low 41'.",
    ),
    _rule(
        "weather",
        rf"(?=.*\b{_SKY}\b)(?=\D*\d)(?>(?:{_SKY}|{_WHEN}|{_SKY_WORD}|-?\d{{1,3}}s?(?!\d))(?:[\s,.;:/|·()°º%-]+|\Z))++",
        "The same in any order: every word is of the sky, and one of them says how it looks.",
    ),
    _rule(
        "weather",
        rf"(?:mostly|partly|partially)\s+(?:sunny|cloudy|clear)|{_SKY}\s+skies",
        "The same widgets' words.",
    ),
    _rule(
        "asset name",
        f".*(?:{_ASSET.pattern}).*",
        "Pages and APIs that print the addresses of pictures and scripts: hashed names, '?v=' tokens.",
        paired=True,
        frame=_without_asset_tokens,
    ),
)  # fmt: skip
"""In the order in which they are asked."""

_EVEN_IN_ROWS = frozenset({"generated at", "last updated"})
"""A counter in a table row is a figure of that table; a stamp is a stamp there too."""

ROTATING_HEADINGS = re.compile(
    r"(?:you\s+(?:may|might)\s+(?:also\s+)?(?:like|be interested in)"
    r"|related\s+(?:articles?|stories|posts|content|links?|news|reading|pages?|topics?|items?)"
    r"|trending(?:\s+(?:now|topics|stories|searches))?|most\s+(?:read|viewed|popular|shared)(?:\s+(?:stories|articles|pages))?"
    r"|popular\s+(?:now|stories|articles|posts|searches)|recommended(?:\s+(?:for you|reading|articles|stories))?"
    r"|more\s+(?:like this|stories)"
    r"|(?!order|resolution|rule|agenda|meeting|state|minutes)\w+\s+of\s+the\s+(?:day|week|month)"
    r"|did\s+you\s+know\??|advertisements?|sponsored(?:\s+content)?|what\s+others\s+are\s+reading)\s*:?",
    re.IGNORECASE,
)
"""Headings of blocks that a machine fills: quotations of the day, related and trending stories, advertisements."""

_FILLED_PHRASES = (
    r"(?:keep|continue)\s+reading",
    r"read\s+(?:this\s+)?next",
    r"up\s+next",
    r"in\s+other\s+news",
    r"(?:more|other|top)\s+(?:news|headlines|stories|articles|posts)",
    r"more\s+from\s+(?:this|our|the)\s+[\w ]{3,30}",
    r"see\s+also",
    r"(?:(?:our|thanks\s+to\s+our)\s+)?sponsors?",
    r"hot\s+(?:now|topics)",
    r"(?:from\s+)?around\s+the\s+web",
    r"(?:people|others|readers)\s+also\s+(?:viewed|read|liked|looked\s+at)",
    r"(?:editors?'?s?|readers?'?s?|staff)\s+(?:picks?|choices?|favou?rites?)",
    r"what\s+[\w' ]{3,30}\s+(?:are\s+)?read(?:ing)?",
    r"you\s+(?:may|might)\s+have\s+missed",
    r"popular(?:\s+(?:content|pages|topics|links))?",
    r"(?:current\s+|local\s+)?weather",
    r"(?:follow|find)\s+us(?:\s+on\s+[\w ]{2,20})?",
    r"(?:latest\s+|recent\s+)?(?:tweets|social\s+media)",
)
FILLED_HEADINGS = re.compile("|".join((*_FILLED_PHRASES, ROTATING_HEADINGS.pattern)), re.IGNORECASE)
"""Headings of blocks whose changes are ranked lower where the markup shows how far the block reaches."""

ROTATING_LINES = 8
"""How far below such a heading a block reaches at most."""

_TYPOGRAPHY = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "ʼ": "'", "`": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "\ufe58": "-", "\uff0d": "-",
        "…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
        "•": "·", "●": "·", "∙": "·", "⁃": "-", "º": "°", "\u00a0": " ",
    }
)  # fmt: skip
_DOUBLED = re.compile(r"-{2,3}(?!-)|''|\s+")
_ONE_FOR_MANY = {"''": '"'}

_TEMPLATE = re.compile(
    r"(?P<token>\b(?=[a-zA-Z]*\d)(?=\d*[a-zA-Z])[A-Za-z0-9]{8,}\b)"
    rf"|(?P<month>\b{_MONTH_NAME}\b(?=\.?\s+\d))"
    r"|(?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
    r"|(?P<noon>(?<=\d)\s?[ap]\.?m\b)"
    r"|(?P<number>\d+(?:[,.:/]\d+)*)",
    re.IGNORECASE,
)
_PARTS = re.compile(r" [|·] ")
_CHROME_WORDS = re.compile(
    r"(?:home|contact(?: us)?|privacy(?: policy| notice)?|accessibility|site ?map|terms(?: of (?:use|service))?"
    r"|disclaimer|all rights reserved\.?|powered by [\w .-]{1,30}|staff login|log ?in|sign in|print|email|rss"
    r"|share|back to top)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d{1,4}")
_SKY_ALONE = re.compile(_SKY, re.IGNORECASE)
_HAS_DEGREES = re.compile(_DEGREES, re.IGNORECASE)
_UNIT = re.compile(r"(?:days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)", re.IGNORECASE)
_SIGNS = {"token": "<token>", "month": "<month>", "weekday": "<weekday>", "noon": " <noon>", "number": "#"}


def key_of(line: str) -> str:
    """What two lines are compared by: typographic variants of quotes, dashes, ligatures and spaces made one.

    Case, digits and words are kept: they are content.
    """
    plain = line if line.isascii() else line.translate(_TYPOGRAPHY)
    if "--" in plain or "''" in plain or "  " in plain or "`" in plain:
        plain = _DOUBLED.sub(lambda match: _ONE_FOR_MANY.get(match[0], " " if match[0].isspace() else "-"), plain)
        plain = plain.replace("`", "'")
    return plain


def template_of(key: str) -> str:
    """The line's frame: numbers, months, weekdays and tokens replaced by signs."""
    return _TEMPLATE.sub(lambda match: _SIGNS[match.lastgroup or "number"], key)


_FIGURES = re.compile(r"<\w+>|[\W_]")


def says_something(line: str) -> bool:
    """Whether more than a figure or a date stands in it."""
    return len(_FIGURES.sub("", template_of(line))) >= 3


def counts_down(keys: Sequence[str], index: int) -> bool:
    """Whether a line is a figure of a ticker that is set in lines: "162", "Days", "5", "Hours", "47", "Minutes".

    Met on dhs.gov. One figure and one unit are content; two in a row are a ticker.
    """
    if not _FIGURE.fullmatch(keys[index]):
        return False
    above = [key for key in keys[max(0, index - 3) : index] if _UNIT.fullmatch(key)]
    below = [key for key in keys[index + 1 : index + 4] if _UNIT.fullmatch(key)]
    beside = keys[max(0, index - 1) : index + 2]
    return len({*above, *below}) >= 2 and any(_UNIT.fullmatch(key) for key in beside)


def is_sky(keys: Sequence[str], index: int) -> bool:
    """Whether a line is a word for the sky beside a temperature: "Currently 85°F", "thunderstorms".

    Alone such words are content: "Snow" may head a page about ploughing.
    """
    if _SKY_ALONE.fullmatch(keys[index]) is None:
        return False
    beside = (keys[place] for place in (index - 1, index + 1) if 0 <= place < len(keys))
    return any(_HAS_DEGREES.search(key) and (found := noise_in(key)) and found[0].name == "weather" for key in beside)


def noise_in(key: str) -> tuple[LineRule, str] | None:
    """The first rule that a line's whole shape matches, and the frame that its counterpart must share."""
    if len(key) > LONGEST:
        return None
    in_row = " | " in key
    if (in_row or " · " in key) and (joined := _footer(key)):
        return joined
    for rule in LINE_RULES:
        if (not in_row or rule.name in _EVEN_IN_ROWS) and rule.fits(key):
            return rule, rule.name + "\n" + (rule.frame or template_of)(key)
    return None


def _footer(key: str) -> tuple[LineRule, str] | None:
    """A foot of several parts, each of them noise or a chrome word: '© 2026 City | Last updated: 5/5/2026 | Contact'.

    A bare clock is none here: two of them in a row are somebody's results.
    """
    parts = _PARTS.split(key)
    found: list[tuple[LineRule, str] | None] = []
    for part in parts:
        noise = noise_in(part)
        if noise is None and not _CHROME_WORDS.fullmatch(part):
            # Of most rows of tables the first cell says enough.
            return None
        found.append(noise)
    rules = [noise[0] for noise in found if noise]
    if not rules or any(rule.name == "clock" for rule in rules):
        return None
    frame = "\n".join(noise[1] if noise else part for noise, part in zip(found, parts, strict=True))
    return next((rule for rule in rules if rule.paired), rules[0]), frame


def has_noise(line: str) -> str:
    """The name of the rule that calls a line noise, else the empty string."""
    found = noise_in(key_of(line))
    return found[0].name if found else ""
