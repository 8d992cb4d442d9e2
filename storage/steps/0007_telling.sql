-- who is no longer written to, and a name of the archive's own
CREATE TABLE returned_mail (
    recipient TEXT PRIMARY KEY,
    times INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    stopped_at TEXT
) WITHOUT ROWID;
CREATE TABLE identity (
    id TEXT PRIMARY KEY
) WITHOUT ROWID;
INSERT INTO identity(id) VALUES (lower(hex(randomblob(16))));
CREATE INDEX alerts_by_recipient ON alerts(recipient, id);
CREATE INDEX deliveries_by_time ON deliveries(at);
