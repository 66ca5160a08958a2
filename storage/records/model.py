"""The records that flow: the glossary of the project.

Every record is frozen; a change is a new value. Times are aware UTC datetimes, texts are NFC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from storage.records.article import Article, BlockReport, Insert, SiteProfile, SiteSample
from storage.records.outcome import Outcome
from storage.records.verdict import Evidence, Verdict


class Engine(StrEnum):
    """The HTTP engine: our own, or httpx under the same rules."""

    DRAWDOWN = "drawdown"
    HTTPX = "httpx"


class SourceKind(StrEnum):
    """The kind of document at a source's address."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors an operator gives where the generic finders are not enough."""

    links: str | None = None  # the links of a listing page
    href: str | None = None  # a regular expression that their addresses match
    body: str | None = None  # the element that holds the article
    remove: str | None = None  # what to leave out of it
    valid_until: date | None = None  # body and remove hold up to this day; None: for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """User and password of a source's address, for its origin alone: never stored or shown."""

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
    family: str = ""  # what corroborates nothing of one another; empty: the outlet alone
    selectors: Selectors = Selectors()
    interval_seconds: float | None = None  # pinned by the operator; None: adaptive
    max_age_seconds: float | None = None  # age gate of its entries; None: the general one
    delay_seconds: float | None = None  # gap between requests to one host
    max_per_host: int | None = None
    ignore_robots: bool = False
    allow_invalid_tls: bool = False
    engine: Engine | None = None  # None: the one that [network] names
    feed_timezone: str | None = None  # of times that its feed claims to be GMT
    credentials: Credentials | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWish:
    """How a feed asks to be polled."""

    seconds: float = 0.0  # at least so long between two polls
    named: str = ""  # the element that says so: ttl, sy:updatePeriod
    skipped_hours: tuple[int, ...] = ()  # of the day in UTC, 0 to 23
    skipped_days: tuple[int, ...] = ()  # of the week in UTC, Monday is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What is remembered of a source between two polls."""

    next_poll_at: datetime
    last_poll_at: datetime | None = None
    last_outcome: Outcome | None = None
    last_detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # the address that gave the validators
    body_hash: str | None = None
    unconditional_at: datetime | None = None  # the last poll without validators
    interval_seconds: float = 1800.0
    new_per_hour: float | None = None  # EWMA of new entries
    window: int | None = None  # entries that the source shows at once
    failures: float = 0.0  # weighted, reset by success
    failing_since: datetime | None = None
    reason: str = "never polled"  # why the next poll is when it is
    wish: PollWish = PollWish()  # of the feed itself; a 304 repeats none
    honest_at: datetime | None = None  # when an answer agreed with the 304s before it
    hidden: int = 0  # polls in a row that showed what 304s may have hidden
    refused: int = 0  # conditional requests in a row that failed
    validators_off: str | None = None  # why no validators are sent any more


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """What a feed claims of one article."""

    url: str
    guid: str | None = None
    headline: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    summary: str | None = None
    byline: tuple[str, ...] = ()
    content: str | None = None  # the enclosed text, as HTML
    position: int = 0
    is_promising: bool = False  # headline or summary speak of the topic: it is fetched earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """A sitemap that a sitemap index names."""

    url: str
    modified: datetime | None = None  # when it changed last, as the index says


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A parsed feed, listing page or sitemap."""

    entries: tuple[FeedEntry, ...]
    title: str | None = None
    format: str = ""  # rss20, atom10, json1, page, sitemap …
    over_cap: int = 0  # entries beyond the cap: counted, not taken
    unusable: int = 0  # entries (or sitemaps of an index) without a usable address
    undated: int = 0  # entries with a date that cannot be determined
    wish: PollWish = PollWish()
    children: tuple[ChildSitemap, ...] = ()  # of an index, the most promising first


class TargetKind(StrEnum):
    """What a fetch is for."""

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
    cookies: tuple[Cookie, ...] = ()  # that were set on the way; never stored
    spent_seconds: float = 0.0  # of its deadline, on those redirects
    overflowed_at: datetime | None = None  # it lists what a window that overflowed then showed not

    @property
    def asked(self) -> str:
        """The address first asked for, the same wherever redirects have led."""
        return self.hops[0] if self.hops else self.url


RobotsVerdict = Literal["rules", "allow", "disallow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRecord:
    """The last word of an origin's robots.txt."""

    origin: str
    fetched_at: datetime
    expires_at: datetime
    verdict: RobotsVerdict  # rules: read `body`; allow or disallow: everything
    cause: Outcome | None = None  # why everything is disallowed
    body: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Where the time of a fetch went, in milliseconds; None where a phase did not happen."""

    queue: float | None = None  # from the claim to the host's turn
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer as it came: the decoded body and everything said around it."""

    url: str  # where the redirects ended
    requested_url: str
    redirects: tuple[str, ...]  # every address before the last, in order
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire_bytes: int
    address: str | None
    phases: Phases
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


SKETCH_VERSION = 2  # of the words, the shingles and their sample: others cannot be compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What of a text is compared: its exact hash, its shingles and a sample of them."""

    text_hash: str  # of all its words, hexadecimal
    sketch: bytes  # FracMinHash of word 5-grams: little-endian unsigned 64-bit, smallest first
    sketch_version: int
    shingles: bytes  # all of them in reading order, without the outlet's lines; same coding
    lines: tuple[int, ...]  # 64-bit hashes of its lines, each once
    words: int


class RelationKind(StrEnum):
    """What a text is to an earlier one."""

    EXACT = "exact"  # the same words
    NEAR = "near"  # edited by its own outlet
    SYNDICATED = "syndicated"  # taken over by another outlet
    TRUNCATED = "truncated"  # a part of it
    REWRITTEN_TOP = "rewritten_top"  # another outlet's beginning over half of it
    PARTIAL_REUSE = "partial_reuse"  # another outlet uses passages of it
    FOLLOWUP = "followup"  # its outlet tells the story on

    @property
    def is_copy(self) -> bool:
        """Whether such a text is no text of its own."""
        return self in _COPIES


_COPIES = frozenset(
    [RelationKind.EXACT, RelationKind.NEAR, RelationKind.SYNDICATED, RelationKind.TRUNCATED]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """An edge from an article to an earlier one."""

    of: int
    kind: RelationKind
    kind_back: RelationKind  # how the other repeats this one, should this prove the original
    containment: float  # share of the shorter text's shingles found in the longer
    forward: float  # share of this text found in the other
    backward: float  # share of the other found in this one
    lead: float  # share of either's opening found in the other
    similarity: float  # Jaccard
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWith:
    """Everything besides a page's bytes that determines its extraction; stored to reproduce it."""

    entry: FeedEntry | None = None
    selectors: Selectors = Selectors()
    site: SiteProfile = field(default_factory=SiteProfile)  # what of it the page met with
    language: str | None = None
    is_revisit: bool = False  # with the text that the store had until then


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """A page after the pure stages: article, verdict and fingerprint."""

    article: Article | None
    verdict: Verdict | None = None
    fingerprint: Fingerprint | None = None
    sample: SiteSample | None = None  # for the profile of its outlet
    read_with: ReadWith | None = None
    blocks: tuple[BlockReport, ...] = ()  # where it was asked how the page was read
    refused: Outcome | None = None  # why there is no article
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusArticle:
    """An article as exported and shown: the corpus fields, under their public names."""

    id: int
    url: str
    canonical_url: str
    source: str
    family: str
    headline: str
    standfirst: str | None
    byline: list[str]
    published: datetime | None
    published_zone: str | None
    modified: datetime | None
    language: str | None
    body: list[str]
    captions: list[str]
    inserts: list[Insert]
    credit: str | None
    wire: str | None
    section: str | None
    tags: list[str]
    image: str | None
    site_name: str | None
    access: str | None
    charset: str
    word_count: int
    first_seen: datetime
    first_published: datetime
    fetched_at: datetime
    relevant: bool
    score: float
    evidence: list[Evidence]
    duplicate_of: int | None
    duplicate_kind: str | None
    containment: float | None
    seen_first: int
    group_id: int
    outlets: int
    independent_texts: int
    revision: int
    extractor_version: str
    topic_version: str
