-- how far the full-text index reaches, so that a poll is indexed at its end
DROP TRIGGER snapshots_fts_insert;
DROP TRIGGER record_versions_fts_insert;
CREATE TABLE indexed_texts (
    name TEXT PRIMARY KEY,
    newest INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO indexed_texts(name, newest) SELECT 'snapshots', coalesce(max(id), 0) FROM snapshots;
INSERT INTO indexed_texts(name, newest) SELECT 'record_versions', coalesce(max(id), 0) FROM record_versions;
