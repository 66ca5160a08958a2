-- Names by sound: for each indexed text "skeleton|spelling" of the words that may be names. Which
-- words there are is read from the table of its terms; no query needs the places of a word.
CREATE VIRTUAL TABLE search_name USING fts5 (
    names, content = '', detail = none, tokenize = "unicode61 remove_diacritics 0 tokenchars '|'"
);
CREATE VIRTUAL TABLE search_name_term USING fts5vocab (search_name, row);
