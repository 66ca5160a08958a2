-- What queries ask most beside words, in the small table: rows of texts are large.
ALTER TABLE search_row ADD COLUMN language TEXT;
ALTER TABLE search_row ADD COLUMN published TEXT;
UPDATE search_row SET (language, published) = (
    SELECT language, published FROM revision
    WHERE revision.article_id = search_row.article_id AND number = search_row.revision);
