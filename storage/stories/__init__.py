"""Stories of stored articles: which reports tell one event, since when the store knows it."""
