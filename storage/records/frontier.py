"""An address to fetch, and the purpose of the fetch."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TargetKind(StrEnum):
    """The purpose of a fetch."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    ANY = "any"  # any kind of answer: `drawdown fetch`
    ARTICLE = "article"
    REVISIT = "revisit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie that one host has set within a chain of redirects."""

    host: str
    name: bytes
    value: bytes = field(repr=False)
    path: str = "/"
    is_secure: bool = False  # sent over https only
    changed_at: int = 0  # redirects that were passed before it got this value


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierUrl:
    """One address to fetch, with the place it came from."""

    id: int  # row of the frontier, the source or the article, by kind
    kind: TargetKind
    url: str
    source: str = ""
    host: str = ""
    attempts: int = 0
    hops: tuple[str, ...] = ()  # redirects that led to this address
    moved_to: str | None = None  # where the permanent ones at their beginning led
    cookies: tuple[Cookie, ...] = ()  # that were set on the way; never stored
    spent_seconds: float = 0.0  # of its deadline, on those redirects
    overflowed_at: datetime | None = None  # set to recover entries lost at that time

    @property
    def asked(self) -> str:
        """The address that was requested first, before all redirects."""
        return self.hops[0] if self.hops else self.url
