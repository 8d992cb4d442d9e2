"""What a reader reads, in whatever format it came."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import read

URL = "https://example.gov/council/page"


def lines(body: str | bytes, media_type: str = "text/html", charset: str = "") -> list[str]:
    raw = body.encode() if isinstance(body, str) else body
    return list(read(raw, media_type, URL, charset).lines)


def test_each_block_is_a_line() -> None:
    """Headings, paragraphs, items, definitions and captions are lines; inline markup joins, breaks part."""
    body = """<title> Agenda &amp; more </title><h1>Agenda</h1><p>Item <b>1</b>2: <i>Budget</i></p>
      <ul><li>One<li>Two</ul><dl><dt>Place<dd>City Hall</dl><p>First<br>Second</p>
      <figure><figcaption>Map</figcaption></figure>"""
    assert lines(body) == ["Agenda", "Item 12: Budget", "One", "Two", "Place", "City Hall", "First", "Second", "Map"]
    assert read(body.encode(), "text/html", URL).title == "Agenda & more"


def test_a_table_row_is_one_line() -> None:
    """Cells are joined, empty ones keep their place, and blocks inside a cell do not break the row."""
    body = """<table><tr><th>County<th>Detainers<th>Note</tr>
      <tr><td><p>Boulder</p><td>12<td></tr><tr><td>Cook<td><td><p>a</p><p>b</p></tr></table>"""
    assert lines(body) == ["County | Detainers | Note", "Boulder | 12", "Cook | | a b"]


def test_a_table_that_lays_out_a_page_is_not_a_row() -> None:
    """A cell with headings, a nested table or many blocks gives lines of its own; the nested rows stay rows."""
    body = """<table><tr><td>Menu</td><td><h2>News</h2><p>One</p>
      <table><tr><td>A</td><td>1</td></tr></table></td></tr></table>"""
    assert lines(body) == ["Menu", "News", "One", "A | 1"]
    assert lines("<table><tr><td><p>One</p><p>Two</p></td></tr></table>") == ["One", "Two"]


def test_chrome_is_left_out_where_markup_says_so() -> None:
    """Scripts, navigation, hidden parts, form fields and the page's footer go; an article's own footer is content."""
    body = """<body><script>var a = "x"</script><style>p{}</style><noscript>JS!</noscript><nav>Menu</nav>
      <div role="navigation">Crumbs</div><div hidden>Secret</div><span aria-hidden="true">icon</span>
      <form><input type="hidden" value="token"><select><option>2026</select></form><template>t</template>
      <main><article><p>The text</p><footer>By the clerk</footer></article></main><footer>Site footer</footer></body>"""
    assert lines(body) == ["The text", "By the clerk"]


def test_what_a_click_reveals_is_content() -> None:
    """A hidden part that a button controls, and a tab panel, are read."""
    body = """<button aria-controls="q1">Question</button><div id="q1" hidden>Answer</div>
      <div role="tabpanel" hidden>Tab</div><div id="other" hidden>Never</div>"""
    assert lines(body) == ["Question", "Answer", "Tab"]


def test_a_page_that_is_all_chrome_is_read_whole() -> None:
    """Where stripping leaves nothing, everything but scripts is read."""
    assert lines("<nav><p>All there is</p><script>x</script></nav>") == ["All there is"]


def test_a_document_link_shows_where_it_leads() -> None:
    """A new file under the same words is a change of the text; a new token in its query is none."""
    first, second, third = (
        lines(f'<p>Read the <a href="{href}">list</a> now</p>')
        for href in ("/files/list.pdf?t=1", "/files/list.pdf?t=2", "/files/list_v2.pdf")
    )
    assert first == second == ["Read the list [/files/list.pdf] now"]
    assert third == ["Read the list [/files/list_v2.pdf] now"]


def test_links_are_absolute_labelled_and_in_order() -> None:
    """Every http(s) link of the content with its label, documents told from pages, the base obeyed, each once."""
    body = """<base href="https://example.org/x/"><nav><a href="/menu">Menu</a></nav><a href="b?utm_source=q">B</a>
      <a href="a.pdf"><p>Agenda</p></a>
      <a href="c"><img alt="The seal"></a><a href="mailto:x@y">Mail</a>
      <a href="#z">Up</a> <a href="b">B</a>"""
    page = read(body.encode(), "text/html", URL)
    assert [(link.url, link.label, link.role) for link in page.links] == [
        ("https://example.org/x/b", "B", "page"),
        ("https://example.org/x/a.pdf", "Agenda", "document"),
        ("https://example.org/x/c", "The seal", "page"),
    ]
    assert page.lines == ("B", "Agenda [/x/a.pdf]", "The seal Mail Up B")


def test_struck_text_is_marked() -> None:
    """A line that was struck through does not read as before."""
    assert lines("<ul><li><s>Boulder</s><li>Denver</ul>") == ["~~Boulder~~", "Denver"]


def test_preformatted_lines_stay_lines() -> None:
    """Line breaks of a pre element are kept."""
    assert lines("<pre>ORDER\n\n  Item 1</pre>") == ["ORDER", "Item 1"]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("Señor “x”".encode(), ""),
        ("Señor “x”".encode(), "iso-8859-1"),
        ("Señor “x”".encode("cp1252"), ""),
        ("Señor “x”".encode("cp1252"), "iso-8859-1"),
        ("Señor “x”".encode("cp1252"), "utf-8"),
        ("Señor ".encode() + b"\x93x\x94", ""),
        ("Señor “x”".encode("utf-8-sig"), ""),
        ("Señor “x”".encode("utf-16"), ""),
        ("SeÃ±or â€œxâ€\x9d".encode(), ""),
        ("Sen\u0303or “x”".encode(), ""),
        ("Se\u00adñor\u00a0“x”\u200b".encode(), ""),
        (b"Se&ntilde;or &#147;x&rdquo;", ""),
    ],
)
def test_the_same_words_in_any_encoding(body: bytes, charset: str) -> None:
    """Marks, labels that lie, stray windows-1252 bytes, doubly encoded text, entities and invisible characters."""
    assert lines(body, "text/html", charset) == ["Señor “x”"]


def test_labels_decide_where_bytes_cannot() -> None:
    """A declared encoding is believed for bytes that are no UTF-8, from the header or from the markup."""
    assert lines("Привет".encode("cp1251"), "text/html; charset=windows-1251") == ["Привет"]
    assert lines(b'<meta charset="shift_jis"><p>' + "日本".encode("cp932")) == ["日本"]
    assert lines("日本".encode("iso2022_jp"), "text/plain", "ISO-2022-JP") == ["日本"]


@pytest.mark.parametrize("text", ["IRMÃ” e «MANHÃ»", "»Spaß«", "50 °C © 2026"])
def test_natural_writing_is_no_mojibake(text: str) -> None:
    """A capital with a tilde before a closing quotation mark stays what it is."""
    assert lines(text, "text/plain") == [text]


def test_json_is_a_line_a_leaf() -> None:
    """Keys sorted, arrays in order, numbers spelled as published, markup read, empty values seen."""
    body = '{"b": [{"n": 1.50, "t": "<p>One &amp; two</p>"}, {"n": null}], "a": true, "c": 12345678901234567890}'
    assert lines(body, "application/json") == [
        "a: true", "b[].n: 1.50", "b[].t: One & two", "b[].n: null", "c: 12345678901234567890",
    ]  # fmt: skip
    assert lines('{"a": true}', "") == ["a: true"]
    assert lines("{not json", "application/json") == ["{not json"]


def test_a_feed_is_its_entries() -> None:
    """Title, link, date and the words of the description; what says when the feed was built is left out."""
    feed = """<?xml version="1.0" encoding="utf-8"?>
      <rss version="2.0"><channel><title>News</title><link>https://example.gov</link>
      <lastBuildDate>{built}</lastBuildDate><ttl>60</ttl><generator>G {built}</generator>
      <item><title>List published</title><link>https://example.gov/a?utm_source=rss</link>
      <guid>{built}</guid><pubDate>Mon, 5 May 2025 10:00:00 GMT</pubDate>
      <description>&lt;p&gt;47 jurisdictions&lt;/p&gt;</description></item>
      </channel></rss>"""
    first = read(feed.format(built="1").encode(), "application/rss+xml", URL)
    assert first.title == "News"
    assert first.lines == (
        "News", "List published", "https://example.gov/a", "Mon, 5 May 2025 10:00:00 GMT", "47 jurisdictions",
    )  # fmt: skip
    assert [(link.url, link.label) for link in first.links] == [("https://example.gov/a", "List published")]
    assert read(feed.format(built="2").encode(), "application/rss+xml", URL) == first
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><updated>2026</updated><entry><title>E</title>
      <link href="/e"/><updated>2026-05-05</updated><summary>S</summary></entry></feed>"""
    assert lines(atom, "application/atom+xml") == ["N", "E", "https://example.gov/e", "2026-05-05", "S"]


def test_other_formats_give_their_words() -> None:
    """XML by element, CSV by row, a calendar with its folded lines joined, plain text by line; files give nothing."""
    assert lines('<m id="7"><name>Board</name></m>', "text/xml") == ["m@id: 7", "name: Board"]
    assert lines('a,"b\nc",d\n1,,2\n', "text/csv") == ["a | b c | d", "1 | | 2"]
    assert lines("SUMMARY:Council\r\n  meeting\r\n", "text/calendar") == ["SUMMARY:Council meeting"]
    assert lines("  a \t b\n\n\nc\r\n", "text/plain") == ["a b", "c"]
    assert lines("<!doctype html><p>a</p>", "text/plain") == ["a"]
    assert lines(b"%PDF-1.7 x", "text/html") == lines(b"x", "application/pdf") == lines(b"x", "image/png") == []


def test_xml_reads_no_file_and_expands_no_entity() -> None:
    """External and nested entities bring nothing."""
    attack = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "boo">]><l>&x;&y;ok</l>'
    assert "root:" not in "".join(lines('<?xml version="1.0"?>' + attack, "text/xml"))


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<div>" * 100_000 + b"text", "text/html"),
        (b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">text", "text/html"),
        (b"<b><i>" * 20_000 + b"text", "text/html"),
        (b"<table><tr><td>" * 20_000 + b"text", "text/html"),
        (b"<a " * 200_000 + b">text", "text/html"),
        (b"<!--" * 200_000, "text/html"),
        (b'<a b="' * 200_000, "text/html"),
        (b"[" * 200_000 + b"]" * 200_000, "application/json"),
        (b"<a>" * 100_000, "text/xml"),
        (b'"' * 1_000_000, "text/csv"),
        (bytes(range(256)) * 2_000, "text/html"),
        ("â€™".encode() * 100_000, "text/plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:5].decode("latin-1").strip(),
)
def test_hostile_bodies_cost_little(body: bytes, media_type: str) -> None:
    """Depth, crowds and garbage are read in linear time."""
    began = time.process_time()
    read(body, media_type, URL)
    assert time.process_time() - began < 5


def test_a_deep_page_still_gives_its_words() -> None:
    """What no tree is built of is read as a stream of tags."""
    assert lines(b"<div>" * 10_000 + b"<p>one &amp; 1</p><script>x</script><p>two</p>") == ["one & 1", "two"]


def test_lines_are_bounded() -> None:
    """A body of millions of blocks gives no more than the bound."""
    assert len(read(b"<p>a</p>" * 450_000, "text/html", URL).lines) == 400_000


@given(st.text(max_size=200))
def test_reading_lines_again_gives_the_same_lines(text: str) -> None:
    """Canonical text is idempotent, from plain text and from HTML."""
    for media_type in ("text/plain", "text/html"):
        once = read(text.encode(errors="replace"), media_type, URL).lines
        again = read("\n".join(once).encode(), "text/plain", URL).lines
        if not once or not once[0].lstrip().startswith("<"):
            assert again == once


@given(st.binary(max_size=300), st.sampled_from(["text/html", "application/json", "text/xml", "text/csv", "", "x"]))
def test_garbage_never_raises(body: bytes, media_type: str) -> None:
    """Whatever comes, some lines come out, and none is empty or holds a line break."""
    for line in read(body, media_type, URL).lines:
        assert line
        assert line.splitlines() == [line]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_digit_shows(first: int, second: int) -> None:
    """Two numbers in a table cell give the same lines only when they are the same number."""
    page = "<table><tr><td>Detainers</td><td>{}</td></tr></table>"
    assert (lines(page.format(first)) == lines(page.format(second))) == (first == second)


def test_attributes_and_white_space_are_nothing() -> None:
    """Reordered attributes, re-flowed white space, tokens and comments leave the text as it is."""
    first = '<p class="a" id="b">One two</p><input type="hidden" name="csrf" value="1"><div id="row1">Three</div>'
    second = """<p id="b9"  class="a">\n  One\n two </p><!-- x --><input type=hidden name=csrf value=2>
      <div id="row2">Three</div>"""
    assert read(first.encode(), "text/html", URL) == read(second.encode(), "text/html", URL)
