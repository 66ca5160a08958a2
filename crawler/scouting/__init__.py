"""Examines outlets and texts without a corpus: sessions, candidates, live checks, dry runs."""
