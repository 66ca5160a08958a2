"""The verdict on an exact copy under another headline: it carries a text that is on topic.

A desk writes `No date for Hermon, says minister` over an agency's report that begins with the
withdrawal. Alone, the copy may be judged off topic, and whoever counts the articles on topic would
miss a house that carried the report.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from sqlite3 import Connection

from storage.articles import revisions
from storage.articles.revisions import Visit
from storage.records.model import Relation, RelationKind
from storage.records.verdict import Evidence, Verdict


def with_carried_verdict(
    connection: Connection, visit: Visit, related: Sequence[Relation]
) -> Visit:
    """Return a visit with the verdict of the text that its article repeats word for word.

    The verdict of the article itself stays where it is on topic, where the other is off topic too,
    and where another version of the topic gave that.
    """
    article, verdict = visit.reading.article, visit.reading.verdict
    if article is None or verdict is None or verdict.relevant:
        return visit
    if not related or related[0].kind is not RelationKind.EXACT:
        return visit
    carried = carry(connection, verdict, article.body, related[0].of)
    return replace(visit, reading=replace(visit.reading, verdict=carried))


def carry(
    connection: Connection,
    verdict: Verdict,
    body: Sequence[str],
    original: int,
) -> Verdict:
    """Return a verdict off topic, or in its place the one on the original with its evidence."""
    other = revisions.newest_verdict(connection, original, verdict.topic_version)
    if other is None or not other.relevant:
        return verdict
    return replace(
        verdict,
        relevant=True,
        probability=other.probability,
        score=other.score,
        evidence=tuple(_found_in(body, other.evidence)),
    )


def _found_in(body: Sequence[str], evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the sentences of the original's body at their places in a copy.

    The headline of the original is not that of the copy. Punctuation may differ: a sentence that is
    not found as it is written is left out.
    """
    for one in evidence:
        for paragraph, text in enumerate(body):
            start = text.find(one.sentence)
            if start >= 0:
                yield replace(one, paragraph=paragraph, start=start)
                break
