-- An entry under another address, but with an identifier that its source has shown before: links
-- may have a token that changes at each request.
CREATE INDEX sighting_by_guid ON sighting (source_id, guid) WHERE guid IS NOT NULL;
