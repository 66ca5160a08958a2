"""When an article was published and changed: by its own claims, the surest first."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.extract.document import Document

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "dcterms.date",
    "article.published",
    "cxenseparse:recs:publishtime", "published_time", "publication_date", "article_date_original",
    "originalpublicationdate", "ptime", "date", "created", "og:pubdate", "og:published_time",
    "rbpubdate", "article:published", "citation_publication_date", "cxense:publishtime",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
    "lastmod", "modified_time", "article:modified", "dc.date.modified", "revised",
)  # fmt: skip
_URL_DATE = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_ISO = re.compile(
    r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier января ocak enero gennaio janeiro يناير كانون-الثاني",
            "february feb februar février fevrier февраля şubat "
            "subat febrero febbraio fevereiro فبراير شباط",
            "march mar märz maerz mars марта mart marzo março مارس آذار",
            "april apr avril апреля nisan abril aprile أبريل إبريل نيسان",
            "may mai мая mayıs mayis mayo maggio maio مايو أيار",
            "june jun juni juin июня haziran junio giugno junho يونيو حزيران",
            "july jul juli juillet июля temmuz julio luglio julho يوليو تموز",
            "august aug août aout августа ağustos agustos agosto أغسطس آب",
            "september sep sept septembre сентября eylül "
            "eylul septiembre settembre setembro سبتمبر أيلول",
            "october oct oktober okt octobre октября "
            "ekim octubre ottobre outubro أكتوبر تشرين-الأول",
            "november nov novembre ноября kasım kasim noviembre novembro نوفمبر تشرين-الثاني",
            "december dec dezember dez décembre decembre декабря "
            "aralık aralik diciembre dicembre dezembro ديسمبر كانون-الأول",
        ),
        1,
    )
    for name in names.split()
}
_WORDED = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?P<m1>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<y1>(?:19|20)\d\d)"
    r"|(?P<m2>[^\W\d_]{3,12})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)"
    r"|(?P<d3>\d{1,2})[./](?P<m3>\d{1,2})[./](?P<y3>(?:19|20)\d\d))",
    re.I,
)
_DATED = (
    "time[datetime], [itemprop=datePublished], [class*=date i], [class*=time i], "
    "[class*=publish i], [id*=date i], .meta, .byline, .posted"
)


def read_dates(document: Document) -> tuple[datetime | None, str | None, datetime | None, str]:
    """Return when published, the characters it was read from, when modified, and how it was got."""
    modified = next(filter(None, map(parse, _claims(document, "dateModified", _MODIFIED))), None)
    for how, claim in _published_claims(document):
        moment = parse(claim)
        if moment is not None:
            return moment, claim[:100], modified, how
    return None, None, modified, ""


def _claims(document: Document, key: str, metas: tuple[str, ...]) -> list[str]:
    claims = [str(table[key]) for table in document.jsonld if table.get(key)]
    return claims + [value for name in metas for value in document.metas.get(name, ())]


def _published_claims(document: Document) -> list[tuple[str, str]]:
    claims = [
        ("json-ld", str(t["datePublished"])) for t in document.jsonld if t.get("datePublished")
    ]
    claims += [("meta", value) for name in _PUBLISHED for value in document.metas.get(name, ())]
    tree = document.tree
    for selector in (
        "[itemprop=datePublished]",
        "time[pubdate]",
        "article time[datetime]",
        "time[datetime]",
    ):
        for node in tree.css(selector)[:3]:
            attributes = node.attributes
            claims.append(
                (
                    "time element",
                    attributes.get("datetime") or attributes.get("content") or node.text(),
                )
            )
    if (match := _URL_DATE.search(document.url)) is not None:
        claims.append(("url", "-".join(match.groups())))
    claims += [("page text", node.text(separator=" ")[:200]) for node in tree.css(_DATED)[:12]]
    return claims


def parse(claim: str) -> datetime | None:
    """Read a date that a page claims; None unless it can be a newspaper's.

    >>> parse("2018-05-19T20:27:31+00:00").isoformat()
    '2018-05-19T20:27:31+00:00'
    """
    claim = claim.strip()[:300]
    for reader in (_iso, _rfc, _worded):
        moment = reader(claim)
        if moment is not None and 1980 <= moment.year <= 2100:
            return moment
    return None


def _iso(claim: str) -> datetime | None:
    match = _ISO.search(claim)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    offset = "+00:00" if zone in {None, "Z", "UTC", "GMT"} else zone
    try:
        moment = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}"
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc(claim: str) -> datetime | None:
    """Read a date of RFC 5322; only with its zone, or the parser takes "4:52 pm" for a morning."""
    if not re.search(r"\d{2}:\d{2}.*(?:[+-]\d{4}|\b[A-Z]{1,4})$", claim):
        return None
    try:
        moment = parsedate_to_datetime(claim)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _worded(claim: str) -> datetime | None:
    """Read "19 May 2018", "May 19, 2018", "19.05.2018" in the languages of the months above."""
    for match in _WORDED.finditer(claim):
        parts = match.groupdict()
        for n in "123":
            if parts[f"y{n}"] is None:
                continue
            month = parts[f"m{n}"].lower()
            number = int(month) if month.isdigit() else _MONTHS.get(month)
            try:
                if number:
                    return datetime(int(parts[f"y{n}"]), number, int(parts[f"d{n}"]), tzinfo=UTC)
            except ValueError:
                continue
    return None
