-- what changed and what a page said, found a piece at a time: by time, place, words and validity
CREATE INDEX changes_news_by_time ON changes(at) WHERE baseline = 0;
CREATE INDEX changes_news_by_source ON changes(source, at) WHERE baseline = 0;
CREATE INDEX changes_news_by_kind ON changes(kind, at) WHERE baseline = 0;
CREATE INDEX changes_news_by_place ON changes(place COLLATE NOCASE, at) WHERE baseline = 0 AND place <> '';
CREATE INDEX changes_by_cluster ON changes(run, cluster) WHERE cluster <> '';
CREATE VIRTUAL TABLE changes_fts USING fts5(words, content='', tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER changes_fts_insert AFTER INSERT ON changes WHEN new.baseline = 0 BEGIN
    INSERT INTO changes_fts(rowid, words) VALUES (new.id, new.title || ' ' || new.place || ' ' || new.summary || ' '
        || coalesce((
            SELECT group_concat(value, ' ') FROM json_tree(CASE WHEN json_valid(new.details) THEN new.details ELSE '0' END)
            WHERE type = 'text'), '') || ' '
        || coalesce((SELECT title || ' ' || text FROM record_versions WHERE id = new.version), ''));
END;
INSERT INTO changes_fts(rowid, words)
    SELECT c.id, c.title || ' ' || c.place || ' ' || c.summary || ' '
        || coalesce((
            SELECT group_concat(value, ' ') FROM json_tree(CASE WHEN json_valid(c.details) THEN c.details ELSE '0' END)
            WHERE type = 'text'), '') || ' '
        || coalesce((SELECT title || ' ' || text FROM record_versions WHERE id = c.version), '')
    FROM changes c WHERE c.baseline = 0;
CREATE INDEX visits_not_believed ON visits(page, id) WHERE verdict NOT IN ('credible', 'unchanged', 'moved');
CREATE INDEX record_versions_by_validity ON record_versions(record, valid_from, valid_to, number);
