"""A fetched page, and the result of its extraction."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.records.article import Article, BlockReport, SiteProfile, SiteSample
from storage.records.feed import FeedEntry
from storage.records.outcome import Outcome
from storage.records.relation import Fingerprint
from storage.records.sayings import Sayings
from storage.records.source import Selectors
from storage.records.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """The duration of each phase of a fetch, in milliseconds; None if it did not happen."""

    queue: float | None = None  # from the claim to the request
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A response: its decoded body, and the facts of its fetch."""

    url: str  # after all redirects
    requested_url: str
    redirects: tuple[str, ...]  # every address before the last, in order
    moved_to: str | None = None  # where the permanent ones at their beginning led (RFC 9110, 15.4)
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire_bytes: int
    address: str | None
    phases: Phases
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        """Return the first value of a header; names are compared without case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWith:
    """Everything besides a page's bytes that determines its extraction; stored to reproduce it."""

    entry: FeedEntry | None = None
    selectors: Selectors = Selectors()  # noqa: RUF009 - they never change
    site: SiteProfile = field(default_factory=SiteProfile)  # the part that affects this page
    language: str | None = None
    is_revisit: bool = False  # the stored text was known


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """A page after the pure stages: article, verdict and fingerprint."""

    article: Article | None
    verdict: Verdict | None = None
    fingerprint: Fingerprint | None = None
    sample: SiteSample | None = None  # for the profile of its outlet
    read_with: ReadWith | None = None
    blocks: tuple[BlockReport, ...] = ()  # if the caller wants to explain the extraction
    refused: Outcome | None = None  # why there is no article
    detail: str = ""
    sayings: Sayings | None = None  # None: not read for them, being off topic
