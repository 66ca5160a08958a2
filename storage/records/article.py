"""What is read from a page: the article, and what its outlet's pages have taught so far."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.rights import Rights

_COMMON = 3  # articles


class PageKind(StrEnum):
    """What a page that was fetched as an article proves to be."""

    ARTICLE = "article"
    EMPTY = "no article body"
    SECTION = "section page"
    HOME = "home page"
    VIDEO = "video"
    LIVE_BLOG = "live blog"
    CHALLENGE = "challenge"
    CONSENT = "consent wall"
    MISSING = "page that says it is missing"


class Access(StrEnum):
    """How much of an article its page shows to everybody."""

    FREE = "free"
    PARTIAL = "partial"  # only the beginning
    PAYWALLED = "paywalled"  # the outlet says so; the page may carry the whole text


class InsertKind(StrEnum):
    """What is between the paragraphs of an article and is none of them."""

    TABLE = "table"
    POST = "post"  # quoted from a social network


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert:
    """A table or a quoted post, which a reader may put back into the text."""

    kind: InsertKind
    text: str  # of a table: a row a line, cells divided by tabs
    after: int  # how many paragraphs of the body stand before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What an extractor read from a page."""

    canonical_url: str | None = None  # as the page claims, absolute
    kind: PageKind = PageKind.ARTICLE
    headline: str = ""
    standfirst: str | None = None
    byline: tuple[str, ...] = ()
    published: datetime | None = None  # in the outlet's zone where it names one, else UTC
    published_zone: str | None = None  # "+02:00"; None: the outlet names none, UTC is assumed
    published_claim: str | None = None  # the characters the date was read from
    modified: datetime | None = None
    language: str | None = None
    body: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    inserts: tuple[Insert, ...] = ()
    credit: str | None = None
    wire: str | None = None  # the agency that the text is from, by its common name
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    site_name: str | None = None
    access: Access | None = None  # None: nothing says so
    rights: Rights = Rights()  # noqa: RUF009 - they never change
    links: tuple[str, ...] = ()
    word_count: int = 0
    charset: str = "utf-8"  # the WHATWG name of the encoding the page was read in
    origins: dict[str, str] = field(default_factory=dict)  # field -> how it was got
    extractor_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReport:
    """Why a block of a page was taken into the body, or left out."""

    is_taken: bool
    signal: str  # what decided
    place: str  # its tag with class and id
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSample:
    """What one article page teaches of its outlet."""

    container: str  # the element of the template that contains the article
    blocks: tuple[int, ...]  # 64-bit hashes of its blocks with their places, each once
    expected: bool = True  # whether the article stood where those before it did


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """What the article pages of an outlet have in common, counted over the last of them."""

    pages: int = 0
    blocks: dict[int, int] = field(default_factory=dict)  # hash -> pages that show the block
    containers: dict[str, int] = field(default_factory=dict)  # place -> articles found there
    strangers: int = 0  # articles in a row that stood in a new place
    lines: dict[int, int] = field(default_factory=dict)  # hash -> articles whose text has the line

    @property
    def common_lines(self) -> frozenset[int]:
        """The lines that stand in three or more articles: the outlet's own, and no copy."""
        return frozenset(line for line, articles in self.lines.items() if articles >= _COMMON)
