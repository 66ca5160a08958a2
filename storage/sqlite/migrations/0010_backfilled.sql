-- Sitemaps and pages of feeds that a backfill has read: one that was stopped goes on after them.
CREATE TABLE backfilled (
    url     TEXT PRIMARY KEY,
    since   TEXT NOT NULL,  -- from when on entries were taken; '' for all
    read_at TEXT NOT NULL
) WITHOUT ROWID;
