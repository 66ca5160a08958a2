"""The sentences that revisions changed, and those that copies cut and added."""

from dataclasses import dataclass
from itertools import pairwise
from sqlite3 import Connection
from typing import Any

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
    copies = []
    for original_id, title in _originals(connection, article).items():
        original = text_at_copy(
            revisions.history(connection, original_id),
            history[0],
        )
        copies.append(_copy_difference(original, history[0], title))
    return Differences(
        revisions=[_revision_difference(before, after) for before, after in pairwise(history)],
        copies=copies,
    )


def _revision_difference(before: Revision, after: Revision) -> Difference:
    changes = ", ".join(after.changes) or after.change
    return Difference(
        title=f"revision {after.number}, {after.fetched_at:%Y-%m-%d %H:%M} UTC: {changes}",
        headline=(before.headline, after.headline),
        edits=_edits(before.body, after.body),
    )


def _originals(
    connection: Connection,
    article: CorpusArticle,
) -> dict[int, str]:
    """Return the originals of an article, each with a title; that of its cluster comes first.

    The original may have no edge from here: it was stored later, or found through another copy.
    """
    titles = {}
    original = article.duplicate_of
    if original is not None:
        kind = article.duplicate_kind or "copy"
        titles[original] = f"{kind} of article {original}"
    for edge in relations.of_article(connection, article.id):
        titles[edge.of] = (
            f"{edge.kind.value} of article {edge.of}: {edge.forward:.0%} of this text is "
            f"there, {edge.backward:.0%} of that text is here"
        )
    return {of: f"{title}; what it cut (-) and added (+)" for of, title in titles.items()}


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
