"""The sentences that revisions changed, and those that copies cut and added."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Connection
from typing import Any

from crawler.comparison.kinds import kind_of_copy
from crawler.dedupe.diff import Edit, diff
from storage.articles import relations, revisions
from storage.articles.revisions import Revision
from storage.records.model import CorpusArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two texts, and the sentences in which they differ."""

    title: str
    headline: tuple[str, str]  # before and after
    edits: list[Edit]

    def plain(self) -> dict[str, Any]:
        """Return the difference as JSON values. Any: its fields have several types."""
        return {
            "title": self.title,
            "headline": list(self.headline),
            "edits": list(map(_edit_record, self.edits)),
        }


def _edit_record(edit: Edit) -> dict[str, str]:
    return {
        "kind": edit.kind,
        "before": edit.before,
        "after": edit.after,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How the revisions of an article differ, and how the article differs from its originals."""

    revisions: list[Difference]
    copies: list[Difference]

    def plain(self) -> dict[str, Any]:
        """Return the differences as JSON values. Any: as above."""
        return {
            "revisions": [difference.plain() for difference in self.revisions],
            "copies": [difference.plain() for difference in self.copies],
        }


def read_differences(
    connection: Connection,
    article: CorpusArticle,
) -> Differences:
    """Compare the revisions of an article with each other, and the article with its originals."""
    history = revisions.history(connection, article.id)
    earlier = list(_earlier(connection, article))
    later = list(_later(connection, article, {pair.other for pair in earlier}))
    return Differences(
        revisions=[_revision_difference(before, after) for before, after in pairwise(history)],
        copies=[_pair_difference(connection, history, pair) for pair in (*earlier, *later)],
    )


def _revision_difference(before: Revision, after: Revision) -> Difference:
    changes = ", ".join(after.changes) or after.change
    return Difference(
        title=f"revision {after.number}, {after.fetched_at:%Y-%m-%d %H:%M} UTC: {changes}",
        headline=(before.headline, after.headline),
        edits=_edits(before.body, after.body),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Another article with the same text, or passages of it."""

    other: int
    is_original: bool  # the other is what this article repeats; else it repeats this article
    title: str


def _earlier(connection: Connection, article: CorpusArticle) -> Iterator[_Pair]:
    """Yield what an article repeats; the original of its cluster comes first.

    The original may have no edge from here: it was stored later, or found through another copy.
    """
    edges = {edge.of: edge for edge in relations.of_article(connection, article.id)}
    copies = set(relations.copies_of(connection, article.id))
    original = article.duplicate_of
    if original is not None and original not in edges:
        title = f"{kind_of_copy(None)} of article {original}, found through another copy"
        yield _Pair(other=original, is_original=True, title=title)
    for of, edge in sorted(edges.items(), key=lambda item: item[0] != original):
        # An original that was stored after its copy has its edge to the copy.
        if of not in copies:
            kind = kind_of_copy(edge.kind.value)
            shares = _shares(edge.forward, edge.backward)
            yield _Pair(other=of, is_original=True, title=f"{kind} of article {of}{shares}")


def _later(
    connection: Connection,
    article: CorpusArticle,
    known: Set[int],
) -> Iterator[_Pair]:
    """Yield what repeats an article: the copies of its cluster, and texts with its passages."""
    edges = relations.to_article(connection, article.id)
    kinds = {edge.of: edge for edge in edges}
    for other in dict.fromkeys((*relations.copies_of(connection, article.id), *kinds)):
        if other in known:
            continue
        edge = kinds.get(other)
        kind = kind_of_copy(edge.kind.value if edge else None)
        shares = _shares(edge.forward, edge.backward, is_other=True) if edge else ""
        title = f"article {other} is a {kind} of this one{shares}".replace(" a e", " an e")
        yield _Pair(other=other, is_original=False, title=title)


def _shares(forward: float, backward: float, *, is_other: bool = False) -> str:
    """Return which share of the later text is in the earlier one, and the other way round."""
    if is_other:
        return f": {forward:.0%} of that text is here, {backward:.0%} of this text is there"
    return f": {forward:.0%} of this text is there, {backward:.0%} of that text is here"


def _pair_difference(
    connection: Connection,
    history: list[Revision],
    pair: _Pair,
) -> Difference:
    """Compare two articles in the direction in which the text went: from the original."""
    others = revisions.history(connection, pair.other)
    title = f"{pair.title}; what it cut (-) and added (+)"
    if pair.is_original:
        return _copy_difference(text_at_copy(others, history[0]), history[0], title)
    return _copy_difference(text_at_copy(history, others[0]), others[0], title)


def text_at_copy(history: list[Revision], copy: Revision) -> Revision:
    """Return the text of an original at the time of the copy.

    What the original added later was not cut by the copy.
    """
    at_copy = history[0]
    for revision in history:
        if revision.fetched_at <= copy.fetched_at:
            at_copy = revision
    return at_copy


def _copy_difference(
    original: Revision,
    own: Revision,
    title: str,
) -> Difference:
    return Difference(
        title=title,
        headline=(original.headline, own.headline),
        edits=_edits(original.body, own.body),
    )


def _edits(before: tuple[str, ...], after: tuple[str, ...]) -> list[Edit]:
    return [edit for edit in diff(before, after) if edit.kind != "same"]
