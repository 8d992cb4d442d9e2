"""Is a look to be believed? Cases stand in verdicts/<expected verdict>/<what it is>.http; adding one is adding a file.

A case is an HTTP answer written for these tests, after lines that set the scene: "# asked:", "# final:" (where
redirects ended), "# reads:" (what the page's extractor reads, html if not said), "# known:" (same: this very body was
believed before; other: another one; moved: another one, through a redirect), "# title:" (of the known page), "# cut:",
"# error:".
"""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.mechanisms import HEADERS, HEADINGS, MECHANISMS, HeaderMechanism, Mechanism
from monitor.recognition import Markup
from monitor.types import Look, PageState, Source, VerdictKind, digest_of
from monitor.verdict import believe, collapsed

CASES = Path(__file__).parent / "verdicts"
SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
NOW = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
SOURCE = Source("example", "Example", "https://www.example.gov/")
FILES = sorted(CASES.glob("*/*.http"))


@dataclass(frozen=True)
class Case:
    """A case file, read."""

    look: Look
    page: PageState
    reads: str


def read(path: Path) -> Case:
    """Scene lines, then status line, headers, a blank line and the body."""
    scene: dict[str, str] = {}
    rest = path.read_bytes()
    while rest.startswith(b"# "):
        line, _, rest = rest.partition(b"\n")
        name, _, value = line[2:].decode().partition(":")
        scene[name.strip()] = value.strip()
    head, _, body = rest.partition(b"\n\n")
    status_line, *header_lines = head.decode().rstrip("\n").split("\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in header_lines)}
    asked = scene.get("asked", "https://www.example.gov/council/agendas")
    status = int(status_line.split()[1]) if status_line else None
    look = Look(
        url=asked,
        at=NOW,
        status=status,
        body=None if status in (None, 304) else body,
        media_type=headers.get("content-type", "").partition(";")[0],
        headers=headers,
        final_url=scene.get("final", ""),
        truncated="cut" in scene,
        error=scene.get("error", ""),
    )
    page = PageState(SOURCE, asked)
    if "known" in scene:
        page = replace(
            page,
            page_id=1,
            snapshot_number=1,
            title=scene.get("title", "Agendas"),
            last_body=digest_of(body if scene["known"] == "same" else b"another body"),
            last_verdict=VerdictKind.MOVED if scene["known"] == "moved" else VerdictKind.CREDIBLE,
        )
    return Case(look, page, scene.get("reads", "html"))


def html_look(body: bytes, url: str = "https://www.example.gov/council/agendas") -> Look:
    """A page that was served as HTML with status 200."""
    return Look(url=url, at=NOW, status=200, body=body, media_type="text/html")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_folder_s_name_is_the_verdict(path: Path) -> None:
    """Each case is judged as its folder says, with a reason for people that reads on after a colon."""
    case = read(path)
    verdict = believe(case.look, case.page, case.reads)
    assert verdict.kind.value == path.parent.name, verdict
    assert verdict.reason
    assert not verdict.reason.endswith(".")
    assert verdict.mechanism or verdict.kind is VerdictKind.CREDIBLE


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in ("blocked", "credible")], ids=str)
def test_what_is_not_the_page_is_never_taken_for_it_by_a_reader_of_anything(path: Path) -> None:
    """The generic extractor reads any kind of body, and believes no block page for that."""
    case = read(path)
    if "instead_of" in path.name:
        pytest.skip("the wrong kind of body is wrong only for a reader of another kind")
    assert believe(case.look, case.page, "any").kind.value == (
        "blocked" if path.parent.name == "blocked" else "credible"
    )


def test_every_verdict_of_a_look_has_cases() -> None:
    """Shrunken is the only verdict that is given later, when the text has been read."""
    assert {path.parent.name for path in FILES} == {kind.value for kind in VerdictKind} - {"shrunken"}


def test_every_mechanism_says_what_is_known_of_it() -> None:
    """Each row has a name of its own, a reason and where it is known from, and looks for something in the markup."""
    rows = [*MECHANISMS, *HEADERS]
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.says and row.known_from for row in rows)
    assert all(needle == needle.lower() for row in MECHANISMS for needle in row.needles)


def verdict_of(path: Path) -> tuple[Case, str]:
    """A case, and the mechanism that speaks in it."""
    case = read(path)
    return case, believe(case.look, case.page, case.reads).mechanism


def test_every_mechanism_has_a_case() -> None:
    """One at least: of each row of markup, each header and each kind of heading."""
    spoken = {verdict_of(path)[1] for path in FILES}
    for row in (*MECHANISMS, *HEADERS, *HEADINGS):
        assert any(mechanism == row.name or mechanism.startswith(f"{row.name}: ") for mechanism in spoken), row.name


@pytest.mark.parametrize("row", MECHANISMS, ids=lambda row: row.name)
def test_an_article_that_quotes_a_mechanism_is_believed(row: Mechanism) -> None:
    """Its near miss: the same markup as text, with more beside it than any block page has to read."""
    quoted = next(case for case, mechanism in map(verdict_of, FILES) if mechanism == row.name)
    text = html.escape((quoted.look.body or b"").decode("utf-8", "replace"))
    prose = "<p>The security team of the county explains what visitors were shown in the morning, and why.</p>" * 24
    title = "What visitors saw"
    article = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{prose}<pre>{text}</pre></body></html>"
    look = replace(html_look(article.encode()), headers={"content-type": "text/html"})
    assert believe(look, PageState(SOURCE, look.url), "html").kind is VerdictKind.CREDIBLE


@pytest.mark.parametrize("row", HEADERS, ids=lambda row: row.name)
def test_a_header_with_another_value_says_nothing(row: HeaderMechanism) -> None:
    """Vendors set the same header on what passed; where any value counts there is no other."""
    other = replace(html_look(b"<h1>Agenda</h1><p>Hearing</p>"), headers={row.header: "none"})
    expected = VerdictKind.CREDIBLE if row.values else VerdictKind.BLOCKED
    assert believe(other, PageState(SOURCE, other.url), "html").kind is expected


@pytest.mark.parametrize("row", MECHANISMS, ids=lambda row: row.name)
def test_a_row_is_looked_into_wherever_its_needles_are(row: Mechanism) -> None:
    """The quick search beforehand overlooks no row, in any case of letters, in a small body and in the largest."""
    needles = b" ".join(row.needles).upper()
    for body in (needles, b"-_/wkzb" + needles, b"word " * ((row.largest - len(needles)) // 5) + needles):
        assert row in Markup(body).suspects()
    for needle in row.needles:
        assert row not in Markup(b" ".join(row.needles).replace(needle, needle[:-1])).suspects()


def samples() -> Iterator[Path]:
    """Real captures beside the checkout, where there are any."""
    return (path for path in sorted(SAMPLES.rglob("*")) if path.suffix in (".html", ".json", ".xml", ".pdf", ".ics"))


def test_every_real_page_is_credible_and_every_block_page_is_blocked() -> None:
    """Nothing that governments really published is taken for a block page, and the known block pages are blocked."""
    found = list(samples())
    if not found:
        pytest.skip("no ../shared/samples beside this checkout")
    types = {".html": "text/html", ".json": "application/json", ".xml": "text/xml", ".pdf": "application/pdf"}
    for path in found:
        look = replace(html_look(path.read_bytes()), media_type=types.get(path.suffix, "text/plain"))
        reads = path.suffix[1:] if path.suffix in (".html", ".json", ".pdf") else "any"
        expected = "blocked" if path.name.startswith("SYNTHETIC_akamai") else "credible"
        assert believe(look, PageState(SOURCE, look.url), reads).kind.value == expected, path.name


@given(
    st.binary(max_size=300),
    st.sampled_from([None, 200, 202, 204, 206, 301, 304, 403, 404, 418, 500, 503, 599, 999]),
    st.sampled_from(["", "text/html", "application/json", "application/pdf", "text/xml", "nonsense"]),
    st.sampled_from(["html", "json", "pdf", "any"]),
    st.sampled_from(
        ["", "https://www.example.gov/", "https://[::1", "http://x/%zz", "https://www.example.gov/error/404"]
    ),
)
def test_nothing_makes_it_fail(body: bytes, status: int | None, media_type: str, reads: str, final: str) -> None:
    """Any bytes under any status and name get a verdict; only a success is ever believed."""
    look = Look(
        url="https://www.example.gov/a", at=NOW, status=status, body=body, media_type=media_type, final_url=final
    )
    verdict = believe(look, PageState(SOURCE, look.url), reads)
    if status is None or not 200 <= status < 300:
        assert not verdict.believed


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_a_refusal_names_its_status(status: int) -> None:
    """An operator reads which refusal it was."""
    verdict = believe(
        Look("https://www.example.gov/a", NOW, status), PageState(SOURCE, "https://www.example.gov/a"), "html"
    )
    assert str(status) in verdict.reason


def test_legistar_s_unknown_client_has_its_own_sentence() -> None:
    """HTTP 500 with that message is a wrong name in the configuration, not an outage."""
    case = read(CASES / "unreachable" / "legistar_no_such_client.http")
    assert "no such client" in believe(case.look, case.page, "json").reason


def test_a_busy_server_s_wish_is_passed_on() -> None:
    """Retry-After is part of the reason."""
    case = read(CASES / "unreachable" / "status_503_with_retry_after.http")
    assert believe(case.look, case.page, "html").reason.endswith("come back after 3600 seconds")


def test_a_body_in_utf_16_is_searched_too() -> None:
    """A challenge in another encoding is a challenge."""
    case = read(CASES / "blocked" / "akamai_interstitial.http")
    assert case.look.body is not None
    body = b"\xff\xfe" + case.look.body.decode().encode("utf-16-le")
    assert believe(replace(case.look, body=body), case.page, "html").kind is VerdictKind.BLOCKED


@pytest.mark.parametrize(
    ("before", "after", "is_collapse"),
    [(400, 79, True), (400, 80, False), (399, 0, False), (10_000, 0, True), (10_000, 9_000, False), (0, 0, False)],
)
def test_a_collapse_is_four_fifths_of_a_text_worth_the_name(before: int, after: int, is_collapse: bool) -> None:
    """A text of 400 characters or more that lost more than 80 % is looked at again, and the reason has both figures."""
    reason = collapsed(before, after)
    assert bool(reason) == is_collapse
    assert not reason or str(before) in reason


HOSTILE = {
    "deep": b"<title>404</title>captcha" + b"<div>" * 90_000,
    "bare brackets": b"<" * 2_000_000,
    "titles": b"<title>" * 300_000,
    "headings": b"<h1>404" * 300_000,
    "attributes": b"<title>404</title><p " + b"".join(b"a%d=1 " % number for number in range(50_000)) + b">",
    "scripts": b"<script>bobcmn</script>" * 20_000,
    "white space": b" " * 30_000_000,
    "brackets": b"[" * 3_000_000 + b"]",
    "long": b"<div><p>captcha maintenance access denied</p></div>" * 600_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_body_is_expensive(name: str) -> None:
    """Bodies made to be slow are judged in a fraction of a second, up to 30 MB."""
    look = html_look(HOSTILE[name])
    began = time.process_time()
    believe(look, PageState(SOURCE, look.url), "any")
    believe(replace(look, media_type="application/json"), PageState(SOURCE, look.url), "json")
    assert time.process_time() - began < 2, "0.1 s where this was written"


def test_an_ordinary_page_costs_next_to_nothing() -> None:
    """A page of 20 KB is judged in well under a millisecond: 0.15 ms where this was written."""
    row = b"<tr><td>7:00 PM</td><td><a href='/a/1'>City Council</a></td><td>Public hearing on the budget</td></tr>\n"
    look = html_look(b"<html><head><title>Agendas</title></head><body><table>" + row * 195 + b"</table></body></html>")
    page = PageState(SOURCE, look.url)
    began = time.process_time()
    for _ in range(200):
        believe(look, page, "html")
    assert timedelta(seconds=time.process_time() - began) / 200 < timedelta(milliseconds=1.5)
