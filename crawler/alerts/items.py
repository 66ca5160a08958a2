"""Items of the queue become lines: what is known of their article, or of their notice."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from crawler.alerts.message import Line
from storage.articles import corpus, revisions
from storage.articles.corpus import Wanted
from storage.monitoring import notices
from storage.monitoring.alerts import Item
from storage.monitoring.disputes import sides_of
from storage.records.model import CorpusArticle
from storage.statements.claims import StoredClaim

_SIDES = 2  # of a contradiction


def lines(connection: sqlite3.Connection, items: Sequence[tuple[int, Item]]) -> list[Line]:
    """Return what there is to say of each item."""
    wanted = sorted({item.article_id for _, item in items if item.article_id is not None})
    articles = {a.id: a for a in corpus.stream(connection, Wanted(ids=wanted))}
    return [_line(connection, number, item, articles) for number, item in items]


# What an outlet did with an article, for the reader of a message; other classes are named as such.
_WORDS = {
    "removed": "taken down by the outlet",
    "returned": "online again",
}


def _what_changed(connection: sqlite3.Connection, item: Item) -> str:
    """Return what a later revision changed: `revision 3: headline, numbers`."""
    assert item.article_id is not None  # noqa: S101 - the caller's condition
    changes = revisions.changes_of(connection, item.article_id, item.revision or 1)
    words = ", ".join(_WORDS.get(change, change) for change in changes)
    return f"revision {item.revision}: {words}" if words else f"revision {item.revision}"


def _line(
    connection: sqlite3.Connection,
    number: int,
    item: Item,
    articles: dict[int, CorpusArticle],
) -> Line:
    sides = sides_of(connection, item)
    if len(sides) == _SIDES:
        return _of_contradiction(number, sides)
    if item.article_id in articles:
        about = ""
        if item.revision is not None and item.revision > 1:
            about = _what_changed(connection, item)
        return _of_article(
            number,
            articles[item.article_id],
            about,
        )
    if item.notice_id is not None:
        return _of_notice(number, notices.get(connection, item.notice_id))
    return Line(
        number=number,
        headline=item.detail,
    )


def _of_article(
    number: int,
    article: CorpusArticle,
    changed: str,
) -> Line:
    about = [article.source, _time(article.published), changed]
    if article.duplicate_of is not None:
        about.append(f"copy of article {article.duplicate_of}")
    if article.relevant and article.evidence:
        quote = article.evidence[0].sentence
    else:
        quote = article.standfirst or (article.body[0] if article.body else "")
    if quote == article.headline:
        quote = ""
    return Line(number=number, headline=article.headline, about=", ".join(filter(None, about)),
                url=article.url, quote=quote)  # fmt: skip


def _of_contradiction(number: int, sides: Sequence[StoredClaim]) -> Line:
    """Return both sides of a contradiction, the newer first, each with its words."""
    older, newer = sorted(sides, key=lambda claim: (claim.day, claim.id))
    said = [f"{side.name}: {side.force} {_worded(side)}" for side in (newer, older)]
    return Line(
        number=number,
        headline=" / ".join(said),
        about=f"{newer.source}, {newer.day}; {older.source}, {older.day}: {older.url}",
        url=newer.url,
        quote=f"{newer.sentence} / {older.sentence}",
    )


def _worded(claim: StoredClaim) -> str:
    return claim.stance.value.replace("_", " ")


def _of_notice(number: int, notice: notices.Notice) -> Line:
    return Line(
        number=number,
        headline=f"{notice.source}: {notice.kind}" if notice.source else notice.kind,
        about=f"{_time(notice.at)}: {notice.detail}".removesuffix(": "),
        url=notice.url or "",
    )


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
