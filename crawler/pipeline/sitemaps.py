"""Which sitemaps are read: those that robots.txt names, and the most promising of an index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sitemap of an index, and what it held when it was read."""

    child: ChildSitemap
    held: Held | None

    @property
    def is_read(self) -> bool:
        """Whether it was read before."""
        return self.held is not None

    @property
    def read_at(self) -> datetime:
        """When it was read last."""
        return self.held.read_at if self.held else _NEVER

    @property
    def brought_at(self) -> datetime:
        """When it last had a new article."""
        brought = self.held.brought_at if self.held else None
        return brought or _NEVER

    @property
    def newest(self) -> datetime:
        """The latest date of its entries."""
        newest = self.held.newest if self.held else None
        return newest or _NEVER

    @property
    def is_unchanged(self) -> bool:
        """Whether the index says that it is as it was when it was read."""
        modified = self.child.modified
        if modified is None:
            return False
        return modified + _LASTMOD_SPAN <= self.read_at

    @property
    def turn(self) -> tuple[bool, datetime]:
        """Where it comes among the others: those that changed first, then the longest unread."""
        return self.is_unchanged, self.read_at


def chosen(children: Sequence[ChildSitemap], held: Mapping[str, Held]) -> list[str]:
    """Return the sitemaps of an index to read now, given what each held before.

    `children` are in the order of their promise, which decides where nothing is known: an index
    that was never read, and a sitemap that is new in it. Those that brought new articles last are
    read again, and each time another one, so that every sitemap has its turn.
    """
    candidates = [_Candidate(child, held.get(child.url)) for child in children]
    best = _best(candidates)
    others = [one for one in candidates if one not in best]
    others.sort(key=attrgetter("turn"))
    first = [*best, *others]
    return [one.child.url for one in first[:MOST_CHILDREN]]


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    """Return the sitemaps that brought new articles last, else the one with the newest article."""
    known = [one for one in candidates if one.is_read and not one.is_unchanged]
    fruitful = [one for one in known if one.brought_at > _NEVER]
    if fruitful:
        fruitful.sort(key=attrgetter("brought_at"), reverse=True)
        return fruitful[:_MOST_PROVEN]
    known.sort(key=attrgetter("newest"), reverse=True)
    return known[:1]
