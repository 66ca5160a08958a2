"""Texts of the store compared with each other: revisions, and copies with their originals."""
