"""A source: an outlet's feed, listing page or sitemap, with its settings."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, get_args


class Engine(StrEnum):
    """The HTTP engine: our own, or httpx under the same rules."""

    DRAWDOWN = "drawdown"
    HTTPX = "httpx"


OutletKind = Literal[
    "agency",
    "newspaper",
    "broadcaster",
    "online",
    "magazine",
    "think tank",
    "monitor",
    "official",
    "aggregator",
]
Alignment = Literal["state", "public", "party", "independent", "unknown"]
OUTLET_KINDS: tuple[str, ...] = get_args(OutletKind)
ALIGNMENTS: tuple[str, ...] = get_args(Alignment)


class SourceKind(StrEnum):
    """The kind of document at a source's address."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What sources.toml says of an outlet since a day; None: since its beginning."""

    name: str  # kind, alignment, leaning, owner or family
    value: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors that an operator gives if generic extraction is not enough."""

    links: str | None = None  # the links of a listing page
    href: str | None = None  # a regular expression that their addresses match
    body: str | None = None  # the element that contains the article
    remove: str | None = None  # elements of it to leave out
    valid_until: date | None = None  # last day for body and remove; None: no end


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """User and password of a source's address, sent only to its origin; never stored or shown."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet's feed, listing page or sitemap, with its settings."""

    name: str
    kind: SourceKind
    url: str
    homepage: str | None = None
    country: str | None = None
    language: str | None = None
    group: str | None = None
    facts: tuple[Fact, ...] = ()
    domains: tuple[str, ...] = ()  # other domains: an article there is the outlet's
    former_domains: tuple[str, ...] = ()
    family: str = ""  # outlets of one family do not corroborate each other; empty: the outlet alone
    selectors: Selectors = Selectors()
    interval_seconds: float | None = None  # set by the operator; None: adaptive
    max_age_seconds: float | None = None  # age limit of its entries; None: the general one
    delay_seconds: float | None = None  # gap between requests to one host
    max_per_host: int | None = None
    ignore_robots: bool = False
    allow_invalid_tls: bool = False
    engine: Engine | None = None  # None: the engine of [network]
    feed_timezone: str | None = None  # of times that its feed labels as GMT
    credentials: Credentials | None = field(default=None, repr=False)
