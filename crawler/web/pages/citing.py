"""How to cite an article: one line of text, BibTeX, RIS, CSL-JSON."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import BinaryIO

from storage.export import citations
from storage.records.model import CorpusArticle

Write = Callable[[Iterable[CorpusArticle], BinaryIO], int]
_FORMS: tuple[tuple[str, Write], ...] = (
    ("BibTeX", citations.write_bibtex),
    ("RIS", citations.write_ris),
    ("CSL JSON", citations.write_csl),
)


def cited(article: CorpusArticle) -> list[tuple[str, str]]:
    """Return the citation in each form, by its name; those of files are as `export` writes them."""
    return [("Text", _line(article)), *((name, _written(write, article)) for name, write in _FORMS)]


def _line(article: CorpusArticle) -> str:
    """Return author, headline, outlet, date, address, when seen, article and revision."""
    day = f"{article.published:%-d %B %Y}" if article.published else "undated"
    authors = f"{', '.join(article.byline)}. " if article.byline else ""
    return (
        f"{authors}“{article.headline}.” {article.source}, {day}. {article.url}. "
        f"Seen {article.fetched_at:%-d %B %Y, %H:%M} UTC; "
        f"Drawdown article {article.id}, revision {article.revision}."
    )


def _written(write: Write, article: CorpusArticle) -> str:
    out = BytesIO()
    write([article], out)
    return out.getvalue().decode().strip()
