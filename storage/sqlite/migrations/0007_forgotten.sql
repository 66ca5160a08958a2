-- What was removed on demand: enough to never fetch it again, and nothing of what it said.
CREATE TABLE forgotten (url_hash TEXT PRIMARY KEY) WITHOUT ROWID;  -- SHA-256 of canonical URLs
CREATE TABLE forgetting (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    what     TEXT NOT NULL CHECK (what IN ('article', 'source', 'author')),
    articles INTEGER NOT NULL,
    reason   TEXT NOT NULL  -- the operator's words
);
