-- the first archive
CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
);
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    spider TEXT NOT NULL,
    publisher TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    timezone TEXT NOT NULL,
    cadence_seconds REAL NOT NULL,
    full_look_seconds REAL NOT NULL,
    validators_lie INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    added_at TEXT NOT NULL,
    dropped_at TEXT,
    health TEXT NOT NULL DEFAULT 'new',
    health_since TEXT,
    message TEXT NOT NULL DEFAULT '',
    baseline_at TEXT,
    last_run_at TEXT,
    last_success_at TEXT,
    last_news_at TEXT,
    next_due_at TEXT,
    checkpoint TEXT
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    poll INTEGER NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT,
    complete INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX runs_by_source ON runs(source, id);
CREATE INDEX runs_by_poll ON runs(poll);
CREATE INDEX runs_going_on ON runs(id) WHERE ended_at IS NULL;
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    prefix INTEGER REFERENCES bodies(id),
    depth INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    url TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    first_seen TEXT NOT NULL,
    last_look_at TEXT NOT NULL,
    last_full_look TEXT,
    last_verdict TEXT NOT NULL,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    last_body INTEGER REFERENCES bodies(id),
    newest_body INTEGER REFERENCES bodies(id),
    snapshot INTEGER REFERENCES snapshots(id),
    withdrawn INTEGER NOT NULL DEFAULT 0,
    look_again_at TEXT,
    hold TEXT,
    learning TEXT,
    links TEXT
);
CREATE UNIQUE INDEX pages_by_url ON pages(url, source);
CREATE INDEX pages_by_source ON pages(source);
CREATE INDEX pages_to_look_at_again ON pages(look_again_at) WHERE look_again_at IS NOT NULL;
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    page INTEGER NOT NULL REFERENCES pages(id),
    number INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    body INTEGER REFERENCES bodies(id),
    media_type TEXT NOT NULL,
    extractor TEXT NOT NULL,
    content_digest TEXT NOT NULL,
    text_size INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE UNIQUE INDEX snapshots_by_page ON snapshots(page, number);
CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    page INTEGER NOT NULL REFERENCES pages(id),
    at TEXT NOT NULL,
    status INTEGER,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    mechanism TEXT NOT NULL,
    body INTEGER REFERENCES bodies(id),
    snapshot INTEGER REFERENCES snapshots(id),
    media_type TEXT NOT NULL,
    final_url TEXT,
    truncated INTEGER NOT NULL,
    error TEXT NOT NULL,
    elapsed_ms INTEGER,
    headers TEXT
);
CREATE INDEX visits_by_page ON visits(page, id);
CREATE INDEX visits_by_run ON visits(run);
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    present INTEGER NOT NULL,
    version INTEGER REFERENCES record_versions(id),
    versions INTEGER NOT NULL,
    page INTEGER NOT NULL REFERENCES pages(id),
    parent TEXT NOT NULL,
    member TEXT NOT NULL,
    about TEXT NOT NULL,
    edition_series TEXT NOT NULL DEFAULT '',
    edition_order TEXT NOT NULL DEFAULT '',
    edition_label TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX records_by_key ON records(source, kind, key);
CREATE INDEX records_by_parent ON records(source, kind, parent, about) WHERE present = 1;
CREATE INDEX records_by_time ON records(source, kind, about) WHERE present = 1;
CREATE INDEX records_by_edition ON records(source, kind, edition_series, edition_order) WHERE edition_order <> '';
CREATE INDEX records_by_member ON records(source, edition_order, member COLLATE NOCASE) WHERE edition_order <> '';
CREATE INDEX records_by_page ON records(page);
CREATE TABLE record_versions (
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES records(id),
    number INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    visit INTEGER NOT NULL REFERENCES visits(id),
    closed_by INTEGER REFERENCES visits(id),
    snapshot INTEGER REFERENCES snapshots(id),
    extractor TEXT NOT NULL,
    key TEXT NOT NULL,
    key_before TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL,
    parent TEXT NOT NULL,
    position INTEGER,
    member TEXT NOT NULL,
    place TEXT NOT NULL,
    about TEXT NOT NULL,
    url TEXT NOT NULL,
    extras TEXT NOT NULL,
    facts TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE UNIQUE INDEX record_versions_by_record ON record_versions(record, number);
CREATE INDEX record_versions_by_former_key ON record_versions(key_before) WHERE key_before <> '';
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs(id),
    visit INTEGER REFERENCES visits(id),
    source INTEGER NOT NULL REFERENCES sources(id),
    page INTEGER REFERENCES pages(id),
    record INTEGER REFERENCES records(id),
    version INTEGER REFERENCES record_versions(id),
    snapshot_before INTEGER REFERENCES snapshots(id),
    snapshot_after INTEGER REFERENCES snapshots(id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    baseline INTEGER NOT NULL,
    significance REAL NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    about TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_key TEXT NOT NULL,
    cluster TEXT NOT NULL,
    summary TEXT NOT NULL,
    reasons TEXT NOT NULL,
    before TEXT,
    after TEXT,
    details TEXT NOT NULL
);
CREATE INDEX changes_by_run ON changes(run);
CREATE INDEX changes_by_page ON changes(page) WHERE page IS NOT NULL;
CREATE INDEX changes_by_source ON changes(source, baseline, at);
CREATE INDEX changes_by_time ON changes(at);
CREATE INDEX changes_with_news ON changes(id) WHERE baseline = 0;
CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    added_at TEXT NOT NULL,
    dropped_at TEXT,
    cursor INTEGER NOT NULL
);
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    subscription INTEGER NOT NULL REFERENCES subscriptions(id),
    recipient TEXT NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    retry_at TEXT,
    claimed_at TEXT,
    message_id TEXT NOT NULL UNIQUE,
    attempts INTEGER NOT NULL DEFAULT 0,
    subject TEXT NOT NULL DEFAULT '',
    last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alerts_unsent ON alerts(state, due_at) WHERE state <> 'sent';
CREATE TABLE alert_changes (
    recipient TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES changes(id),
    alert INTEGER NOT NULL REFERENCES alerts(id),
    PRIMARY KEY (recipient, change)
) WITHOUT ROWID;
CREATE INDEX alert_changes_by_alert ON alert_changes(alert);
CREATE INDEX alert_changes_by_change ON alert_changes(change);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    alert INTEGER NOT NULL REFERENCES alerts(id),
    at TEXT NOT NULL,
    transport TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX deliveries_by_alert ON deliveries(alert);
CREATE TABLE jurisdictions (
    geoid TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    aliases TEXT NOT NULL DEFAULT '[]'
);
CREATE VIRTUAL TABLE snapshots_fts USING fts5(
    title, text, content="snapshots", content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER snapshots_fts_insert AFTER INSERT ON snapshots BEGIN
    INSERT INTO snapshots_fts(rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE VIRTUAL TABLE record_versions_fts USING fts5(
    title, text, content="record_versions", content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER record_versions_fts_insert AFTER INSERT ON record_versions BEGIN
    INSERT INTO record_versions_fts(rowid, title, text) VALUES (new.id, new.title, new.text);
END;
