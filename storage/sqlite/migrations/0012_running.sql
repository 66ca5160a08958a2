-- When a crawler ran: what nobody polled while none did is no fault of an outlet.
CREATE TABLE running (
    id         INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    alive_at   TEXT NOT NULL,  -- the last sign of life, one a minute
    ended_at   TEXT  -- missing where it runs still, or was killed
);
