"""`/review`: near misses without a label, and the one thing that the page writes: a label."""

import hmac
from collections.abc import Iterator
from itertools import islice

import numpy as np

from crawler.web.answering import Answer, Moved, Page
from crawler.web.asking import Asked, Mistake, NotFound, Refused
from crawler.web.pages.marking import mark
from crawler.web.pages.results import tags_of
from storage.articles import corpus, labels
from storage.articles.corpus import Wanted
from storage.records.model import CorpusArticle
from storage.search import find

_SHOWN = 20
_JSON_FIELDS = ("id", "url", "headline", "probability", "score", "evidence")


def page(asked: Asked) -> Page:
    """Return the near misses, the nearest first, as `drawdown review` has them."""
    low, high = asked.site.thresholds
    labelled = {label.canonical_url for label in labels.read(asked.site.labels)}
    query = asked.search()
    matching = set(find.ids(asked.connection, query)) if query else None
    near = (
        article
        for article in _between(asked, low, high)
        if article.url_key not in labelled and (matching is None or article.id in matching)
    )
    shown = list(islice(near, _SHOWN))
    return Page(
        template="review.html",
        title="Review",
        records=[{name: getattr(one, name) for name in _JSON_FIELDS} for one in shown],
        values={
            "near": [
                (one, mark(one, frozenset()), tags_of(one, is_removed=False)) for one in shown
            ],
            "labelled": len(labelled),
            "thresholds": asked.site.thresholds,
            "form_token": asked.site.form_token,
            "done": asked.number("done", 0, least=0, most=10**18),
            "without": corpus.count_without_probability(asked.connection) if not shown else 0,
        },
    )


def _between(asked: Asked, low: float, high: float) -> Iterator[CorpusArticle]:
    """Yield what `corpus.between` yields, found in the columns."""
    columns = asked.site.facts.now(asked.connection).columns
    is_near = (columns.verdict == 0) & (columns.probability >= low) & (columns.probability < high)
    near = columns.at(is_near)
    ids = near.id[np.lexsort((near.id, -near.probability))].tolist()
    for start in range(0, len(ids), _SHOWN):
        part = ids[start : start + _SHOWN]
        by_id = {one.id: one for one in corpus.stream(asked.connection, Wanted(ids=sorted(part)))}
        yield from (by_id[one] for one in part if one in by_id)


def answer(asked: Asked) -> Answer:
    """Append a reader's label. Raises Refused without the token of the form, Mistake, NotFound."""
    given = asked.form.get("token", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, asked.site.form_token.encode()):
        raise Refused("This form is of an earlier page. Load the page again, then answer.")
    said = asked.form.get("answer", "")
    if said not in ("yes", "no"):
        raise Mistake("answer is yes or no")
    try:
        article = corpus.get(asked.connection, asked.id_in_path("id"))
    except KeyError:
        raise NotFound from None
    labels.append(asked.site.labels, labels.label(article, relevant=said == "yes"))
    return Moved(address=f"/review?done={article.id}")
