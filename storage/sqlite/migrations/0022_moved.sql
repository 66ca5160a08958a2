-- Where permanent redirects of a source lead (301, 308), and since when: a proposal to the operator.
ALTER TABLE poll_state ADD COLUMN moved_to TEXT;
ALTER TABLE poll_state ADD COLUMN moved_since TEXT;
-- The notices of one source, for the end of a silence.
CREATE INDEX notice_url ON notice (url, kind);
