"""Looking at outlets without a corpus: sessions, candidates, live checks, dry runs."""
