"""Jobs for the worker processes: fetched bytes, and the inputs to read them with.

Separate from read.py, so that the crawling process loads no parser.
"""

import struct
from dataclasses import dataclass

from crawler import urls
from crawler.dedupe.revisions import Change
from crawler.extract.outlets import selectors_for
from storage.records.article import SiteProfile
from storage.records.model import FeedEntry, Page, ReadWith, Selectors, Source, SourceKind

READY = b"ready"  # a worker's first frame
TAKEN = b"taken"  # its first frame of each job: from here on a death is the job's
# Headers that claim rights (crawler/extract/rights.py).
_CLAIMING = frozenset(["link", "tdm-policy", "tdm-reservation", "x-robots-tag"])
FRAME_LENGTH = struct.Struct("<I")  # precedes each frame, both ways


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceJob:
    """A fetched feed, listing page or sitemap, to be read into entries."""

    kind: SourceKind
    body: bytes
    url: str
    content_type: str | None
    links: str | None = None  # selector of a listing page's links
    href: str | None = None  # a regular expression that their addresses match
    cap: int
    language: str | None = None  # of the source, as its operator says


def source_job(kind: SourceKind, page: Page, source: Source | None, cap: int) -> SourceJob:
    """Return the job of reading a fetched source as its operator wants it."""
    return SourceJob(
        kind=kind,
        body=page.body,
        url=page.url,
        content_type=page.header("content-type"),
        links=source.selectors.links if source else None,
        href=source.selectors.href if source else None,
        cap=cap,
        language=source.language if source else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """A fetched page, to be read into an article."""

    body: bytes
    url: str
    content_type: str | None
    entry: FeedEntry | None
    selectors: Selectors
    site: SiteProfile | None = None  # what earlier articles of the outlet taught
    known: tuple[str, ...] | None = None  # the body as it is stored, on a revisit
    explain: bool = False  # report each block of the page
    language: str | None = None  # of the source, where the page does not say
    headers: tuple[tuple[str, str], ...] = ()  # those that claim rights


def page_job(
    page: Page,
    source: Source | None,
    *,
    entry: FeedEntry | None = None,
    known: tuple[str, ...] | None = None,
    site: SiteProfile | None = None,
    explain: bool = False,
) -> PageJob:
    """Return the job of extracting a page with the settings of its source.

    The outlet rules are those of the day on which the page was fetched. `known` is the stored
    body of an article that is revisited.
    """
    configured = source.selectors if source else Selectors()
    host = urls.host_of(page.url)
    return PageJob(
        body=page.body,
        url=page.url,
        content_type=page.header("content-type"),
        entry=entry,
        selectors=selectors_for(configured, host, page.fetched_at.date()),
        site=site,
        known=known,
        explain=explain,
        language=source.language if source else None,
        headers=_rights_headers(page),
    )


def _rights_headers(page: Page) -> tuple[tuple[str, str], ...]:
    return tuple(header for header in page.headers if header[0].lower() in _CLAIMING)


def replay_job(
    page: Page, inputs: ReadWith, *, site: SiteProfile, known: tuple[str, ...] | None
) -> PageJob:
    """Return the job of extracting an archived page again with its recorded inputs.

    `known` is the body that was stored before this page; a first visit did not have one.
    """
    return PageJob(
        body=page.body,
        url=page.url,
        content_type=page.header("content-type"),
        entry=inputs.entry,
        selectors=inputs.selectors,
        site=site,
        known=known if inputs.is_revisit else None,
        language=inputs.language,
        headers=_rights_headers(page),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesJob:
    """Two texts of one article, to be compared: each field has the first text, then the second."""

    url: str
    headlines: tuple[str, str]
    bodies: tuple[tuple[str, ...], tuple[str, ...]]
    common: frozenset[int]  # hashes of the lines that belong to the outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsJob:
    """The text of a robots.txt, to be parsed into the rules for an agent."""

    text: str
    agent: str
    url: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The kinds of change from the first text to the second; none where it is the same."""

    kinds: tuple[Change, ...]
