-- Full text, and what is known of outlets for its fields.

ALTER TABLE source ADD COLUMN country TEXT;
ALTER TABLE source ADD COLUMN grouping TEXT;  -- `group` of sources.toml, which is a word of SQL

-- One row a revision whose text is in the index: the row's number is the index's.
CREATE TABLE search_row (
    id         INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article (id),
    revision   INTEGER NOT NULL,
    stored_at  TEXT NOT NULL,  -- of the revision
    analyser   INTEGER NOT NULL,  -- the version that made its stems: others are made anew
    UNIQUE (article_id, revision)
);
-- Stems alone: the texts are in `revision`, so the index keeps no second copy of them.
CREATE VIRTUAL TABLE search USING fts5 (
    headline, standfirst, body, content = '', tokenize = 'unicode61 remove_diacritics 0'
);
