"""The pages as they came, in WARC files that other tools open."""
