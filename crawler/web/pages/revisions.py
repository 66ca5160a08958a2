"""`/articles/ID/revisions`: what an outlet changed, revision by revision."""

from itertools import pairwise

from crawler.web.answering import Page
from crawler.web.asking import Asked, NotFound
from crawler.web.pages.article import get
from crawler.web.pages.comparing import VIEWS, compared
from crawler.web.rendering import address
from storage.articles import revisions
from storage.articles.revisions import Revision


def page(asked: Asked) -> Page:
    """Return the timeline of an article, and the changes of each revision."""
    history = _history(asked)
    steps = [(history[0], None)]
    steps += [(after, compared(before, after)) for before, after in pairwise(history)]  # type: ignore[misc]
    return Page(
        template="revisions.html",
        title=f"Revisions of {history[-1].headline}",
        values={"article": get(asked, asked.moment("as_of")), "steps": steps[::-1]},
        records=[_record(revision) for revision in history],
    )


def one(asked: Asked) -> Page:
    """Return a revision against another one; by default against the one before."""
    history = {revision.number: revision for revision in _history(asked)}
    number = asked.id_in_path("number")
    against = asked.number("against", max(number - 1, 1))
    if number not in history or against not in history:
        raise NotFound
    view = asked.choice("view", [name for name, _ in VIEWS], "changes")
    before, after = history[against], history[number]
    article = get(asked, asked.moment("as_of"))
    where = f"/articles/{article.id}/revisions/{number}"
    given = {"against": asked.text("against"), "as_of": asked.text("as_of")}
    return Page(
        template="revision.html",
        title=f"Revision {against} to {number}" if number > 1 else "Revision 1",
        values={
            "article": article,
            "history": list(history.values()),
            "before": before,
            "after": after,
            "compared": compared(before, after),
            "view": view,
            "views": [
                (name, address(where, view=one, **given), one == view) for one, name in VIEWS
            ],
        },
        records={"before": _record(before), "after": _record(after)},
    )


def _history(asked: Asked) -> list[Revision]:
    """Return the revisions of the article that were known at a time, the oldest first."""
    article = get(asked, asked.moment("as_of"))
    history = revisions.history(asked.connection, article.id)
    return [revision for revision in history if revision.number <= article.revision]


def _record(revision: Revision) -> dict[str, object]:
    return {
        "number": revision.number,
        "change": revision.change,
        "changes": list(revision.changes),
        "fetched_at": revision.fetched_at,
        "headline": revision.headline,
        "body": list(revision.body),
    }
