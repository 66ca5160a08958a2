"""Facts of all articles in memory: which a query finds, and counts by day, outlet or language.

>>> from storage.facts.facts import Facts
>>> facts = Facts.read(connection)                        # doctest: +SKIP
>>> found = facts.find(connection, "withdraw* lang:ar")   # doctest: +SKIP
>>> facts.per_day(found)                                  # doctest: +SKIP
{datetime.date(2026, 11, 24): 3, datetime.date(2026, 11, 25): 5}

Reading costs seconds in a corpus of half a million articles, bringing forward and counting
milliseconds. A `Facts` is never changed, so that any thread may count while another brings forward.
"""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self, TypeVar

import numpy as np

from storage.facts import counting
from storage.facts.asking import Asker
from storage.facts.columns import Array, Columns, Mask, Names
from storage.facts.outlets import ERAS, Outlet, Outlets
from storage.facts.progress import Progress
from storage.facts.reading import Reader
from storage.search.query import parse
from storage.search.sound import resolve
from storage.sqlite.values import in_utc, stamp

K = TypeVar("K", bound=Hashable)
_MOST_READ = 20_000  # articles read for a past state: a second (measured); else there is none
_MOST_CHANGED = 0.2  # of all articles; if more have changed all are read again


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Facts:
    """One complete state of the corpus, of now or of a past time."""

    columns: Columns
    languages: Names
    wires: Names
    outlets: Outlets
    progress: Progress
    as_of: datetime | None = None

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Self:
        """Read the facts of every article."""
        languages, wires = Names(), Names()
        with _one_state(connection):
            outlets = Outlets.read(connection)
            return cls(
                columns=Reader(
                    connection,
                    languages,
                    wires,
                    outlets,
                ).read(),
                languages=languages,
                wires=wires,
                outlets=outlets,
                progress=Progress.of(connection),
            )

    def advanced(self, connection: sqlite3.Connection) -> "Facts":
        """Return the state of now: only what has changed since is read, if that is not much."""
        with _one_state(connection):
            outlets, now = Outlets.read(connection), Progress.of(connection)
            if outlets.dated != self.outlets.dated:
                return Facts.read(connection)
            if now == self.progress:
                return replace(self, outlets=outlets)
            changed = self.progress.changed(connection)
            if changed is None or len(changed) > max(1000, _MOST_CHANGED * len(self.columns)):
                return Facts.read(connection)
            columns = self._with(connection, np.asarray(changed, np.int64))
            return replace(
                self,
                columns=columns,
                outlets=outlets,
                progress=now,
            )

    def _with(
        self,
        connection: sqlite3.Connection,
        changed: Array,
    ) -> Columns:
        """Return the columns with articles read again, and whoever shares a cluster with them."""
        reader = self._reader(connection)
        new = reader.read(changed.tolist())
        known = changed[self.columns.has(changed)]
        before = self.columns.cluster[self.columns.places_of(known)]
        clusters = np.union1d(before, new.cluster)
        members = self.columns.id[np.isin(self.columns.cluster, clusters)]
        read = reader.read(np.union1d(np.union1d(changed, members), clusters).tolist())
        is_whole = np.isin(read.cluster, clusters) | np.isin(read.id, changed)
        return self.columns.updated(read.at(is_whole))

    def past(
        self,
        connection: sqlite3.Connection,
        as_of: datetime,
    ) -> "Facts | None":
        """Return the facts as they were known at a time, as `search --as-of` has them.

        None where that is too much to read: so much has changed since. Names of outlets are those
        of today.
        """
        until = int(np.datetime64(in_utc(as_of).replace(tzinfo=None), "us").astype(np.int64))
        then = self.columns.at(self.columns.stored <= until)
        is_other = then.changed > until
        others = then.id[is_other].tolist()
        if len(others) > _MOST_READ:
            return None
        columns = then.at(~is_other)
        if others:
            columns = columns.updated(
                self._read_past(
                    connection,
                    others,
                    as_of,
                )
            )
        return replace(
            self,
            columns=columns,
            as_of=as_of,
        )

    def _read_past(
        self,
        connection: sqlite3.Connection,
        ids: list[int],
        as_of: datetime,
    ) -> Columns:
        """Return some articles as of a time, with everything that decides about their originals."""
        wanted = np.asarray(ids, np.int64)
        clusters = self.columns.cluster[self.columns.places_of(wanted)]
        members = self.columns.id[np.isin(self.columns.cluster, clusters)]
        everything = np.union1d(np.union1d(wanted, members), clusters).tolist()
        read = self._reader(connection).read(everything, stamp(as_of))
        return read.at(np.isin(read.id, wanted))

    def find(
        self,
        connection: sqlite3.Connection,
        query: str,
    ) -> Mask:
        """Return which articles a query finds, those of `drawdown search`. Raises QueryError."""
        asker = Asker(
            connection=connection,
            columns=self.columns,
            languages=self.languages,
            wires=self.wires,
            outlets=self.outlets,
            as_of=self.as_of,
        )
        node = resolve(connection, parse(query, self.as_of))
        return asker.answer(node).yes & self.every

    def ids(self, mask: Mask) -> list[int]:
        """Return the numbers of the articles of a mask, ascending."""
        numbers: list[int] = self.columns.id[mask].tolist()
        return numbers

    def newest(
        self,
        mask: Mask,
        *,
        limit: int,
        offset: int = 0,
    ) -> list[int]:
        """Return a page of the articles of a mask, the newest first as a search has them."""
        numbers = counting.newest_first(self.columns, mask)
        page: list[int] = numbers[offset : offset + limit].tolist()
        return page

    def per_day(self, mask: Mask) -> dict[date, int]:
        """Count by day of publication, UTC; the undated by the day they were first seen."""
        return counting.per_day(counting.days(self.columns)[mask])

    def per_day_seen(self, mask: Mask) -> dict[date, int]:
        """Count by the day on which articles were first seen, UTC."""
        return counting.per_day(self.columns.seen[mask])

    def per_language(self, mask: Mask) -> dict[str | None, int]:
        """Count by ISO 639 code; None is unknown."""
        return counting.per_name(self.columns.language[mask], self.languages)

    def per_outlet(self, mask: Mask) -> dict[str, int]:
        """Count by the name of the outlet."""
        return self._per(mask, lambda outlet: outlet.name)

    def per_family(self, mask: Mask) -> dict[str, int]:
        """Count by the owner of the outlet at the article's date."""
        return self._per(mask, lambda outlet: outlet.family)

    def per_country(self, mask: Mask) -> dict[str | None, int]:
        """Count by the outlet's country; None where sources.toml has none."""
        return self._per(mask, lambda outlet: outlet.country)

    def per_verdict(self, mask: Mask) -> dict[str, int]:
        """Count the articles on topic and off topic."""
        verdict = self.columns.verdict[mask]
        return {"on": int((verdict == 1).sum()), "off": int((verdict == 0).sum())}

    def _per(
        self,
        mask: Mask,
        key: Callable[[Outlet], K],
    ) -> dict[K, int]:
        """Count by what a key makes of the outlet."""
        pairs = self.columns.source[mask].astype(np.int64) * ERAS + self.columns.era[mask]
        return counting.per_key(pairs, lambda pair: key(self.outlets.of(*divmod(pair, ERAS))))

    def _reader(self, connection: sqlite3.Connection) -> Reader:
        return Reader(
            connection,
            self.languages,
            self.wires,
            self.outlets,
        )

    @property
    def every(self) -> Mask:
        """All articles that a search may find: those with a text in the index."""
        mask: Mask = self.columns.row > 0
        return mask

    @property
    def copies(self) -> Mask:
        """The articles that repeat another one; the rest is what `duplicate:no` finds."""
        mask: Mask = self.columns.original != self.columns.id
        return mask


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all statements read one state of the store, beside a daemon that writes."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
