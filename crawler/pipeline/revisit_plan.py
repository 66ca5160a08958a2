"""The times at which an article on topic is revisited."""

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler import urls
from storage.crawl import revisits

# The delay before each revisit, after the previous one. A material change starts from the first.
REVISITS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)


def next_revisit(
    step: int,
    after: datetime,
    now: datetime,
) -> tuple[int, datetime] | None:
    """Return the next step whose time is not past, and this time; None after the last one.

    An imported page may be years old, so that the times of all its steps are past.
    """
    for number in range(step, len(REVISITS)):
        at = after + REVISITS[number]
        if at >= now:
            return number, at
    return None


def plan_revisit(
    connection: Connection, article_id: int, url: str, step: int, after: datetime
) -> None:
    """Store the next revisit of an article, from this step on; or that there is none."""
    following = next_revisit(step, after, datetime.now(UTC))
    if following is None:
        revisits.end(connection, article_id)
        return
    number, at = following
    host = urls.host_of(url)
    revisits.schedule(
        connection,
        article_id,
        host=host,
        url=url,
        step=number,
        at=at,
    )
