-- Where each page lies in the archive: a response with its request and metadata, one after another.
CREATE TABLE archived (
    id         INTEGER PRIMARY KEY,
    article_id INTEGER REFERENCES article (id),
    revision   INTEGER,
    poll_id    INTEGER REFERENCES poll (id),  -- else: a feed that led to articles
    file       TEXT NOT NULL,  -- below the archive's folder
    offset     INTEGER NOT NULL,
    length     INTEGER NOT NULL,
    digest     TEXT NOT NULL,  -- SHA-256 of the decoded body
    UNIQUE (file, offset)
);
CREATE INDEX archived_article ON archived (article_id, revision);
