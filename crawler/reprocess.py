"""Run over the whole corpus again what is decided anew: the copies, by the method of today.

In transactions of some hundred articles, so that it may be stopped at any time and goes on where
it was; nothing of the texts is touched.
"""

from collections.abc import Callable
from functools import partial
from sqlite3 import Connection

from crawler import urls
from crawler.dedupe.likeness import Comparable
from crawler.dedupe.shingles import fingerprint
from crawler.steps.copies import Copies
from storage import profiles, relations, reprocessing
from storage.database import Database
from storage.reprocessing import Waiting
from storage.sketches import MemoryIndex

_BATCH = 200  # articles in a transaction


async def find_copies_again(database: Database, progress: Callable[[int, int], None]) -> int:
    """Compare every article anew with those stored before it; return how many.

    `progress` is told how many are done, of how many.
    """
    total = await database.write(reprocessing.begin)
    copies = Copies(await database.read(MemoryIndex.load))
    done = 0
    while ids := await database.read(partial(reprocessing.waiting, most=_BATCH)):
        await database.write(partial(_compare_all, copies, ids))
        done += len(ids)
        progress(done, total)
    await database.write(reprocessing.end)
    return done


def _compare_all(copies: Copies, articles: list[Waiting], connection: Connection) -> None:
    for article in articles:
        _compare(copies, article, connection)


def _compare(copies: Copies, article: Waiting, connection: Connection) -> None:
    body = relations.body_of(connection, article.id)
    site = profiles.of(connection, urls.host_of(article.url))
    found = fingerprint(body, site.common_lines)
    text = Comparable.read(
        found,
        body,
        outlet=article.outlet,
        headline=article.headline,
        published=article.published,
    )
    related = copies.find(connection, text, found, article.id)
    copies.keep(connection, article.id, text, found, related)
