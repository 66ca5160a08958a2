-- What is read of every verdict, without its evidence: half of the time that columns take to read
-- (500,000 articles).
CREATE INDEX verdict_facts ON verdict (article_id, revision, stored_at, relevant, probability);

-- A text that an outlet took down got all verdicts on the text before, stored at one time. The
-- newest one is the verdict; with two an article was listed twice.
DELETE FROM verdict WHERE EXISTS (
    SELECT 1 FROM verdict AS later
    WHERE later.article_id = verdict.article_id AND later.revision = verdict.revision
      AND later.stored_at = verdict.stored_at
      AND (later.judged_at, later.topic_version) > (verdict.judged_at, verdict.topic_version));
