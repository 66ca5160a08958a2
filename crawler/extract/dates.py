"""When an article was published and modified: by its own claims, the surest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.extract.body import Body
from crawler.extract.date_claims import SOURCES
from crawler.extract.document import Document
from crawler.extract.moments import parse
from crawler.text.dates import locale_of

# Names of <meta>, lower case.
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
    "lastmod", "modified_time", "article:modified", "dc.date.modified", "revised",
)  # fmt: skip
_LONGEST_CLAIM = 100  # characters that are kept of the words a date was read from


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
    for source in SOURCES:
        for claim in source.claims(document, body):
            moment = parse(claim, locale)
            if moment is not None:
                return replace(
                    dates,
                    published=_aware(moment),
                    claim=claim[:_LONGEST_CLAIM],
                    zone=_zone_of(moment),
                    provenance=source.provenance,
                )
    return dates


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
