"""The corpus as references: BibTeX (biblatex), RIS, CSL-JSON."""

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

import msgspec

from storage.records.model import CorpusArticle

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def write_bibtex(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one @online entry an article (biblatex 3.19); return how many."""
    count = 0
    for article in articles:
        fields = {
            "title": article.headline,
            "author": " and ".join(f"{{{_tex(name)}}}" for name in article.byline),
            "organization": article.source,
            "date": article.published.date().isoformat() if article.published else "",
            "urldate": article.fetched_at.date().isoformat(),
            "url": _tex_url(article.url),
            "langid": article.language or "",
        }
        lines = [
            f"  {name} = {{{value if name in ('author', 'url') else _tex(value)}}},"
            for name, value in fields.items()
            if value
        ]
        entry = f"@online{{drawdown{article.id},\n" + "\n".join(lines) + "\n}\n\n"
        out.write(entry.encode("utf-8", "replace"))
        count += 1
    return count


def write_ris(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one NEWS record an article; return how many."""
    count = 0
    for article in articles:
        tags = [("TY", "NEWS"), ("ID", str(article.id)), ("TI", article.headline)]
        tags += [("AU", name) for name in article.byline]
        tags += [("T2", article.source), ("UR", article.url), ("LA", article.language or "")]
        if article.published:
            tags += [("PY", f"{article.published:%Y}"), ("DA", f"{article.published:%Y/%m/%d}")]
        tags += [("Y2", f"{article.fetched_at:%Y/%m/%d}"), ("AB", article.standfirst or "")]
        lines = [f"{tag}  - {_line(value)}" for tag, value in tags if value]
        out.write(("\r\n".join((*lines, "ER  - ", "")) + "\r\n").encode("utf-8", "replace"))
        count += 1
    return count


def write_csl(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write one CSL-JSON array (schema 1.0.2), an item a line; return how many."""
    count = 0
    for article in articles:
        out.write((b",\n" if count else b"[\n") + msgspec.json.encode(_csl(article)))
        count += 1
    out.write(b"\n]\n" if count else b"[]\n")
    return count


def _csl(article: CorpusArticle) -> dict[str, Any]:
    """Any: strings, lists and objects as the schema has them."""
    item: dict[str, Any] = {
        "id": f"drawdown{article.id}",
        "type": "article-newspaper",
        "title": article.headline,
        "container-title": article.source,
        "URL": article.url,
        "accessed": _parts(article.fetched_at.date().timetuple()[:3]),
    }
    if article.byline:
        item["author"] = [{"literal": name} for name in article.byline]
    if article.published:
        item["issued"] = _parts(article.published.date().timetuple()[:3])
    if article.language:
        item["language"] = article.language
    if article.standfirst:
        item["abstract"] = article.standfirst
    return item


def _parts(day: tuple[Any, ...]) -> dict[str, list[list[int]]]:
    return {"date-parts": [list(day)]}


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _tex_url(url: str) -> str:
    """Return an address without the braces that would end its field (biblatex: verbatim)."""
    return _line(url).replace("{", "%7B").replace("}", "%7D")


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))
