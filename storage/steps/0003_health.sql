-- how well each source was seen, and since when
CREATE TABLE source_health (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources(id),
    health TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT,
    message TEXT NOT NULL
);
CREATE INDEX source_health_by_source ON source_health(source, since);
CREATE UNIQUE INDEX source_health_now ON source_health(source) WHERE until IS NULL;
INSERT INTO source_health(source, health, since, message)
    SELECT id, health, health_since, message FROM sources WHERE health_since IS NOT NULL AND health <> 'new';
CREATE TABLE field_coverage (
    source INTEGER NOT NULL REFERENCES sources(id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    extractor TEXT NOT NULL,
    records INTEGER NOT NULL,
    least REAL NOT NULL,
    lost_since TEXT,
    PRIMARY KEY (source, kind, name)
) WITHOUT ROWID;
ALTER TABLE sources ADD COLUMN news_every_seconds REAL;
