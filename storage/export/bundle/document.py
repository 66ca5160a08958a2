"""A bundle as one HTML file: figures, contents, articles. No script, and nothing from outside."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Final

from storage.errors import StorageError
from storage.export.bundle.article import anchor, section
from storage.export.bundle.markup import block, element, facts, text
from storage.export.bundle.trail import trail_of
from storage.export.manifest import source_set
from storage.export.request import Rows
from storage.records.model import CorpusArticle
from storage.sqlite.values import required

# Contents come first, so all articles are in memory; a bundle of more is read by nobody.
_MOST: Final = 2000  # articles
_STYLE: Final = """
body { font: 1rem/1.5 serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem;
  color: #111; background: #fff; }
h1, h2, h3 { line-height: 1.25; }
article { border-top: 2px solid #555; margin-top: 3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
mark { background: #ffec99; color: #111; }
table { border-collapse: collapse; width: 100%; font-size: 0.8rem; margin: 1rem 0; }
caption { text-align: start; font-weight: bold; }
th, td { border: 1px solid #777; padding: 0.25rem; text-align: start; vertical-align: top;
  overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border-inline-start: 3px solid #777; padding-inline-start: 1rem; }
.standfirst { font-weight: bold; }
.caption { color: #444; font-style: italic; }
a { color: #003d99; }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  article { break-before: page; border: 0; margin: 0; }
  h2, h3, caption { break-after: avoid; }
  tr, dt { break-inside: avoid; }
  mark { background: none; border-bottom: 2px solid #111; }
}
"""
# A second lock: where a mistake let markup through, it could load and run nothing.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def write(
    rows: Rows,
    out: BinaryIO,
) -> int:
    """Write the bundle; return its number of articles. Raises StorageError for too many."""
    articles = list(collected(rows))
    for part in document(rows, articles):
        out.write(part.encode("utf-8"))
    return len(articles)


def collected(rows: Rows) -> Iterator[CorpusArticle]:
    """Yield the articles of a bundle. Raises StorageError where there are too many."""
    for number, article in enumerate(rows.articles()):
        if number == _MOST:
            raise StorageError(
                f"a bundle has at most {_MOST:,} articles, to be read by people: narrow the query, "
                "or write --format jsonl"
            )
        yield article


def document(
    rows: Rows,
    articles: Sequence[CorpusArticle],
) -> Iterator[str]:
    """Yield the parts of the file in their order."""
    title = _title(rows, articles)
    yield "<!DOCTYPE html>\n"
    yield '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{text(_POLICY)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="robots" content="noindex, noarchive">\n'
    yield f"{element('title', text(title))}\n{element('style', _STYLE)}\n</head>\n<body>\n"
    yield f"<header>\n{element('h1', text(title))}\n{_figures(rows, articles)}\n</header>\n"
    yield f"{_contents(articles)}\n<main>\n"
    for article in articles:
        yield section(article, trail_of(rows.connection, article, rows.wanted.as_of))
        yield "\n"
    yield "</main>\n</body>\n</html>\n"


def _title(
    rows: Rows,
    articles: Sequence[CorpusArticle],
) -> str:
    if len(articles) == 1:
        return f"Evidence: article {articles[0].id}"
    return f"Evidence: {rows.query}" if rows.query else "Evidence"


def _figures(
    rows: Rows,
    articles: Sequence[CorpusArticle],
) -> str:
    """Return what a reader needs to repeat the bundle: the figures of its manifest."""
    wanted = rows.wanted
    only = [name for name in ("relevant", "unique", "revisions") if getattr(wanted, name)]
    version = rows.connection.execute("PRAGMA user_version").fetchone()[0]
    bare = "without the texts" if rows.withheld.everything else "with the texts"
    return facts(
        [
            ("Articles", str(len({article.id for article in articles}))),
            ("Texts", str(len(articles))),
            ("Query", text(rows.query or "none: the whole corpus")),
            ("Options", text(", ".join(only) or "none")),
            ("As of", _moment(wanted.as_of)),
            ("Since", _moment(wanted.since)),
            ("Profile", bare),
            ("Wishes honoured", text(", ".join(rows.withheld.honoured) or "none")),
            ("Outlets", element("code", text(source_set(rows.connection)))),
            ("Topics", text(", ".join(sorted({one.topic_version for one in articles})))),
            ("Extractors", text(", ".join(sorted({one.extractor_version for one in articles})))),
            ("Schema of the store", str(version)),
        ]
    )


def _moment(time: datetime | None) -> str:
    return text(required(time)) if time else ""


def _contents(articles: Sequence[CorpusArticle]) -> str:
    lines = []
    for article in articles:
        headline = text(article.headline) or f"article {article.id}"
        target = element("a", headline, href=f"#{anchor(article)}")
        day = article.published.date().isoformat() if article.published else "undated"
        outlet = element("bdi", text(f"{article.source}, {day}"))
        line = f"{block('span', target, article.language)} {outlet}"
        lines.append(element("li", line))
    if not lines:
        return element("p", "No article is in this bundle.")
    heading = element("h2", "Contents", id="contents")
    listed = element("ol", "\n".join(lines))
    return f'<nav aria-labelledby="contents">\n{heading}\n{listed}\n</nav>'
