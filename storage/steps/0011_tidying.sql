-- which bodies were erased by a rule of the settings, and which others are stored against one
ALTER TABLE bodies ADD COLUMN erased_at TEXT;
CREATE INDEX bodies_by_prefix ON bodies(prefix) WHERE prefix IS NOT NULL;
