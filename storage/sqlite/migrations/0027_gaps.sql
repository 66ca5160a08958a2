-- What the gap ledger reads, in milliseconds also where there are a million polls: sums by day, and
-- the polls that decide something.
CREATE TABLE poll_day (
    source_id INTEGER NOT NULL REFERENCES source (id),
    day       TEXT NOT NULL,  -- of UTC
    answered  INTEGER NOT NULL,  -- polls that read the list, or learned that it has not changed
    new       INTEGER NOT NULL,  -- entries that were new to us, of all of them
    PRIMARY KEY (source_id, day)
) WITHOUT ROWID;
INSERT INTO poll_day (source_id, day, answered, new)
SELECT source_id, substr(at, 1, 10), count(*), sum(new) FROM poll
WHERE outcome IN ('polled', 'unchanged') GROUP BY source_id, substr(at, 1, 10);

-- Neighbours of such a poll are found without a look at the table.
DROP INDEX poll_by_source;
CREATE INDEX poll_by_source ON poll (source_id, at, outcome, new, known, possible_loss);
CREATE INDEX poll_decisive ON poll (source_id, at)
    WHERE outcome NOT IN ('polled', 'unchanged') OR possible_loss = 1;
CREATE INDEX poll_backfill ON poll (source_id, at)
    WHERE detail IN ('backfill', 'backfill after an overflow');

-- The newest addresses of a source, which say whether its pages hold articles.
CREATE INDEX frontier_url_newest ON frontier_url (source_id);

-- The days with something on topic; and the list of what outlets changed.
CREATE INDEX verdict_on_topic ON verdict (article_id) WHERE relevant = 1;
CREATE INDEX revision_later ON revision (stored_at) WHERE number > 1;
