"""Reads the columns from the tables, of all articles or of some, as now or as of a time.

Four passes over narrow rows: articles, texts in the index, verdicts, edges of copies. They are
joined in numpy; SQL would look each article up in every table.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from storage.facts.columns import NO_VERDICT, Array, Columns, Names
from storage.facts.originals import Members, originals
from storage.facts.outlets import Outlets
from storage.facts.tables import (
    ARTICLES,
    EDGES,
    EVER,
    FIRST_STORED,
    NEVER,
    SOME,
    TEXTS,
    VERDICTS,
    Chosen,
    times,
)
from storage.sqlite.values import to_json

_MOST_REVISIONS = 1 << 20  # of an article, so that article and revision make one number


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads from one store; the names of languages and agencies are shared by all states."""

    connection: sqlite3.Connection
    languages: Names
    wires: Names
    outlets: Outlets

    def read(self, ids: Sequence[int] | None = None, until: str = EVER) -> Columns:
        """Return the columns of all articles, or of some, as known at a stamp of the store.

        The originals of some articles are right only if `ids` has every member of their clusters.
        """
        asked = {"until": until, "ids": None if ids is None else to_json(list(ids))}
        chosen = Chosen(self.connection, asked)
        articles = chosen.table(ARTICLES, "article.id", 6)
        id = np.asarray(articles[0], np.int64)
        texts = _Texts.of(chosen.table(TEXTS, "article_id", 6), id)
        stored = _stored(chosen, id, texts)
        verdict, probability, judged = _verdicts(chosen, id, texts.revision)
        original, linked = _originals(
            chosen,
            id,
            articles,
            stored,
        )

        columns = Columns.of(
            id=id,
            row=texts.row,
            source=articles[1],
            era=_eras(self.outlets, articles),
            published=times(texts.published, "ms"),
            seen=times(articles[2], "D"),
            stored=stored,
            changed=np.maximum.reduce((texts.stored_newest, judged, linked)),
            language=self.languages.numbers(texts.language),
            verdict=verdict,
            probability=probability,
            cluster=_clusters(articles[4], id),
            original=original,
            wire=self.wires.numbers(articles[5]),
        )
        return columns.at(stored != NEVER)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The newest text of each article in the index, as arrays over the articles."""

    revision: Array
    row: Array
    stored_newest: Array
    stored_first: Array
    language: list[str | None]
    published: list[str | None]

    @classmethod
    def of(cls, table: list[Sequence[Any]], id: Array) -> "_Texts":
        """Take the last of the texts of each article; they are in the order of revisions."""
        owners = np.asarray(table[0], np.int64)
        newest = np.searchsorted(owners, id, side="right") - 1
        oldest = np.searchsorted(owners, id, side="left")
        has_text = oldest <= newest
        stored = times(table[3], "us")
        return cls(
            revision=_taken(
                np.asarray(table[1], np.int64),
                newest,
                has_text,
                0,
            ),
            row=_taken(
                np.asarray(table[2], np.int64),
                newest,
                has_text,
                0,
            ),
            stored_newest=_taken(
                stored,
                newest,
                has_text,
                NEVER,
            ),
            stored_first=_taken(
                stored,
                oldest,
                has_text,
                NEVER,
            ),
            language=_picked(table[4], newest, has_text),
            published=_picked(table[5], newest, has_text),
        )


def _taken(
    values: Array,
    places: Array,
    has_value: Array,
    otherwise: int,
) -> Array:
    """Return the values at some places, and another value where there is none."""
    if len(values) == 0:
        return np.full(len(places), otherwise, np.int64)
    return np.where(has_value, values[np.minimum(places, len(values) - 1)], otherwise)


def _picked(values: Sequence[str | None], places: Array, has_value: Array) -> list[str | None]:
    pairs = zip(places.tolist(), has_value.tolist(), strict=True)
    return [values[place] if has else None for place, has in pairs]


def _stored(chosen: Chosen, id: Array, texts: _Texts) -> Array:
    """Return when the first text of each article was stored.

    The index knows it, but for the articles that it does not contain yet.
    """
    stored = texts.stored_first.copy()
    missing = np.flatnonzero(texts.row == 0)
    if len(missing) == 0:
        return stored
    asked = chosen.asked | {"ids": to_json(id[missing].tolist())}
    found = chosen.of(
        FIRST_STORED,
        SOME.format("article_id"),
        asked,
        2,
    )
    places = np.searchsorted(id, np.asarray(found[0], np.int64))
    stored[places] = times(found[1], "us")
    return stored


def _verdicts(chosen: Chosen, id: Array, revision: Array) -> tuple[Array, Array, Array]:
    """Return the newest verdict on each text, its probability, and when it was stored."""
    table = chosen.table(VERDICTS, "article_id", 5)
    judged_texts = _text_numbers(table[0], table[1])
    texts = _text_numbers(id, revision)
    places = np.searchsorted(judged_texts, texts, side="right") - 1
    if len(judged_texts) == 0:
        none = np.full(len(id), NO_VERDICT)
        return (none, np.full(len(id), np.nan), np.full(len(id), NEVER))
    has_verdict = (places >= 0) & (judged_texts[places] == texts)
    stored = times(table[2], "us")
    relevant = np.asarray(table[3], np.int8)
    probability = np.asarray(table[4], np.float64)  # None becomes NaN
    return (
        np.where(has_verdict, relevant[places], NO_VERDICT),
        np.where(has_verdict, probability[places], np.nan),
        np.where(has_verdict, stored[places], NEVER),
    )


def _text_numbers(articles: Iterable[int], revisions: Iterable[int]) -> Array:
    """Return one number for each article and revision, in their order."""
    owners = np.asarray(articles, np.int64)
    return owners * _MOST_REVISIONS + np.asarray(revisions, np.int64)


def _eras(outlets: Outlets, articles: list[Sequence[Any]]) -> Array:
    """Return the era of each article's outlet; only outlets with several are looked up."""
    source = np.asarray(articles[1], np.int64)
    eras = np.zeros(len(source), np.int64)
    several = list(outlets.dated)
    for place in np.flatnonzero(np.isin(source, several)).tolist():
        eras[place] = outlets.era(articles[1][place], articles[3][place])
    return eras


def _clusters(cluster_ids: Sequence[int | None], id: Array) -> Array:
    cluster = np.asarray(cluster_ids, np.float64)  # None becomes NaN
    return np.where(np.isnan(cluster), id, cluster).astype(np.int64)


def _originals(
    chosen: Chosen,
    id: Array,
    articles: list[Sequence[Any]],
    stored: Array,
) -> tuple[Array, Array]:
    edges = chosen.table(EDGES, "article_id", 2)
    places = np.searchsorted(id, np.asarray(edges[0], np.int64))
    linked = np.full(len(id), NEVER)
    linked[places] = times(edges[1], "us")
    is_known = stored != NEVER
    members = Members(
        id=id,
        cluster=_clusters(articles[4], id),
        declared=times(articles[3], "ms"),
        has_edge=linked != NEVER,
        stored=stored,
        linked=linked,
    )
    return originals(members, is_known)
