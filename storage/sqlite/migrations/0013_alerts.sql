-- What operators and readers are told of: notices as they happen, and a queue for each alert.

-- Trouble and its end, written in the transaction that it belongs to.
CREATE TABLE notice (
    id     INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    kind   TEXT NOT NULL,  -- the name of an event of docs/operations.md
    source TEXT,
    url    TEXT,
    detail TEXT NOT NULL
);

CREATE TABLE alert (
    name       TEXT PRIMARY KEY,
    rule       TEXT NOT NULL,  -- the query whose finds are counted: another one is counted anew
    schedule   TEXT NOT NULL,  -- of its digests
    texts_to   TEXT NOT NULL,  -- texts stored up to here were looked at
    notices_to INTEGER NOT NULL
) WITHOUT ROWID;

-- What an alert has to tell, each thing once. Texts stay where they are, so that a text that is
-- forgotten leaves nothing here.
CREATE TABLE alert_item (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that was told is never given again
    alert      TEXT NOT NULL REFERENCES alert (name) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    at         TEXT NOT NULL,
    article_id INTEGER,
    revision   INTEGER,
    notice_id  INTEGER,
    detail     TEXT NOT NULL,
    is_told    INTEGER NOT NULL,  -- 0: counted alone, for a spike
    UNIQUE (alert, key)
);
CREATE INDEX alert_item_waiting ON alert_item (alert, id) WHERE is_told = 1;
CREATE INDEX alert_item_article ON alert_item (article_id) WHERE article_id IS NOT NULL;

-- How far each address of an alert has been told, as the consumer of a log.
CREATE TABLE alert_target (
    alert      TEXT NOT NULL REFERENCES alert (name) ON DELETE CASCADE,
    target     TEXT NOT NULL,  -- SHA-256 of the address, which may hold a password
    told       INTEGER NOT NULL,  -- items up to here were taken
    sending_to INTEGER,  -- items up to here were handed over; whether they were taken is not known
    next_at    TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    detail     TEXT,  -- why the last attempt failed
    PRIMARY KEY (alert, target)
) WITHOUT ROWID;

-- What followed from each poll: when the next was due, and why then.
ALTER TABLE poll ADD COLUMN next_at TEXT;
ALTER TABLE poll ADD COLUMN reason TEXT;
