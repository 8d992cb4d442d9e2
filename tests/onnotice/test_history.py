"""History that is loaded from elsewhere is kept and shown, and mailed to nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from onnotice.config import settings_from
from onnotice.importing import import_captures
from onnotice.manifest import read_manifest
from onnotice.telling import as_history
from storage import Archive

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SETTINGS = settings_from({"subscription": [{"name": "all", "recipients": ["a@example.org"]}]}, "test")


async def test_an_imported_past_is_told_to_nobody(tmp_path: Path) -> None:
    """The edit of 2017 is on record as one that would have been told, and no alert is made of it."""
    lines = []
    for day in (20, 21):
        (tmp_path / f"{day}.html").write_text(
            f"<title>Agenda</title><h1>Agenda</h1><p>The hearing is on May {day}.</p>"
        )
        capture = {"url": "https://example.org/a", "at": f"2017-03-{day}T12:00:00Z", "path": f"{day}.html"}
        lines.append(json.dumps({**capture, "media_type": "text/html"}))
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(lines))
    with Archive.in_memory() as archive:
        with as_history(archive, SETTINGS, NOW):
            report = await import_captures(archive, read_manifest(manifest, NOW), (), SETTINGS)
        assert report.changes == 1
        assert [stored.change.kind.value for stored in archive.changes()] == ["page_changed"]
        assert archive.untold("all") == ()
        assert archive.alerts() == ()
