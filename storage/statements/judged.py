"""What readers judge of claims: which wait for a judgement, and how many were right."""

import sqlite3
from collections.abc import Iterator, Sequence

from storage.records.claim import STANCES
from storage.statements import claims, opinions
from storage.statements.claims import ClaimsWanted, StoredClaim
from storage.statements.opinions import Judged, Opinion, Share


def waiting(
    connection: sqlite3.Connection,
    ids: Sequence[int] | None,
    most: int,
) -> Iterator[StoredClaim]:
    """Yield the claims of originals that nobody has judged, in the order of articles."""
    judged = opinions.keys(connection, "claim")
    for claim in claims.read(connection, ClaimsWanted(ids=ids)):
        if claim.key in judged or claim.duplicate_of is not None:
            continue
        if not most:
            return
        most -= 1
        yield claim


def has(connection: sqlite3.Connection, key: str) -> bool:
    """Whether a key names a claim of this corpus."""
    article = key.partition(":")[0]
    if not (article.isascii() and article.isdigit()):
        return False
    found = claims.read(connection, ClaimsWanted(ids=[int(article)]))
    return any(claim.key == key for claim in found)


def opinion_on(key: str, verdict: Judged, better: str | None = None) -> Opinion:
    """Return a judgement of a claim; `better` is the right stance. Raises ValueError for others."""
    if better is not None and better not in STANCES:
        raise ValueError(f"{better!r} is no stance: one of {', '.join(STANCES)}")
    article = int(key.partition(":")[0])
    return Opinion(subject="claim", key=key, article_id=article, verdict=verdict, better=better)


def quality(connection: sqlite3.Connection) -> list[Share]:
    """Return how many claims readers called right: of all, of the sure ones, and by rule.

    Only what the rules of now have found counts, so that older rules do not.
    """
    verdicts = _newest(connection)
    articles = sorted({int(key.partition(":")[0]) for key in verdicts})
    counts: dict[str, list[int]] = {"all": [0, 0], "sure": [0, 0], "unsure": [0, 0]}
    for claim in claims.read(connection, ClaimsWanted(ids=articles)):
        verdict = verdicts.get(claim.key)
        if verdict is None:
            continue
        surety = "sure" if claim.is_sure else "unsure"
        rule = claim.rule.partition(",")[0]
        for group in ("all", surety, f"rule {rule}"):
            count = counts.setdefault(group, [0, 0])
            count[0] += verdict == "right"
            count[1] += 1
    return [
        Share(group=group, right=right, judged=judged)
        for group, (right, judged) in counts.items()
        if judged
    ]


def _newest(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the newest verdict on each claim, by key."""
    rows = connection.execute(
        "SELECT key, verdict FROM opinion WHERE subject = 'claim' ORDER BY id"
    )
    return {row["key"]: row["verdict"] for row in rows}
