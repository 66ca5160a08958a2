"""Articles that a query finds: ranked or by date, with the words marked."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from typing import Literal

from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.records.model import CorpusArticle
from storage.search import sound
from storage.search.analyser import stems_by_word
from storage.search.compile import Compiled, compile_query
from storage.search.nodes import And, Node
from storage.search.query import parse
from storage.search.sound import Heard
from storage.sqlite.values import to_json
from storage.words.forms import WORD, fold

Order = Literal["rank", "newest", "oldest"]
Part = tuple[str, bool]  # some text, and whether the query asks for it
_WEIGHTS = "8.0, 4.0, 1.0"  # of headline, standfirst and body, in BM25
_SNIPPET_WORDS = 30
_WORDS_BEFORE = 4  # of a snippet, before its first hit
_RANKED_TEXTS = 5000  # the newest: scoring one costs two microseconds
_STEPS = (200, 2000)  # of the best texts, how many are checked before all are


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
    probability: float | None  # None: judged by a version without
    duplicate_of: int | None  # the original, if it is a copy
    duplicate_kind: str | None
    snippet: str  # with the words of the query in [brackets]


def find(
    connection: sqlite3.Connection,
    query: str,
    *,
    order: Order = "rank",
    limit: int = 20,
    offset: int = 0,
    as_of: datetime | None = None,
    by_sound: bool = False,
) -> list[Found]:
    """Return the articles whose newest text a query finds, as known at `as_of` or now.

    With `by_sound` its names are also found in other spellings (`also_by_sound`). Raises
    QueryError.
    """
    results = read(
        connection,
        query,
        order=order,
        limit=limit,
        offset=offset,
        as_of=as_of,
        by_sound=by_sound,
    )
    return results.found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Whole articles that a query finds, in its order."""

    articles: list[CorpusArticle]
    stems: frozenset[str]  # what the query asks for, to be marked

    def found(self) -> list[Found]:
        """Return the results in short."""
        return [_found(article, self.stems) for article in self.articles]


def read(
    connection: sqlite3.Connection,
    query: str | None,
    *,
    order: Order = "rank",
    limit: int = 20,
    offset: int = 0,
    as_of: datetime | None = None,
    by_sound: bool = False,
) -> Results:
    """Return what `find` finds as whole articles; without a query every article.

    Raises QueryError.
    """
    node = And(()) if query is None else parse(query, as_of)
    resolved = sound.resolve(connection, node, is_automatic=by_sound)
    compiled = compile_query(resolved, as_of)
    chosen = _ids(connection, compiled, order, limit, offset)

    wanted = Wanted(ids=sorted(chosen), as_of=as_of)
    by_id = {article.id: article for article in corpus.stream(connection, wanted)}
    in_order = [by_id[number] for number in chosen if number in by_id]
    return Results(articles=in_order, stems=compiled.stems)


def also_by_sound(
    connection: sqlite3.Connection,
    query: str,
    *,
    is_automatic: bool = True,
) -> list[Heard]:
    """Return the spellings by which the names of a query are found besides. Raises QueryError."""
    node = sound.resolve(
        connection,
        parse(query),
        is_automatic=is_automatic,
    )
    return sound.heard(connection, node)


def ids(
    connection: sqlite3.Connection,
    query: str,
    *,
    as_of: datetime | None = None,
    now: datetime | None = None,
    by_sound: bool = False,
) -> list[int]:
    """Return the ids of every article that a query finds, in their order; `by_sound` as `find`.

    Relative dates count from `now`, else from `as_of`, else from the time of the call. Raises
    QueryError.
    """
    node = sound.resolve(
        connection,
        parse(query, now or as_of),
        is_automatic=by_sound,
    )
    return matching(connection, node, as_of)


def matching(connection: sqlite3.Connection, node: Node, as_of: datetime | None) -> list[int]:
    """Return the ids of every article that a parsed query finds, in their order."""
    resolved = sound.resolve(connection, node)
    return _ids(connection, compile_query(resolved, as_of), "id", -1, 0)


def fresh(
    connection: sqlite3.Connection,
    query: str,
    after: int,
) -> list[int]:
    """Return the articles that a query finds in index rows after row `after`, in their order.

    Raises QueryError.
    """
    compiled = compile_query(sound.resolve(connection, parse(query)))
    row = "row.id" if compiled.match is None else "search.rowid"
    compiled.where = f"{row} > :after AND ({compiled.where})"
    compiled.parameters["after"] = after
    return _ids(connection, compiled, "id", -1, 0)


_ORDERS = {
    "rank": f"bm25(search, {_WEIGHTS}), row.id DESC",
    # No page is of a day after that on which it was stored, whatever it claims.
    "newest": "min(row.published, row.stored_at) DESC, row.article_id DESC",
    "oldest": "min(row.published, row.stored_at), row.article_id",
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
    connection.create_function(
        "folded",
        1,
        lambda value: fold(value or ""),
        deterministic=True,
    )
    if compiled.match is None and order == "rank":
        order = "newest"
    if order == "rank":
        best = _among_best(connection, compiled, limit, offset)
        if best is not None:
            return best

    table = "search_row AS row"
    condition = compiled.where
    if compiled.match is not None:
        table = "search JOIN search_row AS row ON row.id = search.rowid"
        condition = f"search MATCH :match AND ({condition})"
    asked = {"match": compiled.match, "limit": limit, "offset": offset}
    return _select(
        connection,
        compiled,
        table,
        condition,
        _ORDERS[order],
        asked,
    )


def _among_best(
    connection: sqlite3.Connection, compiled: Compiled, limit: int, offset: int
) -> list[int] | None:
    """Return a page of results out of the newest texts with the words, best first.

    Return None if too few of them fulfil the other conditions. The best texts are checked first,
    and not every text that contains a frequent word.
    """
    needed = offset + limit
    asked = {"match": compiled.match, "newest": _RANKED_TEXTS}
    ranked = [row[0] for row in connection.execute(_RANKED, asked)]
    table = "json_each(:best) AS ranked JOIN search_row AS row ON row.id = ranked.value"
    found: list[int] = []
    for start, end in pairwise((0, *_STEPS, _RANKED_TEXTS)):
        some = {
            "best": to_json(ranked[start:end]),
            "limit": -1,
            "offset": 0,
        }
        found += _select(connection, compiled, table, compiled.where, "ranked.key", some)
        if len(found) >= needed:
            return found[offset:needed]

    is_every_text = len(ranked) < _RANKED_TEXTS
    return found[offset:needed] if is_every_text else None


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
    joins = _needed_joins(condition + order)
    statement = f"""
        SELECT row.article_id FROM {table} {joins} WHERE {condition}
          AND row.stored_at <= :as_of
          AND NOT EXISTS (SELECT 1 FROM search_row AS later
                          WHERE later.article_id = row.article_id AND later.revision > row.revision
                            AND later.stored_at <= :as_of)
        ORDER BY {order} LIMIT :limit OFFSET :offset
    """  # noqa: S608 - conditions of our own making, values as parameters
    parameters = {
        **compiled.parameters,
        "as_of": compiled.as_of,
        **asked,
    }
    return [row[0] for row in connection.execute(statement, parameters)]


def _needed_joins(expression: str) -> str:
    """Return the joins of the tables that an expression names."""
    needed = {name for name in _JOINS if f"{name}." in expression}
    if "source" in needed:
        needed.add("article")  # a source is joined through its article

    in_order = [name for name in _JOINS if name in needed]
    return " ".join(map(_JOINS.__getitem__, in_order))


def _found(article: CorpusArticle, stems: frozenset[str]) -> Found:
    return Found(
        id=article.id,
        url=article.url,
        source=article.source,
        language=article.language,
        published=article.published,
        headline=article.headline,
        relevant=article.relevant,
        probability=article.probability,
        duplicate_of=article.duplicate_of,
        duplicate_kind=article.duplicate_kind,
        snippet=snippet(article, stems),
    )


def snippet(article: CorpusArticle, stems: frozenset[str]) -> str:
    """Return the part of a text with most of the query's words, marked with [brackets]."""
    parts = excerpt(article, stems)
    return "".join(f"[{text}]" if is_asked else text for text, is_asked in parts)


def excerpt(article: CorpusArticle, stems: frozenset[str]) -> list[Part]:
    """Return the part of a text with most of the query's words, in parts."""
    text = " ".join(filter(None, (article.standfirst, *article.body)))
    words = WORD.findall(text)
    if not words:
        return []
    stem_of = asked_words(set(words), article.language, stems)
    hits = [place for place, word in enumerate(words) if word in stem_of]
    asked = [stem_of[words[place]] for place in hits]
    first = _window_start(hits, asked, len(words))
    end = min(first + _SNIPPET_WORDS, len(words))
    spans = [match.span() for match in islice(WORD.finditer(text), end)]
    marks = [spans[place] for place in hits if first <= place < end]

    # A side that is not cut keeps what surrounds its words, as a quotation mark.
    low, before = 0, ""
    high, after = len(text), ""
    if first > 0:
        low, before = spans[first][0], "… "
    if end < len(words):
        high, after = spans[end - 1][1], " …"
    return [(before, False), *_marked(text, low, high, marks), (after, False)]


def _window_start(hits: list[int], stems: list[str], length: int) -> int:
    """Return the first word of the window with most different stems; the first of equals."""
    best = 0
    most = 0
    for number, place in enumerate(hits):
        end = bisect_left(hits, place + _SNIPPET_WORDS)
        different = len(set(stems[number:end]))
        if different > most:
            best, most = place, different
    last_start = length - _SNIPPET_WORDS
    return max(0, min(best - _WORDS_BEFORE, last_start))


def asked_words(
    words: set[str],
    language: str | None,
    stems: frozenset[str],
) -> dict[str, str]:
    """Return the words of a text that a query asks for, with their stems.

    A stem of the query that ends in `*` is a prefix.
    """
    prefixes = tuple(stem[:-1] for stem in stems if stem[-1] == "*")

    def is_asked(stem: str) -> bool:
        return stem in stems or stem.startswith(prefixes)

    found = stems_by_word(words, language)
    return {word: stem for word, stem in found.items() if is_asked(stem)}


def _marked(
    text: str,
    start: int,
    end: int,
    marks: Iterable[tuple[int, int]],
) -> list[Part]:
    """Return text[start:end] in parts, of which the marked spans are asked for."""
    parts = []
    place = start
    for low, high in marks:
        parts += [(text[place:low], False), (text[low:high], True)]
        place = high
    return [*parts, (text[place:end], False)]
