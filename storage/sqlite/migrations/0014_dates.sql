-- What the dates of a list were worth.
ALTER TABLE poll ADD COLUMN undated INTEGER NOT NULL DEFAULT 0;  -- entries whose date cannot be determined
ALTER TABLE poll ADD COLUMN future INTEGER NOT NULL DEFAULT 0;  -- entries dated after the poll
