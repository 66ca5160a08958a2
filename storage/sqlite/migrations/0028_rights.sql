-- What a page claims of the rights in its text. A text that was read before there was this table
-- has no row: what its page claims is unknown, which is not the same as nothing.
CREATE TABLE rights (
    article_id       INTEGER NOT NULL REFERENCES article (id),
    revision         INTEGER NOT NULL,
    license          TEXT,
    copyright        TEXT,
    copyright_holder TEXT,
    usage_info       TEXT,
    restrictions     TEXT NOT NULL,  -- JSON, of noindex, noarchive, nosnippet, tdm, noai, noimageai
    max_snippet      INTEGER,
    tdm_policy       TEXT,
    PRIMARY KEY (article_id, revision)
) WITHOUT ROWID;
