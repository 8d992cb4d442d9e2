-- Every record that holds now, with what its newest version says.
CREATE VIEW current_records AS
SELECT s.slug AS source, r.kind, r.key, v.title, v.member, v.place, v.about, v.parent, v.position, v.facts, v.extras,
    v.number AS version, v.valid_from, r.edition_label AS edition, v.url, p.url AS page, r.id AS record, r.version AS record_version,
    named.geoid
FROM records r
LEFT JOIN record_versions v ON v.id = r.version
JOIN sources s ON s.id = r.source
LEFT JOIN pages p ON p.id = r.page
LEFT JOIN place_names named ON named.id = v.place_name
WHERE r.present = 1;

-- Every version of every record: what it said from valid_from until, and without, valid_to (null: it still does), and the body that proves it.
CREATE VIEW record_timeline AS
SELECT s.slug AS source, s.jurisdiction, r.kind, v.key, v.number AS version, v.valid_from, v.valid_to, v.title, v.member,
    v.place, named.geoid, v.about, v.parent, v.position, v.facts, v.extras, v.key_before, r.edition_label AS edition, v.url,
    p.url AS page, b.digest AS body, v.extractor, r.id AS record, v.id AS record_version
FROM record_versions v
JOIN records r ON r.id = v.record
JOIN sources s ON s.id = r.source
LEFT JOIN visits seen ON seen.id = v.visit
LEFT JOIN pages p ON p.id = seen.page
LEFT JOIN place_names named ON named.id = v.place_name
LEFT JOIN bodies b ON b.id = seen.body;

-- Who is on which list, row by row: what a row said from valid_from until, and without, valid_to (null: it still does), and the body that proves it. A row of a list that appears in editions counts until the next edition was seen. Of a day: WHERE valid_from <= '2017-03-25' AND coalesce(valid_to, '9999') > '2017-03-25' (its first moment).
CREATE VIEW list_members AS
WITH editions AS (
    SELECT r.source, r.kind, r.edition_series, r.edition_order, lead(min(v.valid_from)) OVER (
        PARTITION BY r.source, r.kind, r.edition_series ORDER BY r.edition_order
    ) AS next_seen
    FROM records r JOIN record_versions v ON v.record = r.id
    WHERE r.edition_order <> ''
    GROUP BY r.source, r.kind, r.edition_series, r.edition_order
),
lasting AS (
    SELECT r.source, r.kind, r.edition_label, v.id, v.valid_to
    FROM record_versions v JOIN records r ON r.id = v.record
    WHERE v.member <> '' AND r.edition_order = '' AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)
    UNION ALL
    SELECT r.source, r.kind, r.edition_label, v.id, nullif(min(coalesce(v.valid_to, '9999'), coalesce(e.next_seen, '9999')), '9999')
    FROM editions e
    CROSS JOIN records r ON r.source = e.source AND r.kind = e.kind AND r.edition_series = e.edition_series
        AND r.edition_order = e.edition_order AND r.edition_order <> ''
    JOIN record_versions v ON v.record = r.id
    WHERE v.member <> '' AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)
        AND (e.next_seen IS NULL OR e.next_seen > v.valid_from)
)
SELECT s.slug AS source, lasting.kind, v.member, named.geoid, v.valid_from, lasting.valid_to, lasting.edition_label AS edition,
    v.position, v.title, v.place, v.facts, p.url AS page, b.digest AS body, v.record, v.id AS record_version
FROM lasting
JOIN record_versions v ON v.id = lasting.id
JOIN sources s ON s.id = lasting.source
LEFT JOIN visits seen ON seen.id = v.visit
LEFT JOIN pages p ON p.id = seen.page
LEFT JOIN bodies b ON b.id = seen.body
LEFT JOIN place_names named ON named.id = v.place_name;

-- Who was on which list and when: one row a stay, under the newest name. A member is its geoid where its place is resolved, so that a corrected name is one stay, and its name elsewhere; valid_to is null while the member is still on it. Of one list or government list_members answers sooner.
CREATE VIEW list_membership AS
WITH members AS (
    SELECT source, kind, member, geoid, coalesce(geoid, member) AS subject, valid_from, coalesce(valid_to, '9999') AS valid_to
    FROM list_members
),
reaching AS (
    SELECT *, max(valid_to) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
        max(valid_to) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_to,
        last_value(member) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS newest_name
    FROM members WINDOW in_order AS (PARTITION BY source, kind, subject ORDER BY valid_from, valid_to)
)
SELECT source, kind, newest_name AS member, valid_from, nullif(
    lead(reached, 1, last_to) OVER (PARTITION BY source, kind, subject ORDER BY valid_from), '9999'
) AS valid_to, geoid
FROM reaching
WHERE reached IS NULL OR valid_from > reached;

-- What councils deal with: every version of every agenda item, attachment and meeting, with the meeting that it belongs to. standing is 1 for what the agenda says now.
CREATE VIEW agenda_items AS
SELECT s.slug AS source, s.jurisdiction, r.kind, v.title, v.about AS meeting_at, coalesce(held.title, '') AS meeting, v.place,
    r.version = v.id AND r.present = 1 AS standing, v.number AS version, v.valid_from, v.valid_to, v.facts,
    CASE WHEN v.url <> '' THEN v.url ELSE p.url END AS url, v.key, r.id AS record, v.id AS record_version
FROM record_versions v
JOIN records r ON r.id = v.record AND r.kind IN ('agenda_item', 'attachment', 'meeting', 'agenda')
JOIN sources s ON s.id = r.source
LEFT JOIN pages p ON p.id = r.page
LEFT JOIN records m ON m.source = r.source AND m.kind = 'meeting' AND m.key = v.parent AND v.parent <> ''
LEFT JOIN record_versions held ON held.id = m.version;

-- Every change that was seen, in the order of seeing: what was there before and what after in full, and the body that proves it. first_look is 1 for what was there already when a source was looked at first.
CREATE VIEW change_log AS
SELECT c.id AS change, c.at, s.slug AS source, s.jurisdiction, c.place, c.kind, c.summary, c.significance, c.title, c.about,
    c.record_kind, c.record_key, CASE WHEN c.before = '"version"' THEN v.facts ELSE c.before END AS before,
    CASE WHEN c.after = '"version"' THEN v.facts ELSE c.after END AS after, c.reasons, c.details, c.cluster,
    c.baseline AS first_look, c.url, b.digest AS body, c.record, c.run
FROM changes c
JOIN sources s ON s.id = c.source
LEFT JOIN record_versions v ON v.id = c.version
LEFT JOIN visits seen ON seen.id = c.visit
LEFT JOIN bodies b ON b.id = seen.body;

-- What was taken away: pages that their publisher withdrew and records that went from a list or a page that is still there, when, what they said last, and when they came back (null: they have not).
CREATE VIEW withdrawn AS
SELECT c.at AS withdrawn_at, s.slug AS source, s.jurisdiction, CASE WHEN c.record IS NULL THEN 'page' ELSE c.record_kind END AS what,
    c.title, c.place, c.about, CASE WHEN c.record IS NULL THEN (
        SELECT min(back.at) FROM changes back WHERE back.page = c.page AND +back.kind = 'page_returned' AND back.id > c.id
    ) ELSE (
        SELECT min(back.valid_from) FROM record_versions back WHERE back.record = c.record AND back.number > v.number
    ) END AS back_at, v.facts AS said_last, c.summary, c.url, c.record_key AS key, c.id AS change, c.record
FROM changes c
JOIN sources s ON s.id = c.source
LEFT JOIN record_versions v ON v.id = c.version
WHERE c.kind IN ('record_removed', 'page_withdrawn');

-- Which government the printed place of each version of each record was taken for, by which table and why, or why for none. Names that stay open are those with outcome <> 'resolved'.
CREATE VIEW record_places AS
SELECT s.slug AS source, r.kind, v.key, v.number AS version, v.valid_from, v.valid_to, v.title, v.place AS printed,
    named.section, named.outcome, named.geoid, j.name AS jurisdiction, j.kind AS jurisdiction_kind, j.state, j.former,
    named.confidence, named.how, named.reason, named.candidates, named.table_version, r.id AS record, v.id AS record_version
FROM record_versions v
JOIN place_names named ON named.id = v.place_name
JOIN records r ON r.id = v.record
JOIN sources s ON s.id = r.source
LEFT JOIN jurisdictions j ON j.geoid = named.geoid;

-- Every look ever taken, also those that brought nothing or were not believed: when, at what, what came, and why it was judged so.
CREATE VIEW looks AS
SELECT v.id AS visit, v.at, s.slug AS source, s.jurisdiction, p.url, v.status, v.verdict, v.reason, v.mechanism, b.digest AS body,
    b.size AS body_size, n.number AS version, coalesce(v.final_url, p.url) AS final_url, v.error, v.elapsed_ms, v.run
FROM visits v
JOIN pages p ON p.id = v.page
JOIN sources s ON s.id = p.source
LEFT JOIN bodies b ON b.id = v.body
LEFT JOIN snapshots n ON n.id = v.snapshot;

-- Every version of every page with its text, when it was first and last seen, and the digest of the body that proves it.
CREATE VIEW page_versions AS
SELECT s.slug AS source, p.url, n.number AS version, n.first_seen, n.last_seen, n.title, n.text, b.digest AS body,
    n.media_type, n.extractor, p.snapshot = n.id AS current, n.id AS snapshot
FROM snapshots n
JOIN pages p ON p.id = n.page
JOIN sources s ON s.id = p.source
LEFT JOIN bodies b ON b.id = n.body;

-- Every change that somebody was told of, with who, when, and in which mail; one row a change and recipient.
CREATE VIEW told_changes AS
SELECT told.change, c.at, s.slug AS source, c.kind, c.summary, c.significance, c.url, told.recipient,
    u.name AS subscription, a.subject, a.message_id,
    (SELECT min(d.at) FROM deliveries d WHERE d.alert = a.id AND d.outcome = 'sent') AS sent_at
FROM alert_changes told
JOIN alerts a ON a.id = told.alert
LEFT JOIN subscriptions u ON u.id = a.subscription
LEFT JOIN changes c ON c.id = told.change
LEFT JOIN sources s ON s.id = c.source
WHERE a.state = 'sent';

-- Rows that their own publisher has called wrong: each notice (record of kind "notice") joined to the rows of the edition and jurisdiction that it names.
CREATE VIEW corrections AS
SELECT s.slug AS source, v.title AS notice, v.valid_from AS noticed_at, r.kind, r.key, r.member, r.edition_label AS edition,
    r.id AS record, n.id AS notice_id, s.id AS source_id
FROM records n
JOIN record_versions v ON v.id = n.version
JOIN sources s ON s.id = n.source
CROSS JOIN json_each(v.facts, '$.affects') AS affected
CROSS JOIN records r ON r.source = n.source AND r.edition_order <> '' AND r.edition_order = json_extract(affected.value, '$.edition')
    AND r.member = json_extract(affected.value, '$.jurisdiction') COLLATE NOCASE
WHERE n.kind = 'notice' AND json_type(v.facts, '$.affects') = 'array' AND affected.type = 'object';

-- How long each source was not seen: from the end of a run that saw it to the next one that did (null: not since), for failures, and for pauses of more than three times its cadence.
CREATE VIEW source_gaps AS
SELECT s.slug AS source, seen.ended_at AS unseen_from, again.began_at AS unseen_to, (
        SELECT count(*) FROM runs failed WHERE failed.source = seen.source AND failed.outcome = 'failed'
            AND failed.id > seen.id AND failed.id < coalesce(again.id, 9e18)
    ) AS failed_runs, round(24 * (julianday(again.began_at) - julianday(seen.ended_at)), 2) AS hours
FROM sources s
JOIN runs seen ON seen.source = s.id AND seen.outcome = 'ok'
LEFT JOIN runs again ON again.id = (
    SELECT next.id FROM runs next WHERE next.source = seen.source AND next.id > seen.id AND next.outcome = 'ok' ORDER BY next.id LIMIT 1
)
WHERE failed_runs > 0
    OR 86400 * (julianday(again.began_at) - julianday(seen.ended_at)) > 3 * s.cadence_seconds;

-- How well each source was seen, stretch by stretch (until is null while one lasts; blind is 1 where we did not know what the source said), with the first thing there was to say about it.
CREATE VIEW health_history AS
SELECT s.slug AS source, h.health, h.health IN ('blocked', 'broken', 'moved', 'unreachable') AS blind, h.since, h.until,
    round(24 * (julianday(h.until) - julianday(h.since)), 2) AS hours, h.message
FROM source_health h JOIN sources s ON s.id = h.source;

-- How long each source was not seen since it was first looked at, by its health: how often, how many hours in all and at the longest, up to its newest run, and since when it is blind now (null: it is not). Pauses in which nobody looked are in source_gaps.
CREATE VIEW source_blindness AS
WITH stretches AS (
    SELECT h.source, h.since, h.until,
        24 * (julianday(coalesce(h.until, max(s.last_run_at, h.since))) - julianday(h.since)) AS hours,
        h.health IN ('blocked', 'broken', 'moved', 'unreachable') AS blind
    FROM source_health h JOIN sources s ON s.id = h.source
)
SELECT s.slug AS source, min(stretches.since) AS first_looked_at, sum(stretches.blind) AS stretches,
    round(sum(stretches.blind * stretches.hours), 2) AS hours, round(max(stretches.blind * stretches.hours), 2) AS longest_hours,
    min(CASE WHEN stretches.blind AND stretches.until IS NULL THEN stretches.since END) AS blind_since
FROM stretches JOIN sources s ON s.id = stretches.source
GROUP BY s.id;
