"""The manifest's rules: what a capture may say, and one sentence for every line that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import UsageError
from onnotice.manifest import read_manifest


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "holds no capture; write one object a line"),
        ("{", "Line 1 is not JSON"),
        ("[" * 100_000, "Line 1 is not JSON"),
        ("[]", "Line 1 is not an object"),
        ('{"at": "2017-03-20T14:00:00Z", "status": 404}', "Line 1 has no `url`"),
        ('{"url": "example.org", "at": "2017-03-20T14:00:00Z", "status": 404}', "Line 1: .* is no address"),
        ('{"url": "https://", "at": "2017-03-20T14:00:00Z", "status": 404}', "Line 1: .* is no address"),
        ('{"url": "https://a.org/", "status": 404}', "Line 1 has no `at`"),
        ('{"url": "https://a.org/", "at": "yesterday", "status": 404}', "`at` is 'yesterday'; write ISO 8601"),
        ('{"url": "https://a.org/", "at": 3, "status": 404}', "`at` must be text in quotes"),
        (
            '{"url": "https://a.org/", "at": "2017-03-20T14:00:00", "status": 404}',
            "has no time zone; write for example",
        ),
        ('{"url": "https://a.org/", "at": "0001-01-01T00:00:00+14:00", "status": 404}', "write ISO 8601"),
        ('{"url": "https://a.org/", "at": "2999-03-20T14:00:00Z", "status": 404}', "has not come yet; correct `at`"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z"}', "status 200 needs the `path`"),
        (
            '{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "path": "none.html"}',
            "there is no file .*none.html",
        ),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "path": "."}', "there is no file"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "path": "a\\u0000b"}', "there is no file"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "path": 3}', "`path` must be text"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "status": "200"}', "`status` must be an HTTP status"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "status": 999}', "`status` must be an HTTP status"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "status": true}', "`status` must be an HTTP status"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "headers": []}|', "Line 1 is not JSON"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "headers": [1]}', "`headers` must be an object"),
        ('{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "color": 1}', "'color' is no key of a capture"),
        (
            '{"url": "https://a.org/", "at": "2017-03-21T14:00:00Z", "status": 404}\n'
            '{"url": "https://a.org/#x", "at": "2017-03-20T14:00:00Z", "status": 404}',
            "Line 2: .* goes back in time; sort",
        ),
    ],
)
def test_a_bad_manifest_is_one_sentence(tmp_path: Path, lines: str, said: str) -> None:
    """It names the line and what to write instead; nothing has been loaded by then."""
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(lines)
    with pytest.raises(UsageError, match=said) as error:
        read_manifest(manifest, datetime.now(UTC))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.html", "in/../../secret.html", "link.html"])
def test_a_path_leads_nowhere_else(tmp_path: Path, path: str) -> None:
    """A manifest that somebody else wrote loads no file of this machine: not by an absolute path, upward, or a link."""
    folder = tmp_path / "captures"
    (folder / "in").mkdir(parents=True)
    (tmp_path / "secret.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    manifest = folder / "m.jsonl"
    manifest.write_text(f'{{"url": "https://a.org/", "at": "2017-03-20T14:00:00Z", "path": "{path}"}}')
    with pytest.raises(UsageError, match="leads out of the manifest's folder"):
        read_manifest(manifest, datetime.now(UTC))


def test_a_manifest_is_read_as_tools_write_it(tmp_path: Path) -> None:
    """A byte order mark, blank lines, Windows line ends, other zones, and U+2028 inside a string."""
    (tmp_path / "a b.html").write_text("x")
    lines = [
        '{"url": "https://A.org/#x", "at": "2017-03-20T08:00:00-06:00", "path": "a b.html",'
        ' "headers": {"Content-Type": "text/html; charset=utf-8", "ETag": "\u2028"}}',
        "",
        '{"url": "https://a.org/", "at": "2017-03-20T15:00:00Z", "status": null, "path": "a b.html"}',
    ]
    manifest = tmp_path / "m.jsonl"
    manifest.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    first, second = read_manifest(manifest, datetime.now(UTC))
    assert (first.url, first.at, first.media_type, first.line) == (
        "https://a.org/",
        datetime(2017, 3, 20, 14, tzinfo=UTC),
        "text/html",
        1,
    )
    assert first.look().body == b"x"
    assert (second.status, second.line) == (200, 3)
