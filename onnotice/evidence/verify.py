"""Checks the bundle that this file lies in: python3 verify.py [DIGEST], with DIGEST that of SHA256SUMS from elsewhere.

Python 3.8 or newer and nothing else is needed. Every file is held against SHA256SUMS, every record of the captures
against its digests, every visit against its link in the chain, and each time stamp against the link that it names. The
signature of a time stamp needs openssl, and a root certificate that you trust: README.txt has the command.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple  # noqa: UP035 - Python 3.8

MANIFEST = "SHA256SUMS"


def sha256(content: bytes) -> str:
    """In lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_problems(folder: Path) -> Iterator[str]:
    """Files that are not what SHA256SUMS says, are missing, or that it does not know."""
    listed: Set[str] = {MANIFEST}  # noqa: UP006
    for line in (folder / MANIFEST).read_bytes().decode("ascii").splitlines(keepends=True):
        digest, name = line[:64], line[66:-1]
        listed.add(name)
        path = folder / name
        if line != digest + "  " + name + "\n" or ".." in name or name.startswith("/"):
            yield f"{MANIFEST}: the line {line!r} is none of ours"
        elif not path.is_file():
            yield f"{name}: it is missing"
        elif sha256(path.read_bytes()) != digest:
            yield f"{name}: it is not the file that was written"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed and "__pycache__" not in name:
            yield f"{name}: nobody put it into this bundle"


def records_of(path: Path) -> Iterator[Tuple[Dict[str, str], bytes]]:  # noqa: UP006
    """Headers, with names in lower case, and block of each record of a WARC file."""
    content = gzip.decompress(path.read_bytes())
    while content:
        head, _, rest = content.partition(b"\r\n\r\n")
        lines = head.decode("utf-8").split("\r\n")
        if lines[0] != "WARC/1.1":
            raise ValueError("a record does not begin as one")
        pairs = (line.partition(": ") for line in lines[1:])
        headers = {name.lower(): value for name, _, value in pairs}
        length = int(headers["content-length"])
        if rest[length : length + 4] != b"\r\n\r\n":
            raise ValueError("a record does not end where it should")
        yield headers, rest[:length]
        content = rest[length + 4 :]


def capture_problems(folder: Path, entries: Dict[int, Dict[str, Any]]) -> Iterator[str]:  # noqa: UP006
    """Records that do not fit their digests, and captures that are not what the visits of the chain say."""
    answers: Dict[str, Dict[str, str]] = {}  # noqa: UP006
    captured: Dict[int, str] = {}  # noqa: UP006
    for headers, block in records_of(folder / "captures.warc.gz"):
        name = headers["warc-record-id"]
        if headers["warc-block-digest"] != "sha256:" + sha256(block):
            yield f"captures.warc.gz: the record {name} does not fit its digest"
        kind = headers["warc-type"]
        body = "sha256:" + sha256(block.partition(b"\r\n\r\n")[2])
        if kind == "response" and headers.get("warc-payload-digest", body) != body:
            yield f"captures.warc.gz: the body of {name} does not fit its digest"
        if kind in ("response", "revisit"):
            answers[name] = dict(headers, status=block.split(b" ", 2)[1].decode())
        elif kind == "metadata":
            said = dict(line.split(": ", 1) for line in block.decode("utf-8").splitlines())
            captured[int(said["visit"])] = headers.get("warc-concurrent-to", "")
    for number, entry in entries.items():
        answer = answers.get(captured.get(number, "?"))
        if number not in captured:
            yield f"visit {number}: it is not among the captures"
        elif answer is None:
            if entry["status"] is not None:
                yield f"visit {number}: its answer is not among the captures"
        elif (answer["warc-date"], answer["status"]) != (entry["at"], str(entry["status"])):
            yield f"visit {number}: the capture is of another time or status"
        elif entry["body"] is not None and answer.get("warc-payload-digest") != "sha256:" + entry["body"]:
            yield f"visit {number}: the capture has another body"


def chain_problems(folder: Path, chain: Dict[str, Any]) -> Iterator[str]:  # noqa: UP006
    """Links that do not follow from the visits, and time stamps for links that are not among them."""
    links: Dict[int, bytes] = {}  # noqa: UP006
    for segment in chain["segments"]:
        number, link = segment["after"], bytes.fromhex(segment["link_before"])
        for entry in segment["entries"]:
            number += 1
            digest = bytes.fromhex(entry) if isinstance(entry, str) else hashlib.sha256(canonical(entry)).digest()
            link = hashlib.sha256(link + digest).digest()
            links[number] = link
            if not isinstance(entry, str) and entry["number"] != number:
                yield f"visit {entry['number']}: it stands where visit {number} belongs"
        if link.hex() != segment["link"]:
            yield f"the chain from visit {segment['after'] + 1} to {number} does not end in the link that was recorded"
    for stamp in chain["time_stamps"]:
        link = links.get(stamp["visit"], b"")
        if link.hex() != stamp["link"] or hashlib.sha256(link).digest() not in (folder / stamp["file"]).read_bytes():
            yield f"{stamp['file']}: it is no time stamp of visit {stamp['visit']}"


def canonical(entry: Dict[str, Any]) -> bytes:  # noqa: UP006
    """A visit's entry as its link covers it: canonical JSON (RFC 8785)."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def problems(folder: Path) -> List[str]:  # noqa: UP006
    """All that is wrong, a sentence each."""
    found = list(manifest_problems(folder))
    chain = json.loads((folder / "chain.json").read_text("utf-8"))
    entries = {
        entry["number"]: entry
        for segment in chain["segments"]
        for entry in segment["entries"]
        if not isinstance(entry, str)
    }
    found += chain_problems(folder, chain)
    found += capture_problems(folder, entries)
    change = json.loads((folder / "change.json").read_text("utf-8"))
    found += [
        f"visit {number}: the change names it, and it is not in the chain"
        for number in change["visits"].values()
        if number is not None and number not in entries
    ]
    return found


def examine(folder: Path) -> List[str]:  # noqa: UP006
    """The same, also where damage keeps something from being read."""
    try:
        return problems(folder)
    except Exception as error:  # noqa: BLE001 - whatever damage does to a reader, it is damage
        return [f"the bundle cannot be read to its end ({type(error).__name__}: {error})"]


def main(arguments: List[str]) -> None:  # noqa: UP006
    """Say what is wrong and end with status 1, or say that nothing is."""
    folder = Path(__file__).resolve().parent
    digest = sha256((folder / MANIFEST).read_bytes())
    found = examine(folder)
    if arguments and arguments[0] != digest:
        found.append(f"{MANIFEST}: its digest is not the one that you were given")
    if found:
        found.append("This bundle is NOT as it was written.")
        sys.exit("\n".join(found))
    sys.stdout.write(f"This bundle is as it was written. SHA-256 of {MANIFEST}:\n{digest}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
