-- The newest reading of the clock by a writer of this store, one row: what was planned by a clock
-- that was ahead is found by it and moved back, once. Until now the signs of life were asked.
CREATE TABLE clock (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    read_at   TEXT NOT NULL,
    last_poll INTEGER NOT NULL  -- the newest poll then: a later one is a later reading
);
INSERT INTO clock (id, read_at, last_poll)
SELECT 1, coalesce(max(at), ''), (SELECT coalesce(max(id), 0) FROM poll) FROM (
    SELECT max(alive_at) AS at FROM running UNION ALL SELECT max(last_poll_at) FROM poll_state
);
