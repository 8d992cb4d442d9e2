"""A change: what differs, why it was told or not, what it rests on, and who was told."""

from __future__ import annotations

from monitor import permalinks
from onnotice.explaining import explain_change, of_change
from onnotice.web.answers import NotThere, Page
from onnotice.web.asking import Asked
from onnotice.web.changed import parts_of
from onnotice.web.citing import citation
from storage import Archive

_LAYOUTS = {"inline": "Inline", "side": "Side by side"}
_IN_BURST = 100


def change(archive: Archive, asked: Asked) -> Page:
    """`/change/NUMBER`."""
    number = asked.number()
    stored = archive.change(number)
    evidence = archive.change_evidence(number)
    if stored is None or evidence is None:
        raise NotThere(f"There is no change {number}; the newest are on the timeline.")
    explained = explain_change(archive, stored)
    status = archive.source(stored.change.source)
    assert status is not None
    burst = archive.burst(stored.run, stored.change.cluster, limit=_IN_BURST + 1)
    path = permalinks.change(number)
    return Page(
        "change.html.jinja",
        {
            "stored": stored,
            "change": stored.change,
            "source": status.source,
            "evidence": evidence,
            "parts": parts_of(stored.change),
            "layout": asked.query.one_of("layout", _LAYOUTS) or "inline",
            "layouts": _LAYOUTS,
            "sentences": tuple(of_change(explained))[1:],
            "masks": explained.page.masks if explained.page else (),
            "tellings": archive.tellings(number),
            "burst": [other for other in burst[:_IN_BURST] if other.id != number],
            "burst_goes_on": len(burst) > _IN_BURST,
            "path": path,
            "citation": citation(
                publisher=status.source.publisher,
                title=stored.change.summary,
                url=stored.change.url,
                seen=stored.change.at,
                digest=stored.body_digest,
                address=asked.address,
                path=path,
            ),
        },
    )
