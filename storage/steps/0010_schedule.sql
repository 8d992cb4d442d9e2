-- when each source is looked at, beside its cadence
ALTER TABLE sources ADD COLUMN cron TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN hours TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sources ADD COLUMN jitter_seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN cadence_shortest_seconds REAL;
ALTER TABLE sources ADD COLUMN cadence_longest_seconds REAL;
