"""Articles of a list as they are shown: a line of facts, a headline, some of the text."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.records.model import CorpusArticle
from storage.search.find import Part, Results, excerpt
from storage.sqlite.values import to_json

_COPIES = {
    "exact": "exact copy",
    "near": "edited copy",
    "syndicated": "syndicated copy",
    "truncated": "shortened copy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An article of a list."""

    article: CorpusArticle
    parts: Sequence[Part]
    tags: Sequence[tuple[str, str]]  # words, and their kind


def results_of(connection: sqlite3.Connection, results: Results) -> list[Result]:
    """Return results as they are shown."""
    removed = removed_of(connection, results.articles)
    return [
        Result(
            article=article,
            parts=excerpt(article, results.stems),
            tags=tags_of(article, is_removed=article.id in removed),
        )
        for article in results.articles
    ]


def removed_of(connection: sqlite3.Connection, articles: Iterable[CorpusArticle]) -> set[int]:
    """Return those articles whose outlet took them down."""
    shown = {article.id: article.revision for article in articles}
    rows = connection.execute(
        "SELECT article_id, number FROM revision WHERE change = 'removed'"
        " AND article_id IN (SELECT value FROM json_each(:ids))",
        {"ids": to_json(sorted(shown))},
    )
    return {row["article_id"] for row in rows if shown[row["article_id"]] == row["number"]}


def tags_of(article: CorpusArticle, *, is_removed: bool) -> list[tuple[str, str]]:
    """Return what is said of an article in a word: of whom, whose copy, how often changed."""
    tags: list[tuple[str, str]] = []
    if is_removed:
        tags.append(("taken down", "fail"))
    if not article.relevant:
        tags.append(("off topic", ""))
    if article.wire:
        tags.append((f"wire: {article.wire}", ""))
    if article.duplicate_kind:
        tags.append((_COPIES[article.duplicate_kind], ""))
    elif article.outlets > 1:
        tags.append((f"{article.outlets} houses", ""))
    if article.revision > 1:
        tags.append((f"revision {article.revision}", ""))
    if article.access == "paywalled":
        tags.append(("paywalled", ""))
    return tags
