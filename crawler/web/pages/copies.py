"""`/articles/ID/copies/OTHER`: two articles side by side, the original first."""

from crawler.comparison.differences import text_at_copy
from crawler.web.answering import Page
from crawler.web.asking import Asked, NotFound
from crawler.web.pages.article import get
from crawler.web.pages.comparing import VIEWS, compared
from crawler.web.rendering import address
from storage.articles import corpus, relations, revisions
from storage.records.model import CorpusArticle


def page(asked: Asked) -> Page:
    """Return two related articles compared. Raises NotFound where they share nothing."""
    as_of = asked.moment("as_of")
    article = get(asked, as_of)
    try:
        other = corpus.get(asked.connection, asked.id_in_path("other"), as_of)
    except KeyError:
        raise NotFound from None
    if other.id == article.id or other.group_id != article.group_id:
        raise NotFound
    original, copy = _in_order(asked, article, other)
    own = revisions.history(asked.connection, copy.id)[0]
    before = text_at_copy(revisions.history(asked.connection, original.id), own)
    view = asked.choice("view", [name for name, _ in VIEWS], "side")
    where = f"/articles/{article.id}/copies/{other.id}"
    return Page(
        template="copies.html",
        title=f"{original.source} and {copy.source}",
        values={
            "original": original,
            "copy": copy,
            "compared": compared(before, own),
            "shares": _shares(asked, original, copy),
            "view": view,
            "views": [
                (name, address(where, view=one, as_of=asked.text("as_of")), one == view)
                for one, name in VIEWS
            ],
        },
        records={"original": original.id, "copy": copy.id},
    )


def _in_order(
    asked: Asked, article: CorpusArticle, other: CorpusArticle
) -> tuple[CorpusArticle, CorpusArticle]:
    """Return the original and the copy; of two copies the one that was seen first, first."""
    if article.duplicate_of == other.id:
        return other, article
    if other.duplicate_of == article.id:
        return article, other
    edges = {edge.of for edge in relations.of_article(asked.connection, article.id)}
    if other.id in edges or other.first_seen < article.first_seen:
        return other, article
    return article, other


def _shares(
    asked: Asked, original: CorpusArticle, copy: CorpusArticle
) -> tuple[float, float] | None:
    """Return which share of the copy is in the original, and of the original in the copy."""
    for edge in relations.of_article(asked.connection, copy.id):
        if edge.of == original.id:
            return edge.forward, edge.backward
    for edge in relations.of_article(asked.connection, original.id):
        if edge.of == copy.id:
            return edge.backward, edge.forward
    return None
