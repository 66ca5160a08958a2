"""The corpus as references: BibTeX (biblatex), RIS, CSL-JSON.

A reference is of one revision: its key and its note name it, with the digest of the page and the
time at which the text was seen, so that a reader can tell which of several texts is quoted.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any, BinaryIO

import msgspec

from storage.export.names import Name, read_name
from storage.records.model import CorpusArticle
from storage.sqlite.values import required

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def write_bibtex(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one @online entry for each article (biblatex 3.19); return their number."""
    count = 0
    for article in articles:
        lines = []
        for name, value in _bibtex_fields(article).items():
            if not value:
                continue
            escaped = value if name in _ESCAPED else _tex(value)
            lines.append(f"  {name} = {{{escaped}}},")
        entry = "\n".join(lines)
        record = f"@online{{{key_of(article)},\n{entry}\n}}\n\n"
        out.write(record.encode("utf-8", "replace"))
        count += 1
    return count


def key_of(article: CorpusArticle) -> str:
    """Return the key of a reference: of the article and the revision, `drawdown76r2`."""
    return f"drawdown{article.id}r{article.revision}"


def note_of(article: CorpusArticle) -> str:
    """Return which text is referred to, and how it can be checked."""
    parts = [
        f"revision {article.revision}",
        f"seen {required(article.fetched_at)}",
        f"SHA-256 of the page {article.page_digest}",
    ]
    if article.removed_at is not None:
        parts.append(f"taken down by the outlet, seen {required(article.removed_at)}")
    return "; ".join(parts)


def local_day(article: CorpusArticle) -> date | None:
    """Return the day of publication as the page dates it, in its own zone; None if undated.

    A page dated 2026-11-28 01:56 +03:00 is of the 28th, although that is the 27th in UTC.
    """
    if article.published is None:
        return None
    zone = _ZONE.fullmatch(article.published_zone or "")
    if zone is None:
        return article.published.date()
    offset = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    try:
        return article.published.astimezone(timezone(-offset if zone[1] == "-" else offset)).date()
    except (OverflowError, ValueError):  # at the edge of the calendar, or an offset beyond a day
        return article.published.date()


_ZONE = re.compile(r"([+-])(\d\d):(\d\d)")
_ESCAPED = ("author", "url")


def _bibtex_fields(article: CorpusArticle) -> dict[str, str]:
    """Return the fields of an entry; only those of _ESCAPED are escaped yet."""
    authors = [_bibtex_name(read_name(name)) for name in article.byline]
    day = local_day(article)
    return {
        "title": article.headline,
        "author": " and ".join(authors),
        "organization": article.source,
        "date": day.isoformat() if day else "",
        "urldate": article.fetched_at.date().isoformat(),
        "url": _tex_url(article.url),
        "version": str(article.revision),
        "note": note_of(article),
        "language": article.language or "",
    }


def _bibtex_name(name: Name) -> str:
    """Return a name as biblatex reads it; braces keep whole what it would divide.

    Else "Reuters and AFP" would be two authors, and a comma would begin another part.
    """
    if name.literal:
        return f"{{{_tex(name.literal)}}}"
    family = f"{name.particle} {name.family}".strip()
    parts = [part for part in (family, name.suffix, name.given) if part]
    return ", ".join(map(_tex, parts))


def write_ris(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one NEWS record for each article; return their number."""
    count = 0
    for article in articles:
        lines = []
        for tag, value in _ris_tags(article):
            if value:
                lines.append(f"{tag}  - {_line(value)}")
        lines += ["ER  - ", "", ""]
        out.write("\r\n".join(lines).encode("utf-8", "replace"))
        count += 1
    return count


def _ris_tags(article: CorpusArticle) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "ID", key_of(article)
    yield "TI", article.headline
    for name in article.byline:
        yield "AU", read_name(name).sorted()
    yield "T2", article.source
    yield "UR", article.url
    yield "LA", article.language or ""
    day = local_day(article)
    if day is not None:
        yield "PY", f"{day.year:04}"
        yield "DA", f"{day.year:04}/{day.month:02}/{day.day:02}"
    yield "Y2", f"{article.fetched_at:%Y/%m/%d}"
    yield "ET", str(article.revision)
    yield "N1", note_of(article)
    yield "AB", article.standfirst or ""


def write_csl(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one CSL-JSON array (schema 1.0.2) with one item a line; return their number."""
    count = 0
    for article in articles:
        separator = b",\n" if count else b"[\n"
        out.write(separator + msgspec.json.encode(_csl(article)))
        count += 1
    out.write(b"\n]\n" if count else b"[]\n")
    return count


def _csl(article: CorpusArticle) -> dict[str, Any]:
    """Return an item. Any: the schema has strings, lists and objects."""
    item: dict[str, Any] = {
        "id": key_of(article),
        "type": "article-newspaper",
        "title": article.headline,
        "container-title": article.source,
        "URL": article.url,
        "accessed": _day(article.fetched_at),
        "version": str(article.revision),
        "note": note_of(article),
    }
    if article.byline:
        item["author"] = [_csl_name(read_name(name)) for name in article.byline]
    day = local_day(article)
    if day is not None:
        item["issued"] = _day(day)
    if article.language:
        item["language"] = article.language
    if article.standfirst:
        item["abstract"] = article.standfirst
    return item


def _csl_name(name: Name) -> dict[str, str]:
    """Return the variables of a name (CSL-JSON schema 1.0.2, `name-variable`)."""
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
        "literal": name.literal,
    }
    return {key: part for key, part in parts.items() if part}


def _day(moment: date | datetime) -> dict[str, list[list[int]]]:
    return {"date-parts": [[moment.year, moment.month, moment.day]]}


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _tex_url(url: str) -> str:
    """Return an address whose braces do not end its field, which biblatex reads verbatim."""
    return _line(url).replace("{", "%7B").replace("}", "%7D")


def _tex(text: str) -> str:
    """Return text with the special characters of TeX escaped."""
    escaped = [_TEX.get(character, character) for character in _line(text)]
    return "".join(escaped)
