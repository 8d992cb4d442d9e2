"""The questions that people ask of an archive, each as one query that Datasette, sqlite-utils and sqlite3 run as it is.

Every parameter may be left empty, unless its question says what it needs. A day in `since` means its first moment, in
`until` and `date` its last, all in UTC. Lists end at 1,000 rows, which is what Datasette shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.place_names import SAME_GOVERNMENT

_DAY = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_MOST = 1000
_MOST_HITS = 20_000
"""Newest versions that are looked through where words stand in more: "county" stands in almost all."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words, its parameters with what each means, and the query that answers it."""

    title: str
    description: str
    parameters: Mapping[str, str]
    sql: str
    private: bool = False
    """Whether the answer names the people who are told."""


def _from(parameter: str) -> str:
    """The first moment that a parameter means, as columns write times; before all when it is empty."""
    exact = f"strftime('%Y-%m-%dT%H:%M:%fZ', :{parameter})"
    return f"CASE WHEN :{parameter} = '' OR :{parameter} GLOB {_DAY} THEN :{parameter} ELSE {exact} END"


def _upto(parameter: str) -> str:
    """The moment up to which a parameter means: of a day the next one's first; after all when it is empty."""
    return (
        f"CASE WHEN :{parameter} = '' THEN '9999' WHEN :{parameter} GLOB {_DAY} THEN date(:{parameter}, '+1 day')"
        f" ELSE strftime('%Y-%m-%dT%H:%M:%fZ', :{parameter}) END"
    )


def _either(column: str, parameter: str) -> str:
    return f"(:{parameter} = '' OR {column} = :{parameter})"


_PHRASE = "'\"' || replace(:words, '\"', ' ') || '\"'"
"""What a person typed as a phrase of FTS5, in which nothing is an operator."""

_SINCE = "a day or time, or nothing for all"
_UNTIL = "a day or time, or nothing for now"
_SOURCE = "slug of a source, such as ice_declined_detainers"

QUESTIONS: Mapping[str, Question] = {
    "on_the_list": Question(
        "Who was on the list on a date?",
        "Everybody whom a list named when that day ended, each once: in how many rows, the notices in which its"
        " publisher has called one of them wrong since, and the body that proves it.",
        {
            "source": f"needed: {_SOURCE}",
            "date": "a day or time, or nothing for now",
            "kind": "kind of rows, or nothing",
        },
        f"""
        WITH disputed AS (
            SELECT record, group_concat(notice, '; ') AS notices FROM corrections WHERE source = :source GROUP BY record
        )
        SELECT m.kind, m.member, m.geoid, m.edition, min(m.valid_from) AS seen_since, count(*) AS rows,
            max(disputed.notices) AS disputed_by, m.page, m.body
        FROM list_members m
        LEFT JOIN disputed ON disputed.record = m.record
        WHERE m.source = :source AND {_either("m.kind", "kind")}
            AND m.valid_from < {_upto("date")} AND coalesce(m.valid_to, '9999') >= {_upto("date")}
        GROUP BY m.kind, m.member
        ORDER BY m.kind, m.member
        LIMIT {_MOST}
        """,
    ),
    "versions_of_a_release": Question(
        "What did every version of a release say?",
        "Releases of which any version has these words, or this number, next to each other; all their versions, oldest"
        " first, with the body that proves each.",
        {"words": "needed: words of its title or text, or its number"},
        f"""
        SELECT t.source, t.kind, t.version, t.valid_from, t.valid_to, t.title, t.about, t.facts, t.page, t.body,
            t.record
        FROM (
            SELECT DISTINCT v.record FROM record_versions_fts hit
            CROSS JOIN record_versions v ON v.id = hit.rowid
            CROSS JOIN records r ON r.id = v.record
                AND r.kind IN ('press_release', 'feed_item', 'blog_entry', 'speech', 'register_document')
            WHERE hit.record_versions_fts MATCH {_PHRASE}
            ORDER BY v.record DESC LIMIT 200
        ) named
        CROSS JOIN record_timeline t ON t.record = named.record
        ORDER BY t.record, t.version
        LIMIT {_MOST}
        """,
    ),
    "agenda_mentions": Question(
        "Which agenda items mention something?",
        "Every version of an agenda item, attachment or meeting of any council that has these words next to each other,"
        " the latest meeting first; standing is 1 for what the agenda says now.",
        {
            "words": "needed: words, in whatever form: detainer finds detainers",
            "jurisdiction": "of the council, or nothing",
        },
        f"""
        SELECT i.source, i.meeting_at, i.meeting, i.kind, i.title, i.standing, i.version, i.valid_from, i.valid_to,
            i.url
        FROM (
            SELECT rowid FROM record_versions_fts WHERE record_versions_fts MATCH {_PHRASE}
            ORDER BY rowid DESC LIMIT {_MOST_HITS}
        ) hit
        CROSS JOIN agenda_items i ON i.record_version = hit.rowid
        WHERE {_either("i.jurisdiction", "jurisdiction")}
        ORDER BY i.meeting_at DESC, i.record, i.version
        LIMIT {_MOST}
        """,
    ),
    "what_was_withdrawn": Question(
        "What was withdrawn?",
        "Pages that went, rows that were taken from a list that is still there, and rows that their publisher called"
        " wrong where they stand (how says which), the newest first; back_at says when something came back.",
        {"since": _SINCE, "until": _UNTIL, "source": f"{_SOURCE}, or nothing"},
        f"""
        SELECT withdrawn_at, source, what, title, about, 'taken away' AS how, back_at, said_last, url
        FROM withdrawn
        WHERE withdrawn_at >= {_from("since")} AND withdrawn_at < {_upto("until")} AND {_either("source", "source")}
        UNION ALL
        SELECT noticed_at, c.source, c.kind, c.member, c.edition, c.notice, NULL, v.facts, NULL
        FROM corrections c JOIN records r ON r.id = c.record JOIN record_versions v ON v.id = r.version
        WHERE noticed_at >= {_from("since")} AND noticed_at < {_upto("until")} AND {_either("c.source", "source")}
        ORDER BY 1 DESC
        LIMIT {_MOST}
        """,
    ),
    "how_long_unseen": Question(
        "How long was each source not seen?",
        "Since it was first looked at, up to its newest run: how often, how many hours in all and at the longest, and"
        " since when it is not seen now. What such a source said meanwhile nobody knows.",
        {},
        """
        SELECT b.source, s.title, b.first_looked_at, b.stretches, b.hours, b.longest_hours,
            round(100 * b.hours / nullif(24 * (julianday(s.last_run_at) - julianday(b.first_looked_at)), 0), 2)
                AS percent, b.blind_since, s.health
        FROM source_blindness b JOIN sources s ON s.slug = b.source
        ORDER BY b.hours DESC, b.source
        """,
    ),
    "when_unseen": Question(
        "When was a source not seen, and why?",
        "Its stretches of blocked, unreachable, broken and moved, and the pauses in which nobody looked.",
        {"source": f"needed: {_SOURCE}"},
        f"""
        SELECT since, until, hours, health AS why, message FROM health_history WHERE source = :source AND blind = 1
        UNION ALL
        SELECT unseen_from, unseen_to, hours, 'nobody looked', '' FROM source_gaps
        WHERE source = :source AND failed_runs = 0
        ORDER BY 1
        LIMIT {_MOST}
        """,
    ),
    "who_was_told": Question(
        "What was told to whom, and when?",
        "One row for each change and recipient, the newest first, with the mail that told it.",
        {"since": _SINCE, "until": _UNTIL, "recipient": "an address, or nothing"},
        f"""
        SELECT sent_at, recipient, subscription, subject, source, kind, summary, at AS seen_at, change, message_id
        FROM told_changes
        WHERE change IN (SELECT id FROM changes WHERE at >= {_from("since")} AND at < {_upto("until")})
            AND {_either("recipient", "recipient")}
        ORDER BY change DESC, recipient
        LIMIT {_MOST}
        """,
        private=True,
    ),
    "what_changed": Question(
        "What changed between two days in a jurisdiction?",
        "Every change at its own sources, of whatever is about it, and of lists that newly have it, have it no more or"
        " say something else of it, under any name that was taken for the same government; first looks left out.",
        {"jurisdiction": "needed: as printed, such as Denver, Colorado", "since": _SINCE, "until": _UNTIL},
        f"""
        WITH concerned AS (
            SELECT c.id FROM changes c WHERE c.place IN ({SAME_GOVERNMENT}) AND c.place <> ''
                AND c.at >= {_from("since")} AND c.at < {_upto("until")} AND c.baseline = 0
            UNION
            SELECT c.id FROM sources s JOIN changes c ON c.source = s.id AND c.baseline = 0
                AND c.at >= {_from("since")} AND c.at < {_upto("until")}
            WHERE s.jurisdiction IN ({SAME_GOVERNMENT}) AND s.jurisdiction <> ''
            UNION
            SELECT c.id FROM changes c
            WHERE c.kind = 'list_published' AND c.at >= {_from("since")} AND c.at < {_upto("until")} AND c.baseline = 0
                AND EXISTS (
                    SELECT 1 FROM json_tree(c.details, '$.sets') said
                    WHERE said.atom IN ({SAME_GOVERNMENT}) AND said.path NOT LIKE '%.noun'
                        AND (said.path NOT LIKE '%.members' OR json_extract(c.details, '$.previous_edition') = '')
                )
        )
        SELECT l.at, l.source, l.kind, l.summary, l.significance, l.title, l.about, l.before, l.after, l.url, l.change
        FROM (SELECT id FROM concerned ORDER BY id DESC LIMIT {_MOST}) asked
        CROSS JOIN change_log l ON l.change = asked.id
        ORDER BY l.change DESC
        """,
    ),
    "newest_changes": Question(
        "What changed last?",
        "Every change but those of first looks, the newest first, with what was there before and after.",
        {"source": f"{_SOURCE}, or nothing", "since": _SINCE, "until": _UNTIL},
        f"""
        SELECT at, source, kind, summary, significance, title, place, about, before, after, url, change
        FROM change_log
        WHERE first_look = 0 AND at >= {_from("since")} AND at < {_upto("until")} AND {_either("source", "source")}
        ORDER BY at DESC, change DESC
        LIMIT 100
        """,
    ),
}
"""By the name that stands in addresses; they are given out, and do not change."""
