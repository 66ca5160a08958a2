"""The daemon around a running crawl: start, reload, health, metrics, daily checks, stop."""
