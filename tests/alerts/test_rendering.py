"""Rendering: headers, the text that stands alone, sound HTML, a size that passes, and hostile content made harmless."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.rendering import SMALLEST_LIMIT, render
from monitor.errors import ConfigurationError, RecipientRefused
from monitor.types import Alert, ChangeKind, StoredChange

SENDER = "On Notice <notice@newsroom.example>"
EXAMPLES = Path(__file__).parent / "examples"
ZONES = {
    "ice_declined_detainers": "America/New_York",
    "doj_press_releases": "America/New_York",
    "denver_council": "America/Denver",
    "aurora_council": "America/Denver",
}
SIGHT = {"digest": "18 sources seen, 1 blocked since Tuesday (ICE newsroom)."}
"""What a digest says of the sources at large."""
WITH_PAGES = {
    "address": "https://watch.newsroom.example",
    "unsubscribe": "https://watch.newsroom.example/unsubscribe/0123456789abcdef",
}
"""What leads to pages instead of commands, and lets a reader leave with one click."""
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.txt"))

MakeStored = Callable[..., StoredChange]
MakeAlert = Callable[..., Alert]


def written(alert: Alert, **options: Any) -> EmailMessage:
    """The mail as it comes out at the other end."""
    sent = render(alert, SENDER, "", **{"zones": ZONES, **options}).as_bytes()
    received = message_from_bytes(sent, policy=default)
    assert isinstance(received, EmailMessage)
    return received


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


class Sound(HTMLParser):
    """Fails on tags that do not nest; collects what is linked or loaded."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(document)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "background")]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("br", "meta", "img", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(data)


# What it says -----------------------------------------------------------------------------------------------------


def test_every_kind_of_change_has_an_example(examples: dict[str, Alert]) -> None:
    """No kind of change is without a text that somebody has read; none is left over."""
    assert set(NAMES) == set(examples)
    assert {kind.value for kind in ChangeKind} <= set(examples)


def example(examples: dict[str, Alert], name: str) -> EmailMessage:
    """A mail as it was reviewed: those of the desk's commands, and one as it is where pages are served."""
    more = WITH_PAGES if name == "with_pages" else {}
    return written(examples[name], reply_to="stop@newsroom.example", sight=SIGHT.get(name, ""), **more)


@pytest.mark.parametrize("name", NAMES)
def test_both_parts_as_reviewed(examples: dict[str, Alert], name: str) -> None:
    """Subject, text and HTML are to the letter those that were read, and looked at as pictures.

    `REWRITE_EXAMPLES=1` writes them anew: read the difference, and look at them again.
    """
    message = example(examples, name)
    told = {"txt": f"Subject: {message['Subject']}\n\n{part(message, 'plain')}", "html": part(message, "html")}
    for ending, content in told.items():
        path = EXAMPLES / f"{name}.{ending}"
        if os.environ.get("REWRITE_EXAMPLES"):
            path.write_text(content, encoding="utf-8")
        assert content == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_html_is_sound_and_says_the_same(examples: dict[str, Alert], name: str) -> None:
    """Tags nest, nothing is loaded, links go to the web, and every story's words are in both parts."""
    message = example(examples, name)
    html = Sound(part(message, "html"))
    assert not {"script", "img", "link", "iframe", "form"} & set(html.tags)
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in html.links)
    in_html = " ".join(" ".join(html.text).split())
    text = part(message, "plain")
    commands = re.findall(r"onnotice (?:show|changes --source) \w+", text)
    links = re.findall(r"https://watch\.newsroom\.example/\S+", text)
    assert commands or links
    assert all(command in in_html for command in commands)
    assert set(links) <= set(html.links)
    assert SIGHT.get(name, "") in in_html
    assert "@import" not in part(message, "html")
    assert "url(" not in part(message, "html")


def test_dark_mode_and_phones_are_kept_in_the_styles(examples: dict[str, Alert]) -> None:
    """Styles are inlined, and only what cannot be inlined stays: the two media queries."""
    html = part(written(examples["list_published"]), "html")
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 480px)" in html
    assert re.search(r'<del[^>]* style="[^"]*line-through', html)
    assert re.search(r'<ins[^>]* style="[^"]*underline', html)
    assert 'name="viewport"' in html


def test_weightiest_first(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """The order is by significance, then as it was seen."""
    changes = [make_stored(number, significance=weight) for number, weight in ((1, 0.4), (2, 0.9), (3, 0.4))]
    text = part(written(make_alert(*changes)), "plain")
    assert [int(number) for number in re.findall(r"onnotice show (\d)", text)] == [2, 1, 3]


def test_a_burst_is_told_once(make_alert: MakeAlert, make_burst: Callable[..., list[StoredChange]]) -> None:
    """Eighty releases archived at once are one story: five named, the rest counted."""
    message = written(make_alert(*make_burst(80)))
    assert message["Subject"] == "DOJ press releases: 80 press releases were archived at once"
    text = part(message, "plain")
    assert "Release 4" in text
    assert "Release 5" not in text
    assert "and 75 more" in text
    assert "onnotice changes --source doj_press_releases --since 2017-03-28T11:42:00Z" in " ".join(text.split())


def test_a_burst_out_of_the_archive_says_so(
    make_alert: MakeAlert, make_burst: Callable[..., list[StoredChange]]
) -> None:
    """And where some came in and some went out, only that the mark changed is said."""

    def back(stored: StoredChange) -> StoredChange:
        return replace(stored, change=replace(stored.change, details={"fields": {"archived": [True, False]}}))

    out = [back(stored) for stored in make_burst(8)]
    assert written(make_alert(*out))["Subject"] == "DOJ press releases: 8 press releases left the archive at once"
    both = written(make_alert(*out[:4], *make_burst(8)[4:]))
    assert both["Subject"] == "DOJ press releases: 8 press releases were amended at once (archived)"


def test_a_few_of_a_kind_are_no_burst(make_alert: MakeAlert, make_burst: Callable[..., list[StoredChange]]) -> None:
    """Five can all be named, so they are all told."""
    message = written(make_alert(*make_burst(5)))
    assert str(message["Subject"]).startswith("5 changes on DOJ press releases: ")
    assert part(message, "plain").count("onnotice show ") == 5


def test_local_time_and_utc(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """The moment is given by the source's clock and in UTC; across midnight with both days."""
    late = make_stored(at=datetime(2017, 3, 28, 2, 30, tzinfo=UTC))
    assert "Monday, March 27, 2017, 8:30 PM MDT (March 28, 02:30 UTC)" in part(written(make_alert(late)), "plain")
    unknown = written(make_alert(late), zones={"denver_council": "Nowhere/At_All"})
    assert "Tuesday, March 28, 2017, 02:30 UTC" in part(unknown, "plain")


# Headers ----------------------------------------------------------------------------------------------------------


def test_headers_of_one_change(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """Every header that a mail program sorts, threads and filters by."""
    message = written(make_alert(make_stored()), reply_to="stop@newsroom.example")
    assert message["Subject"] == "Denver City Council: change 1"
    assert message["From"] == SENDER
    assert message["To"] == "analyst@newsroom.example"
    assert message["Date"].datetime == datetime(2017, 3, 27, 19, 2, tzinfo=UTC)
    assert message["Message-ID"] == "<alert-7@onnotice.invalid>"
    assert re.fullmatch(r"<thread-[0-9a-f]{24}@onnotice\.invalid>", message["References"])
    assert message["In-Reply-To"] == message["References"]
    assert message["List-Id"] == "On Notice <sanctuary-desk.onnotice.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:stop@newsroom.example?subject=unsubscribe%20sanctuary%20desk>"
    assert message["List-Unsubscribe-Post"] is None
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_digest_is_dated_when_it_is_due(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """A digest begun on Monday and due on Tuesday is Tuesday's mail, at every attempt."""
    due = datetime(2017, 3, 28, 13, tzinfo=UTC)
    assert written(make_alert(make_stored(), due_at=due))["Date"].datetime == due


def test_one_click_unsubscribe(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """A web address for leaving gets the header of RFC 8058; none at all gets no header."""
    address = f"https://notice.newsroom.example/leave?token={'0123456789abcdef' * 12}"
    message = written(make_alert(make_stored()), unsubscribe=address)
    assert message["List-Unsubscribe"] == f"<{address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    both = written(make_alert(make_stored()), unsubscribe=address, reply_to="The desk <stop@newsroom.example>")
    by_mail = "<mailto:stop@newsroom.example?subject=unsubscribe%20sanctuary%20desk>"
    assert both["List-Unsubscribe"] == f"<{address}>, {by_mail}"
    assert both["Reply-To"] == "The desk <stop@newsroom.example>"
    assert written(make_alert(make_stored()))["List-Unsubscribe"] is None


def test_threads(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """Mails about one page share a thread for ever; another page, a whole source and a digest have their own."""
    page = make_alert(make_stored(1))
    later = make_alert(make_stored(2, summary="something else"), number=8)
    other = make_alert(make_stored(3, url="https://denver.example.gov/clerk"))
    source = make_alert(make_stored(1), make_stored(3, url="https://denver.example.gov/clerk"))
    digest = make_alert(make_stored(1), make_stored(4, source="aurora_council"))
    threads = [written(alert)["References"] for alert in (page, later, other, source, digest)]
    assert threads[0] == threads[1]
    assert len(set(threads)) == 4


@pytest.mark.parametrize(
    ("summaries", "expected"),
    [
        (["ICE lists 47 jurisdictions; Boulder County is new"], "ICE lists 47 jurisdictions; Boulder County is new"),
        (
            ["Denver City Council, March 27, 2017: new item", "b", "c"],
            "3 changes on Denver City Council: March 27, 2017: new item",
        ),
        (["word " * 60], "word " * 20 + "word…"),
    ],
)
def test_the_subject_says_the_news(
    make_stored: MakeStored, make_alert: MakeAlert, summaries: list[str], expected: str
) -> None:
    """One change is its sentence; several are counted and the weightiest is told; long ones end at a word."""
    changes = [make_stored(number, summary=summary) for number, summary in enumerate(summaries, 1)]
    subject = written(make_alert(*changes))["Subject"]
    assert subject == expected
    assert len(subject) <= 110


def test_a_digest_of_several_sources(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """Changes from several sources are counted with their sources."""
    message = written(make_alert(make_stored(1), make_stored(2, source="aurora_council")))
    assert message["Subject"] == "2 changes from 2 sources: Denver City Council: change 1"


def test_the_same_alert_is_the_same_mail(examples: dict[str, Alert]) -> None:
    """Rendered again after a crash, the mail is the same to the byte."""
    alert = examples["digest"]
    assert render(alert, SENDER).as_bytes() == render(alert, SENDER).as_bytes()


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "jörg@newsroom.example", "@", "a@"],
)
def test_a_recipient_that_is_no_address(make_stored: MakeStored, make_alert: MakeAlert, recipient: str) -> None:
    """What cannot be written to is refused for good, before a server sees it."""
    with pytest.raises(RecipientRefused, match="is no mail address"):
        written(make_alert(make_stored(), recipient=recipient))


def test_a_recipient_in_another_script(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """A domain with letters beyond ASCII is written as the DNS knows it."""
    assert written(make_alert(make_stored(), recipient="a@bücher.example"))["To"] == "a@xn--bcher-kva.example"


def test_a_chat_address_is_never_in_a_header(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """An Apprise URL holds secrets: the mail does not name it."""
    message = render(make_alert(make_stored(), recipient="slack://secret/token"), SENDER)
    assert b"secret" not in message.as_bytes()


def test_a_sender_that_is_no_address(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """A wrong sender is the operator's mistake, told as such."""
    with pytest.raises(ConfigurationError, match="correct the sender"):
        render(make_alert(make_stored()), "On Notice")


# Size -------------------------------------------------------------------------------------------------------------


def many(make_stored: MakeStored, count: int) -> list[StoredChange]:
    text = [f"Section {number} of the ordinance is amended as follows." for number in range(40)]
    return [
        make_stored(
            number,
            summary=f"Denver City Council: bill {number} was amended",
            significance=round(0.9 - number / 1000, 3),
            details={"hunks": [[[line], [line.replace("amended", "repealed")]] for line in text]},
        )
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("limit", [100_000, 40_000, 15_000, 8_000])
def test_a_burst_of_five_hundred_stays_under_the_limit(
    make_stored: MakeStored, make_alert: MakeAlert, limit: int
) -> None:
    """Whatever the limit, the weightiest are told, the next are named, all others are counted: nobody is forgotten."""
    sent = render(make_alert(*many(make_stored, 500)), SENDER, limit=limit, zones=ZONES)
    assert len(sent.as_bytes()) <= limit
    text = part(written(make_alert(*many(make_stored, 500)), limit=limit), "plain")
    assert "500 changes on Denver City Council" in text
    shown = {int(number) for number in re.findall(r"onnotice\s+show\s+(\d+)", text)}
    counted = re.search(r"and (\d+) more: (onnotice changes --since \S+)", text)
    assert counted is not None
    assert shown == set(range(1, len(shown) + 1))
    assert len(shown) + int(counted[1]) == 500
    assert counted[2] == "onnotice changes --since 2017-03-27T19:03:00Z"


def test_room_is_used(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """More room tells more: the limit is not an excuse."""
    told = [
        len(re.findall("Check it", part(written(make_alert(*many(make_stored, 60)), limit=limit), "plain")))
        for limit in (100_000, 40_000, 20_000)
    ]
    assert told == sorted(told, reverse=True)
    assert told[0] > told[1] > told[2] > 0


def test_one_enormous_change_is_told_shorter(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """A single list of ten thousand names is cut, with the rest counted."""
    names = [f"County number {number}, Texas" for number in range(10_000)]
    change = make_stored(
        kind=ChangeKind.LIST_PUBLISHED,
        details={
            "edition": "2",
            "previous_edition": "1",
            "sets": {"row": {"count": 10_000, "noun": ["county", "counties"], "new": names, "gone": [], "amended": []}},
        },
    )
    for limit in (100_000, 12_000):
        sent = render(make_alert(change), SENDER, limit=limit)
        assert len(sent.as_bytes()) <= limit
        text = part(written(make_alert(change), limit=limit), "plain")
        assert "New on the list (10,000)" in text
        assert re.search(r"and [\d,]+ more", text)


def test_the_smallest_mail(make_stored: MakeStored, make_alert: MakeAlert) -> None:
    """With no room at all the counts and the way to the rest are still told."""
    message = written(make_alert(*many(make_stored, 500)), limit=SMALLEST_LIMIT)
    assert "and 500 more" in part(message, "plain") or "onnotice show 1" in part(message, "plain")
    assert str(message["Subject"]).startswith("500 changes")


# Hostile content --------------------------------------------------------------------------------------------------

HOSTILE = [
    "Agenda\r\nBcc: everybody@newsroom.example",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u202c report\u200b",
    "=?utf-8?q?a=0D=0ABcc:_b@c.example?=",
    "\ud800 lone surrogate \x00 null",
    "a" * 3_000,
    "–" * 500,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_only_words(make_stored: MakeStored, make_alert: MakeAlert, hostile: str) -> None:
    """Line breaks, markup, template code, reversed text and encoded words from a page are text, wherever they stand."""
    change = make_stored(
        summary=hostile,
        title=hostile,
        place=hostile,
        reasons=(hostile,),
        url=f"javascript:{hostile}",
        details={"fields": {hostile: [hostile, f"{hostile} amended"]}},
    )
    alert = make_alert(change, make_stored(2, summary=hostile), subscription=hostile)
    message = written(alert)
    assert message["Bcc"] is None
    assert not re.search(r"[\x00-\x1f\x7f\u200b\u202a-\u202e\ud800-\udfff]", str(message["Subject"]))
    html = Sound(part(message, "html"))
    assert not {"script", "img"} & set(html.tags)
    assert not any("javascript" in link for link in html.links)
    assert "49" not in str(message["Subject"])
    for kind in ("plain", "html"):
        assert not re.search(r"[\x00\u200b\u202a-\u202e]", part(message, kind))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://user:pw@x.example/", "http://[", ""],
)
def test_only_web_addresses_are_links(make_stored: MakeStored, make_alert: MakeAlert, url: str) -> None:
    """Any other address is shown as text."""
    html = Sound(part(written(make_alert(make_stored(url=url))), "html"))
    assert html.links == []
    assert url in " ".join(html.text)


anything = st.text(alphabet=st.characters(), max_size=200)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(summary=anything, title=anything, place=anything, url=anything, before=anything, after=anything, name=anything)
def test_any_strings_make_a_mail(
    make_stored: MakeStored,
    make_alert: MakeAlert,
    summary: str,
    title: str,
    place: str,
    url: str,
    before: str,
    after: str,
    name: str,
) -> None:
    """Whatever a page calls itself, the mail can be sent and parsed, with no header more than ours."""
    change = make_stored(
        summary=summary, title=title, place=place, url=url, details={"fields": {name: [before, after], "x": [None, 1]}}
    )
    alert = make_alert(change, make_stored(2, details={"hunks": [[[before], [after, title]]]}), subscription=name)
    sent = render(alert, SENDER, zones=ZONES).as_bytes()
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    message = message_from_bytes(sent, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    expected = "Subject From To Date Message-ID In-Reply-To References List-Id Auto-Submitted Precedence"
    assert message.keys() == [*expected.split(), "MIME-Version", "Content-Type"]
    assert "onnotice show 1" in part(message, "plain")
    Sound(part(message, "html"))
