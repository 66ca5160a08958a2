-- Whose turn it is: one row a politeness host, so that a claim costs the same however many URLs
-- wait. due_at is the earliest time at which something of the host may be fetched (a poll, an
-- article, a revisit), never before not_before; it is brought forward when work arrives and counted
-- anew when the host is released. A host that was released goes to the end of the line.
CREATE TABLE host (
    name         TEXT PRIMARY KEY,
    shard        INTEGER NOT NULL,
    due_at       TEXT,  -- NULL: nothing waits
    not_before   TEXT,  -- the server asked for a pause, or could not be reached
    leased_until TEXT   -- a run works this host; what a dead run held is given back at the next start
) WITHOUT ROWID;
CREATE INDEX host_due ON host (due_at) WHERE leased_until IS NULL AND due_at IS NOT NULL;
CREATE INDEX host_due_by_shard ON host (shard, due_at)
    WHERE leased_until IS NULL AND due_at IS NOT NULL;
CREATE INDEX host_leased ON host (leased_until) WHERE leased_until IS NOT NULL;

-- Fresh before old: when the outlet says it published, else when we discovered it.
ALTER TABLE frontier_url ADD COLUMN fresh_at TEXT NOT NULL DEFAULT '';
UPDATE frontier_url SET fresh_at = coalesce(
    (SELECT min(published) FROM sighting WHERE sighting.frontier_id = frontier_url.id),
    discovered_at);
CREATE INDEX frontier_url_fresh ON frontier_url (host, fresh_at DESC, not_before)
    WHERE outcome = 'pending';

DROP INDEX revisit_due;
CREATE INDEX revisit_by_host ON revisit (host, not_before);
CREATE INDEX source_by_host ON source (host);

INSERT INTO host (name, shard, due_at)
SELECT host, shard, min(at) FROM (
    SELECT host, shard, not_before AS at FROM frontier_url WHERE outcome = 'pending'
    UNION ALL SELECT host, shard, not_before FROM revisit
    UNION ALL SELECT host, shard, next_poll_at FROM source
        JOIN poll_state ON poll_state.source_id = source.id WHERE removed_at IS NULL
) GROUP BY host;
