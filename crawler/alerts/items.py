"""Items of the queue become lines: what is known of their article, or of their notice."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from crawler.alerts.message import Line
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.monitoring import notices
from storage.monitoring.alerts import Item
from storage.records.model import CorpusArticle


def lines(connection: sqlite3.Connection, items: Sequence[tuple[int, Item]]) -> list[Line]:
    """Return what there is to say of each item."""
    wanted = sorted({item.article_id for _, item in items if item.article_id is not None})
    articles = {a.id: a for a in corpus.stream(connection, Wanted(ids=wanted))}
    return [_line(connection, number, item, articles) for number, item in items]


def _line(
    connection: sqlite3.Connection,
    number: int,
    item: Item,
    articles: dict[int, CorpusArticle],
) -> Line:
    if item.article_id in articles:
        return _of_article(
            number,
            item,
            articles[item.article_id],
        )
    if item.notice_id is not None:
        return _of_notice(number, notices.get(connection, item.notice_id))
    return Line(
        number=number,
        headline=item.detail,
    )


def _of_article(
    number: int,
    item: Item,
    article: CorpusArticle,
) -> Line:
    about = [article.source, _time(article.published)]
    if item.revision is not None and item.revision > 1:
        about.append(f"revision {item.revision}")
    if article.duplicate_of is not None:
        about.append(f"copy of article {article.duplicate_of}")
    if article.relevant and article.evidence:
        quote = article.evidence[0].sentence
    else:
        quote = article.standfirst or (article.body[0] if article.body else "")
    return Line(number=number, headline=article.headline, about=", ".join(filter(None, about)),
                url=article.url, quote=quote)  # fmt: skip


def _of_notice(number: int, notice: notices.Notice) -> Line:
    return Line(
        number=number,
        headline=f"{notice.source}: {notice.kind}" if notice.source else notice.kind,
        about=f"{_time(notice.at)}: {notice.detail}".removesuffix(": "),
        url=notice.url or "",
    )


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
