-- what printed names of places were taken for
DROP TABLE jurisdictions;
CREATE TABLE jurisdictions (
    geoid TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    aliases TEXT NOT NULL,
    counties TEXT NOT NULL,
    former INTEGER NOT NULL,
    sources TEXT NOT NULL
);
CREATE TABLE same_areas (
    place TEXT NOT NULL REFERENCES jurisdictions(geoid),
    other TEXT NOT NULL REFERENCES jurisdictions(geoid),
    relation TEXT NOT NULL,
    PRIMARY KEY (place, other)
) WITHOUT ROWID;
CREATE INDEX same_areas_by_other ON same_areas(other);
CREATE TABLE jurisdiction_tables (
    version INTEGER PRIMARY KEY,
    loaded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')
);
CREATE TABLE place_names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    section TEXT NOT NULL,
    given TEXT NOT NULL,
    outcome TEXT NOT NULL,
    geoid TEXT REFERENCES jurisdictions(geoid),
    confidence TEXT NOT NULL,
    how TEXT NOT NULL,
    reason TEXT NOT NULL,
    candidates TEXT NOT NULL,
    table_version INTEGER NOT NULL
);
CREATE UNIQUE INDEX place_names_by_name ON place_names(name, section, given);
CREATE INDEX place_names_by_geoid ON place_names(geoid) WHERE geoid IS NOT NULL;
ALTER TABLE record_versions ADD COLUMN place_name INTEGER REFERENCES place_names(id);
CREATE INDEX record_versions_by_place_name ON record_versions(place_name) WHERE place_name IS NOT NULL;
