"""Who says what in an article, and whose forces leave as he says: of articles on topic or near it.

Others are not read: nine in ten articles are off topic, and reading costs as much as judging.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from crawler.statements.claims import ClaimReader, Readable
from crawler.statements.reading import find_statements
from crawler.statements.trust import VERSION
from crawler.text import primary_language
from crawler.topic.rules import Topic
from storage.records.sayings import Sayings


def is_near(topic: Topic, relevant: bool, probability: float | None) -> bool:
    """Whether an article is read: one on topic, or one that `drawdown review` lists."""
    return relevant or (probability or 0.0) >= topic.thresholds["review"]


def version_of(topic: Topic) -> str:
    """Return the version of the rules of statements and of claims, with that of the topic."""
    return f"{VERSION}, claims-{_reader(_Key(topic.version, topic)).version}"


def read_sayings(
    topic: Topic,
    *,
    headline: str,
    body: Sequence[str],
    language: str | None,
    published: date | None,
) -> Sayings:
    """Return the statements and claims of a text; `language` is the tag of the article."""
    primary = primary_language(language)
    statements = find_statements(headline, body, primary)
    readable = Readable(headline, body, primary, published=published)
    claims = _reader(_Key(topic.version, topic)).find(readable, statements)
    return Sayings(statements=statements, claims=claims, version=version_of(topic))


@dataclass(frozen=True, slots=True)
class _Key:
    """A topic that is compared by its version, which contains a digest of its file."""

    version: str
    topic: Topic = field(compare=False)


@lru_cache(maxsize=2)
def _reader(key: _Key) -> ClaimReader:
    return ClaimReader(key.topic)
