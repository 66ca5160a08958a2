"""The corpus as references: BibTeX (biblatex), RIS, CSL-JSON."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from storage.records.model import CorpusArticle

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
        record = f"@online{{drawdown{article.id},\n{entry}\n}}\n\n"
        out.write(record.encode("utf-8", "replace"))
        count += 1
    return count


_ESCAPED = ("author", "url")


def _bibtex_fields(article: CorpusArticle) -> dict[str, str]:
    """Return the fields of an entry; only those of _ESCAPED are escaped yet."""
    # Braces keep a name whole: else "Reuters and AFP" would be two authors.
    authors = [f"{{{_tex(name)}}}" for name in article.byline]
    published = article.published.date().isoformat() if article.published else ""
    return {
        "title": article.headline,
        "author": " and ".join(authors),
        "organization": article.source,
        "date": published,
        "urldate": article.fetched_at.date().isoformat(),
        "url": _tex_url(article.url),
        "langid": article.language or "",
    }


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
    yield "ID", str(article.id)
    yield "TI", article.headline
    for name in article.byline:
        yield "AU", name
    yield "T2", article.source
    yield "UR", article.url
    yield "LA", article.language or ""
    if article.published:
        yield "PY", f"{article.published:%Y}"
        yield "DA", f"{article.published:%Y/%m/%d}"
    yield "Y2", f"{article.fetched_at:%Y/%m/%d}"
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
        "id": f"drawdown{article.id}",
        "type": "article-newspaper",
        "title": article.headline,
        "container-title": article.source,
        "URL": article.url,
        "accessed": _day(article.fetched_at),
    }
    if article.byline:
        item["author"] = [{"literal": name} for name in article.byline]
    if article.published:
        item["issued"] = _day(article.published)
    if article.language:
        item["language"] = article.language
    if article.standfirst:
        item["abstract"] = article.standfirst
    return item


def _day(moment: datetime) -> dict[str, list[list[int]]]:
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
