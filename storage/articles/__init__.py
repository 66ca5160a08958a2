"""Articles, their revisions, copies and provenance, as they are stored."""
