-- What sources.toml says of an outlet. A fact may change at a day: it holds from `since` on, and
-- what has no beginning from ''. So `leaning` is read as of an article's date.
CREATE TABLE outlet_fact (
    outlet TEXT NOT NULL,  -- its name, as in `source`
    name   TEXT NOT NULL CHECK (name IN ('kind', 'alignment', 'leaning', 'owner', 'family')),
    since  TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (outlet, name, since)
) WITHOUT ROWID;

-- Other and former domains of an outlet: an article that is fetched there is the outlet's.
CREATE TABLE outlet_domain (
    domain TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    former INTEGER NOT NULL
) WITHOUT ROWID;
