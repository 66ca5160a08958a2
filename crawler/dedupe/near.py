"""What a text is to an earlier one: a copy, a weaker relation, or nothing.

Thresholds were fitted on labelled pairs (docs/decisions/0006-duplicates.md). What shares text and
is no copy: another report of one event, a report made by a template, an update of the same outlet.
"""

from collections.abc import Iterable
from datetime import timedelta

from crawler.dedupe.likeness import (
    Comparable,
    Likeness,
    compare,
    days_apart,
    same_headline,
    same_numbers,
)
from storage.records.model import Relation, RelationKind

METHOD = "containment-2"
_LEAST_SHARED = 8  # shingles: fewer are a quotation
_LEAST_WORDS = 20  # below, equal texts are copies only under equal headlines
_SHORT = 120  # shingles: below, numbers decide between a template and a copy
_TRUNCATED = 0.62  # a copy of at most this share of the original's length is a truncated one
_REISSUED = timedelta(hours=40)  # an agency repeats a report within this time, or not at all


def relate(new: Comparable, earlier: Iterable[tuple[int, Comparable]]) -> list[Relation]:
    """Return what a text repeats: at most one copy, which comes first, then weaker relations.

    `earlier` are articles by id.
    """
    copies: list[Relation] = []
    weaker: list[Relation] = []
    for article_id, other in earlier:
        if _is_exact(new, other):
            return [_exact(article_id)]
        likeness = compare(new, other)
        kind = _kind(likeness, new, other)
        if kind is not None:
            same_outlet = new.outlet == other.outlet
            found = _relation(article_id, likeness, kind, same_outlet)
            (copies if kind.is_copy else weaker).append(found)
    copies.sort(key=_strength, reverse=True)
    weaker.sort(key=_strength, reverse=True)
    return copies[:1] + weaker


def _strength(relation: Relation) -> tuple[float, float]:
    return relation.containment, relation.similarity


def _is_exact(one: Comparable, other: Comparable) -> bool:
    if one.text_hash != other.text_hash:
        return False
    return len(one.shingles) >= _LEAST_WORDS or one.headline == other.headline


def _kind(likeness: Likeness, one: Comparable, other: Comparable) -> RelationKind | None:
    if likeness.shared < _LEAST_SHARED:
        return None
    is_unknown = not one.outlet and not other.outlet
    same_outlet = one.outlet == other.outlet and not is_unknown
    may_be_template = same_outlet or (is_unknown and likeness.smaller < _SHORT)
    if may_be_template and _is_template(likeness, one, other):
        return None
    is_copy = _is_reissue if same_outlet else _is_syndicated
    if is_copy(likeness, one, other):
        return _copied(likeness.length, same_outlet)
    return _weaker(likeness, same_outlet)


def _is_template(likeness: Likeness, one: Comparable, other: Comparable) -> bool:
    """Whether two reports of an outlet are one form, filled in on different days."""
    if days_apart(one, other) < _REISSUED or likeness.containment >= 0.885:
        return False
    if likeness.smaller < _SHORT:
        return True
    return len(one.numbers | other.numbers) >= 5 and same_numbers(one, other) < 0.95


def _is_reissue(likeness: Likeness, one: Comparable, other: Comparable) -> bool:
    """Whether an outlet repeats its own text: background alone is told again in new reports."""
    containment = likeness.containment
    if likeness.smaller < _SHORT:
        return containment >= 0.92 or (containment >= 0.55 and same_numbers(one, other) >= 0.6)
    if containment >= 0.92 and likeness.lead >= 0.15:
        return True
    return (containment >= 0.75 and likeness.lead_both >= 0.4) or _is_edited(likeness, one, other)


def _is_syndicated(likeness: Likeness, one: Comparable, other: Comparable) -> bool:
    """Whether outlets share a text, whatever each put on top of it."""
    containment = likeness.containment
    if likeness.smaller < _SHORT:
        differ = len(one.numbers) >= 4 and same_numbers(one, other) < 0.5
        return containment >= (0.92 if differ else 0.60)
    if containment >= 0.60 or (containment >= 0.40 and likeness.lead_both >= 0.4):
        return True
    return _is_edited(likeness, one, other)


def _is_edited(likeness: Likeness, one: Comparable, other: Comparable) -> bool:
    """Whether a text was gone over word by word under its headline."""
    return (
        likeness.containment >= 0.45
        and likeness.lead >= 0.5
        and likeness.lead_both >= 0.2
        and same_headline(one, other) >= 0.6
    )


def _copied(length: float, same_outlet: bool) -> RelationKind:
    """Name a copy that has this share of its original's length."""
    if length < _TRUNCATED:
        return RelationKind.TRUNCATED
    return RelationKind.NEAR if same_outlet else RelationKind.SYNDICATED


def _weaker(likeness: Likeness, same_outlet: bool) -> RelationKind | None:
    if same_outlet:
        return RelationKind.FOLLOWUP if likeness.containment >= 0.40 else None
    if likeness.containment >= 0.45 and likeness.lead < 0.25:
        return RelationKind.REWRITTEN_TOP
    return RelationKind.PARTIAL_REUSE if likeness.containment >= 0.30 else None


def _exact(article_id: int) -> Relation:
    return Relation(
        of=article_id,
        kind=RelationKind.EXACT,
        kind_back=RelationKind.EXACT,
        containment=1.0,
        forward=1.0,
        backward=1.0,
        lead=1.0,
        similarity=1.0,
        method=METHOD,
    )


def _relation(
    article_id: int, likeness: Likeness, kind: RelationKind, same_outlet: bool
) -> Relation:
    back = _copied(1 / likeness.length, same_outlet) if kind.is_copy else kind
    return Relation(
        of=article_id,
        kind=kind,
        kind_back=back,
        containment=round(likeness.containment, 4),
        forward=round(likeness.forward, 4),
        backward=round(likeness.backward, 4),
        lead=round(likeness.lead, 4),
        similarity=round(likeness.similarity, 4),
        method=METHOD,
    )
