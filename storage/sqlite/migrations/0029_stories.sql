-- Stories: reports of one event. Nothing is overwritten: a change closes a row (`until`) and opens
-- another, so that what was known at a time is `found_at <= t AND (until IS NULL OR until > t)`.
CREATE TABLE story (
    id         INTEGER PRIMARY KEY,  -- of its first article; it keeps the id without that article
    founded_at TEXT NOT NULL
);

CREATE TABLE story_member (
    id         INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article (id),
    story_id   INTEGER NOT NULL REFERENCES story (id),
    method     TEXT NOT NULL,  -- founded, joined, unsure, copy, reader
    score      REAL,           -- log-odds
    reason     TEXT,           -- JSON: what it shares with which article
    found_at   TEXT NOT NULL,
    until      TEXT
);
CREATE UNIQUE INDEX story_member_now ON story_member (article_id) WHERE until IS NULL;
CREATE INDEX story_member_of ON story_member (story_id, article_id);
CREATE INDEX story_member_article ON story_member (article_id, found_at);

-- The article whose headline names a story.
CREATE TABLE story_title (
    story_id   INTEGER NOT NULL REFERENCES story (id),
    article_id INTEGER NOT NULL REFERENCES article (id),
    found_at   TEXT NOT NULL,
    until      TEXT
);
CREATE INDEX story_title_of ON story_title (story_id, found_at);
CREATE INDEX story_title_article ON story_title (article_id);

-- Suggestions for readers: to merge stories a and b, or to move article a to story b.
CREATE TABLE story_hint (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('merge', 'move')),
    a        INTEGER NOT NULL,
    b        INTEGER NOT NULL,
    score    REAL NOT NULL,
    reason   TEXT,
    found_by INTEGER NOT NULL REFERENCES article (id),  -- the article that fits both
    found_at TEXT NOT NULL,
    until    TEXT
);
CREATE INDEX story_hint_a ON story_hint (a);
CREATE INDEX story_hint_b ON story_hint (b);
CREATE INDEX story_hint_found ON story_hint (found_by);
