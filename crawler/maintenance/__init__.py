"""Work over a corpus that exists: import, backfill, reprocess, re-extract, verify."""
