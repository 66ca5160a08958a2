"""What the configuration says of the outlets: few rows, read again for each state.

A fact may change at a day. The time between two such days is an era of an outlet; most outlets have
one era. What holds for an article is what held in the era of its date, as in a search.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from storage.facts.columns import Array, Mask

FACTS = ("kind", "alignment", "leaning", "owner", "family")
ERAS = 128  # at most of an outlet: an era is a number of eight bits


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Outlet:
    """An outlet in one era: what `sources.toml` says of it."""

    name: str
    group: str | None
    country: str | None
    family: str
    kind: str | None
    alignment: str | None
    leaning: str | None
    owner: str | None


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Outlets:
    """All outlets, by the number of a source and of an era."""

    eras: Mapping[int, Sequence[Outlet]]
    beginnings: Mapping[int, Sequence[str]]  # of the second era and later ones, by source

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Self:
        """Read the outlets of a store, also those that are not polled any more."""
        facts: dict[str, list[tuple[str, str, str]]] = {}
        for row in connection.execute(_FACTS):
            facts.setdefault(row["outlet"], []).append((row["since"], row["name"], row["value"]))
        eras, beginnings = {}, {}
        for row in connection.execute(_SOURCES).fetchall():
            of_outlet = facts.get(row["name"], [])
            days = sorted({since for since, _, _ in of_outlet if since})[: ERAS - 1]
            beginnings[row["id"]] = days
            eras[row["id"]] = [
                _outlet(
                    row,
                    of_outlet,
                    day,
                )
                for day in ("", *days)
            ]
        return cls(eras=eras, beginnings=beginnings)

    @property
    def dated(self) -> dict[int, Sequence[str]]:
        """The beginnings of outlets with several eras: while they stay, eras stay."""
        return {number: days for number, days in self.beginnings.items() if days}

    def era(
        self,
        source: int,
        date: str,
    ) -> int:
        """Return the era of an outlet at a time of the store."""
        return bisect_right(self.beginnings[source], date)

    def of(
        self,
        source: int,
        era: int,
    ) -> Outlet:
        """Return an outlet as it was in an era."""
        return self.eras[source][era]

    def where(
        self,
        source: Array,
        era: Array,
        holds: Callable[[Outlet], bool],
    ) -> Mask:
        """Return which articles are of an outlet for which something holds."""
        most = max(map(len, self.eras.values()), default=1)
        is_wanted = np.zeros((max(self.eras, default=0) + 1, most), bool)
        for number, outlets in self.eras.items():
            is_wanted[number, : len(outlets)] = [holds(outlet) for outlet in outlets]
        mask: Mask = is_wanted[source, era]
        return mask


_SOURCES = "SELECT id, name, family, country, grouping FROM source"
_FACTS = "SELECT outlet, name, since, value FROM outlet_fact ORDER BY outlet, since"


def _outlet(
    row: sqlite3.Row,
    facts: Sequence[tuple[str, str, str]],
    day: str,
) -> Outlet:
    """Return an outlet as of a day: of each fact the last that had begun."""
    known = {name: value for since, name, value in facts if since <= day}
    return Outlet(
        name=row["name"],
        group=row["grouping"],
        country=row["country"],
        family=known.get("family", row["family"]),
        kind=known.get("kind"),
        alignment=known.get("alignment"),
        leaning=known.get("leaning"),
        owner=known.get("owner"),
    )
