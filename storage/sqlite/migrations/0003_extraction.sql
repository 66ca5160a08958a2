-- What the second extractor reads besides, and what an outlet's pages have taught it.
ALTER TABLE revision ADD COLUMN published_zone TEXT;  -- "+02:00"; NULL: the claim names no zone and is taken as UTC
ALTER TABLE revision ADD COLUMN inserts TEXT NOT NULL DEFAULT '[]';  -- tables and quoted posts, with their places
ALTER TABLE revision ADD COLUMN site_name TEXT;
ALTER TABLE revision ADD COLUMN access TEXT CHECK (access IN ('free', 'partial', 'paywalled'));
ALTER TABLE revision ADD COLUMN charset TEXT NOT NULL DEFAULT 'utf-8';

-- One row a host: the blocks that its articles have in common, and where its articles stand.
CREATE TABLE site_profile (
    host       TEXT PRIMARY KEY,
    pages      INTEGER NOT NULL,
    profile    BLOB NOT NULL,  -- MessagePack: some thousand counts by hash, read and written whole
    changed_at TEXT,  -- when its layout was last seen to change
    updated_at TEXT NOT NULL
) WITHOUT ROWID;

DROP VIEW corpus;
CREATE VIEW corpus AS
SELECT
    article.id                       AS id,
    revision.url                     AS url,
    article.canonical_url            AS canonical_url,
    source.name                      AS source,
    revision.headline, revision.standfirst, revision.byline, revision.published,
    revision.published_zone, revision.modified, revision.language, revision.body,
    revision.captions, revision.inserts, revision.credit, revision.section, revision.tags,
    revision.image, revision.site_name, revision.access, revision.charset, revision.word_count,
    article.first_seen               AS first_seen,
    revision.fetched_at              AS fetched_at,
    verdict.relevant, verdict.score, verdict.evidence,
    nullif(original.id, article.id)  AS duplicate_of,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.kind, back.kind_back) END        AS duplicate_kind,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.containment, back.containment) END AS containment,
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
LEFT JOIN duplicate AS edge ON edge.article_id = article.id
LEFT JOIN duplicate AS back ON edge.article_id IS NULL AND back.article_id = original.id;
