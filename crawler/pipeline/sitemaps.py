"""Sitemaps that an origin names in the robots.txt that is stored of it."""

from crawler.feeds import announced
from storage.crawl import robots
from storage.sqlite.database import Database


async def sitemaps(database: Database, origin: str) -> list[str]:
    """Return every sitemap that robots.txt names; the usual address where it names none."""
    text = await _robots_txt(database, origin)
    return announced.sitemaps_of(text, f"{origin}/") or [f"{origin}/sitemap.xml"]


async def news_sitemaps(database: Database, origin: str) -> list[str]:
    """Return the news sitemaps that robots.txt names: they list the last two days."""
    text = await _robots_txt(database, origin)
    return [sitemap.url for sitemap in announced.in_robots(text, f"{origin}/")]


async def _robots_txt(database: Database, origin: str) -> str:
    record = await database.read(robots.load, origin)
    return record.body if record is not None else ""
