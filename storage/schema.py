"""Says what every table, view and column means, a sentence each: the reference page is generated from here.

The structure itself is in `storage.migrations` and `views.sql`; a test holds the two together both ways.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from storage.migrations import build, views
from storage.view_columns import VIEW_COLUMNS


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table in one sentence, and each of its columns in one."""

    sentence: str
    columns: Mapping[str, str]


def describe() -> Mapping[str, TableDescription]:
    """Every table by name, in the order in which evidence flows through them."""
    return _TABLES


def describe_views() -> Mapping[str, str]:
    """The researchers' views by name: the comment of each."""
    return {name: comment for name, (comment, _) in views().items()}


@cache
def describe_view_columns() -> Mapping[str, Mapping[str, str]]:
    """By view: its columns in order, each in a sentence."""
    with closing(sqlite3.connect(":memory:")) as connection:
        build(connection)
        return {
            name: {row[1]: VIEW_COLUMNS[row[1]] for row in connection.execute(f"PRAGMA table_info([{name}])")}
            for name in views()
        }


_TABLES: Mapping[str, TableDescription] = {
    "sources": TableDescription(
        "Something watched, and how it fares.",
        {
            "id": "Number of the source.",
            "slug": "Its name in settings and commands.",
            "title": "What mails call it.",
            "url": "Where watching it begins.",
            "spider": "Who fetches it.",
            "publisher": "Who publishes it.",
            "jurisdiction": 'The government it is about, with its state ("Denver, Colorado"); empty for federal ones.',
            "timezone": "IANA name of the zone of the local times that it prints.",
            "cadence_seconds": "How often it is looked at.",
            "cadence_shortest_seconds": "How often in the hours in which its news usually comes; null: as ever.",
            "cadence_longest_seconds": "How seldom at most while nothing new comes; null: as ever.",
            "cron": "The cron expression that stands in place of the cadence; empty for none.",
            "hours": 'Hours in which alone it is looked at, such as "weekdays 06:00-20:00"; JSON.',
            "jitter_seconds": "Each look is put off by a chance share of this.",
            "full_look_seconds": "How old a full look may be before the server is not asked for a 304 any more.",
            "validators_lie": "1 where its ETag and Last-Modified are not to be relied on.",
            "parameters": "The spider's own settings, JSON.",
            "active": "1 while it is watched.",
            "added_at": "When it was first watched.",
            "dropped_at": "When it ceased to be watched; null while it is.",
            "health": "new, seen, blocked, broken, moved, unreachable or silent.",
            "health_since": "When it came to be so.",
            "message": "The newest run's sentence about it.",
            "baseline_at": "When its first complete run ended; nothing seen before is told to anybody.",
            "last_run_at": "When its newest run ended.",
            "last_success_at": "When its newest run without failure ended.",
            "last_news_at": "Time of its newest change that is neither baseline nor about our own eyes.",
            "next_due_at": "When it is to be looked at next.",
            "checkpoint": "The spider's own cursor, JSON.",
            "news_every_seconds": "How often its publisher usually has news, by its stanza; null where nobody knows.",
        },
    ),
    "source_health": TableDescription(
        "How well a source was seen from one moment to another: its health as a state with a history.",
        {
            "id": "Number of the stretch.",
            "source": "The source.",
            "health": "seen, silent, blocked, broken, moved or unreachable; of the last four we were blind.",
            "since": "End of the run that found it so first.",
            "until": "End of the run that found it otherwise; null while it lasts.",
            "message": "The first thing there was to say about it, in a sentence.",
        },
    ),
    "field_coverage": TableDescription(
        "How well each field of a source's records has been filled: what a lost column is noticed by.",
        {
            "source": "The source.",
            "kind": "Kind of the records.",
            "name": "Name of the field.",
            "extractor": "What read it, with its version.",
            "records": "Records read so far, those read again counted again.",
            "least": "The smallest share of one reading in which it was filled, 0 to 1.",
            "lost_since": "When it was first empty in all of them; null while it is not.",
        },
    ),
    "runs": TableDescription(
        "One execution over one source.",
        {
            "id": "Number of the run.",
            "source": "The source.",
            "poll": "Number shared by the runs of one command.",
            "began_at": "When it began.",
            "ended_at": "When it ended; null while it goes on, or until a crash is noticed.",
            "outcome": "ok, failed or interrupted.",
            "complete": "1 when all that belongs to the source was looked at.",
            "message": "What there is to say about it, in a sentence.",
        },
    ),
    "pages": TableDescription(
        "One address under a source, with what the newest looks left behind.",
        {
            "id": "Number of the page.",
            "source": "The source.",
            "url": "Its address in canonical form.",
            "title": "Title of its newest version.",
            "first_seen": "When it was first looked at.",
            "last_look_at": "When it was last looked at, whatever came.",
            "last_full_look": "When a whole body was last brought and believed.",
            "last_verdict": "Of the newest look that said where the page is; unchanged and unbelieved looks leave it.",
            "etag": "ETag of the newest believed answer with status 200.",
            "last_modified": "Last-Modified of the same.",
            "last_body": "The newest body that was believed.",
            "newest_body": "The newest body, believed or not.",
            "snapshot": "Its current version; null before the first.",
            "withdrawn": "1 while its publisher has taken it away.",
            "look_again_at": "When a collapse that is not believed yet is to be looked at again.",
            "hold": "That collapse: reason, verdict, since, last_look, looks; JSON.",
            "learning": "What the page has taught about its own noise: masks and their history, JSON.",
            "links": "Documents that it named at the newest credible look: [address, label, role] each, JSON.",
        },
    ),
    "visits": TableDescription(
        "One look at a page and what came of it; looks that failed are kept too.",
        {
            "id": "Number of the visit.",
            "run": "The run.",
            "page": "The page.",
            "at": "When.",
            "status": "HTTP status; null where nobody answered.",
            "verdict": "credible, unchanged, blocked, empty, truncated, shrunken, gone, moved or unreachable.",
            "reason": "Why, in a sentence.",
            "mechanism": "What was matched, for explanation.",
            "body": "The body it brought; null for none.",
            "snapshot": "The version of the page that it saw; null where it was not believed.",
            "media_type": "As the server declared it.",
            "final_url": "Where redirects ended; null when there were none.",
            "truncated": "1 when the body was cut off.",
            "error": "Why there was no answer, in a sentence.",
            "elapsed_ms": "Milliseconds from request to answer.",
            "headers": "Of the answer, JSON by lower-case name; null for unchanged looks, where those of the look that"
            " brought the body stand.",
            "link": "SHA-256 over the visit and the link before, 32 bytes: `hex(link)` shows it.",
        },
    ),
    "time_stamps": TableDescription(
        "What a time-stamping authority (RFC 3161) signed: that a link of the chain was there at its time.",
        {
            "id": "Number of the time stamp.",
            "visit": "The visit that was the newest then.",
            "link": "Its link in the chain: what was stamped.",
            "at": "The authority's time.",
            "authority": "Address of the authority.",
            "response": "Its whole answer (TimeStampResp, DER), with its certificates.",
            "digest": "SHA-256 over the other columns: damage shows, whoever the authority was.",
        },
    ),
    "bodies": TableDescription(
        "The decoded bytes of answers, each kept once, compressed; `onnotice show --raw` gives them back verified.",
        {
            "id": "Number of the body.",
            "digest": "SHA-256 of its bytes, in hexadecimal.",
            "size": "Its length in bytes.",
            "prefix": "The body that it is compressed against; null where it stands alone.",
            "depth": "How many bodies must be read before it.",
            "data": "A zstd frame with checksum, the prefix as raw dictionary; empty once it was erased.",
            "erased_at": "When it was erased by a rule of the settings, digest and size left; null while it is there.",
        },
    ),
    "snapshots": TableDescription(
        "A numbered version of a page: a state that was believed and that a reader could tell from the one before.",
        {
            "id": "Number of the snapshot.",
            "page": "The page.",
            "number": "Version, from 1 within the page.",
            "first_seen": "Time of the look that found it.",
            "last_seen": "Time of the newest look that found it still there.",
            "body": "The body that it was read from.",
            "media_type": "Of that body.",
            "extractor": "What read it, with its version, and behind a + a mark of what its stanza selects.",
            "content_digest": "SHA-256 over text and records; equal content is equal here.",
            "text_size": "Characters of the text.",
            "title": "Title of the page.",
            "text": "What a reader reads, line by line.",
        },
    ),
    "records": TableDescription(
        "One thing that a source lists, under a key that stays its own; what it says is in record_versions.",
        {
            "id": "Number of the record.",
            "source": "The source.",
            "kind": "What it is: press_release, meeting, detainer_policy.",
            "key": "Its key now, unique within source and kind.",
            "present": "1 while it is there, 0 when it was removed.",
            "version": "Its newest version.",
            "versions": "How many it has.",
            "page": "The page that showed it last.",
            "parent": "Key of the record that it belongs to.",
            "member": "What a reader counts, the same across editions: a jurisdiction.",
            "about": "ISO date or time that it is about.",
            "edition_series": "Of a list that appears in editions, the list.",
            "edition_order": "Sorts as the editions do.",
            "edition_label": "The edition as people write it.",
        },
    ),
    "record_versions": TableDescription(
        "What a record said from one moment to another.",
        {
            "id": "Number of the version.",
            "record": "The record.",
            "number": "Version, from 1 within the record.",
            "valid_from": "Time of the look that first saw it so.",
            "valid_to": "Time of the look that saw it otherwise, or gone; null while it holds. Equal to valid_from"
            " where a newer reading of the same bytes has no such version: it was valid at no time.",
            "visit": "The look that opened it.",
            "closed_by": "The look that closed it.",
            "snapshot": "The version of the page that it was read from.",
            "extractor": "What read it, with its version, and behind a + a mark of what its stanza selects.",
            "key": "Its key then.",
            "key_before": "Its key before, where this version begins with a renaming.",
            "title": "What a reader calls it.",
            "parent": "Key of the record that it belongs to.",
            "position": "Its place among its siblings.",
            "member": "What a reader counts.",
            "place": "The jurisdiction as printed, with its state.",
            "about": "ISO date or time that it is about.",
            "url": "Where a reader finds it, when that is not the page.",
            "facts": "What it says, field by field, JSON with sorted keys; a difference here is a change.",
            "text": "All text among its facts, a line each: what the search reads.",
            "extras": "Kept and never compared: stamps, row versions; JSON.",
            "place_name": "What its place was taken for; null without a place.",
        },
    ),
    "changes": TableDescription(
        "Before and after of a page, a record, or of our own sight.",
        {
            "id": "Number of the change, rising with the time of writing.",
            "run": "The run that saw it.",
            "visit": "The look that saw it; null for changes of a source's health.",
            "source": "The source.",
            "page": "The page.",
            "record": "The record, where it is about one.",
            "version": "The version of the record that it opened or, for a removal, closed.",
            "snapshot_before": "Version of the page before it.",
            "snapshot_after": "Version of the page with it; null when there is none.",
            "kind": "What happened: list_published, record_added, page_changed, ...",
            "at": "When it was seen.",
            "baseline": "1 when seen at the first look at a source, or at its past: told to nobody.",
            "significance": "0 to 1, by named rules.",
            "url": "Where.",
            "title": "What the changed thing is called.",
            "place": "The jurisdiction concerned.",
            "about": "ISO date or time that the changed thing is about.",
            "record_kind": "Kind of the record.",
            "record_key": "Key of the record.",
            "cluster": "Shared by changes of one burst.",
            "summary": "The change in a sentence.",
            "reasons": "The rules behind the significance, JSON list.",
            "before": 'What was there, JSON; the word "version" stands for the facts of that version, kept once.',
            "after": 'What is there now, JSON; the word "version" stands for the facts of that version, kept once.',
            "details": "The kind's own structure, JSON.",
        },
    ),
    "subscriptions": TableDescription(
        "Who wants to know what, as the settings or the web pages say; how far each has been considered.",
        {
            "id": "Number of the subscription.",
            "name": "Its name.",
            "settings": "Recipients, filters and rhythm, JSON.",
            "active": "1 while it is in the settings, or on the page where it was made.",
            "added_at": "When it was first seen there.",
            "dropped_at": "When it was no longer there.",
            "cursor": "Newest change that it has considered.",
            "made_by": "Who made it on the web pages; null where the settings say it.",
            "paused_at": "When it was paused on the web pages; null while it is not.",
        },
    ),
    "recipients": TableDescription(
        "What recipients said themselves: that they want a subscription made on the web pages, or any one no more.",
        {
            "subscription": "The subscription.",
            "address": "The address alone, in small letters.",
            "asked_at": "When a mail last asked whether it is wanted; null where nobody had to ask.",
            "confirmed_at": "When that was confirmed; null while nothing may be sent.",
            "left_at": "When the recipient unsubscribed; null unless so.",
        },
    ),
    "alerts": TableDescription(
        "Changes bundled for one recipient: one mail.",
        {
            "id": "Number of the alert.",
            "subscription": "The subscription that it is for.",
            "recipient": "The address; of a chat service its kind and figures, never the URL with its secrets.",
            "created_at": "When it was made.",
            "due_at": "When it is to go out.",
            "state": "pending, claimed (being sent), sent or failed.",
            "retry_at": "When to try again after an attempt that failed.",
            "claimed_at": "When somebody began to send it.",
            "message_id": "Message-ID of the mail, the same at every attempt.",
            "attempts": "Attempts so far.",
            "subject": "Subject of the mail that went out.",
            "last_error": "Why the newest attempt failed.",
        },
    ),
    "alert_changes": TableDescription(
        "Which changes a recipient was told or promised: each once.",
        {
            "recipient": "The address.",
            "change": "The change.",
            "alert": "The alert that tells it.",
        },
    ),
    "deliveries": TableDescription(
        "One attempt to send an alert.",
        {
            "id": "Number of the attempt.",
            "alert": "The alert.",
            "at": "When.",
            "transport": "By what: smtp, folder, apprise; report, where a mail that came back says so.",
            "outcome": "sent, deferred (to be tried again), refused, returned (it bounced) or delayed.",
            "detail": "What the server said; of a mail that was sent in another form, why.",
        },
    ),
    "returned_mail": TableDescription(
        "Recipients whose mails were refused for good or came back.",
        {
            "recipient": "The address.",
            "times": "How often in a row, each within a month of the one before.",
            "last_at": "When last.",
            "reason": "Why, in the words of the server that refused it.",
            "stopped_at": "Since when nothing is sent there, until somebody resumes; null while it is.",
        },
    ),
    "identity": TableDescription(
        "What tells this archive from every other.",
        {"id": "32 hexadecimal digits, given at its making; ids of feeds are made from it."},
    ),
    "jurisdictions": TableDescription(
        "Governments by their Census number, as the newest table that was shipped has them.",
        {
            "geoid": "Census GEOID: 2 digits of a state, 5 of a county, 7 of a place, 10 of a county subdivision.",
            "kind": "state, county (or what counts as one), place or county subdivision.",
            "name": "The Census Bureau's name with its legal description.",
            "state": "Postal abbreviation of its state.",
            "aliases": "The name without that description, and others that lists print for it, JSON list.",
            "counties": "GEOIDs of the counties that it lies in, JSON list.",
            "former": "1 for what the Census Bureau uses no more, such as the counties of Connecticut.",
            "sources": "Codes of the copies of the Census Bureau's files that agree on number and name.",
        },
    ),
    "same_areas": TableDescription(
        "Governments of one ground under two numbers: Denver is a city and a county.",
        {
            "place": "The place.",
            "other": "The county or county subdivision.",
            "relation": "same; partial, where the place leaves others in the county out; county_within_place.",
        },
    ),
    "place_names": TableDescription(
        "What each printed name of a place was taken for, or why for nothing; the name itself is kept for ever.",
        {
            "id": "Number of the name.",
            "name": "As printed, with its state.",
            "section": "Of a list's member the section that it stands in: state, county or city; else empty.",
            "given": "The GEOID that the reader of the list had found; else empty.",
            "outcome": "resolved, ambiguous or unresolved.",
            "geoid": "The government; null unless resolved.",
            "confidence": "certain; likely, where a bare name is that of a large city and of a county; else empty.",
            "how": "What was met: official name, short name, alias, agency, large city, given; else empty.",
            "reason": "Why, in a sentence.",
            "candidates": "GEOIDs of what else it may be, JSON list.",
            "table_version": "The table that the answer comes from.",
        },
    ),
    "jurisdiction_tables": TableDescription(
        "Which tables of governments the archive has had; names are looked up anew in each.",
        {
            "version": "Number of the table.",
            "loaded_at": "When.",
        },
    ),
    "migrations": TableDescription(
        "Which structure the archive has.",
        {
            "number": "Number of the step.",
            "name": "What it did.",
            "applied_at": "When.",
        },
    ),
    "indexed_texts": TableDescription(
        "How far the full-text indexes reach: a poll's texts are indexed at its end.",
        {
            "name": "Table whose texts are indexed.",
            "newest": "Id of the newest row that is.",
        },
    ),
    "snapshots_fts": TableDescription(
        "Full-text index (FTS5) over every version of every page; its rowid is the snapshot's id.",
        {"title": "Title of the page.", "text": "Its text."},
    ),
    "record_versions_fts": TableDescription(
        "Full-text index (FTS5) over every version of every record; its rowid is the version's id.",
        {"title": "Title of the record.", "text": "All text among its facts."},
    ),
    "changes_fts": TableDescription(
        "Full-text index (FTS5) over every change that is news; its rowid is the change's id.",
        {"words": "Title, place and summary, what went and what came, and all that the record said."},
    ),
}
