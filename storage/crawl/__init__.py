"""The state of the crawl: frontier, hosts, sources, polls, profiles."""
