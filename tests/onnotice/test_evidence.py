"""Evidence bundles: whole, the same whenever they are written, checkable by a stranger, and no change in one goes
unnoticed, not even by somebody who writes its sums anew."""

from __future__ import annotations

import ast
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Change, ChangeKind
from onnotice.evidence import verify
from onnotice.evidence.difference import as_html, as_text, lines_of
from onnotice.home import Home
from storage import Archive

SOURCE = '[[source]]\nslug = "council"\ntitle = "Council"\nurl = "{url}/council"\n'
FILES = {
    "README.txt", "SHA256SUMS", "captures.warc.gz", "chain.json", "change.json", "diff.html", "diff.txt", "verify.py",
}  # fmt: skip


@pytest.fixture
def watched(make_home: Callable[..., Home], site: Any, authority: Any, onnotice: Any) -> Home:
    """A home whose page was looked at four times, changed at the third look, and whose chain was stamped after that."""
    proof = f'[proof]\nauthority = "{authority.url}"\ncertificates = "{authority.root}"\n'
    home = make_home(proof + SOURCE.format(url=site.url))
    for meeting in (
        "Regular meeting of March 28",
        "Regular meeting of March 28",
        "Special meeting &lt;b&gt;",
    ):
        site.says("/council", meeting)
        assert onnotice("--home", home.folder, "poll").code == 0
    assert onnotice("--home", home.folder, "poll").code == 0
    assert onnotice("--home", home.folder, "timestamp").code == 0
    assert onnotice("--home", home.folder, "poll").code == 0
    return home


def number_of(home: Home) -> int:
    with Archive.open(home.archive, read_only=True) as archive:
        (stored,) = archive.changes(kind="page_changed")
        return stored.id


@pytest.fixture
def bundle(watched: Home, onnotice: Any, tmp_path: Path) -> Path:
    """The bundle of that change, as a folder."""
    answer = onnotice("--home", watched.folder, "evidence", number_of(watched), "--out", tmp_path / "bundle")
    assert answer.code == 0, answer.err
    return tmp_path / "bundle"


def checked(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The bundle's own checker, run as a stranger runs it."""
    command = [sys.executable, "-I", str(bundle / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def summed_anew(bundle: Path) -> None:
    """What somebody does who changes a bundle and knows how it is made."""
    names = [line[66:] for line in (bundle / "SHA256SUMS").read_text().splitlines()]
    sums = [f"{hashlib.sha256((bundle / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (bundle / "SHA256SUMS").write_text("".join(sums))


def test_a_stranger_can_check_it(bundle: Path) -> None:
    """Its own script finds nothing, says what vouches for all, and `sha256sum` agrees."""
    found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {name for name in found if not name.startswith("timestamps/")} == FILES
    answer = checked(bundle)
    assert answer.returncode == 0, answer.stderr
    digest = hashlib.sha256((bundle / "SHA256SUMS").read_bytes()).hexdigest()
    assert answer.stdout.splitlines()[1] == digest
    assert checked(bundle, digest).returncode == 0
    assert "not the one that you were given" in checked(bundle, "0" * 64).stderr
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=bundle, check=True, capture_output=True)


def test_it_shows_the_change(bundle: Path) -> None:
    """What was there, when it was last seen, what came, and what of it differs."""
    change = json.loads((bundle / "change.json").read_text())
    visits = change["visits"]
    assert visits["brought_before"] < visits["last_saw_before"] < visits["saw_after"]
    diff = (bundle / "diff.txt").read_text()
    assert "- Regular meeting of March 28\n+ Special meeting <b>\n" in diff
    assert change["summary"] in (bundle / "README.txt").read_text()
    chain = json.loads((bundle / "chain.json").read_text())
    whole = [
        entry["number"] for segment in chain["segments"] for entry in segment["entries"] if not isinstance(entry, str)
    ]
    assert whole == sorted(set(visits.values()))


def test_the_same_change_gives_the_same_bytes(watched: Home, bundle: Path, onnotice: Any, tmp_path: Path) -> None:
    """As a folder and as a ZIP, at any time; the command prints the digest that vouches for it."""
    zips = []
    for folder in ("one", "two"):
        path = tmp_path / folder / "evidence.zip"
        path.parent.mkdir()
        answer = onnotice("--home", watched.folder, "evidence", number_of(watched), "--out", path, "--json")
        zips.append(path.read_bytes())
        digest = hashlib.sha256((bundle / "SHA256SUMS").read_bytes()).hexdigest()
        assert answer.objects == [{"path": str(path), "sha256sums": digest}]
    assert zips[0] == zips[1]
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    for one in bundle.rglob("*.*"):
        assert (tmp_path / "unpacked" / "evidence" / one.relative_to(bundle)).read_bytes() == one.read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_byte_anywhere_is_found(bundle: Path, seed: int) -> None:
    """In every file of it, at any place."""
    chance = random.Random(seed)
    for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for place in (0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(12))):
            raw = bytearray(whole)
            raw[place] ^= chance.randrange(1, 256)
            path.write_bytes(bytes(raw))
            assert verify.examine(bundle), f"{path.name} at {place}"
        path.write_bytes(whole)
    assert verify.examine(bundle) == []


def test_the_script_itself_finds_it_and_says_so(bundle: Path) -> None:
    """Also in itself, also what is missing or was put in; with status 1."""
    for name in ("README.txt", "verify.py"):
        whole = (bundle / name).read_bytes()
        (bundle / name).write_bytes(whole + b"#")
        answer = checked(bundle)
        assert (answer.returncode, f"{name}: it is not the file" in answer.stderr) == (1, True)
        (bundle / name).write_bytes(whole)
    (bundle / "diff.txt").rename(bundle / "other.txt")
    assert re.findall("^(diff.txt: it is missing|other.txt: nobody)", checked(bundle).stderr, re.MULTILINE) == [
        "diff.txt: it is missing", "other.txt: nobody",
    ]  # fmt: skip


def _body(bundle: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.warcwriter import WARCWriter

    old = (bundle / "captures.warc.gz").read_bytes()
    path = bundle / "captures.warc.gz"
    with path.with_suffix(".old").open("wb") as file:
        file.write(old)
    with path.with_suffix(".old").open("rb") as file, path.open("wb") as changed:
        writer = WARCWriter(changed, gzip=True, warc_version="1.1")
        for record in ArchiveIterator(file, no_record_parse=True):
            block = record.raw_stream.read()
            headers = record.rec_headers
            if b"Special" in block and record.rec_type == "response":
                block = block.replace(b"Special", b"Spocial")
                for name, content in (("Block", block), ("Payload", block.partition(b"\r\n\r\n")[2])):
                    headers.replace_header(f"WARC-{name}-Digest", f"sha256:{hashlib.sha256(content).hexdigest()}")
            import io

            again = writer.create_warc_record("", "warcinfo", payload=io.BytesIO(block), warc_headers=headers,
                                              length=len(block), warc_content_type=headers["Content-Type"])  # fmt: skip
            writer.write_record(again)
    path.with_suffix(".old").unlink()


def _json(name: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    def applied(bundle: Path) -> None:
        value = json.loads((bundle / name).read_text())
        change(value)
        (bundle / name).write_text(json.dumps(value))

    return applied


def _entry(chain: Any) -> Any:
    return next(one for segment in chain["segments"] for one in segment["entries"] if not isinstance(one, str))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_body, "the capture has another body"),
        (_json("chain.json", lambda chain: _entry(chain).update(status=404)), "not end in the link"),
        (_json("chain.json", lambda chain: _entry(chain).update(at="2016")), "not end in the link"),
        (_json("chain.json", lambda chain: chain["segments"][0].update(link="00" * 32)), "not end in the link"),
        (_json("chain.json", lambda chain: chain["segments"].clear()), "the change names it, and it is not"),
        (_json("chain.json", lambda chain: chain["time_stamps"][0].update(visit=1)), "it is no time stamp of visit 1"),
        (_json("change.json", lambda change: change["visits"].update(saw_after=99)), "visit 99: the change names it"),
        (lambda bundle: next(bundle.glob("timestamps/*")).write_bytes(b"x" * 99), "it is no time stamp of visit"),
    ],
)  # fmt: skip
def test_sums_written_anew_help_nobody(bundle: Path, change: Callable[[Path], None], words: str) -> None:
    """Captures, visits, links and time stamps are held against each other too."""
    change(bundle)
    summed_anew(bundle)
    assert any(words in problem for problem in verify.examine(bundle)), verify.examine(bundle)


def test_its_time_stamp_is_checked_as_its_readme_says(bundle: Path, authority: Any) -> None:
    """The commands are those of the README, run by a shell."""
    (stamp,) = json.loads((bundle / "chain.json").read_text())["time_stamps"]
    readme = (bundle / "README.txt").read_text()
    (data, check) = re.findall(r"^  (printf .*link\.bin|openssl ts -verify .*root\.pem)", readme, re.MULTILINE)
    if shutil.which("xxd") is None:
        data = f"{sys.executable} -c \"open('link.bin', 'wb').write(bytes.fromhex('LINK'))\""
    shutil.copy(authority.root, bundle / "root.pem")
    for command in (data.replace("LINK", stamp["link"]), check.replace("NUMBER", str(stamp["visit"]))):
        subprocess.run(command, shell=True, cwd=bundle, check=True, capture_output=True)


def test_without_a_time_stamp_the_neighbour_is_shown(make_home: Any, site: Any, onnotice: Any, tmp_path: Path) -> None:
    """The README says that there is none, and the chain reaches one visit further."""
    home = make_home(SOURCE.format(url=site.url))
    for meeting in ("One", "Another", "Another"):
        site.says("/council", meeting)
        assert onnotice("--home", home.folder, "poll").code == 0
    assert onnotice("--home", home.folder, "evidence", number_of(home), "--out", tmp_path / "bundle").code == 0
    assert checked(tmp_path / "bundle").returncode == 0
    chain = json.loads((tmp_path / "bundle" / "chain.json").read_text())
    assert isinstance(chain["segments"][-1]["entries"][-1], str)
    assert "There is none: no authority" in (tmp_path / "bundle" / "README.txt").read_text()


def test_the_checker_needs_nothing_but_an_old_python() -> None:
    """The grammar of Python 3.8, the standard library, and at most 200 lines to read before one trusts it."""
    text = Path(verify.__file__).read_text()
    assert len(text.splitlines()) <= 200
    imported = set()
    for node in ast.walk(ast.parse(text, feature_version=(3, 8))):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names


def test_hostile_text_is_harmless_in_the_difference(now: Any) -> None:
    """No mark-up of a page reaches the HTML, no control character the text, and the HTML can load and run nothing."""
    evil = "<script>alert(1)</script>\x1b[2J\u202e\" onload='x'"
    change = Change(ChangeKind.RECORD_AMENDED, now, "council", "https://x.example/<b>", evil, record_kind="item",
                    before={"a": evil}, after={"a": "{summary}"})  # fmt: skip
    lines = lines_of(["same", "old"], ["same", evil])
    html, text = as_html(change, lines), as_text(change, lines)
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert "\x1b" not in html + text
    assert "\u202e" not in html + text
    assert re.findall(r"<ins>(.*?)</ins>", html)


@pytest.mark.parametrize(
    ("arguments", "words"), [((99,), "There is no change 99"), ((1, "--out", "."), "is there already")]
)
def test_what_cannot_be_bundled_is_a_sentence(watched: Home, onnotice: Any, arguments: Any, words: str) -> None:
    """A change that there is not, a folder that is there."""
    number, *rest = arguments
    answer = onnotice("--home", watched.folder, "evidence", number if number == 99 else number_of(watched), *rest)
    assert (answer.code, words in answer.err) == (2, True)


def test_a_change_of_our_own_sight_has_no_bundle(home: Home, site: Any, onnotice: Any) -> None:
    """No visit shows it."""
    site.answers.clear()
    site.answers.update(dict.fromkeys(("/council", "/budget", "/robots.txt"), (503, "")))
    for _ in range(4):
        onnotice("--home", home.folder, "poll")
    with Archive.open(home.archive, read_only=True) as archive:
        told = [stored.id for stored in archive.changes(baseline=True) if stored.visit is None]
    answer = onnotice("--home", home.folder, "evidence", told[0])
    assert (answer.code, "about our own sight" in answer.err) == (2, True)
