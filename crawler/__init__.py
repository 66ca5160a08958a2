"""Drawdown: watches what the press says about the withdrawal of foreign forces from Syria.

schedule   puts sources that are due into the frontier
fetch      gets feeds, listing pages, sitemaps, robots.txt and articles, politely
feeds      reads entries, whose canonical URLs join the frontier
extract    reads the article: the body and only the body
topic      judges whether it is on topic, and says why
dedupe     finds what it repeats
storage    keeps it, with where it came from
export     hands it on
"""

from importlib.metadata import version

__version__ = version("drawdown")
