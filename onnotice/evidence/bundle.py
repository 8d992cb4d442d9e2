"""Puts together all that shows one change: captures, the chain around them, time stamps, difference, and the checker.

The same archive gives the same bytes: nothing in a bundle depends on when or where it is written.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.wording import harmless
from monitor.chain import BEGINNING, FORMAT, MEMBERS, entry_of
from monitor.errors import UsageError
from monitor.types import StoredChange, in_utc
from onnotice.evidence.difference import as_html, as_text, lines_of
from onnotice.warc_writing import WarcTape, write_warc

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import RecordedVisit, StoredSnapshot, TimeStamp

_MANIFEST = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a ZIP: the earliest that it can say."""
_NO_STAMP = """There is none: no authority had signed a link at or after these visits when the bundle was written.
An archive that has an `authority` under [proof] is stamped once a day."""
_STAMPS = """Each file in timestamps/ is the answer of the authority that chain.json names beside it. It signs the link
of one of these visits, or of one that came after them. With root.pem the root certificate of that authority:

  printf LINK | xxd -r -p > link.bin      (LINK: "link" of that time stamp in chain.json)
  openssl ts -verify -data link.bin -in timestamps/NUMBER.tsr -CAfile root.pem
  openssl ts -reply -in timestamps/NUMBER.tsr -text       (says when)"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by name, and the digest that vouches for all of them."""

    contents: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, which has that of every other file."""
        return hashlib.sha256(self.contents[_MANIFEST]).hexdigest()

    def zipped(self, folder: str) -> bytes:
        """A ZIP of one folder. Stored as it is: what is large in it is packed already."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.contents.items():
                entry = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                archive.writestr(entry, content)
        return written.getvalue()


@dataclass(frozen=True, slots=True)
class _Shown:
    """The visits that show a change: which brought the version before, which saw it last, and which saw the change."""

    first: int | None
    last: int | None
    after: int

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted({number for number in (self.first, self.last, self.after) if number is not None}))


def bundle_of(archive: Archive, number: int) -> Bundle:
    """The bundle of a change. Raises UsageError where there is none, or no visit shows it; EvidenceDamaged."""
    stored = archive.change(number)
    if stored is None:
        raise UsageError(f"There is no change {number}; `onnotice changes --json` lists them with their numbers.")
    if stored.visit is None:
        raise UsageError(
            f"Change {number} is about our own sight: no single visit shows it, so there is no bundle of it."
        )
    shown = _shown(archive, stored, stored.visit)
    visits = archive.recorded_visits(shown.numbers)
    stamps, segments = _chain_of(archive, shown.numbers)
    before, after = _versions(archive, stored)
    lines = lines_of(before.text if before else (), after.text if after else ())
    contents = {
        "README.txt": _readme(stored, stamps),
        "change.json": _written(_change_of(stored, shown, visits)),
        "captures.warc.gz": _captures(archive, visits),
        "chain.json": _written({"format": FORMAT, "segments": segments, "time_stamps": _named(stamps)}),
        "diff.txt": as_text(stored.change, lines).encode(),
        "diff.html": as_html(stored.change, lines).encode(),
        "verify.py": files("onnotice.evidence").joinpath("verify.py").read_bytes(),
        **{f"timestamps/{stamp.visit}.tsr": stamp.response for stamp in stamps},
    }
    contents = {name: contents[name] for name in sorted(contents)}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items())
    return Bundle({**contents, _MANIFEST: sums.encode()})


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a ZIP, or a folder that is not there yet: whole or not at all. Raises UsageError for a folder that is."""
    from onnotice.stanzas import write_whole

    if path.suffix == ".zip":
        write_whole(path, bundle.zipped(path.stem))
        return
    if path.exists():
        raise UsageError(f"{path} is there already; name a folder that is not, or a file that ends in .zip.")
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.absolute().parent))
    try:
        for name, content in bundle.contents.items():
            (beside / name).parent.mkdir(exist_ok=True)
            (beside / name).write_bytes(content)
        beside.chmod(0o755)
        beside.rename(path)
    except BaseException:
        shutil.rmtree(beside)
        raise


def _shown(archive: Archive, stored: StoredChange, visit: int) -> _Shown:
    change = stored.change
    if stored.snapshot_before is None:
        return _Shown(None, None, visit)
    seen = archive.visits_showing(change.source, change.url, stored.snapshot_before, visit)
    return _Shown(seen[0] if seen else None, seen[-1] if seen else None, visit)


def _versions(archive: Archive, stored: StoredChange) -> tuple[StoredSnapshot | None, StoredSnapshot | None]:
    kept = {one.number: one for one in archive.snapshots(stored.change.url, stored.change.source)}
    return kept.get(stored.snapshot_before or 0), kept.get(stored.snapshot_after or 0)


def _chain_of(archive: Archive, numbers: Sequence[int]) -> tuple[tuple[TimeStamp, ...], list[dict[str, Any]]]:
    """Time stamps, and segments of the chain: from each visit to the nearest time stamp at or behind it, else to the
    next visit; joined where they meet."""
    head = archive.chain_head()
    assert head is not None
    stamps = {stamp.visit: stamp for stamp in archive.time_stamps()}
    used: dict[int, TimeStamp] = {}
    spans: list[tuple[int, int]] = []
    for number in numbers:
        nearest = min((visit for visit in stamps if visit >= number), default=None)
        end = min(number + 1, head.visit) if nearest is None else nearest
        if nearest is not None:
            used[nearest] = stamps[nearest]
        if spans and number <= spans[-1][1] + 1:
            first, last = spans.pop()
            spans.append((first, max(last, end)))
        else:
            spans.append((number, end))
    return tuple(used.values()), [_segment(archive, first, last, numbers) for first, last in spans]


def _segment(archive: Archive, first: int, last: int, whole: Sequence[int]) -> dict[str, Any]:
    before = archive.chain_link(first - 1)
    entries: list[Any] = []
    link = b""
    for visit in archive.chain_entries(first - 1, last):
        if visit["number"] in whole:
            entries.append({"format": FORMAT, **{name: visit[name] for name in MEMBERS}})
        else:
            entries.append(hashlib.sha256(entry_of(visit)).hexdigest())
        link = visit["link"]
    previous = BEGINNING if before is None else before.link
    return {"after": first - 1, "link_before": previous.hex(), "entries": entries, "link": link.hex()}


def _captures(archive: Archive, visits: Sequence[RecordedVisit]) -> bytes:
    written = io.BytesIO()
    write_warc(WarcTape(written, archive.body), visits, "captures.warc.gz")
    return written.getvalue()


def _change_of(stored: StoredChange, shown: _Shown, visits: Sequence[RecordedVisit]) -> dict[str, Any]:
    change = stored.change
    return {
        "id": stored.id,
        "kind": change.kind.value,
        "at": in_utc(change.at).isoformat(),
        "source": change.source,
        "url": change.url,
        "title": change.title,
        "summary": change.summary,
        "place": change.place,
        "about": change.about,
        "record": {"kind": change.record_kind, "key": change.record_key} if change.record_kind else None,
        "significance": change.significance,
        "reasons": list(change.reasons),
        "before": change.before,
        "after": change.after,
        "details": change.details,
        "versions": {"before": stored.snapshot_before, "after": stored.snapshot_after},
        "visits": {"brought_before": shown.first, "last_saw_before": shown.last, "saw_after": shown.after},
        "bodies": {str(visit.number): visit.entry["body"] for visit in visits},
    }


def _named(stamps: Sequence[TimeStamp]) -> list[dict[str, Any]]:
    return [
        {
            "visit": stamp.visit,
            "link": stamp.link.hex(),
            "at": in_utc(stamp.at).isoformat(),
            "authority": stamp.authority,
            "file": f"timestamps/{stamp.visit}.tsr",
        }
        for stamp in stamps
    ]


def _readme(stored: StoredChange, stamps: Sequence[TimeStamp]) -> bytes:
    change = stored.change
    text = files("onnotice.evidence").joinpath("README.txt").read_text(encoding="utf-8")
    told = {
        "{summary}": harmless(change.summary),
        "{at}": f"{in_utc(change.at):%Y-%m-%d %H:%M:%S} UTC",
        "{url}": harmless(change.url),
        "{change}": str(stored.id),
        "{source}": change.source,
        "{stamps}": _STAMPS if stamps else _NO_STAMP,
    }
    # In one pass: what a page says may look like a name of ours.
    return re.sub(r"\{[a-z]+\}", lambda match: told[match[0]], text).encode()


def _written(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n").encode()
