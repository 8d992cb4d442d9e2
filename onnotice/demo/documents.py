"""Writes the pages and answers of the replica: the shapes of the real sites, with what they said as of a moment.

Dates, names of reports, figures and the jurisdictions of the notices are of the public record of spring 2017. The
sentences around them, the council items and the boilerplate are written for the demonstration, and each page says so.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

NOTE = "Replica written for the On Notice demonstration."
_EASTERN, _MOUNTAIN = ZoneInfo("America/New_York"), ZoneInfo("America/Denver")


def eastern(day: str, at: str) -> datetime:
    """A time in Washington as an instant: ("2017-03-20", "09:00")."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(at), _EASTERN).astimezone(UTC)


REPORT_ONE = eastern("2017-03-20", "11:00")
ANNOUNCEMENT = eastern("2017-03-27", "13:30")
STUDY_SESSION = eastern("2017-03-27", "12:00")
DENVER_ITEM = eastern("2017-03-27", "12:30")
REPORT_TWO = eastern("2017-03-29", "11:00")
CORRECTION = eastern("2017-04-03", "10:00")
SUSPENSION = eastern("2017-04-11", "16:00")


@dataclass(frozen=True, slots=True)
class Release:
    """A press release as the News API gives it."""

    released: datetime
    title: str
    number: str
    paragraphs: tuple[str, ...]
    components: tuple[str, ...]

    @property
    def uuid(self) -> str:
        """Made of the title, so that it is the same at every replay."""
        digits = hashlib.sha256(self.title.encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


RELEASES = (
    Release(
        eastern("2017-03-14", "10:00"),
        "Demonstration Release: Grants for Rural Courthouses",
        "17-270",
        ("This release stands in for the ordinary business of the department.", NOTE),
        ("Office of Justice Programs",),
    ),
    Release(
        eastern("2017-03-16", "15:00"),
        "Demonstration Release: A Conviction in a Tax Case",
        "17-283",
        ("This release stands in for the ordinary business of the department.", NOTE),
        ("Tax Division",),
    ),
    Release(
        eastern("2017-03-24", "11:00"),
        "Demonstration Release: A Settlement on Clean Water",
        "17-311",
        ("This release stands in for the ordinary business of the department.", NOTE),
        ("Environment and Natural Resources Division",),
    ),
    Release(
        ANNOUNCEMENT,
        "Attorney General Jeff Sessions Delivers Remarks on Sanctuary Jurisdictions",
        "17-328",
        (
            "The Attorney General said on March 27, 2017 that jurisdictions seeking Department of Justice grants "
            "will be required to certify compliance with 8 U.S.C. 1373.",
            "He pointed to the first weekly Declined Detainer Outcome Report, which recorded 206 declined detainers, "
            "and said that the department may withhold, terminate or claw back grants where the statute is violated.",
            NOTE,
        ),
        ("Office of the Attorney General",),
    ),
)


def releases(now: datetime) -> list[dict[str, Any]]:
    """The API's results as of `now`, newest first."""
    out = [_release(release) for release in RELEASES if release.released <= now]
    return sorted(out, key=lambda row: str(row["created"]), reverse=True)


def _release(release: Release) -> dict[str, Any]:
    stamp = int(release.released.timestamp())
    noon = datetime.combine(release.released.astimezone(_EASTERN).date(), time(12), UTC)
    slug = "-".join("".join(c if c.isalnum() else " " for c in release.title.lower()).split())
    body = "".join(f"<p>{html.escape(text)}</p>\n" for text in release.paragraphs)
    return {
        "uuid": release.uuid,
        "url": f"https://justice.gov/opa/pr/{slug}",
        "title": release.title,
        "date": str(int(noon.timestamp())),
        "created": f'<time datetime="{release.released.isoformat()}">{stamp}</time>\n',
        "changed": f'<time datetime="{release.released.isoformat()}">{stamp}</time>\n',
        "body": f"{body}<p>###</p>\n",
        "teaser": "",
        "number": release.number,
        "component": [{"uuid": f"{release.uuid[:-4]}0000", "name": name} for name in release.components],
        "topic": [],
        "attachment": "",
        "image": "",
        "location": "",
    }


def interstitial() -> bytes:
    """What a bot wall answers, with status 200, in the documented shape."""
    return (
        b'<!DOCTYPE html><html><head><meta charset="utf-8">'
        b'<meta http-equiv="refresh" content="5; URL=\'/api/v1/press_releases.json?bm-verify=DEMONSTRATION\'">'
        b"<title>&nbsp;</title></head><body>"
        b'<iframe src="/apology_objects/interstitial/doj-interstitial.html"></iframe>'
        b'<script>var r=new XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);'
        b'r.send(\'{"bm-verify":"DEMONSTRATION"}\');</script></body></html>'
    )


def detainer_page(now: datetime, token: str) -> bytes:
    """ICE's landing page: reports linked so far, and the notices of the day. `token` differs at every request."""
    reports = [
        ("January 28 – February 3, 2017", "ddor2017_01-28to02-03.pdf", REPORT_ONE),
        ("February 4 – February 10, 2017", "ddor2017_02-04to02-10.pdf", REPORT_TWO),
    ]
    links = "".join(
        f'<li><a href="doclib/ddor/{name}">Declined Detainer Outcome Report, {label}</a></li>'
        for label, name, published in reports
        if published <= now
    )
    notices = []
    if now >= SUSPENSION:
        notices.append(
            "While its methods are reviewed, ICE has temporarily suspended the publication of the "
            "Declined Detainer Outcome Report (DDOR)."
        )
    else:
        notices.append("ICE will publish the Declined Detainer Outcome Report on a weekly basis.")
    if now >= CORRECTION:
        notices.append(
            "Correction: Due to a processing error, the Jan. 28 - Feb 03, 2017 Declined Detainer Outcome Report "
            "wrongly counted detainers as issued to Franklin County, Iowa; Franklin County, New York; "
            "Franklin County, Pennsylvania; and Montgomery County, Iowa that had gone to agencies in similarly named "
            "places. Also, detainers shown as declined by Williamson County, TX and Bastrop County, TX were transfers "
            "to another facility. Finally, detainers shown as declined by Chester County, PA and Richmond County, NC "
            "had been issued to those locations in error."
        )
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in notices)
    content = (
        f"<p>Under Executive Order 13768, ICE lists jurisdictions that decline its detainers.</p>{paragraphs}"
        f'<div class="field field--name-field-files"><ul>{links}</ul></div><p>{NOTE}</p>'
    )
    return _drupal("Declined Detainer Outcome Report", content, token)


def _drupal(title: str, content: str, token: str) -> bytes:
    """A Drupal page with the volatile bytes that the real one has in every answer."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | ICE</title>'
        f'<script nonce="{token}">window.dataLayer=[{{"page":"{token}"}}];</script>'
        f'<script src="/gtag.js?{token}"></script></head>'
        f'<body class="path-node"><header role="banner"><nav><a href="/">Home</a></nav></header>'
        f'<main role="main"><div class="js-view-dom-id-{token}"><h1 class="page-title">{title}</h1>'
        f'<div class="field field--name-body">{content}</div></div></main>'
        f'<footer role="contentinfo"><p>An official website of a demonstration</p></footer></body></html>'
    ).encode()


@dataclass(frozen=True, slots=True)
class Item:
    """An agenda item and when it was put on the agenda."""

    number: int
    title: str
    matter: str
    put_on: datetime


_EARLY = eastern("2017-03-10", "12:00")
_COUNCIL_ITEMS = (
    Item(50001, "Approval of the minutes of March 20, 2017", "", _EARLY),
    Item(50002, "A bill for an ordinance on the rezoning of a block on Colfax Avenue", "17-0201", _EARLY),
    Item(50003, "A resolution approving a contract for street sweeping", "17-0242", _EARLY),
    Item(
        50004,
        "A proclamation on the city's commitment to its immigrant residents after the announcement on sanctuary cities",
        "17-0363",
        DENVER_ITEM,
    ),
)
_SAFETY_ITEMS = (
    Item(50011, "Quarterly report of the fire department", "17-0187", _EARLY),
    Item(50012, "Presentation on response times", "17-0190", eastern("2017-03-24", "12:00")),
)


def events(now: datetime) -> list[dict[str, Any]]:
    """Denver's calendar as the Legistar Web API gives it."""
    rows = (
        (11001, "City Council", "2017-03-20", "5:30 PM", "Council Chambers", ()),
        (11002, "Safety, Housing, Education & Homelessness", "2017-03-29", "10:30 AM", "Room 391", _SAFETY_ITEMS),
        (11003, "City Council", "2017-04-03", "5:30 PM", "Council Chambers", _COUNCIL_ITEMS),
        (11004, "City Council", "2017-04-24", "5:30 PM", "Council Chambers", ()),
    )
    return [_event(*row, now=now) for row in rows]


def _event(
    number: int, body: str, day: str, at: str, room: str, items: Sequence[Item], *, now: datetime
) -> dict[str, Any]:
    on_agenda = [item for item in items if item.put_on <= now]
    newest = max([item.put_on for item in on_agenda], default=_EARLY)
    stamp = newest.strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "EventId": number,
        "EventGuid": f"00000000-0000-0000-0000-0000000{number}",
        "EventLastModifiedUtc": stamp,
        "EventRowVersion": hashlib.sha256(f"{number}{stamp}".encode()).hexdigest()[:12],
        "EventBodyId": 1 if body == "City Council" else 2,
        "EventBodyName": body,
        "EventDate": f"{day}T00:00:00",
        "EventTime": at,
        "EventVideoStatus": "Public",
        "EventAgendaStatusId": 10,
        "EventAgendaStatusName": "Final",
        "EventMinutesStatusId": 9,
        "EventMinutesStatusName": "Draft",
        "EventLocation": f"City & County Building, {room}",
        "EventAgendaFile": None,
        "EventMinutesFile": None,
        "EventAgendaLastPublishedUTC": None,
        "EventMinutesLastPublishedUTC": None,
        "EventComment": None,
        "EventVideoPath": None,
        "EventMedia": None,
        "EventInSiteURL": f"https://denver.legistar.com/MeetingDetail.aspx?LEGID={number}",
        "EventItems": [_item(number, item, order) for order, item in enumerate(on_agenda, start=1)],
    }


def _item(event: int, item: Item, order: int) -> dict[str, Any]:
    return {
        "EventItemId": item.number,
        "EventItemGuid": f"00000000-0000-0000-0000-0000000{item.number}",
        "EventItemLastModifiedUtc": item.put_on.strftime("%Y-%m-%dT%H:%M:%S"),
        "EventItemRowVersion": str(order),
        "EventItemEventId": event,
        "EventItemAgendaSequence": order,
        "EventItemMinutesSequence": None,
        "EventItemAgendaNumber": f"{order}.",
        "EventItemAgendaNote": None,
        "EventItemMinutesNote": None,
        "EventItemActionName": None,
        "EventItemActionText": None,
        "EventItemPassedFlagName": None,
        "EventItemTitle": item.title,
        "EventItemConsent": 0,
        "EventItemMatterId": item.number + 1000 if item.matter else None,
        "EventItemMatterFile": item.matter or None,
        "EventItemMatterName": None,
        "EventItemMatterType": "Bill" if item.matter else None,
        "EventItemMatterStatus": None,
        "EventItemMatterAttachments": [],
    }


def aurora_page(now: datetime, token: str) -> bytes:
    """Aurora's council page: a list of meetings with their agendas, on a content system of its own."""
    meetings = [("Regular Meeting, March 20, 2017, 7:30 p.m.", "agenda_032017.pdf")]
    if now >= STUDY_SESSION:
        meetings.append(("Study Session, March 27, 2017: federal policy on “sanctuary cities”", "study_032717.pdf"))
    rows = "".join(
        f'<li><a href="/UserFiles/Servers/Server_1/File/{name}?v={token}">{html.escape(label)}</a></li>'
        for label, name in meetings
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Council Meetings - City of Aurora</title></head>'
        f'<body><form><input type="hidden" name="__VIEWSTATE" value="{token * 4}"></form>'
        f"<div id='content'><h1>Council Meetings</h1>"
        f"<p>Agendas are posted at least one day before a meeting.</p><ul class='documents'>{rows}</ul>"
        f"<p>{NOTE}</p></div></body></html>"
    ).encode()


def boulder_page(now: datetime, visitor: int) -> bytes:
    """Boulder's council page: a stamp, a counter and a banner move at every request; the agenda hardly ever."""
    banners = ("Spring Clean-Up is here", "Apply for a board or commission", "Snow route parking rules")
    agenda = ["Call to order", "Open comment", "Consent agenda", "Public hearing on the Boulder Junction plan"]
    if now >= eastern("2017-03-24", "12:00"):
        agenda[-1] = "Public hearing on the Boulder Junction plan, continued to April 18, 2017"
    rows = "".join(f"<li>{text}</li>" for text in agenda)
    local = now.astimezone(_MOUNTAIN)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>City Council Agenda - City of Boulder</title></head>'
        f"<body><div class='banner'>{banners[visitor % len(banners)]}</div><main><h1>City Council Agenda</h1>"
        f"<h2>April 4, 2017</h2><ol>{rows}</ol><p>{NOTE}</p></main>"
        f"<p class='stamp'>Page generated on {local:%B} {local.day}, {local.year} at {local:%I:%M:%S %p}</p>"
        f"<p class='counter'>Visitors: {88000 + visitor * 7:,}</p></body></html>"
    ).encode()


def window_of(rows: Sequence[dict[str, Any]], since: str, until: str) -> list[dict[str, Any]]:
    """Events with `since` <= EventDate < `until`, without their items, as the calendar answers."""
    return [{**row, "EventItems": []} for row in rows if since <= row["EventDate"][:10] < until]
