"""The relation of a text to an earlier one: a copy, a weaker relation, or none.

Thresholds were fitted on labelled pairs (docs/decisions/0006-duplicates.md). Texts that share words
and are no copies: two reports of one event, two reports made with one template, an update by the
same outlet.
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

# All thresholds were fitted on labelled pairs (decision 6, "How it was measured").
_LEAST_SHARED = 8  # shingles: fewer are a quotation
_LEAST_WORDS = 20  # below, equal texts are copies only under equal headlines
_SHORT = 120  # shingles: below, numbers decide between a template and a copy
_TRUNCATED = 0.62  # a copy of at most this share of the original's length is a truncated one
_REISSUED = timedelta(hours=40)  # an agency repeats a report within this time, or never

# Containment: the share of the shorter text that the longer one contains.
_NO_TEMPLATE = 0.885  # from here on two texts of an outlet are one, whatever their days
_WHOLE = 0.92  # all but an edited sentence
_MOST_OF_IT = 0.75  # an outlet's own text, with half the opening
_OVER_HALF = 0.60  # a text that another outlet put its own lines around
_HALF = 0.55  # a short text of one outlet, with most of its numbers
_EDITED = 0.45  # under one headline and opening
_FOLLOWUP = 0.40  # an update that keeps the background
_SOME = 0.30  # a paragraph or two of another outlet's text


def relate(
    new: Comparable,
    earlier: Iterable[tuple[int, Comparable]],
) -> list[Relation]:
    """Return the relations of a text to earlier ones, the strongest first.

    At most one relation is a copy, and it is the first. `earlier` are articles by id.
    """
    copies: list[Relation] = []
    weaker: list[Relation] = []

    for article_id, other in earlier:
        if _is_exact(new, other):
            return [_exact(article_id)]

        likeness = compare(new, other)
        kind = _kind_of(likeness, new, other)
        if kind is None:
            continue
        found = _relation(
            article_id,
            likeness,
            kind,
            same_outlet=new.outlet == other.outlet,
        )
        (copies if kind.is_copy else weaker).append(found)

    copies.sort(key=_strength, reverse=True)
    weaker.sort(key=_strength, reverse=True)
    return copies[:1] + weaker


def _strength(relation: Relation) -> tuple[float, float]:
    return relation.containment, relation.similarity


def _is_exact(one: Comparable, other: Comparable) -> bool:
    """Return whether two texts are equal; a few words may be equal by chance ("Watch live.")."""
    if one.text_hash != other.text_hash:
        return False
    return len(one.shingles) >= _LEAST_WORDS or one.headline == other.headline


def _kind_of(
    likeness: Likeness,
    one: Comparable,
    other: Comparable,
) -> RelationKind | None:
    """Return the relation of two texts that overlap; None if the overlap is insignificant."""
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


def _is_template(
    likeness: Likeness,
    one: Comparable,
    other: Comparable,
) -> bool:
    """Return whether two reports of an outlet are one form, filled in on different days.

    For example "Exchange rates of 3 March: the dollar at 13,000 pounds" and the same of 5 March.
    """
    is_same_day = days_apart(one, other) < _REISSUED
    if is_same_day or likeness.containment >= _NO_TEMPLATE:
        return False
    if likeness.smaller < _SHORT:
        return True

    # A longer form is filled in with numbers; a reissued report keeps almost all of its own.
    has_numbers = len(one.numbers | other.numbers) >= 5
    return has_numbers and same_numbers(one, other) < 0.95


def _is_reissue(
    likeness: Likeness,
    one: Comparable,
    other: Comparable,
) -> bool:
    """Return whether an outlet repeats its own text, and not only its background paragraphs."""
    containment = likeness.containment
    if likeness.smaller < _SHORT:
        has_its_numbers = containment >= _HALF and same_numbers(one, other) >= 0.6
        return containment >= _WHOLE or has_its_numbers

    is_whole = containment >= _WHOLE and likeness.lead >= 0.15
    begins_alike = containment >= _MOST_OF_IT and likeness.lead_both >= 0.4
    return is_whole or begins_alike or _is_edited(likeness, one, other)


def _is_syndicated(
    likeness: Likeness,
    one: Comparable,
    other: Comparable,
) -> bool:
    """Return whether outlets share a text, also if each has its own opening."""
    containment = likeness.containment
    if likeness.smaller < _SHORT:
        # Short texts are alike by chance: "5 killed in A" and "9 killed in B" are two reports.
        has_numbers = len(one.numbers) >= 4
        numbers_differ = has_numbers and same_numbers(one, other) < 0.5
        return containment >= (_WHOLE if numbers_differ else _OVER_HALF)

    begins_alike = containment >= _FOLLOWUP and likeness.lead_both >= 0.4
    return containment >= _OVER_HALF or begins_alike or _is_edited(likeness, one, other)


def _is_edited(
    likeness: Likeness,
    one: Comparable,
    other: Comparable,
) -> bool:
    """Return whether a text was edited word by word under its headline."""
    return (
        likeness.containment >= _EDITED
        and likeness.lead >= 0.5
        and likeness.lead_both >= 0.2
        and same_headline(one, other) >= 0.6
    )


def _copied(length: float, same_outlet: bool) -> RelationKind:
    """Return the kind of a copy that has this share of its original's length."""
    if length < _TRUNCATED:
        return RelationKind.TRUNCATED
    return RelationKind.NEAR if same_outlet else RelationKind.SYNDICATED


def _weaker(likeness: Likeness, same_outlet: bool) -> RelationKind | None:
    """Return the relation of two texts that are no copies; None if they share too little."""
    containment = likeness.containment
    if same_outlet:
        return RelationKind.FOLLOWUP if containment >= _FOLLOWUP else None
    if containment >= _EDITED and likeness.lead < 0.25:
        return RelationKind.REWRITTEN_TOP
    return RelationKind.PARTIAL_REUSE if containment >= _SOME else None


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
    article_id: int, likeness: Likeness, kind: RelationKind, *, same_outlet: bool
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
