-- subscriptions made on the web pages, and which recipients confirmed or left one
ALTER TABLE subscriptions ADD COLUMN made_by TEXT;
ALTER TABLE subscriptions ADD COLUMN paused_at TEXT;
CREATE TABLE recipients (
    subscription INTEGER NOT NULL REFERENCES subscriptions(id),
    address TEXT NOT NULL,
    asked_at TEXT,
    confirmed_at TEXT,
    left_at TEXT,
    PRIMARY KEY (subscription, address)
) WITHOUT ROWID;
