"""The corpus, usable without the crawler.

import storage

with storage.open_corpus("var/corpus.db") as corpus:
    for article in storage.articles.stream(corpus):
        print(article.published, article.headline)
"""

from storage import articles, frontier, sources
from storage.database import Database, open_corpus

__all__ = ["Database", "articles", "frontier", "open_corpus", "sources"]
