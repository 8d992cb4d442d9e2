"""Measures how long each web page takes on a large archive: the page's whole answer, in this process.

    python benchmarks/big_archive.py HOME
    python benchmarks/page_cost.py HOME [--times 5]

Pages are the heaviest of their kind: the source with the most changes, the page with the most looks, the longest list,
the government that is named most often, the commonest word.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx

from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.web.serving import application, site_of

_HEAVIEST = {
    "change": "SELECT id FROM changes WHERE baseline = 0 ORDER BY length(details) DESC LIMIT 1",
    "source": "SELECT s.slug FROM changes c JOIN sources s ON s.id = c.source GROUP BY c.source ORDER BY count(*) DESC",
    "page": "SELECT page FROM visits GROUP BY page ORDER BY count(*) DESC LIMIT 1",
    "snapshot": "SELECT id FROM snapshots ORDER BY text_size DESC LIMIT 1",
    "visit": "SELECT max(id) FROM visits",
    "list": "SELECT s.slug || '/' || r.kind FROM records r JOIN sources s ON s.id = r.source"
    " WHERE r.edition_order = '' GROUP BY r.source, r.kind ORDER BY count(*) DESC LIMIT 1",
    "editions": "SELECT s.slug || '/' || r.kind FROM records r JOIN sources s ON s.id = r.source"
    " WHERE r.edition_order <> '' GROUP BY r.source, r.kind ORDER BY count(*) DESC LIMIT 1",
    "government": "SELECT named.geoid FROM place_names named JOIN record_versions v ON v.place_name = named.id"
    " WHERE named.geoid IS NOT NULL GROUP BY named.geoid ORDER BY count(*) DESC LIMIT 1",
    "quiet government": "SELECT geoid FROM jurisdictions WHERE kind = 'place' ORDER BY geoid LIMIT 1",
    "early": "SELECT substr(min(at), 1, 10) FROM visits",
    "late": "SELECT substr(max(at), 1, 10) FROM visits",
    "middle change": "SELECT max(id) / 2 FROM changes",
    "versions": "SELECT page FROM snapshots GROUP BY page ORDER BY count(*) DESC LIMIT 1",
}


def paths(archive: Path) -> Iterator[str]:
    """Every page that a reader may ask for, at its heaviest."""
    with closing(sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)) as connection:
        one = {name: connection.execute(query).fetchone()[0] for name, query in _HEAVIEST.items()}
    yield from ("/", f"/changes?before={one['middle change']}", f"/changes?source={one['source']}")
    yield from ("/changes?kind=source_blocked", f"/changes?since={one['early']}&until={one['early']}")
    yield from (f"/changes?jurisdiction={one['government']}", f"/changes?jurisdiction={one['quiet government']}")
    yield from ("/changes?q=council", "/changes?q=detainer&kind=page_withdrawn", "/changes?q=nowhereatall")
    yield from (
        f"/changes?q=council&source={one['source']}",
        f"/changes?q=council&since={one['early']}&until={one['early']}",
    )
    yield from ("/changes?q=unreachable", f"/changes?q=detainer&jurisdiction={one['government']}")
    yield from (f"/change/{one['change']}", f"/change/{one['middle change']}", f"/page/{one['page']}")
    yield f"/page/{one['versions']}?from=1&to=150"
    yield from (f"/snapshot/{one['snapshot']}", f"/visit/{one['visit']}", f"/visit/{one['visit']}/body")
    for kind in ("list", "editions"):
        path = f"/list/{quote(one[kind])}"
        yield from (path, f"{path}?at={one['early']}", f"{path}?at={one['late']}&since={one['early']}")
    yield from (f"/jurisdiction/{one['government']}", f"/jurisdiction/{one['quiet government']}")
    yield from ("/jurisdiction?name=Denver", "/sources", f"/source/{one['source']}")
    yield from ("/search?q=detainer", "/search?q=council", "/search?q=%22city+council%22", "/search?q=the+of+council")
    yield from ("/outbox", "/outbox?state=failed")


async def measure(home: Home, times: int) -> None:
    """A line a page: median of CPU and median and worst of waiting in milliseconds, the status and the size."""
    with site_of(home, read_settings(home), lambda: datetime.now(UTC)) as site:
        transport = httpx.ASGITransport(app=application(site))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await client.get("/jurisdiction?name=Denver")
            for path in paths(home.archive):
                took, worked = [], []
                for _ in range(times):
                    begun, busy = time.perf_counter(), time.process_time()
                    answer = await client.get(path)
                    took.append(1000 * (time.perf_counter() - begun))
                    worked.append(1000 * (time.process_time() - busy))
                figures = f"{statistics.median(worked):7.0f} {statistics.median(took):7.0f} {max(took):7.0f}"
                print(f"{figures}  {answer.status_code} {len(answer.content):9,} B  {path}")


def main() -> None:
    """Measure one home."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    asyncio.run(measure(Home(asked.home.resolve()), asked.times))


if __name__ == "__main__":
    main()
