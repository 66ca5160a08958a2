"""When an article was published and changed: by its own claims, the surest first."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.extract.blocks import Block, Layout, Span
from crawler.extract.document import Document
from crawler.extract.months import MONTHS

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "dcterms.date",
    "article.published",
    "cxenseparse:recs:publishtime", "published_time", "publication_date", "article_date_original",
    "originalpublicationdate", "ptime", "date", "created", "og:pubdate", "og:published_time",
    "rbpubdate", "article:published", "citation_publication_date", "cxense:publishtime",
    "dc:date", "citation_date", "citation_online_date", "bepress_citation_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
    "lastmod", "modified_time", "article:modified", "dc.date.modified", "revised",
)  # fmt: skip
_URL_DATE = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
# What scripts call it that carry the article for the browser.
_SCRIPTED = re.compile(
    rb'"(?:datePublished|publishedAt|published_at|publishDate|publish_date|publicationDate'
    rb'|firstPublished(?:At|Date)?|pubDate|date_published|publishedDate)"\s*:\s*"([^"]{8,40})"'
)
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)(?!\d{2})"
    r"(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_WORDED = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+|of\s+)?(?P<m1>[^\W\d_]{2,12}(?:-[^\W\d_]+)?)\.?,?\s+(?:de\s+)?(?P<y1>(?:19|20)\d\d)"
    r"|(?P<m2>[^\W\d_]{3,12})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)"
    r"|(?P<y4>(?:19|20)\d\d)\s?[年년./-]\s?(?P<m4>\d{1,2})\s?[月월./-]\s?(?P<d4>\d{1,2})"
    r"|(?P<d3>\d{1,2})\s?[./|-]\s?(?P<m3>\d{1,2})\s?[./|-]\s?(?P<y3>(?:19|20)\d\d))",
    re.I,
)
_MONTH_FIRST = frozenset({"en", "en-us", "en_us"})
_CLOCK = re.compile(r"\d{2}:\d{2}")
_ZONE = re.compile(r"(?:[+-]\d{4}|\b[A-Z]{1,4})$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABELLED = re.compile(
    r"\b(?:published|posted|erschienen|veröffentlicht|publié|pubblicato|publicado|опубликовано)"
    r"(?: am| on| le| il| el)?\W{1,3}.{6,40}",
    re.I,
)
_ABOVE, _BELOW = 4, 6  # blocks around the headline in which a date is the article's
_LONGEST_LINE = 160  # characters of a line that gives a date
_LONGEST_DATE = 24  # characters of a line that is nothing but a date
_DATELINE = 40  # characters at the beginning of a paragraph
_FIRST_YEAR, _LAST_YEAR = 1980, 2100


@dataclass(frozen=True, slots=True)
class Dates:
    """When published and modified; None where the page does not say."""

    published: datetime | None = None  # in the outlet's zone, or UTC where it names none
    claim: str | None = None  # the characters it was read from
    zone: str | None = None  # that the claim names: "+02:00"
    modified: datetime | None = None
    origin: str = ""
    modified_origin: str = ""


def read_dates(document: Document, layout: Layout, span: Span) -> Dates:
    """Return the dates of an article.

    Raw claims come first, what a reader sees last (the order of htmldate, which measured it).
    """
    modified, modified_origin = _modified(document)
    found = Dates(modified=modified, modified_origin=modified_origin)
    month_first = document.language_tag.lower() in _MONTH_FIRST
    for origin, claim in _published_claims(document, layout, span):
        moment = parse(claim, month_first=month_first)
        if moment is None:
            continue
        zone = moment.isoformat()[-len("+00:00") :] if moment.tzinfo is not None else None
        return replace(found, published=_aware(moment), claim=claim[:100], zone=zone, origin=origin)
    return found


def _modified(document: Document) -> tuple[datetime | None, str]:
    linked = [("json-ld", str(t["dateModified"])) for t in document.jsonld if t.get("dateModified")]
    stated = [("meta", v) for name in _MODIFIED for v in document.metas.get(name, ())]
    for origin, claim in (*linked, *stated):
        if (moment := parse(claim)) is not None:
            return _aware(moment), origin
    return None, ""


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _published_claims(document: Document, layout: Layout, span: Span) -> Iterator[tuple[str, str]]:
    yield from (
        ("json-ld", str(t["datePublished"])) for t in document.jsonld if t.get("datePublished")
    )
    yield from (("meta", v) for name in _PUBLISHED for v in document.metas.get(name, ()))
    yield from (("time element", claim) for claim in _times(layout, span))
    for node in document.tree.css("[itemprop=datePublished]")[:3]:
        yield "microdata", node.attributes.get("content") or node.text()
    if (scripted := _SCRIPTED.search(document.decoded.utf8)) is not None:
        yield "script", scripted[1].decode("utf-8", "replace")
    if (match := _URL_DATE.search(document.url)) is not None:
        yield "url", "-".join(match.groups())
    yield from (("page text", line) for line in _lines(layout, span))


def _times(layout: Layout, span: Span) -> Iterable[str]:
    """Return what <time> elements around the article say, or the only one of the page."""
    low, high = span.headline - _ABOVE, span.last + _BELOW
    near = [claim for order, claim in layout.times if low <= order <= high]
    return near or [claim for _, claim in layout.times if len(layout.times) == 1]


def _lines(layout: Layout, span: Span) -> Iterator[str]:
    """Yield the lines of visible text that may give the date: by the headline, or named so."""
    blocks = layout.blocks
    places = (span.headline, span.first)
    around = [b for at in places for b in blocks[max(at - _ABOVE, 0) : at + _BELOW + 1]]
    near = [b for b in around if _is_line(b)]
    yield from (b.text for b in near if _is_named(b))
    yield from (b.text for b in near)
    yield from (b.text[:_DATELINE] for b in blocks[span.first : span.first + 2])
    lines = [b for b in blocks if _is_line(b) and _YEAR.search(b.text)]
    yield from (b.text for b in lines if _is_named(b))
    yield from (b.text for b in lines if span.last <= b.order <= span.last + _BELOW)
    yield from (m[0] for b in lines if (m := _LABELLED.search(b.text)) is not None)
    yield from (b.text for b in lines if len(b.text) < _LONGEST_DATE)


def _is_line(block: Block) -> bool:
    return len(block.text) < _LONGEST_LINE and not block.element.caption


def _is_named(block: Block) -> bool:
    around = block.element.parent
    return block.element.kind.date or (around is not None and around.kind.date)


def parse(claim: str, *, month_first: bool = False) -> datetime | None:
    """Read a date that a page claims; naive where it names no zone, None unless a newspaper's.

    `month_first` settles 1/2/2018, and nothing that can be read one way only.

    >>> parse("2018-05-19T20:27:31+02:00").isoformat()
    '2018-05-19T20:27:31+02:00'
    """
    claim = claim.strip()[:300]
    for moment in (_iso(claim), _rfc(claim), _worded(claim, month_first=month_first)):
        if moment is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return moment
    return None


def _iso(claim: str) -> datetime | None:
    match = _ISO.search(claim)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone or ""
    try:
        moment = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}"
        )
        moment.astimezone(UTC)  # an offset can lead out of the calendar
    except (ValueError, OverflowError):
        return None
    return moment


def _rfc(claim: str) -> datetime | None:
    """Read a date of RFC 5322; only with its zone, or the parser takes "4:52 pm" for a morning."""
    if _CLOCK.search(claim) is None or _ZONE.search(claim) is None:
        return None
    try:
        moment = parsedate_to_datetime(claim)
        moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment


def _worded(claim: str, *, month_first: bool) -> datetime | None:
    """Read "19 May 2018", "May 19, 2018", "19.05.2018", "2018年5月19日"."""
    for match in _WORDED.finditer(claim):
        parts = match.groupdict()
        form = next(n for n in "1234" if parts[f"y{n}"] is not None)
        year, month, day = (parts[f"{part}{form}"] for part in "ymd")
        number = int(month) if month.isdigit() else MONTHS.get(month.lower())
        if number is None:
            continue
        numbers = (number, int(day))
        if form == "3" and (month_first or number > 12 >= int(day)):
            numbers = (int(day), number) if int(day) <= 12 else numbers
        with suppress(ValueError):
            return datetime(int(year), *numbers)  # noqa: DTZ001 - the claim names no zone
    return None
