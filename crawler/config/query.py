"""`[[query]]`: a query with a name, for searches, exports, alerts, and a feed kept current."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from crawler.config.alert import Alert
from crawler.config.fields import Query, Section
from crawler.config.mistakes import Written
from storage.search import saved
from storage.search.nodes import QueryError
from storage.search.query import parse


def _name(value: str) -> str:
    if saved.NAME.fullmatch(value) is None:
        raise ValueError(
            "write a name of letters, digits, hyphens, points and underscores, as it follows @ in "
            "a query"
        )
    return value


class SavedQuery(Section):
    """`[[query]]`: a query that others name as `@NAME`."""

    name: Annotated[str, AfterValidator(_name)]
    query: Query
    description: str | None = None
    feed: Annotated[str, Field(min_length=1)] | None = None
    entries: Annotated[int, Field(ge=1, le=1000)] = 50


def by_name(queries: Sequence[SavedQuery]) -> dict[str, str]:
    """Return the text of each query by its name."""
    return {query.name: query.query for query in queries}


def with_queries(alerts: Sequence[Alert], queries: Mapping[str, str]) -> list[Alert]:
    """Return the alerts, in whose queries the saved ones are put in place. Raises QueryError."""
    found = []
    for alert in alerts:
        if alert.query is not None:
            text = saved.expand(alert.query, queries)
            alert = alert.model_copy(update={"query": text})
        found.append(alert)
    return found


def mistakes(
    queries: Sequence[SavedQuery],
    alerts: Sequence[Alert],
    written: Written,
) -> Iterator[str]:
    """Yield a message for each name or feed of two queries, and each `@NAME` that is not saved."""
    names: set[str] = set()
    feeds: dict[str, str] = {}
    known = by_name(queries)
    for place, query in enumerate(queries):
        where = written.at(("query", place))
        start = f'{where}: query "{query.name}": '
        if query.name in names:
            yield f"{start}this name is taken"
        names.add(query.name)

        if query.feed is not None:
            owner = feeds.setdefault(query.feed, query.name)
            if owner != query.name:
                yield f'{start}feed: {query.feed} is already the feed of "{owner}"'
        yield from _mistake(query.query, known, f"{start}query: ")

    for place, alert in enumerate(alerts):
        if alert.query is not None:
            where = written.at(("alert", place, "query"))
            start = f'{where}: alert "{alert.name}": query: '
            yield from _mistake(alert.query, known, start)


def _mistake(text: str, known: Mapping[str, str], start: str) -> Iterator[str]:
    try:
        parse(saved.expand(text, known))
    except QueryError as error:
        yield f"{start}{error}"


def misplaced_feeds(
    queries: Sequence[SavedQuery],
    folder: Path,
    taken: Sequence[Path],
    written: Written,
) -> Iterator[str]:
    """Yield a message for each feed that would replace a file of the crawler, or is a folder."""
    paths = {path.resolve() for path in taken}
    for place, query in enumerate(queries):
        if query.feed is None:
            continue
        path = folder / query.feed
        start = f'{written.at(("query", place, "feed"))}: query "{query.name}": feed: '
        if path.resolve() in paths:
            yield f"{start}{path} is a file of the crawler"
        elif path.is_dir():
            yield f"{start}{path} is a folder; name a file in it"
