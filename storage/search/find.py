"""Articles that a query finds: ranked or by date, with the words marked."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from typing import Literal

from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.records.model import CorpusArticle
from storage.search.analyser import stems_by_word
from storage.search.compile import Compiled, compile_query
from storage.search.query import parse
from storage.sqlite.values import to_json
from storage.words.forms import WORD, fold

Order = Literal["rank", "newest", "oldest"]
_WEIGHTS = "8.0, 4.0, 1.0"  # of headline, standfirst and body, in BM25
_SNIPPET = 30  # words
_NEWEST = 5000  # texts that are ranked: scoring one costs two microseconds
_STEPS = (200, 2000)  # of the best, how many are looked at before all are


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that a query finds."""

    id: int
    url: str
    source: str
    language: str | None
    published: datetime | None
    headline: str
    relevant: bool
    snippet: str  # the words asked for stand in [brackets]


def find(
    connection: sqlite3.Connection,
    query: str,
    *,
    order: Order = "rank",
    limit: int = 20,
    offset: int = 0,
    as_of: datetime | None = None,
) -> list[Found]:
    """Return the articles whose newest text a query finds, as known at a time; else now.

    Raises QueryError.
    """
    compiled = compile_query(parse(query), as_of)
    chosen = _ids(connection, compiled, order, limit, offset)
    listed = {a.id: a for a in corpus.stream(connection, Wanted(ids=sorted(chosen), as_of=as_of))}
    return [_found(listed[found], compiled.stems) for found in chosen if found in listed]


def ids(connection: sqlite3.Connection, query: str, *, as_of: datetime | None = None) -> list[int]:
    """Return the ids of every article that a query finds, in their order. Raises QueryError."""
    return _ids(connection, compile_query(parse(query), as_of), "id", -1, 0)


def fresh(connection: sqlite3.Connection, query: str, after: int) -> list[int]:
    """Return the articles that a query finds in rows of the index later than one, in their order.

    Raises QueryError.
    """
    compiled = compile_query(parse(query))
    row = "row.id" if compiled.match is None else "search.rowid"
    compiled.where = f"{row} > :after AND ({compiled.where})"
    compiled.parameters["after"] = after
    return _ids(connection, compiled, "id", -1, 0)


_ORDERS = {
    "rank": f"bm25(search, {_WEIGHTS}), row.id DESC",
    "newest": "row.published DESC, row.article_id DESC",
    "oldest": "row.published, row.article_id",
    "id": "row.article_id",
}
# Joined only where a condition or the order needs them: rows of texts are large.
_JOINS = {
    "article": "JOIN article ON article.id = row.article_id",
    "source": "JOIN source ON source.id = article.source_id",
    "revision": "JOIN revision ON revision.article_id = row.article_id"
    " AND revision.number = row.revision",
    "verdict": "JOIN verdict ON verdict.article_id = row.article_id"
    " AND verdict.revision = row.revision AND verdict.stored_at = ("
    "SELECT max(newest.stored_at) FROM verdict AS newest WHERE newest.stored_at <= :as_of"
    " AND newest.article_id = row.article_id AND newest.revision = row.revision)",
}


def _ids(
    connection: sqlite3.Connection, compiled: Compiled, order: str, limit: int, offset: int
) -> list[int]:
    connection.create_function("folded", 1, lambda value: fold(value or ""), deterministic=True)
    if compiled.match is None and order == "rank":
        order = "newest"
    if order == "rank":
        best = _among_best(connection, compiled, limit, offset)
        if best is not None:
            return best
    table, condition = "search_row AS row", compiled.where
    if compiled.match is not None:
        table = "search JOIN search_row AS row ON row.id = search.rowid"
        condition = f"search MATCH :match AND ({condition})"
    asked = {"match": compiled.match, "limit": limit, "offset": offset}
    return _select(connection, compiled, table, condition, _ORDERS[order], asked)


def _among_best(
    connection: sqlite3.Connection, compiled: Compiled, limit: int, offset: int
) -> list[int] | None:
    """Return a page out of the newest texts with the words; None where too few of them are wanted.

    The tables are asked about the best of them first, and not about every text with a frequent
    word.
    """
    asked = {"match": compiled.match, "newest": _NEWEST}
    ranked = [row[0] for row in connection.execute(_RANKED, asked)]
    found: list[int] = []
    for start, end in pairwise((0, *_STEPS, _NEWEST)):
        table = "json_each(:best) AS ranked JOIN search_row AS row ON row.id = ranked.value"
        some = {"best": to_json(ranked[start:end]), "limit": -1, "offset": 0}
        found += _select(connection, compiled, table, compiled.where, "ranked.key", some)
        if len(found) >= offset + limit:
            break
    is_all = len(ranked) < _NEWEST or len(found) >= offset + limit
    return found[offset : offset + limit] if is_all else None


_RANKED = f"""
    SELECT rowid FROM (SELECT rowid, bm25(search, {_WEIGHTS}) AS score FROM search
                       WHERE search MATCH :match ORDER BY rowid DESC LIMIT :newest)
    ORDER BY score, rowid DESC
"""  # noqa: S608 - a constant


def _select(
    connection: sqlite3.Connection,
    compiled: Compiled,
    table: str,
    condition: str,
    order: str,
    asked: Mapping[str, object],
) -> list[int]:
    """Return the articles whose newest text fulfils a condition."""
    needed = {name for name in _JOINS if f"{name}." in condition + order}
    needed |= {"article"} if "source" in needed else set()
    joins = " ".join(join for name, join in _JOINS.items() if name in needed)
    statement = f"""
        SELECT row.article_id FROM {table} {joins} WHERE {condition}
          AND row.stored_at <= :as_of
          AND NOT EXISTS (SELECT 1 FROM search_row AS later
                          WHERE later.article_id = row.article_id AND later.revision > row.revision
                            AND later.stored_at <= :as_of)
        ORDER BY {order} LIMIT :limit OFFSET :offset
    """  # noqa: S608 - conditions of our own making, values as parameters
    parameters = {**compiled.parameters, "as_of": compiled.as_of, **asked}
    return [row[0] for row in connection.execute(statement, parameters)]


def _found(article: CorpusArticle, stems: frozenset[str]) -> Found:
    return Found(
        id=article.id,
        url=article.url,
        source=article.source,
        language=article.language,
        published=article.published,
        headline=article.headline,
        relevant=article.relevant,
        snippet=snippet(article, stems),
    )


def snippet(article: CorpusArticle, stems: frozenset[str]) -> str:
    """Return the stretch of a text that holds most of the words asked for, marked."""
    text = " ".join(filter(None, (article.standfirst, *article.body)))
    words = WORD.findall(text)
    if not words:
        return ""
    asked = _asked(set(words), article.language, stems)
    hits = [n for n, word in enumerate(words) if word in asked]
    first = max(
        hits or [0],
        key=lambda n: (len({asked[words[h]] for h in hits if n <= h < n + _SNIPPET}), -n),
    )
    first = max(0, min(first - 4, len(words) - _SNIPPET))
    last = min(first + _SNIPPET, len(words)) - 1
    spans = [match.span() for match in islice(WORD.finditer(text), last + 1)]
    start = spans[first][0] if first else 0
    end = spans[last][1] if last + 1 < len(words) else len(text)
    marked = [spans[h] for h in hits if first <= h <= last]
    before, after = "… " if first else "", " …" if last + 1 < len(words) else ""
    return before + _marked(text, start, end, marked) + after


def _asked(words: set[str], language: str | None, stems: frozenset[str]) -> dict[str, str]:
    """Return the words of a text that a query asks for, with their stems."""
    found = stems_by_word(words, language)
    beginnings = tuple(stem[:-1] for stem in stems if stem[-1] == "*")
    return {
        word: stem
        for word, stem in found.items()
        if stem in stems or (beginnings and stem.startswith(beginnings))
    }


def _marked(text: str, start: int, end: int, marks: Iterable[tuple[int, int]]) -> str:
    parts, place = [], start
    for low, high in marks:
        parts += [text[place:low], "[", text[low:high], "]"]
        place = high
    return "".join((*parts, text[place:end]))
