-- The address to cite of a text, where it differs from the one that was fetched: without tracking,
-- as the outlet's canonical link says it. The row of article 0 has the writer look through the texts
-- that are stored already, once.
CREATE TABLE cited (
    article_id INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    url        TEXT NOT NULL,
    PRIMARY KEY (article_id, revision)
) WITHOUT ROWID;
INSERT INTO cited (article_id, revision, url) VALUES (0, 0, '');

-- A copy has an edge to the text it is most like, and one to the original of its cluster, so that
-- kind and share can be those of the original that is named. There was one edge of a copy before.
DROP INDEX relation_copy;
CREATE INDEX relation_copy ON relation (article_id)
    WHERE kind IN ('exact', 'near', 'syndicated', 'truncated');
