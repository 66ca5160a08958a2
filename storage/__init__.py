"""The corpus, usable without the crawler.

from storage import Corpus

with Corpus.open("var/corpus.db") as corpus:
    for article in corpus.articles("lang:ar after:2024-12", relevant=True, unique=True):
        print(article.published, article.source, article.headline)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.notebook import Corpus

__all__ = ["Corpus"]


def __getattr__(name: str) -> Any:
    """Load the corpus when it is asked for: the records alone need none of it. Any: a module's."""
    if name == "Corpus":
        from storage.notebook import Corpus

        return Corpus
    raise AttributeError(name)
