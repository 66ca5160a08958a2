"""`/search`: the articles that a query finds, in the order of `drawdown search`."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.pages.facets import Facet, facets
from crawler.web.pages.over_time import OverTime, over_time
from crawler.web.pages.results import results_of
from crawler.web.rendering import address
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.export.formats import FORMATS
from storage.facts.columns import UNKNOWN_TIME, Columns, Mask
from storage.facts.facts import Facts
from storage.search import find
from storage.search.compile import compile_query
from storage.search.find import Order, Results
from storage.search.nodes import And
from storage.search.parts import parts, without
from storage.search.query import parse

PAGE = 20  # results, as `drawdown search` has them
_MOST_PARTS = 8  # that are tried without one where nothing is found
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("rank", "best first"),
    ("newest", "newest"),
    ("oldest", "oldest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search asks for, and the columns in which it counts."""

    query: str
    order: Order
    page: int
    as_of: datetime | None
    facts: Facts | None  # None: too much has changed since that time
    mask: Mask | None

    @property
    def count(self) -> int | None:
        """How many articles there are; None: not counted."""
        return None if self.mask is None else int(self.mask.sum())


def page(asked: Asked) -> Page:
    """Return a page of results, and the terms that narrow it. Raises QueryError, Mistake."""
    searched = _searched(asked)
    found = read(asked, searched, limit=PAGE + 1, offset=(searched.page - 1) * PAGE)
    shown = Results(articles=found.articles[:PAGE], stems=found.stems)
    has_more = len(found.articles) > PAGE
    following = _address(asked, searched, page=searched.page + 1) if has_more else None
    return Page(
        template="search.html",
        title=searched.query or "Articles",
        records=shown.found(),
        count=searched.count,
        next=following,
        values={
            "searched": searched,
            "first": (searched.page - 1) * PAGE + 1,
            "results": results_of(asked.connection, shown),
            "previous": _address(asked, searched, page=searched.page - 1),
            "chips": _chips(asked, searched),
            "orders": _orders(asked, searched),
            "facets": _facets(searched),
            "instead": [] if shown.articles else _instead(asked, searched),
            "formats": list(FORMATS),
            "order_asked": asked.text("order"),
            "chart": _chart(asked, searched),
        },
    )


def _searched(asked: Asked) -> Searched:
    query = asked.search()
    if query:
        parts(query)  # a mistake is reported before anything is counted
    default = "rank" if query else "newest"
    order: Order = asked.choice("order", [name for name, _ in _ORDERS], default)  # type: ignore[assignment]  # one of them
    as_of = asked.moment("as_of")
    facts = asked.site.facts.at(asked.connection, as_of)
    mask = None
    if facts is not None:
        mask = facts.find(asked.connection, query) if query else facts.every
    return Searched(
        query=query, order=order, page=asked.number("page", 1), as_of=as_of, facts=facts, mask=mask
    )


def read(asked: Asked, searched: Searched, *, limit: int, offset: int) -> Results:
    """Return some results in their order, those of `drawdown search`.

    What is ordered by date is found in the columns; only the best first need the index.
    """
    query = parse(searched.query, searched.as_of) if searched.query else And(())
    compiled = compile_query(query, searched.as_of)
    is_ranked = searched.order == "rank" and compiled.match is not None
    if is_ranked or searched.facts is None or searched.mask is None:
        return find.read(
            asked.connection,
            searched.query or None,
            order=searched.order,
            limit=limit,
            offset=offset,
            as_of=searched.as_of,
        )
    is_newest = searched.order != "oldest"
    chosen = _dated(searched.facts.columns, searched.mask, offset + limit, is_newest=is_newest)
    chosen = chosen[offset:]
    wanted = Wanted(ids=sorted(chosen), as_of=searched.as_of)
    by_id = {article.id: article for article in corpus.stream(asked.connection, wanted)}
    return Results(articles=[by_id[one] for one in chosen if one in by_id], stems=compiled.stems)


def _dated(columns: Columns, mask: Mask, most: int, *, is_newest: bool) -> list[int]:
    """Return the first articles of a mask by date, then by number.

    Only those at or before the date of the last one are sorted: of half a million all would take
    60 ms (measured).
    """
    published, numbers = columns.published[mask], columns.id[mask]
    if is_newest:
        # The undated, which are the least of all numbers, come last.
        is_undated = published == UNKNOWN_TIME
        published = np.where(is_undated, np.iinfo(np.int64).max, -published)
        numbers = -numbers
    if len(published) > most:
        last = np.partition(published, most)[most]
        is_before = published <= last
        published, numbers = published[is_before], numbers[is_before]
    chosen = numbers[np.lexsort((numbers, published))][:most]
    found: list[int] = np.abs(chosen).tolist()
    return found


def _address(asked: Asked, searched: Searched, **changed: object) -> str | None:
    """Return the address of this search with something changed; None before the first page."""
    given: dict[str, object] = {
        "q": searched.query,
        "order": asked.text("order"),
        "page": searched.page,
        "as_of": asked.text("as_of"),
        **changed,
    }
    if given["page"] == 0:
        return None
    if given["page"] == 1:
        given["page"] = None
    return address("/search", **given)


def _chips(asked: Asked, searched: Searched) -> list[tuple[str, str | None]]:
    """Return the parts of the query, each with the address of the search without it."""
    if not searched.query:
        return []
    return [
        (part, _address(asked, searched, q=without(searched.query, part), page=1))
        for part in parts(searched.query)
    ]


def _orders(asked: Asked, searched: Searched) -> list[tuple[str, str | None, bool]]:
    return [
        (name, _address(asked, searched, order=order, page=1), order == searched.order)
        for order, name in _ORDERS
        if searched.query or order != "rank"
    ]


def _chart(asked: Asked, searched: Searched) -> OverTime | None:
    if searched.facts is None or searched.mask is None:
        return None
    return over_time(asked, searched.facts, searched.mask, searched.query)


def _facets(searched: Searched) -> list[tuple[str, list[Facet]]]:
    if searched.facts is None or searched.mask is None or not searched.count:
        return []
    return facets(searched.facts, searched.mask, searched.query)


def _instead(asked: Asked, searched: Searched) -> list[tuple[str, int, str | None]]:
    """Return the parts without which something is found: the part, how much, the address."""
    if searched.facts is None or not searched.query or searched.page > 1:
        return []
    found = []
    for part in parts(searched.query)[:_MOST_PARTS]:
        rest = without(searched.query, part)
        mask = searched.facts.find(asked.connection, rest) if rest else searched.facts.every
        if count := int(mask.sum()):
            found.append((part, count, _address(asked, searched, q=rest, page=1)))
    return found
