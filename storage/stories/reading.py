"""Stories for readers: name, first and last report, houses, texts, members with their reasons."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from storage.sqlite.values import stamp, to_json

_FAR_FUTURE: Final = "9999"  # sorts, as text, after every time in the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story, as it was known at a time."""

    id: int
    name: str  # the headline of its most central article
    name_language: str | None
    first_report: str  # when its first article was published, or else discovered
    last_report: str
    families: int  # houses that carry it
    texts: int  # independent texts: copies once, those of one agency once
    articles: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, with the reason why it is there."""

    article_id: int
    url: str
    headline: str
    source: str
    family: str
    language: str | None
    published: str | None
    first_seen: str
    copy_of: int | None
    method: str
    score: float | None
    reason: dict[str, Any] | None  # JSON values
    found_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A suggestion for readers: to merge two stories, or to move an article."""

    kind: str
    a: int
    b: int
    score: float
    reason: dict[str, Any] | None  # JSON values


def stories(
    connection: sqlite3.Connection,
    *,
    ids: Sequence[int] | None = None,
    since: str | None = None,
    language: str | None = None,
    as_of: datetime | None = None,
    most: int = -1,
) -> list[Story]:
    """Return stories, those with the newest reports first.

    `ids` are articles of which one has to be in the story, `since` is an ISO day on which or after
    which it has a report, and `language` is that of one of its articles.
    """
    values = {
        "ids": None if ids is None else to_json(list(ids)),
        "since": since,
        "language": language,
        "as_of": stamp(as_of) if as_of else _FAR_FUTURE,
        "most": most,
    }
    return [_story(row) for row in connection.execute(_STORIES, values)]


def story(
    connection: sqlite3.Connection,
    story_id: int,
    as_of: datetime | None = None,
) -> Story | None:
    """Return a story; None if it has no articles."""
    ids = [member.article_id for member in members(connection, story_id, as_of)]
    found = stories(connection, ids=ids[:1], as_of=as_of) if ids else []
    return found[0] if found else None


def story_of(
    connection: sqlite3.Connection,
    article_id: int,
    as_of: datetime | None = None,
) -> Story | None:
    """Return the story of an article; None if it has none."""
    found = stories(connection, ids=[article_id], as_of=as_of)
    return found[0] if found else None


def members(
    connection: sqlite3.Connection,
    story_id: int,
    as_of: datetime | None = None,
) -> list[Member]:
    """Return the articles of a story by time."""
    values = {"story": story_id, "as_of": stamp(as_of) if as_of else _FAR_FUTURE}
    found = []
    for row in connection.execute(_MEMBERS, values):
        columns = {name: row[name] for name in Member.__dataclass_fields__}
        reason = columns["reason"]
        columns["reason"] = None if reason is None else msgspec.json.decode(reason)
        found.append(Member(**columns))
    return found


def suggestions(connection: sqlite3.Connection, story_id: int) -> list[Suggestion]:
    """Return the open suggestions that concern a story."""
    rows = connection.execute(_SUGGESTIONS, {"story": story_id})
    return [
        Suggestion(
            kind=row["kind"],
            a=row["a"],
            b=row["b"],
            score=row["score"],
            reason=None if row["reason"] is None else msgspec.json.decode(row["reason"]),
        )
        for row in rows
    ]


def _story(row: sqlite3.Row) -> Story:
    languages = msgspec.json.decode(row["languages"], type=list[str | None])
    return Story(
        id=row["story_id"],
        name=row["name"],
        name_language=row["name_language"],
        first_report=row["first_report"],
        last_report=row["last_report"],
        families=row["families"],
        texts=row["texts"],
        articles=row["articles"],
        languages=tuple(sorted({language for language in languages if language})),
    )


_OPEN = "{table}.found_at <= :as_of AND ({table}.until IS NULL OR {table}.until > :as_of)"
_MEMBER = _OPEN.format(table="member")
_TITLE = _OPEN.format(table="title")
_STORIES = f"""
    SELECT grouped.story_id, families, texts, articles, languages, first_report, last_report,
           coalesce(revision.headline, first.headline) AS name,
           CASE WHEN revision.headline IS NULL THEN first.language ELSE revision.language END
               AS name_language
    FROM (
        SELECT member.story_id, count(DISTINCT source.family) AS families,
               count(DISTINCT coalesce('wire ' || article.wire, 'group ' || article.group_id))
                   AS texts,
               count(*) AS articles, json_group_array(revision.language) AS languages,
               min(coalesce(revision.published, article.first_seen)) AS first_report,
               max(coalesce(revision.published, article.first_seen)) AS last_report,
               min(article.id) AS first_article
        FROM story_member AS member
        JOIN article ON article.id = member.article_id
        JOIN source ON source.id = article.source_id
        JOIN revision ON revision.article_id = article.id AND revision.number = 1
        WHERE {_MEMBER}
          AND (:ids IS NULL OR member.story_id IN (
              SELECT wanted.story_id FROM story_member AS wanted
              WHERE wanted.article_id IN (SELECT value FROM json_each(:ids))
                AND {_OPEN.format(table="wanted")}))
        GROUP BY member.story_id
        HAVING (:since IS NULL OR last_report >= :since)
           AND (:language IS NULL OR sum(revision.language = :language) > 0)
    ) AS grouped
    JOIN revision AS first ON first.article_id = grouped.first_article AND first.number = 1
    LEFT JOIN story_title AS title ON title.story_id = grouped.story_id AND {_TITLE}
    LEFT JOIN revision ON revision.article_id = title.article_id AND revision.number = 1
    ORDER BY last_report DESC, grouped.story_id DESC LIMIT :most
"""  # noqa: S608 - our own queries
_MEMBERS = f"""
    SELECT member.article_id, revision.url, revision.headline, source.name AS source,
           source.family, revision.language, revision.published, article.first_seen,
           nullif(article.cluster_id, article.id) AS copy_of, member.method, member.score,
           member.reason, member.found_at
    FROM story_member AS member
    JOIN article ON article.id = member.article_id
    JOIN source ON source.id = article.source_id
    JOIN revision ON revision.article_id = article.id AND revision.number = 1
    WHERE member.story_id = :story AND {_MEMBER}
    ORDER BY coalesce(revision.published, article.first_seen), article.id
"""  # noqa: S608 - our own queries
_SUGGESTIONS = """
    SELECT kind, a, b, score, reason FROM story_hint
    WHERE until IS NULL AND (kind = 'merge' AND :story IN (a, b)
        OR kind = 'move' AND (b = :story OR :story = (
            SELECT story_id FROM story_member WHERE article_id = a AND until IS NULL)))
    ORDER BY score DESC, id
"""
