"""The columns: one array a fact, one place an article, in the order of article numbers.

An article takes 60 bytes. Numbers of articles and of rows in the index are below two billion.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Array = NDArray[Any]

UNKNOWN_TIME = np.iinfo(np.int64).min  # what numpy makes of a time that is missing (NaT)
NO_VERDICT = -1
_TYPES: dict[str, type[np.integer[Any] | np.floating[Any]]] = {
    "id": np.int32,
    "row": np.int32,
    "source": np.int32,
    "era": np.int8,
    "published": np.int64,
    "seen": np.uint16,
    "stored": np.int64,
    "changed": np.int64,
    "language": np.int16,
    "verdict": np.int8,
    "probability": np.float64,
    "cluster": np.int32,
    "original": np.int32,
    "wire": np.int16,
}


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Columns:
    """The facts of all articles. Nothing here is changed: a later state is another object."""

    id: Array  # int32, ascending
    row: Array  # int32: of its newest text in the full-text index; 0 while no text is indexed
    source: Array  # int32: its row in `source`
    era: Array  # int8: of the outlet, at the date of the article (`Outlets`)
    published: Array  # int64: milliseconds since 1970; UNKNOWN_TIME where the date is unknown
    seen: Array  # uint16: the day it was first seen, in days since 1970
    stored: Array  # int64: microseconds since 1970 at which its first text was stored
    changed: Array  # int64: since when these facts have been as they are
    language: Array  # int16: a number of `Names`; 0 is unknown
    verdict: Array  # int8: 1 on topic, 0 off topic, NO_VERDICT
    probability: Array  # float64: NaN where the verdict has none
    cluster: Array  # int32: the article that its copies are grouped by; itself without copies
    original: Array  # int32: the article that it repeats; itself if it is no copy
    wire: Array  # int16: a number of `Names`; 0 is none

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def of(cls, **arrays: Any) -> Self:
        """Return columns of these arrays, each in its type. Raises OverflowError."""
        return cls(**{name: _typed(name, arrays[name]) for name in _TYPES})

    @classmethod
    def empty(cls) -> Self:
        """Return the columns of a corpus without articles."""
        return cls.of(**dict.fromkeys(_TYPES, ()))

    @property
    def nbytes(self) -> int:
        """The bytes that the arrays take."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def at(self, places: Array) -> Self:
        """Return the columns of some articles, by their places or by a mask."""
        return replace(self, **{name: getattr(self, name)[places] for name in _TYPES})

    def places_of(self, ids: Array) -> Array:
        """Return the places of articles that are in the columns."""
        return np.searchsorted(self.id, ids)

    def has(self, ids: Array) -> Mask:
        """Return which of some article numbers are in the columns."""
        if len(self) == 0:
            return np.zeros(len(ids), bool)
        places = np.minimum(self.places_of(ids), len(self) - 1)
        found: Mask = self.id[places] == ids
        return found

    def updated(self, newer: Self) -> Self:
        """Return these columns with rows of others: in place of their own, or added."""
        is_known = self.has(newer.id)
        places = self.places_of(newer.id[is_known])
        order = np.argsort(np.concatenate((self.id, newer.id[~is_known])), kind="stable")
        arrays = {}
        for name in _TYPES:
            array, more = (getattr(self, name).copy(), getattr(newer, name))
            array[places] = more[is_known]
            arrays[name] = np.concatenate((array, more[~is_known]))[order]
        return replace(self, **arrays)


def _typed(name: str, values: Any) -> Array:
    """Return values in the type of their column. Raises OverflowError; numpy would wrap them."""
    kind = _TYPES[name]
    array = np.asarray(values)
    if issubclass(kind, np.integer) and len(array):
        bounds = np.iinfo(kind)
        if array.min() < bounds.min or array.max() > bounds.max:
            raise OverflowError(f"{name}: a number that the columns cannot hold")
    return array.astype(kind)


class Names:
    """Texts by number: a language or an agency is a number in the columns. None is 0."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: 0}

    def numbers(self, names: Iterable[str | None]) -> list[int]:
        """Return the number of each name; a new name gets the next one."""
        known = self._numbers
        return [known.setdefault(name, len(known)) for name in names]

    def __iter__(self) -> Iterator[str | None]:
        return iter(tuple(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)
