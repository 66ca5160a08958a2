"""What readers judge of suggestions, as rows: right, wrong, or what would be right.

A judgement is never overwritten: the newest of a reader's counts. It names what it judges by a key
that stays the same under all versions of the rules.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from storage.records.statement import SURE
from storage.sqlite.values import clean, required, to_json

Subject = Literal["statement", "claim", "story_member", "story_hint"]
Judged = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A judgement of one suggestion."""

    subject: Subject
    key: str
    article_id: int | None
    verdict: Judged
    better: str | None = None  # the right answer, of a wrong one
    note: str | None = None


def add(connection: sqlite3.Connection, opinion: Opinion) -> None:
    """Store a judgement, in a transaction of its own unless there is one."""
    connection.execute(
        """
        INSERT INTO opinion (subject, key, article_id, verdict, better, note, at)
        VALUES (:subject, :key, :article_id, :verdict, :better, :note, :at)
        """,
        {
            "subject": opinion.subject,
            "key": opinion.key,
            "article_id": opinion.article_id,
            "verdict": opinion.verdict,
            "better": None if opinion.better is None else to_json(clean(opinion.better)),
            "note": None if opinion.note is None else clean(opinion.note),
            "at": required(datetime.now(UTC)),
        },
    )


def keys(connection: sqlite3.Connection, subject: Subject) -> set[str]:
    """Return what of a kind has been judged."""
    rows = connection.execute("SELECT DISTINCT key FROM opinion WHERE subject = ?", (subject,))
    return {row["key"] for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many suggestions of a group readers called right."""

    group: str
    right: int
    judged: int

    @property
    def share(self) -> float:
        """The share of the right ones, 0 to 1."""
        return self.right / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson 1927), which holds for few judgements as well.

        >>> Share(group="all", right=9, judged=10).interval
        (0.596, 0.982)
        """
        n, p = self.judged, self.share
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        spread = _Z / (1 + _Z**2 / n) * (p * (1 - p) / n + _Z**2 / (4 * n**2)) ** 0.5
        return round(max(middle - spread, 0.0), 3), round(min(middle + spread, 1.0), 3)


_Z = 1.96  # standard deviations that contain 95 % of a normal distribution


def quality_of_statements(connection: sqlite3.Connection) -> list[Share]:
    """Return how many speakers readers called right: of all, of the sure ones, and by rule.

    Only what the rules of now have found counts, so that older rules do not.
    """
    rows = connection.execute(_JUDGED, {"sure": SURE})
    counts: dict[str, list[int]] = {}
    for row in rows:
        surety = "sure" if row["is_sure"] else "unsure"
        for group in ("all", surety, row["rule"]):
            count = counts.setdefault(group, [0, 0])
            count[0] += row["verdict"] == "right"
            count[1] += 1
    first = [name for name in ("all", "sure", "unsure") if name in counts]
    rules = sorted(counts.keys() - set(first))
    return [
        Share(group=name, right=counts[name][0], judged=counts[name][1])
        for name in (*first, *rules)
    ]


KEY = """statement.article_id || ':' || statement.revision || ':' || statement.paragraph || ':'
    || statement.start || ':' || statement.stop"""
_JUDGED = f"""
    SELECT statement.rule, statement.certainty >= :sure AS is_sure, opinion.verdict
    FROM opinion JOIN statement ON statement.article_id = opinion.article_id
        AND opinion.key = {KEY} AND statement.until IS NULL AND statement.name IS NOT NULL
    WHERE opinion.subject = 'statement' AND opinion.id = (
        SELECT max(newest.id) FROM opinion AS newest
        WHERE newest.subject = 'statement' AND newest.key = opinion.key)
"""  # noqa: S608 - our own query
