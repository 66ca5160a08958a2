"""Answers a query with a mask over the columns: the same articles that a search finds.

Words and phrases are looked up in the full-text index, most fields in the columns. A field that the
columns do not have is asked of the store, as a search asks it.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import numpy as np

from storage.facts.columns import NO_VERDICT, UNKNOWN_TIME, Columns, Mask, Names
from storage.facts.outlets import Outlet, Outlets
from storage.search.compile import match_of
from storage.search.find import matching
from storage.search.nodes import And, Field, Node, Not, Or
from storage.words.forms import fold


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a condition holds, and where it does not.

    Neither of both where it is unknown: an article without a date is found by `before:2024` as
    little as by `-before:2024`, as SQL has it of NULL.
    """

    yes: Mask
    no: Mask

    @classmethod
    def of(cls, yes: Mask) -> "Answer":
        """Return the answer to a condition that is never unknown."""
        return cls(yes, ~yes)

    @classmethod
    def known(
        cls,
        yes: Mask,
        is_known: Mask,
    ) -> "Answer":
        """Return the answer to a condition that is known of some articles."""
        return cls(yes & is_known, ~yes & is_known)

    def __invert__(self) -> "Answer":
        return Answer(self.no, self.yes)

    def __and__(self, other: "Answer") -> "Answer":
        return Answer(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: "Answer") -> "Answer":
        return Answer(self.yes | other.yes, self.no & other.no)


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Asker:
    """Answers the parts of a query about one state of the columns."""

    connection: sqlite3.Connection
    columns: Columns
    languages: Names
    wires: Names
    outlets: Outlets
    as_of: datetime | None

    def answer(self, node: Node) -> Answer:
        """Return where a query holds."""
        match = match_of(node)
        if match is not None:
            return self._text(match)
        match node:
            case Not(inner):
                return ~self.answer(inner)
            case And(nodes):
                return reduce(Answer.__and__, map(self.answer, nodes))
            case Or(nodes):
                return reduce(Answer.__or__, map(self.answer, nodes))
            case Field():
                return self._field(node)
        raise TypeError(node)

    def _text(self, match: str) -> Answer:
        """Return where the full-text index finds something."""
        found = self.connection.cursor()
        found.row_factory = None
        found.execute("SELECT rowid FROM search WHERE search MATCH :match", {"match": match})
        rows = np.fromiter((row[0] for row in found), np.int64)
        last = int(self.columns.row.max(initial=0))
        is_found = np.zeros(last + 1, bool)
        is_found[rows[rows <= last]] = True
        return Answer.of(is_found[self.columns.row])

    def _field(self, field: Field) -> Answer:
        answer = _FIELDS.get(field.name)
        if answer is not None:
            return answer(self, field)
        yes = np.zeros(len(self.columns), bool)
        no = yes.copy()
        for mask, node in ((yes, field), (no, Not(field))):
            ids = np.asarray(
                matching(
                    self.connection,
                    node,
                    self.as_of,
                ),
                np.int64,
            )
            ids = ids[self.columns.has(ids)]
            mask[self.columns.places_of(ids)] = True
        return Answer(yes, no)

    def outlet(self, holds: Callable[[Outlet], bool]) -> Answer:
        """Return where something holds of the outlet."""
        columns = self.columns
        return Answer.of(
            self.outlets.where(
                columns.source,
                columns.era,
                holds,
            )
        )


def _named(attribute: str) -> Callable[[Asker, Field], Answer]:
    """Answer a field whose value is a part of a name of the outlet."""

    def answer(asker: Asker, field: Field) -> Answer:
        part = fold(field.value)
        return asker.outlet(lambda outlet: part in fold(getattr(outlet, attribute) or ""))

    return answer


def _same(attribute: str) -> Callable[[Asker, Field], Answer]:
    """Answer a field whose value is that of the outlet; unknown where it has none."""

    def answer(asker: Asker, field: Field) -> Answer:
        yes = asker.outlet(lambda outlet: getattr(outlet, attribute) == field.value)
        known = asker.outlet(lambda outlet: getattr(outlet, attribute) is not None)
        return Answer.known(yes.yes, known.yes)

    return answer


def _alignment(asker: Asker, field: Field) -> Answer:
    return asker.outlet(lambda outlet: (outlet.alignment or "unknown") == field.value)


def _language(asker: Asker, field: Field) -> Answer:
    wanted = field.value.lower()
    is_wanted = np.array([name == wanted for name in asker.languages])
    number = asker.columns.language
    return Answer.known(is_wanted[number], number > 0)


def _wire(asker: Asker, field: Field) -> Answer:
    wanted = fold(field.value)
    is_wanted = np.array([fold(name or "") == wanted for name in asker.wires])
    return Answer.of(is_wanted[asker.columns.wire])


def _published(asker: Asker, field: Field) -> Answer:
    """Answer `after:`, `before:` and `published:`, to the millisecond as times are stored."""
    published = asker.columns.published
    start, end = _milliseconds(field.day), _milliseconds(field.until)
    match field.name:
        case "after":
            yes = published >= start
        case "before":
            yes = published < start
        case _:
            yes = (published >= start) & (published < end)
    return Answer.known(yes, published != UNKNOWN_TIME)


def _milliseconds(moment: datetime | None) -> int:
    assert moment is not None  # noqa: S101 - the parser reads it
    return int(np.datetime64(moment.replace(tzinfo=None), "ms").astype(np.int64))


def _verdict(asker: Asker, field: Field) -> Answer:
    verdict = asker.columns.verdict
    return Answer.known(verdict == int(field.value == "on"), verdict != NO_VERDICT)


def _probability(asker: Asker, field: Field) -> Answer:
    probability = asker.columns.probability
    return Answer.known(probability >= float(field.value), ~np.isnan(probability))


def _duplicate(asker: Asker, field: Field) -> Answer:
    original, number = asker.columns.original, asker.columns.id
    if field.value in ("yes", "no"):
        is_copy: Mask = original != number
        return Answer.of(is_copy if field.value == "yes" else ~is_copy)
    wanted = int(field.value)
    return Answer.of((original == wanted) & (number != wanted))


def _id(asker: Asker, field: Field) -> Answer:
    return Answer.of(asker.columns.id == int(field.value))


_FIELDS: dict[str, Callable[[Asker, Field], Answer]] = {
    "source": _named("name"),
    "family": _named("family"),
    "owner": _named("owner"),
    "leaning": _named("leaning"),
    "group": _named("group"),
    "kind": _same("kind"),
    "country": _same("country"),
    "alignment": _alignment,
    "lang": _language,
    "wire": _wire,
    "after": _published,
    "before": _published,
    "published": _published,
    "verdict": _verdict,
    "probability": _probability,
    "duplicate": _duplicate,
    "id": _id,
}
