"""Changes and alerts to tell of, written by us: names and dates of spring 2017, texts and figures invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from monitor.types import (
    Alert,
    AlertState,
    Change,
    ChangeKind,
    Decision,
    Health,
    Look,
    NewSnapshot,
    Record,
    RecordStep,
    RecordWrite,
    Source,
    StoredChange,
    Verdict,
    VerdictKind,
)
from storage import Archive

AT = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)

SOURCES = {
    "ice_declined_detainers": "ICE Declined Detainer Outcome Report",
    "doj_press_releases": "DOJ press releases",
    "denver_council": "Denver City Council",
    "aurora_council": "Aurora City Council",
}


def stored(number: int = 1, kind: ChangeKind = ChangeKind.PAGE_CHANGED, **facts: Any) -> StoredChange:
    """One stored change with everything that a mail needs; keyword arguments replace fields of the change."""
    wrapped = {name: facts.pop(name) for name in ("snapshot_before", "snapshot_after", "body_digest") if name in facts}
    given: dict[str, Any] = {
        "at": AT + timedelta(minutes=number),
        "source": "denver_council",
        "url": "https://denver.example.gov/council",
        "summary": f"Denver City Council: change {number}",
        "significance": 0.5,
        "title": f"Thing {number}",
        **facts,
    }
    change = Change(kind=kind, **given)
    wrapping: dict[str, Any] = {
        "snapshot_before": 2,
        "snapshot_after": 3,
        "body_digest": sha256(str(number).encode()).hexdigest(),
        **wrapped,
    }
    return StoredChange(
        id=number,
        run=1,
        visit=number,
        change=change,
        source_title=SOURCES.get(change.source, ""),
        page=number % 10,
        **wrapping,
    )


def alert_of(*changes: StoredChange, number: int = 7, **fields: Any) -> Alert:
    """An alert of these changes, as the outbox would hand it over."""
    blank = Alert(
        id=number,
        subscription="sanctuary desk",
        recipient="analyst@newsroom.example",
        created_at=AT,
        due_at=AT,
        state=AlertState.PENDING,
        message_id=f"<alert-{number}@onnotice.invalid>",
        changes=changes,
    )
    return replace(blank, **fields)


def _list_published() -> StoredChange:
    return stored(
        41,
        ChangeKind.LIST_PUBLISHED,
        source="ice_declined_detainers",
        url="https://www.ice.gov/doclib/ddor/ddor2017_02-04to02-10.pdf",
        summary=(
            "ICE Declined Detainer Outcome Report lists 3 jurisdictions for February 4 - February 10, 2017; "
            "Boulder County, Colorado is new; Travis County, Texas is gone"
        ),
        title="Declined Detainer Outcome Report",
        significance=1.0,
        reasons=("list published: 0.9", "speaks of immigration enforcement: +0.2"),
        snapshot_before=None,
        snapshot_after=1,
        details={
            "edition": "February 4 - February 10, 2017",
            "previous_edition": "January 28 - February 3, 2017",
            "sets": {
                "declined_detainer": {
                    "count": 3,
                    "noun": ["jurisdiction", "jurisdictions"],
                    "members": ["Boulder County, Colorado", "Cook County, Illinois", "Nassau County, New York"],
                    "new": ["Boulder County, Colorado"],
                    "gone": ["Travis County, Texas"],
                    "amended": [],
                },
                "policy": {
                    "count": 2,
                    "noun": ["policy", "policies"],
                    "new": [],
                    "gone": [],
                    "amended": [
                        {
                            "name": "Ithaca, New York (Buffalo)",
                            "fields": {
                                "date_enacted": ["January 2017", "February 2017"],
                                "criteria": [
                                    "Honors detainers with a court order only",
                                    "Honors warrantless detainers in limited circumstances only",
                                ],
                            },
                        }
                    ],
                },
            },
        },
    )


def _agenda_amended() -> StoredChange:
    long = "The council will consider the following matter, which was continued from an earlier meeting: "
    return stored(
        42,
        ChangeKind.RECORD_AMENDED,
        url="https://webapi.legistar.com/v1/denver/events/901/eventitems",
        summary="Denver City Council, March 27, 2017: “Public safety enforcement priorities act”: status changed",
        title="Public safety enforcement priorities act",
        place="Denver, Colorado",
        record_kind="agenda_item",
        significance=0.7,
        reasons=("record amended: 0.5", "speaks of immigration enforcement: +0.2"),
        before={"url": "https://denver.legistar.com/901"},
        after={"url": "https://denver.legistar.com/901"},
        details={
            "fields": {
                "status": ["Introduced", "Adopted"],
                "starts_at": ["2017-03-27T17:30", "2017-03-27T18:00"],
                "text": [
                    long * 3 + "a bill on detainers held for 24 hours" + "." + " It stays on the calendar." * 8,
                    long * 3 + "a bill on detainers held for 48 hours" + "." + " It stays on the calendar." * 8,
                ],
                "consent": [False, True],
                "sponsor": [None, "Council member Lopez"],
            }
        },
    )


def _page_changed() -> StoredChange:
    return stored(
        43,
        url="https://www.ice.gov/declined-detainer-outcome-report",
        source="ice_declined_detainers",
        summary="Declined Detainer Outcome Report: 3 passages changed",
        title="Declined Detainer Outcome Report",
        significance=0.6,
        reasons=("page changed: 0.4", "speaks of immigration enforcement: +0.2"),
        details={
            "hunks": [
                [
                    ["The report is published every week.", "Questions go to the public affairs office."],
                    ["The report is temporarily suspended.", "Questions go to the public affairs office."],
                ],
                [["Franklin County, Iowa"], []],
                [[], ["Corrections of the first report are listed below."]],
            ]
        },
    )


def _of_health(number: int, kind: ChangeKind, **facts: Any) -> StoredChange:
    """News of a source's health: no look brought it, and no version of a page."""
    return stored(number, kind, snapshot_before=None, snapshot_after=None, body_digest="", **facts)


def _one_of_each() -> dict[str, StoredChange]:
    doj = {"source": "doj_press_releases", "url": "https://www.justice.gov/api/v1/press_releases.json"}
    return {
        "document_published": stored(
            44,
            ChangeKind.DOCUMENT_PUBLISHED,
            url="https://aurora.example.gov/study-session.pdf",
            source="aurora_council",
            summary="Aurora City Council: new document “Study session, March 27, 2017”",
            title="Study session, March 27, 2017",
            place="Aurora, Colorado",
            after={"text": "AGENDA\nStudy session\nItem 3: discussion of the term sanctuary city\nItem 4: budget"},
            snapshot_before=None,
            snapshot_after=1,
        ),
        "record_added": stored(
            45,
            ChangeKind.RECORD_ADDED,
            **doj,
            summary="Department of Justice: Attorney General speaks on jurisdictions that do not honor detainers",
            title="Attorney General speaks on jurisdictions that do not honor detainers",
            record_kind="press_release",
            after={
                "title": "Attorney General speaks on jurisdictions that do not honor detainers",
                "url": "https://www.justice.gov/opa/pr/attorney-general-speaks",
                "date": "2017-03-27",
                "number": "",
                "components": ["Office of the Attorney General", "Office of Justice Programs"],
                "body": "Jurisdictions that seek grants will have to certify that they comply. " * 20,
            },
        ),
        "record_removed": stored(
            46,
            ChangeKind.RECORD_REMOVED,
            summary="Denver City Council, March 27, 2017: agenda item “Proclamation” is no longer listed",
            title="Proclamation",
            place="Denver, Colorado",
            before={"number": "17-0301", "type": "Proclamation"},
        ),
        "record_renamed": stored(
            47,
            ChangeKind.RECORD_RENAMED,
            source="ice_declined_detainers",
            summary="ICE list: jurisdiction “Albequerque, New Mexico” is now “Albuquerque, New Mexico”",
            title="Albuquerque, New Mexico",
            place="Albuquerque, New Mexico",
            details={"fields": {"name": ["Albequerque, New Mexico", "Albuquerque, New Mexico"]}},
        ),
        "page_withdrawn": stored(
            48,
            ChangeKind.PAGE_WITHDRAWN,
            summary="List of jurisdictions has been withdrawn: the page was not found at three looks",
            title="List of jurisdictions",
            before={"text": "\n".join(f"County {number}" for number in range(1, 15))},
            details={"gone_since": "2017-03-27T18:20:00+00:00", "looks": 3},
            snapshot_after=None,
        ),
        "page_returned": stored(49, ChangeKind.PAGE_RETURNED, summary="List of jurisdictions is back"),
        "notice_added": stored(
            56,
            ChangeKind.RECORD_ADDED,
            source="ice_declined_detainers",
            url="https://www.ice.gov/declined-detainer-outcome-report",
            summary="Correction to the January 28 – February 3, 2017 report: withdraws Franklin County, Iowa;"
            " Franklin County, Pennsylvania; Williamson County, Texas; Richmond County, North Carolina",
            title="Correction to the January 28 – February 3, 2017 report",
            record_kind="notice",
            significance=1.0,
            after={
                "notice": "correction",
                "affects": [
                    {"edition": "2017-01-28/2017-02-03", "how": how, "jurisdiction": name}
                    for name, how in (
                        ("Franklin County, Iowa", "issued detainers were misattributed"),
                        ("Franklin County, Pennsylvania", "issued detainers were misattributed"),
                        ("Williamson County, Texas", "individuals were transferred elsewhere"),
                        ("Richmond County, North Carolina", "issued in error"),
                    )
                ],
            },
        ),
        "papers_amended": stored(
            57,
            ChangeKind.RECORD_AMENDED,
            summary="Denver City Council, March 27, 2017: “Contract with the jail”: attachments changed",
            title="Contract with the jail",
            record_kind="agenda_item",
            place="Denver, Colorado",
            details={
                "fields": {
                    "attachments": [
                        [{"name": "Contract.pdf", "url": "https://denver.example.gov/1"}],
                        [
                            {"name": "Contract.pdf", "url": "https://denver.example.gov/1"},
                            {"name": "Amendment.pdf", "url": "https://denver.example.gov/2"},
                        ],
                    ]
                }
            },
        ),
        "page_moved": stored(
            50,
            ChangeKind.PAGE_MOVED,
            summary="Council agendas has moved to https://denver.example.gov/clerk/agendas",
            before={"url": "https://denver.example.gov/council"},
            after={"url": "https://denver.example.gov/clerk/agendas"},
        ),
        "source_blocked": _of_health(
            51,
            ChangeKind.SOURCE_BLOCKED,
            summary="Denver City Council cannot be seen: a challenge page answers since March 27, 2017, 18:00 UTC",
            title="Denver City Council",
        ),
        "source_broken": _of_health(
            52, ChangeKind.SOURCE_BROKEN, summary="Denver City Council: nothing was found where 40 records had been"
        ),
        "source_moved": _of_health(
            55,
            ChangeKind.SOURCE_MOVED,
            summary="Denver City Council is not where it was: there is no such page (HTTP 404 Not Found); find out"
            " where it went and correct its settings",
        ),
        "source_silent": _of_health(
            53, ChangeKind.SOURCE_SILENT, summary="Denver City Council: nothing new for 40 days; the longest was 9"
        ),
        "source_recovered": _of_health(54, ChangeKind.SOURCE_RECOVERED, summary="Denver City Council is seen again"),
    }


def burst_of(count: int, start: int = 1000) -> list[StoredChange]:
    """An agency archives so many releases at once."""
    return [
        stored(
            start + number,
            ChangeKind.RECORD_AMENDED,
            source="doj_press_releases",
            url="https://www.justice.gov/api/v1/press_releases.json",
            summary=f"Department of Justice: “Release {number}”: archived changed from “no” to “yes”",
            title=f"Release {number}",
            record_kind="press_release",
            cluster="record_amended:press_release:archived",
            details={"fields": {"archived": [False, True]}},
        )
        for number in range(count)
    ]


@pytest.fixture
def make_stored() -> Callable[..., StoredChange]:
    """Makes one stored change."""
    return stored


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    """Makes an alert of changes."""
    return alert_of


@pytest.fixture
def make_burst() -> Callable[..., list[StoredChange]]:
    """Makes a burst of one kind of change."""
    return burst_of


def example_alerts() -> dict[str, Alert]:
    """An alert for every kind of change, and those of several changes, by the name of their golden text."""
    kinds: dict[str, Sequence[StoredChange]] = {name: [one] for name, one in _one_of_each().items()}
    kinds |= {
        "list_published": [_list_published()],
        "record_amended": [_agenda_amended()],
        "page_changed": [_page_changed()],
        "burst": burst_of(80),
        "with_pages": [*burst_of(80), _list_published(), _agenda_amended()],
        "several": [_agenda_amended(), _one_of_each()["record_removed"]],
        "digest": [_page_changed(), *burst_of(80), _list_published(), _one_of_each()["record_added"]],
    }
    return {name: alert_of(*changes) for name, changes in kinds.items()}


@pytest.fixture
def examples() -> dict[str, Alert]:
    """The alerts of the golden texts."""
    return example_alerts()


def _keep(
    archive: Archive, source: Source, at: datetime, *, records: tuple[Record, ...] = (), change: Any = None
) -> None:
    """One look at a source that brought these, in a run of its own."""
    archive.keep_source(source, at)
    run = archive.begin_run(source.slug, archive.begin_poll(at), at)
    text = (source.title, at.isoformat())
    decision = Decision(
        Verdict(VerdictKind.CREDIBLE, "as expected"),
        snapshot=NewSnapshot(source.title, text, at.isoformat(), "by_hand/1"),
        records=tuple(RecordWrite(RecordStep.ADD, record) for record in records),
        changes=(change,) if change else (),
    )
    look = Look(source.url, at, 200, "\n".join(text).encode(), "text/html")
    archive.record_look(look, archive.page_state(source, source.url), decision, run)
    archive.end_run(
        run, at, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
    )


@pytest.fixture
def keep() -> Callable[..., None]:
    """Keeps one look at a source, in a run of its own: `keep(archive, source, at, records=(...), change=...)`."""
    return _keep
