-- What texts are to each other, which parameters of a URL mean nothing, and whose an outlet is.

-- Edges from an article to an earlier one. A copy (exact, near, syndicated, truncated) has at most
-- one, and joins its cluster; the other kinds only join its group. Nothing is hidden.
CREATE TABLE relation (
    article_id  INTEGER NOT NULL REFERENCES article (id),
    of          INTEGER NOT NULL REFERENCES article (id),
    kind        TEXT NOT NULL,  -- how article_id repeats of
    kind_back   TEXT NOT NULL,  -- how of repeats article_id, should that prove the original
    containment REAL NOT NULL,
    forward     REAL NOT NULL,
    backward    REAL NOT NULL,
    lead        REAL,  -- NULL: found by a method that did not keep it
    similarity  REAL NOT NULL,
    method      TEXT NOT NULL,
    found_at    TEXT NOT NULL,
    PRIMARY KEY (article_id, of)
) WITHOUT ROWID;
CREATE UNIQUE INDEX relation_copy ON relation (article_id)
    WHERE kind IN ('exact', 'near', 'syndicated', 'truncated');
CREATE INDEX relation_of ON relation (of);
INSERT INTO relation (article_id, of, kind, kind_back, containment, forward, backward, similarity,
                      method, found_at)
SELECT article_id, of, kind, kind_back, containment, forward, backward, similarity, method, found_at
FROM duplicate;
DROP VIEW corpus;
DROP TABLE duplicate;

-- Articles that share text, whether copies or not: the story as far as words show it.
ALTER TABLE article ADD COLUMN group_id INTEGER REFERENCES article (id);
UPDATE article SET group_id = cluster_id;
CREATE INDEX article_group ON article (group_id);
ALTER TABLE article ADD COLUMN wire TEXT;  -- the agency that its text is from

-- Outlets of one owner corroborate each other as little as one outlet does itself.
ALTER TABLE source ADD COLUMN family TEXT NOT NULL DEFAULT '';
UPDATE source SET family = name;

ALTER TABLE revision ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';  -- classes of what changed (JSON)

-- The sketch of the newest text: here and not with the texts, so that all are read in seconds.
-- Sketches of other versions cannot be compared: `reprocess --dedupe` makes them anew.
ALTER TABLE article ADD COLUMN sketch_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE article ADD COLUMN sketch BLOB;  -- little-endian unsigned 64-bit; NULL: its original is found instead
ALTER TABLE revision DROP COLUMN sketch;
DELETE FROM shingle;

-- What is learned of a host's parameters, from pairs of URLs that differ in one alone.
CREATE TABLE url_parameter (
    host   TEXT NOT NULL,  -- as canonical URLs have it
    name   TEXT NOT NULL,
    same   INTEGER NOT NULL DEFAULT 0,  -- pairs with equal texts
    differ INTEGER NOT NULL DEFAULT 0,  -- and with others
    PRIMARY KEY (host, name)
) WITHOUT ROWID;

ALTER TABLE url_alias RENAME TO url_alias_before;
CREATE TABLE url_alias (
    canonical_url TEXT PRIMARY KEY,
    article_id    INTEGER NOT NULL REFERENCES article (id),
    via           TEXT NOT NULL CHECK (via IN ('entry', 'redirect', 'canonical', 'parameter'))
) WITHOUT ROWID;
INSERT INTO url_alias SELECT canonical_url, article_id, via FROM url_alias_before;
DROP TABLE url_alias_before;

CREATE VIEW corpus AS
SELECT
    article.id                       AS id,
    revision.url                     AS url,
    article.canonical_url            AS canonical_url,
    source.name                      AS source,
    source.family                    AS family,
    revision.headline, revision.standfirst, revision.byline, revision.published,
    revision.published_zone, revision.modified, revision.language, revision.body,
    revision.captions, revision.inserts, revision.credit, article.wire, revision.section,
    revision.tags, revision.image, revision.site_name, revision.access, revision.charset,
    revision.word_count,
    article.first_seen               AS first_seen,
    original.declared_at             AS first_published,
    revision.fetched_at              AS fetched_at,
    verdict.relevant, verdict.score, verdict.evidence,
    nullif(original.id, article.id)  AS duplicate_of,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.kind, back.kind_back) END        AS duplicate_kind,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.containment, back.containment) END AS containment,
    (SELECT id FROM article AS member WHERE member.cluster_id = article.cluster_id
     ORDER BY member.first_seen, member.id LIMIT 1)         AS seen_first,
    article.group_id                 AS group_id,
    (SELECT count(DISTINCT publisher.family) FROM article AS member
     JOIN source AS publisher ON publisher.id = member.source_id
     WHERE member.group_id = article.group_id)              AS outlets,
    (SELECT count(DISTINCT coalesce(member.wire, publisher.family)) FROM article AS member
     JOIN source AS publisher ON publisher.id = member.source_id
     WHERE member.group_id = article.group_id AND member.cluster_id = member.id
    )                                                       AS independent_texts,
    revision.number                  AS revision,
    revision.extractor_version,
    verdict.topic_version
FROM article
JOIN source ON source.id = article.source_id
JOIN revision ON revision.article_id = article.id
    AND revision.number = (SELECT max(number) FROM revision WHERE article_id = article.id)
JOIN verdict ON verdict.article_id = article.id AND verdict.revision = revision.number
    AND verdict.judged_at = (
        SELECT max(judged_at) FROM verdict AS newest
        WHERE newest.article_id = article.id AND newest.revision = revision.number)
JOIN article AS original ON original.id = (
    SELECT id FROM article AS member WHERE member.cluster_id = article.cluster_id
    ORDER BY declared_at, id LIMIT 1)
LEFT JOIN relation AS edge ON edge.article_id = article.id
    AND edge.kind IN ('exact', 'near', 'syndicated', 'truncated')
LEFT JOIN relation AS back ON edge.article_id IS NULL AND back.article_id = original.id
    AND back.kind IN ('exact', 'near', 'syndicated', 'truncated');
