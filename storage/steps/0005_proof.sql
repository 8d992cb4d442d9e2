-- the chain of visits, and time stamps of its head
ALTER TABLE visits ADD COLUMN link BLOB;
CREATE TABLE time_stamps (
    id INTEGER PRIMARY KEY,
    visit INTEGER NOT NULL,
    link BLOB NOT NULL,
    at TEXT NOT NULL,
    authority TEXT NOT NULL,
    response BLOB NOT NULL,
    digest BLOB NOT NULL
);
