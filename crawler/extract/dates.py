"""When an article was published and modified: by its own claims, the surest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from crawler.extract.body import Body
from crawler.extract.date_claims import SOURCES
from crawler.extract.document import Document
from crawler.extract.moments import parse
from crawler.text.dates import Locale, locale_of

# Names of <meta>, lower case.
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
    "lastmod", "modified_time", "article:modified", "dc.date.modified", "revised",
)  # fmt: skip
_LONGEST_CLAIM = 100  # characters that are kept of the words a date was read from


_FOR_MACHINES = frozenset({"json-ld", "meta", "time element", "microdata"})
_ZONES = timedelta(days=1)  # a date without a zone may be so much later than it is read


class _Candidate(NamedTuple):
    """A claim that is a date."""

    moment: datetime  # naive where the claim names no zone
    claim: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Dates:
    """When published and modified; None where the page does not say."""

    published: datetime | None = None  # in the outlet's zone, or UTC where it names none
    claim: str | None = None  # the characters it was read from
    zone: str | None = None  # that the claim names: "+02:00"
    modified: datetime | None = None
    provenance: str = ""
    modified_provenance: str = ""


def read_dates(document: Document, body: Body) -> Dates:
    """Return the dates of an article: of the first claim that is a date, by `SOURCES`."""
    modified, modified_provenance = _modified(document)
    dates = Dates(modified=modified, modified_provenance=modified_provenance)
    locale = locale_of(document.language_tag)
    candidates = _candidates(document, body, locale, modified)
    first = next(candidates, None)
    if first is None:
        return dates
    chosen = first if first.moment.tzinfo else _with_zone(first, candidates)
    return replace(
        dates,
        published=_aware(chosen.moment),
        claim=chosen.claim[:_LONGEST_CLAIM],
        zone=_zone_of(chosen.moment),
        provenance=chosen.provenance,
    )


def _candidates(
    document: Document, body: Body, locale: Locale, modified: datetime | None
) -> Iterator[_Candidate]:
    """Yield the claims that are dates, the surest first."""
    for source in SOURCES:
        for claim in source.claims(document, body):
            moment = parse(claim, locale) or _before(modified, claim, locale)
            if moment is not None:
                yield _Candidate(moment, claim, source.provenance)


def _before(modified: datetime | None, claim: str, locale: Locale) -> datetime | None:
    """Return the one reading of an ambiguous date that is not after the last change of the page.

    e.g. 05/01/2026 on a page that was modified on 6 January 2026: the day comes first
    """
    if modified is None or locale.order is not None:
        return None
    readings = {
        parse(claim, replace(locale, order="day first")),
        parse(claim, replace(locale, order="month first")),
    }
    latest = modified + _ZONES
    possible = [moment for moment in readings if moment and _aware(moment) <= latest]
    return possible[0] if len(possible) == 1 else None


def _with_zone(naive: _Candidate, others: Iterable[_Candidate]) -> _Candidate:
    """Return the claim for machines that names a zone for the same local time, if there is one."""
    for other in others:
        if other.provenance not in _FOR_MACHINES:
            return naive
        is_zoned = other.moment.tzinfo is not None
        if is_zoned and other.moment.replace(tzinfo=None) == naive.moment:
            return other
    return naive


def _modified(document: Document) -> tuple[datetime | None, str]:
    """Return when the article was modified, and which claim says so."""
    locale = locale_of(document.language_tag)
    for provenance, claim in _modified_claims(document):
        moment = parse(claim, locale)
        if moment is not None:
            return _aware(moment), provenance
    return None, ""


def _modified_claims(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what the page claims for machines, with its provenance."""
    for table in document.jsonld:
        if table.get("dateModified"):
            yield "json-ld", str(table["dateModified"])
    for name in _MODIFIED:
        for value in document.metas.get(name, ()):
            yield "meta", value


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _zone_of(moment: datetime) -> str | None:
    """Return the zone that a date names, e.g. "+02:00"."""
    if moment.tzinfo is None:
        return None
    return moment.isoformat()[-len("+00:00") :]
