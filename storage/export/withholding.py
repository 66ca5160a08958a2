"""The texts that an export leaves out: of all articles, or of those whose page asks for it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

# What is left out, and what is written in its place. The headline and all other facts stay.
_EMPTY: Final = {
    "standfirst": None,
    "body": "[]",
    "captions": "[]",
    "inserts": "[]",
    "evidence": "[]",
    "quotes": "[]",
    "claims": "[]",
}
# Wishes for which a page may not be handed on as a copy: its text is left out.
_OF_TEXTS: Final = frozenset(["noarchive", "tdm", "noai"])


@dataclass(frozen=True, slots=True)
class Withheld:
    """Which texts are left out. `honoured` names the wishes of pages that the operator honours."""

    honoured: tuple[str, ...] = ()
    everything: bool = False

    def applied(
        self,
        rows: Iterable[sqlite3.Row],
        connection: sqlite3.Connection,
    ) -> Iterator[sqlite3.Row]:
        """Yield the rows that are left, without the texts that are left out."""
        if not self.everything and not self.honoured:
            yield from rows
            return
        columns = connection.execute("SELECT * FROM corpus LIMIT 0")
        for row in rows:
            asked = _asked(row)
            if "noindex" in self._of(asked):
                continue
            is_bare = self.everything or not _OF_TEXTS.isdisjoint(self._of(asked))
            yield _emptied(columns, row) if is_bare else row

    def with_texts(self, rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
        """Yield the rows of which nothing is left out: a page is nothing without its text."""
        return (row for row in rows if not self._of(_asked(row)))

    def articles(self, connection: sqlite3.Connection) -> frozenset[int]:
        """Return the articles of which something is left out: a claim is nothing without it."""
        if not self.honoured:
            return frozenset()
        rows = connection.execute("SELECT article_id AS id, restrictions FROM rights")
        return frozenset(row["id"] for row in rows if self._of(_asked(row)))

    def _of(self, asked: Sequence[str]) -> frozenset[str]:
        return frozenset(asked).intersection(self.honoured)


def _asked(row: sqlite3.Row) -> list[str]:
    """Return what a page asks; nothing where that is unknown."""
    asked: list[str] = msgspec.json.decode(row["restrictions"] or "[]")
    return asked


def _emptied(
    columns: sqlite3.Cursor,
    row: sqlite3.Row,
) -> sqlite3.Row:
    values = [_EMPTY.get(name, row[name]) for name in row.keys()]  # noqa: SIM118 - a Row yields values
    return sqlite3.Row(columns, tuple(values))
