"""Reads a view of a Granicus site (ViewPublisher): its meetings and their documents.

A view is complete for the meetings to come where it lists any; of the past nothing is concluded.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Scope, Source
from scrapers.council.documents import listed
from scrapers.council.listing import listing
from scrapers.council.schema import still_to_come
from scrapers.council.window import listed_window
from scrapers.council.withdrawal import cancels_nothing
from scrapers.granicus.addresses import lists_meetings, view_in
from scrapers.granicus.listing import ROWS, meetings_of, tells_what_comes
from scrapers.granicus.parameters import Parameters
from scrapers.markup import tree_of

NAME = "granicus"
VERSION = 1
READS = "html"

_NO_END = "9999-12-31"


def claims(source: Source, url: str) -> bool:
    """A view of a source's site."""
    return source.spider == NAME and lists_meetings(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for a view without any row."""
    tree = tree_of(look)
    if tree.css_first(ROWS) is None:
        raise ExtractionError(f"{look.url} lists no meeting; check its view_id in a browser, views are renumbered.")
    parameters = Parameters.of(source)
    since = listed_window(source, look.at).since
    rows = meetings_of(tree, look.final_url, source, since)
    scope = Scope()
    if view_in(look.url) not in parameters.archives and tells_what_comes(tree):
        scope = still_to_come(since.isoformat(), _NO_END, look, source)
    nothing = "No meetings of these weeks are listed."
    return listing(f"{NAME}/{VERSION}", source, rows, scope, listed(rows, look, source), nothing=nothing)


absence = cancels_nothing
