-- Who says what, and whose forces leave as he says. Each text has rows of its own. Nothing is
-- overwritten: other rules close rows (`until`) and open others, so that what was known at a time
-- is `found_at <= t AND (until IS NULL OR until > t)`.
CREATE TABLE statement (
    id            INTEGER PRIMARY KEY,
    article_id    INTEGER NOT NULL REFERENCES article (id),
    revision      INTEGER NOT NULL,
    position      INTEGER NOT NULL,  -- its place among the statements of the text
    paragraph     INTEGER NOT NULL,  -- of the body, from 0; -1: the headline
    start         INTEGER NOT NULL,  -- in characters of the paragraph, without the marks
    stop          INTEGER NOT NULL,
    kind          TEXT NOT NULL,     -- direct, indirect, mixed
    cue           TEXT,              -- [paragraph, start, end]
    speaker       TEXT,              -- [paragraph, start, end], as written
    name          TEXT,              -- who that is
    how           TEXT,              -- how the name was found
    via           TEXT,              -- the outlet or agency that is cited
    rule          TEXT NOT NULL,
    part_of       INTEGER NOT NULL,  -- the same for parts of one statement of the text
    certainty     REAL NOT NULL,
    name_words    TEXT,              -- " edda brahm ", folded: for queries
    name_sounds   TEXT,              -- " brhm ", the same in every script
    version       TEXT NOT NULL,
    found_at      TEXT NOT NULL,
    until         TEXT
);
CREATE INDEX statement_text ON statement (article_id, revision);
CREATE INDEX statement_said ON statement (article_id, name_words, name_sounds, certainty)
    WHERE name_words IS NOT NULL;

CREATE TABLE claim (
    id              INTEGER PRIMARY KEY,
    article_id      INTEGER NOT NULL REFERENCES article (id),
    revision        INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    paragraph       INTEGER NOT NULL,
    start           INTEGER NOT NULL,  -- the sentence, in characters of the paragraph
    stop            INTEGER NOT NULL,
    force           TEXT NOT NULL,     -- us, russia, iran …
    stance          TEXT NOT NULL,     -- left, leaving, will_leave, should_leave, stays, should_stay
    is_conditional  INTEGER NOT NULL,
    condition       TEXT,
    speaker         TEXT,              -- [start, end] in the paragraph
    name            TEXT,              -- NULL: the article itself says so
    how             TEXT,
    country         TEXT,              -- of the speaker
    role            TEXT,
    is_decision     INTEGER NOT NULL,
    via             TEXT,
    said_on         TEXT,              -- an ISO day
    said_on_how     TEXT,
    marks           TEXT NOT NULL,     -- JSON
    rule            TEXT NOT NULL,
    certainty       REAL NOT NULL,
    name_words      TEXT,
    name_sounds     TEXT,
    version         TEXT NOT NULL,
    found_at        TEXT NOT NULL,
    until           TEXT
);
CREATE INDEX claim_text ON claim (article_id, revision);
CREATE INDEX claim_force ON claim (force, stance, article_id);

-- Which texts were read for statements and claims, by which rules: a text may have none.
CREATE TABLE statement_reading (
    article_id  INTEGER NOT NULL REFERENCES article (id),
    revision    INTEGER NOT NULL,
    read_at     TEXT NOT NULL,
    version     TEXT NOT NULL,  -- behind the key: some SQLite take another order for damage
    PRIMARY KEY (article_id, revision, read_at)
) WITHOUT ROWID;
CREATE INDEX statement_reading_at ON statement_reading (read_at);

-- What readers judge of suggestions: the only accuracy that a deployment can measure.
CREATE TABLE opinion (
    id          INTEGER PRIMARY KEY,
    subject     TEXT NOT NULL,  -- statement, claim, story_member, story_hint
    key         TEXT NOT NULL,  -- which one, the same under all versions of the rules
    article_id  INTEGER REFERENCES article (id),
    verdict     TEXT NOT NULL,  -- right, wrong
    better      TEXT,           -- JSON: the right answer
    by_whom     TEXT,
    note        TEXT,
    at          TEXT NOT NULL
);
CREATE INDEX opinion_of ON opinion (subject, key, at);
CREATE INDEX opinion_article ON opinion (article_id);

-- Names of speakers that are not kept (`drawdown forget --speaker`), as hashes.
CREATE TABLE forgotten_speaker (name_hash BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE forgetting_new (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    what     TEXT NOT NULL CHECK (what IN ('article', 'source', 'author', 'speaker')),
    articles INTEGER NOT NULL,  -- of a speaker: the articles in which he was quoted
    reason   TEXT NOT NULL      -- the operator's words
);
INSERT INTO forgetting_new SELECT id, at, what, articles, reason FROM forgetting;
DROP TABLE forgetting;
ALTER TABLE forgetting_new RENAME TO forgetting;
