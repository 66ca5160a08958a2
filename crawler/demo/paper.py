"""A demo outlet and its stories."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of a demo outlet."""

    url: str
    path: str
    headline: str
    published: datetime
    modified: datetime
    body: tuple[str, ...]
    byline: str = ""
    standfirst: str = ""
    caption: str = ""
    forbidden: bool = False
    missing: bool = False
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A demo outlet with its stories, newest first."""

    name: str
    host: str
    language: str
    country: str
    group: str
    feed: str
    layout: str
    encoding: str
    broken: bool
    stories: tuple[Story, ...]

    @property
    def feed_path(self) -> str:
        """The path of its feed, listing page or sitemap."""
        return {
            "rss": "/feed.xml", "atom": "/atom.xml", "rdf": "/index.rdf", "json": "/feed.json",
            "listing": "/", "sitemap": "/news-sitemap.xml",
        }[self.feed]  # fmt: skip
