-- The corpus, version 1. Times are UTC, ISO 8601 with milliseconds: text that sorts by time.
-- Lists are JSON arrays. Nothing is overwritten: what an outlet claimed, when we saw it, and
-- what we concluded are rows of their own (sightings, revisions, verdicts, duplicates, attempts).

-- An address of sources.toml. A source that leaves the file keeps its row, since articles and
-- polls refer to it: removed_at says when it left.
CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('feed', 'page', 'sitemap')),
    url         TEXT NOT NULL UNIQUE,
    host        TEXT NOT NULL,  -- the politeness key
    shard       INTEGER NOT NULL,  -- hash of host: a shard's hosts are worked by one loop at a time
    added_at    TEXT NOT NULL,
    removed_at  TEXT
);

-- One row a source, replaced at each poll: the only mutable record, since `poll` keeps its past.
CREATE TABLE poll_state (
    source_id        INTEGER PRIMARY KEY REFERENCES source (id),
    next_poll_at     TEXT NOT NULL,
    last_poll_at     TEXT,
    last_outcome     TEXT,
    last_detail      TEXT,
    etag             TEXT,
    last_modified    TEXT,
    validated_url    TEXT,  -- where redirects ended: validators are sent to no other address
    body_hash        TEXT,  -- servers change their ETag over equal bytes: the second check
    unconditional_at TEXT,
    interval_seconds REAL NOT NULL,
    new_per_hour     REAL,
    window           INTEGER,
    failures         REAL NOT NULL,
    failing_since    TEXT,
    reason           TEXT NOT NULL
);
-- The schedule: the sources that are due, oldest first.
CREATE INDEX poll_state_due ON poll_state (next_poll_at);

-- Each poll that ended, with what it brought.
CREATE TABLE poll (
    id            INTEGER PRIMARY KEY,
    source_id     INTEGER NOT NULL REFERENCES source (id),
    at            TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    status        INTEGER,
    detail        TEXT,
    entries       INTEGER NOT NULL,
    new           INTEGER NOT NULL,
    known         INTEGER NOT NULL,
    over_cap      INTEGER NOT NULL,
    unusable      INTEGER NOT NULL,
    possible_loss INTEGER NOT NULL,  -- no entry of the last window was left: some may have passed unseen
    duration_ms   REAL NOT NULL
);
CREATE INDEX poll_by_source ON poll (source_id, at);

-- Every article URL ever discovered, once, with the one outcome it stands at.
CREATE TABLE frontier_url (
    id            INTEGER PRIMARY KEY,
    canonical_url TEXT NOT NULL UNIQUE,  -- the identity
    url           TEXT NOT NULL,  -- what is fetched: as first seen, never rewritten
    host          TEXT NOT NULL,
    shard         INTEGER NOT NULL,
    source_id     INTEGER NOT NULL REFERENCES source (id),
    entry         TEXT NOT NULL,  -- the feed's claims (JSON), hints for the extractor
    discovered_at TEXT NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    not_before    TEXT NOT NULL,
    outcome       TEXT NOT NULL,  -- 'pending' until it has ended
    ended_at      TEXT,
    detail        TEXT,
    article_id    INTEGER REFERENCES article (id)
);
-- The work that waits: small beside the table, since almost every row has ended.
CREATE INDEX frontier_url_waiting ON frontier_url (host, not_before) WHERE outcome = 'pending';
CREATE INDEX frontier_url_by_source ON frontier_url (source_id, outcome);

-- Each fetch of an article that ended, first visits and revisits.
CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    frontier_id INTEGER REFERENCES frontier_url (id),
    article_id  INTEGER REFERENCES article (id),
    at          TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    status      INTEGER,
    detail      TEXT,
    wire_bytes  INTEGER,
    duration_ms REAL
);
CREATE INDEX attempt_by_frontier ON attempt (frontier_id);

-- Which source showed which URL, in which words, where and when: a row for each claim that is new,
-- and none for a claim that is shown again under other tracking parameters.
CREATE TABLE sighting (
    id          INTEGER PRIMARY KEY,
    frontier_id INTEGER NOT NULL REFERENCES frontier_url (id),
    source_id   INTEGER NOT NULL REFERENCES source (id),
    url         TEXT NOT NULL,
    claim_hash  TEXT NOT NULL,  -- of guid, headline, dates and summary: a changed claim is a new row
    guid        TEXT,
    headline    TEXT,
    published   TEXT,
    modified    TEXT,
    position    INTEGER NOT NULL,
    first_seen  TEXT NOT NULL,
    UNIQUE (frontier_id, source_id, claim_hash)
);

CREATE TABLE article (
    id            INTEGER PRIMARY KEY,
    canonical_url TEXT NOT NULL UNIQUE,
    source_id     INTEGER NOT NULL REFERENCES source (id),
    first_seen    TEXT NOT NULL,  -- when its URL was discovered
    declared_at   TEXT NOT NULL,  -- when it was published, as the outlet says; else first_seen
    cluster_id    INTEGER REFERENCES article (id)  -- the first stored of the articles it repeats, or itself
);
-- The original of a cluster is the one declared earliest, whichever was fetched first.
CREATE INDEX article_cluster ON article (cluster_id, declared_at);

-- Other addresses of an article: the feed's link, redirects, what rel=canonical says.
CREATE TABLE url_alias (
    canonical_url TEXT PRIMARY KEY,
    article_id    INTEGER NOT NULL REFERENCES article (id),
    via           TEXT NOT NULL CHECK (via IN ('entry', 'redirect', 'canonical'))
) WITHOUT ROWID;

-- A text as we saw it at one time. Number 1 is the first; the newest is the highest.
CREATE TABLE revision (
    article_id        INTEGER NOT NULL REFERENCES article (id),
    number            INTEGER NOT NULL,
    change            TEXT NOT NULL CHECK (change IN ('first', 'headline', 'body', 'removed')),
    fetched_at        TEXT NOT NULL,
    url               TEXT NOT NULL,
    redirects         TEXT NOT NULL,
    status            INTEGER NOT NULL,
    address           TEXT,  -- the IP address that answered
    headers           TEXT NOT NULL,
    page_digest       TEXT NOT NULL,  -- sha256 of the decoded body
    etag              TEXT,
    last_modified     TEXT,
    headline          TEXT NOT NULL,
    standfirst        TEXT,
    byline            TEXT NOT NULL,
    published         TEXT,
    published_claim   TEXT,  -- the characters the date was read from
    modified          TEXT,
    language          TEXT,
    body              TEXT NOT NULL,
    captions          TEXT NOT NULL,
    credit            TEXT,
    section           TEXT,
    tags              TEXT NOT NULL,
    image             TEXT,
    links             TEXT NOT NULL,
    word_count        INTEGER NOT NULL,
    origins           TEXT NOT NULL,  -- how each field was got
    extractor_version TEXT NOT NULL,
    text_hash         TEXT NOT NULL,
    sketch            BLOB NOT NULL,  -- little-endian signed 64-bit hashes; the shingle table is made of it
    PRIMARY KEY (article_id, number)
);
CREATE INDEX revision_text ON revision (text_hash, article_id);

CREATE TABLE verdict (
    article_id    INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    topic_version TEXT NOT NULL,
    relevant      INTEGER NOT NULL,
    score         REAL NOT NULL,
    evidence      TEXT NOT NULL,
    judged_at     TEXT NOT NULL,
    PRIMARY KEY (article_id, revision, topic_version),
    FOREIGN KEY (article_id, revision) REFERENCES revision (article_id, number)
);

-- An edge from a copy to what it repeats. Nothing is hidden: exports collapse on demand.
CREATE TABLE duplicate (
    article_id  INTEGER NOT NULL REFERENCES article (id),
    of          INTEGER NOT NULL REFERENCES article (id),
    kind        TEXT NOT NULL,  -- how article_id repeats of
    kind_back   TEXT NOT NULL,  -- how of repeats article_id, should that prove the original
    containment REAL NOT NULL,
    forward     REAL NOT NULL,
    backward    REAL NOT NULL,
    similarity  REAL NOT NULL,
    method      TEXT NOT NULL,
    found_at    TEXT NOT NULL,
    PRIMARY KEY (article_id)  -- the one it is most like
) WITHOUT ROWID;

-- Which article has which sampled shingle: the index that finds candidates.
CREATE TABLE shingle (
    hash       INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (hash, article_id)
) WITHOUT ROWID;

-- When an article is looked at again.
CREATE TABLE revisit (
    article_id INTEGER PRIMARY KEY REFERENCES article (id),
    host       TEXT NOT NULL,
    shard      INTEGER NOT NULL,
    url        TEXT NOT NULL,
    step       INTEGER NOT NULL,  -- how many revisits in a row found nothing new
    not_before TEXT NOT NULL
);
CREATE INDEX revisit_due ON revisit (not_before);

-- Robots rules by origin (scheme, host, port), so that a restart does not ask again.
CREATE TABLE robots (
    origin     TEXT PRIMARY KEY,
    fetched_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    verdict    TEXT NOT NULL CHECK (verdict IN ('rules', 'allow', 'disallow')),
    cause      TEXT,  -- the outcome that forbids everything
    body       TEXT NOT NULL,
    detail     TEXT
) WITHOUT ROWID;

-- The corpus as people read it: each article's newest text with its newest verdict, and the original
-- of its cluster where it is not that itself. Column names are the public ones (docs/corpus.md).
CREATE VIEW corpus AS
SELECT
    article.id                       AS id,
    revision.url                     AS url,
    article.canonical_url            AS canonical_url,
    source.name                      AS source,
    revision.headline, revision.standfirst, revision.byline, revision.published,
    revision.modified, revision.language, revision.body, revision.captions, revision.credit,
    revision.section, revision.tags, revision.image, revision.word_count,
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
