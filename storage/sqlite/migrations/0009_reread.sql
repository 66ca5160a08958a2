-- An archived page that a later extractor has read again: one row a text and extractor, so that a
-- pass that was stopped goes on. A text that came out differently is a revision of its own.
CREATE TABLE reread (
    article_id        INTEGER NOT NULL REFERENCES article (id),
    revision          INTEGER NOT NULL,  -- the text that was read again
    extractor_version TEXT NOT NULL,
    at                TEXT NOT NULL,
    outcome           TEXT NOT NULL CHECK (outcome IN ('equal', 'differs', 'refused', 'unreadable')),
    detail            TEXT NOT NULL,
    new_revision      INTEGER,
    PRIMARY KEY (article_id, revision, extractor_version)
) WITHOUT ROWID;

CREATE INDEX frontier_url_by_article ON frontier_url (article_id) WHERE article_id IS NOT NULL;
