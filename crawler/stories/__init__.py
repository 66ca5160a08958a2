"""Stories: which reports tell one event, and why, without a store."""
