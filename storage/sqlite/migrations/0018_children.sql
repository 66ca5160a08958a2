-- What each sitemap of an index held when it was read: the next poll reads those first that bring
-- new articles.
CREATE TABLE child_sitemap (
    source_id  INTEGER NOT NULL REFERENCES source (id),
    url        TEXT NOT NULL,
    read_at    TEXT NOT NULL,
    brought_at TEXT,  -- when it last had a new article; the first reading does not count
    newest     TEXT,  -- the latest date of its entries
    PRIMARY KEY (source_id, url)
) WITHOUT ROWID;
