-- What is remembered of a source besides its rhythm: how it asks to be polled, and whether its
-- server can be believed about validators.

ALTER TABLE poll_state ADD COLUMN wish TEXT NOT NULL DEFAULT '{}';  -- of the feed itself (JSON): a 304 repeats none
ALTER TABLE poll_state ADD COLUMN honest_at TEXT;  -- when an answer agreed with its 304s; NULL: not yet
ALTER TABLE poll_state ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;  -- polls in a row that showed what 304s may have hidden
ALTER TABLE poll_state ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;  -- conditional requests in a row that failed
ALTER TABLE poll_state ADD COLUMN validators_off TEXT;  -- why no validators are sent any more
