"""An evidence bundle: articles with their texts, evidence and provenance, as one file to keep."""
