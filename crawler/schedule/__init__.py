"""When a source is polled next, and when a digest is due."""
