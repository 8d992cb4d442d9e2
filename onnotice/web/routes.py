"""Which address has which view. Paths that others keep are settled in `monitor.permalinks`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor import permalinks
from onnotice.web.answers import Answer
from onnotice.web.asking import Asked
from onnotice.web.desks import account, alert, evidence, feeds, recipient, subscription, subscriptions
from onnotice.web.forms import Form
from onnotice.web.views import (
    change,
    jurisdiction,
    outbox,
    page,
    record_list,
    search,
    snapshot,
    source,
    timeline,
    visit,
)
from storage import Archive

View = Callable[[Archive, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A regular expression over the whole path, and who answers there. Groups become the parts of what was asked."""

    pattern: str
    view: View


ROUTES = (
    Route(r"/", timeline.timeline),
    Route(r"/changes", timeline.timeline),
    Route(r"/change/(?P<number>[^/]+)", change.change),
    Route(r"/page/(?P<number>[^/]+)", page.page),
    Route(r"/snapshot/(?P<number>[^/]+)", snapshot.snapshot),
    Route(r"/snapshot/(?P<number>[^/]+)/body", snapshot.body),
    Route(r"/snapshot/(?P<number>[^/]+)/text", snapshot.text),
    Route(r"/visit/(?P<number>[^/]+)", visit.visit),
    Route(r"/visit/(?P<number>[^/]+)/body", visit.body),
    Route(r"/list/(?P<slug>[^/]+)/(?P<kind>[^/]+)", record_list.record_list),
    Route(r"/jurisdiction", jurisdiction.lookup),
    Route(r"/jurisdiction/(?P<geoid>[^/]+)", jurisdiction.jurisdiction),
    Route(r"/sources", source.sources),
    Route(r"/source/(?P<slug>[^/]+)", source.source),
    Route(r"/search", search.search),
    Route(r"/outbox", outbox.outbox),
)

FORMS = (
    Form(permalinks.SIGN_IN, account.sign_in, account.signed_in),
    Form(permalinks.SIGN_OUT, None, account.signed_out),
    Form(permalinks.ACCOUNT, account.account, None),
    Form(permalinks.SUBSCRIPTIONS, subscriptions.subscriptions, None),
    Form(permalinks.NEW_SUBSCRIPTION, subscription.blank, subscription.made),
    Form(r"/subscription/(?P<name>[^/]+)", subscription.subscription, subscription.changed),
    Form(r"/change/(?P<number>[^/]+)/evidence", evidence.evidence, None),
    Form(r"/outbox/(?P<number>[^/]+)", alert.alert, alert.sent_again),
    Form(r"/feeds/(?P<what>changes|search)\.atom", feeds.feed, None),
    Form(r"/feeds/(?P<what>source|jurisdiction)/(?P<which>[^/]+)\.atom", feeds.feed, None),
    Form(r"/unsubscribe/(?P<token>[^/]*)", recipient.leaving, recipient.left),
    Form(r"/confirm/(?P<token>[^/]*)", recipient.confirming, recipient.confirmed),
)
