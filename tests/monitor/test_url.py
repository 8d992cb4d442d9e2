"""One spelling for one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.url import absolute_url, canonical_url, document_target, host_of, vendor_host


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("HTTPS://Example.GOV:443/News/#top", "https://example.gov/News/"),
        ("http://example.gov", "http://example.gov/"),
        ("http://example.gov:8080/a", "http://example.gov:8080/a"),
        ("https://justice.gov/opa/pr/x", "https://www.justice.gov/opa/pr/x"),
        ("https://example.gov/a?utm_source=mail&b=2&fbclid=x&a=1", "https://example.gov/a?b=2&a=1"),
        ("https://example.gov/a;jsessionid=AB12?x=1", "https://example.gov/a?x=1"),
        ("https://example.gov/(S(abcdefgh12345678))/Calendar.aspx", "https://example.gov/Calendar.aspx"),
        ("https://example.gov/a/../b/./c d", "https://example.gov/b/c%20d"),
        ("https://example.gov/%7eclerk/%c3%a9", "https://example.gov/~clerk/%C3%A9"),
        ("https://example.gov./é", "https://example.gov/%C3%A9"),
        ("mailto:clerk@example.gov", "mailto:clerk@example.gov"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_spellings_of_one_page_are_one(spelled: str, canonical: str) -> None:
    """What a server cannot tell apart, and what only says how a reader came, leaves no trace in the address."""
    assert canonical_url(spelled) == canonical


def test_what_may_name_another_page_is_kept() -> None:
    """Case of the path, the query's order and its empty parameters are left alone."""
    url = "https://example.gov/Meeting.aspx?ID=2&GUID=A&ID=1&x="
    assert canonical_url(url) == url


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_canonical_form_is_stable(tail: str) -> None:
    """The canonical form of a canonical form is itself, whatever stands behind the host."""
    once = canonical_url("https://example.gov/" + tail)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("a.pdf", "https://example.gov/dir/a.pdf"),
        ("//cdn.example.gov/a.pdf", "https://cdn.example.gov/a.pdf"),
        ("..\\files\\a b.pdf", "https://example.gov/files/a%20b.pdf"),
        ("javascript:void(0)", ""),
        ("mailto:a@example.gov", ""),
        ("http://[", ""),
        ("https:///a.pdf", "https://example.gov/a.pdf"),
        ("http:///a.pdf", ""),
    ],
)
def test_links_are_resolved_as_a_browser_does(reference: str, target: str) -> None:
    """Relative, protocol-relative and backslashed links become absolute; others lead nowhere."""
    assert absolute_url("https://example.gov/dir/page", reference) == target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.gov/files/Agenda.PDF?token=abc", "/files/Agenda.PDF"),
        ("https://x.legistar.com/View.ashx?M=A&ID=12&GUID=0A-1B", "/View.ashx?M=A&ID=12"),
        ("https://x.legistar.com/View.ashx?M=IC&ID=12", ""),
        ("https://example.gov/AgendaCenter/ViewFile/Agenda/_05052020-1", "/AgendaCenter/ViewFile/Agenda/_05052020-1"),
        ("https://example.gov/get.aspx?file=a.docx&t=9", "/get.aspx?file=a.docx"),
        ("https://public.powerdms.com/EXAMPLESO/documents/347039", "/EXAMPLESO/documents/347039"),
        ("https://public.powerdms.com/EXAMPLESO/tree/documents/347039", ""),
        ("https://example.gov/documents/347039", ""),
        ("https://example.gov/about", ""),
    ],
)
def test_a_document_is_named_without_tokens(url: str, target: str) -> None:
    """What identifies a file stays, what changes without the file goes."""
    assert document_target(url) == target


def test_hosts_are_named_in_one_way() -> None:
    """A vendor's tenants and its API share one name; other hosts go without www; what has no host has an empty one."""
    assert host_of("https://WWW.Example.gov:8080/x") == "www.example.gov"
    assert vendor_host("https://denver.legistar.com/x") == "legistar.com"
    assert vendor_host("https://webapi.legistar.com/v1") == "legistar.com"
    assert vendor_host("https://evil-legistar.com/") == "evil-legistar.com"
    assert vendor_host("https://www.justice.gov/") == vendor_host("https://justice.gov/") == "justice.gov"
    assert host_of("http://[broken") == host_of("nothing") == ""


@pytest.mark.parametrize("url", ["http://example.gov:80/a", "https://example.gov:443/a"])
def test_a_port_that_goes_without_saying_is_not_said(url: str) -> None:
    """The default port of the scheme names the same page as no port."""
    assert canonical_url(url) == url.replace(":80", "").replace(":443", "")
    assert canonical_url("http://example.gov:81/a") == "http://example.gov:81/a"
