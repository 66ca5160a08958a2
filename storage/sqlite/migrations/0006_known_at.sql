-- When each row became known to the store, set inside the writer's transaction: rows of one time and
-- earlier never change, so an export as of a time is the same for ever.
ALTER TABLE revision ADD COLUMN stored_at TEXT NOT NULL DEFAULT '';
UPDATE revision SET stored_at = replace(fetched_at, 'Z', '000Z');  -- microseconds from now on
ALTER TABLE verdict ADD COLUMN stored_at TEXT NOT NULL DEFAULT '';
UPDATE verdict SET stored_at = replace(judged_at, 'Z', '000Z');
UPDATE relation SET found_at = replace(found_at, 'Z', '000Z');
CREATE INDEX revision_stored ON revision (stored_at);
CREATE INDEX verdict_stored ON verdict (stored_at);
CREATE INDEX relation_found ON relation (found_at);
