"""Which sitemaps are read: those that robots.txt names, and the most promising of an index."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from crawler.feeds import announced
from storage.crawl import robots
from storage.crawl.children import Held
from storage.records.model import ChildSitemap
from storage.sqlite.database import Database

MOST_CHILDREN = 3  # sitemaps of an index that are read at one poll
_MOST_PROVEN = MOST_CHILDREN - 1  # the other one looks for what the best ones do not list
_LASTMOD_SPAN = timedelta(days=1)  # it may be a day without a time, in any zone
_NEVER = datetime.min.replace(tzinfo=UTC)


async def sitemaps(database: Database, origin: str) -> list[str]:
    """Return every sitemap that robots.txt names; the usual address where it names none."""
    text = await _robots_txt(database, origin)
    return announced.sitemaps_of(text, f"{origin}/") or [f"{origin}/sitemap.xml"]


async def news_sitemaps(database: Database, origin: str) -> list[str]:
    """Return the news sitemaps that robots.txt names: they list the last two days."""
    text = await _robots_txt(database, origin)
    return [sitemap.url for sitemap in announced.news_in_robots(text, f"{origin}/")]


async def _robots_txt(database: Database, origin: str) -> str:
    record = await database.read(robots.load, origin)
    return record.body if record is not None else ""


def chosen(children: Sequence[ChildSitemap], held: Mapping[str, Held]) -> list[str]:
    """Return the sitemaps of an index to read now, given what each held before.

    `children` are in the order of their promise, which decides where nothing is known: an index
    that was never read, and a sitemap that is new in it. Those that brought new articles last are
    read again, and each time another one, so that every sitemap has its turn.
    """
    best = _fruitful(children, held) or _newest(children, held)
    others = [child for child in children if child not in best]
    others.sort(key=lambda child: _turn(child, held))
    first = [*best, *others][:MOST_CHILDREN]
    return [child.url for child in first]


def _fruitful(children: Sequence[ChildSitemap], held: Mapping[str, Held]) -> list[ChildSitemap]:
    """Return the sitemaps that brought new articles last and may have changed since then."""
    brought = [
        (known.brought_at, child)
        for child, known in _known(children, held)
        if known.brought_at is not None
    ]
    brought.sort(key=itemgetter(0), reverse=True)
    return [child for _, child in brought[:_MOST_PROVEN]]


def _newest(children: Sequence[ChildSitemap], held: Mapping[str, Held]) -> list[ChildSitemap]:
    """Return the sitemap with the newest article, else the most promising that was read."""
    known = _known(children, held)
    newest = max(known, key=lambda pair: pair[1].newest or _NEVER, default=None)
    return [] if newest is None else [newest[0]]


def _known(
    children: Sequence[ChildSitemap], held: Mapping[str, Held]
) -> list[tuple[ChildSitemap, Held]]:
    """Return the sitemaps that were read, but for those that are as they were."""
    read = [(child, held[child.url]) for child in children if child.url in held]
    return [(child, known) for child, known in read if not _is_unchanged(child, known)]


def _turn(child: ChildSitemap, held: Mapping[str, Held]) -> tuple[bool, datetime]:
    """Return the order of the others: never read, then changed, then the longest unread."""
    known = held.get(child.url)
    if known is None:
        return False, _NEVER
    return _is_unchanged(child, known), known.read_at


def _is_unchanged(child: ChildSitemap, held: Held) -> bool:
    """Whether an index says that a sitemap is as it was when it was read."""
    if child.modified is None:
        return False
    return child.modified + _LASTMOD_SPAN <= held.read_at
