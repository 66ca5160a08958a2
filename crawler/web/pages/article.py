"""`/articles/ID`: the text with its evidence, its verdict, who carries it, where it is from."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.web.answering import Page
from crawler.web.asking import Asked, NotFound
from crawler.web.pages.citing import cited
from crawler.web.pages.marking import mark
from crawler.web.pages.results import tags_of
from crawler.web.rendering import address
from storage.articles import corpus, provenance
from storage.articles.corpus import Wanted
from storage.records.model import CorpusArticle
from storage.search import find
from storage.search.compile import compile_query
from storage.search.find import Order
from storage.search.query import parse

_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
_FILES = ("bibtex", "ris", "csl-json", "markdown", "jsonl")
_ORDERS = ("rank", "newest", "oldest")
Row = dict[str, Any]  # Any: the columns of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Another article with the same text."""

    article: CorpusArticle
    kind: str
    share: float | None  # of the shorter text found in the longer
    is_original: bool


def page(asked: Asked) -> Page:
    """Return an article as it is known, or was known at a time."""
    as_of = asked.moment("as_of")
    article = get(asked, as_of)
    trace = _until(provenance.trace(asked.connection, article.id), as_of)
    query = asked.search()
    stems = compile_query(parse(query)).stems if query else frozenset()
    removal = _removal(trace["revisions"], article)
    return Page(
        template="article.html",
        title=article.headline or f"Article {article.id}",
        section="/search",
        records={name: getattr(article, name) for name in corpus.CORPUS_FIELDS} | trace,
        values={
            "article": article,
            "direction": "rtl" if article.language in _RIGHT_TO_LEFT else "ltr",
            "marked": mark(article, stems),
            "thresholds": asked.site.thresholds,
            "tags": tags_of(article, is_removed=False),
            "removal": removal,
            "trace": trace,
            "read": next(
                (one for one in trace["revisions"] if one["number"] == article.revision), None
            ),
            "carriers": _carriers(asked.connection, article, trace["copies"], as_of),
            "related": _related(trace, article),
            "citations": cited(article),
            "files": _FILES,
            **_neighbours(asked, query, as_of),
        },
    )


def get(asked: Asked, as_of: datetime | None) -> CorpusArticle:
    """Return the article of the address as it was known at a time. Raises NotFound."""
    try:
        return corpus.get(asked.connection, asked.id_in_path("id"), as_of)
    except KeyError:
        raise NotFound from None


def _until(trace: dict[str, Any], as_of: datetime | None) -> dict[str, list[Row]]:
    """Return the records that there were at a time."""
    if as_of is None:
        return trace
    until = as_of.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    times = {
        "sightings": "first_seen",
        "revisions": "fetched_at",
        "attempts": "at",
        "relations": "found_at",
    }
    kept = dict(trace)
    for name, column in times.items():
        kept[name] = [row for row in trace[name] if row[column] <= until]
    numbers = {row["number"] for row in kept["revisions"]}
    kept["archived"] = [row for row in trace["archived"] if row["revision"] in numbers]
    return kept


def _removal(revisions: list[Row], article: CorpusArticle) -> datetime | None:
    """Return when the outlet was found to have taken an article down; None if it has not."""
    for revision in revisions:
        if revision["number"] == article.revision and revision["change"] == "removed":
            return datetime.fromisoformat(revision["fetched_at"])
    return None


def _carriers(
    connection: sqlite3.Connection, article: CorpusArticle, copies: list[Row],
    as_of: datetime | None,
) -> list[Carrier]:  # fmt: skip
    """Return the other articles with this text, the first published one first."""
    root = article.duplicate_of or article.id
    ids = sorted(row["id"] for row in copies)
    found = []
    for other in corpus.stream(connection, Wanted(ids=ids, as_of=as_of)):
        if (other.duplicate_of or other.id) != root:
            continue
        is_original = other.id == root
        found.append(
            Carrier(
                article=other,
                kind=article.duplicate_kind or "" if is_original else other.duplicate_kind or "",
                share=article.containment if is_original else other.containment,
                is_original=is_original,
            )
        )
    return sorted(found, key=lambda one: (not one.is_original, one.article.first_seen))


def _related(trace: dict[str, list[Row]], article: CorpusArticle) -> list[Row]:
    """Return texts that share a part, and are no copies."""
    same = {row["id"] for row in trace["copies"]} | {article.id}
    return [row for row in trace["relations"] if row["id"] not in same]


def _neighbours(asked: Asked, query: str, as_of: datetime | None) -> dict[str, str | None]:
    """Return the address of the next result of the search from which a reader came."""
    place = asked.number("at", 0, least=0, most=1_000_000)
    if not query or not place:
        return {"back": address("/search", q=query, as_of=asked.text("as_of")), "following": None}
    order: Order = asked.choice("order", _ORDERS, "rank")  # type: ignore[assignment]  # one of them
    found = find.read(
        asked.connection, query, order=order, limit=1, offset=place, as_of=as_of
    ).articles
    given = {"q": query, "order": asked.text("order"), "as_of": asked.text("as_of")}
    page_number = (place - 1) // 20 + 1
    back = address("/search", **given, page=page_number if page_number > 1 else None)
    if not found:
        return {"back": back, "following": None}
    return {"back": back, "following": address(f"/articles/{found[0].id}", **given, at=place + 1)}
