"""The candidate index: which articles share sampled shingles with a text.

In memory: sorted arrays of (hash, article) pairs in levels of growing size, as in a log-structured
merge tree (O'Neil et al. 1996); 8 bytes a pair, built from the sketches at every start. On disk:
the table `shingle`, for a machine with little memory. Both find the same articles.
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from storage.records.model import SKETCH_VERSION
from storage.sqlite.values import to_json

Sketch = NDArray[np.uint64]  # sampled hashes, smallest first
Pairs = NDArray[np.uint64]  # 32 bits of a hash above 32 bits of an article

STOP_POSTINGS = 60  # a shingle in more articles than this is a common phrase, and is ignored
RECENT = 1 << 16  # pairs that wait to become a level
_GROWTH = 4  # a level has at least this many times the pairs of the next one
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROWS = 5_000  # sketches read at once
_CHUNK = 5_000_000  # pairs that are sorted together at the start
_OVERFULL = 4096  # pairs of a stretch; it has 16 to 32, unless a phrase is in most texts


class SketchIndex(Protocol):
    """Finds the articles that share sampled shingles with a text."""

    def add(self, article_id: int, sketch: Sketch) -> None:
        """Let later articles find this one."""

    def sharing(self, sketch: Sketch) -> dict[int, int]:
        """Return how many sampled shingles each article shares."""


class _Level:
    """A sorted array of pairs, with the place at which each stretch of hashes begins in it."""

    def __init__(self, pairs: Pairs):
        self.pairs = pairs
        # The highest bits of a hash choose a stretch; so many that it has 16 to 32 pairs.
        bits = max(1, len(pairs).bit_length() - 5)
        self._shift = np.uint64(32 - bits)
        starts = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
        bounds = np.searchsorted(pairs, starts)
        self._bounds = np.append(bounds, len(pairs)).astype(np.uint32)

    def find(self, keys: Pairs) -> tuple[NDArray[np.int64], Pairs]:
        """Return the articles with each key, and the places of their keys.

        An overfull stretch belongs to a phrase that most texts contain, and is ignored.
        """
        stretch = keys >> self._shift
        low = self._bounds[stretch].astype(np.int64)
        lengths = self._bounds[stretch + np.uint64(1)] - low
        lengths[lengths > _OVERFULL] = 0

        # All pairs of all stretches, one after another; `places` names the key of each.
        places = np.repeat(np.arange(len(keys)), lengths)
        ends = np.cumsum(lengths)
        offsets = np.repeat(low - ends + lengths, lengths)
        values = self.pairs[np.arange(len(places)) + offsets]
        is_found = values >> _HALF == keys[places]
        return places[is_found], values[is_found] & _LOW


class MemoryIndex:
    """The index in memory: pairs of 32 bits of the hash above 32 bits of the article."""

    def __init__(self, recent: int = RECENT):
        self._most_recent = recent
        self._levels: list[_Level] = []  # the oldest and largest first
        self._recent: dict[int, list[int]] = {}
        self._waiting = 0

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> "MemoryIndex":
        """Build the index from the sketches of a store."""
        index = cls()
        with ThreadPoolExecutor(1) as sorter:  # sorting leaves the interpreter free to read on
            levels = [sorter.submit(_level_of, chunk) for chunk in _chunks(connection)]
        found = (level.result() for level in levels)
        index._levels = sorted(found, key=lambda level: -len(level.pairs))
        return index

    def add(self, article_id: int, sketch: Sketch) -> None:
        """Let later articles find this one."""
        for value in (sketch & _LOW).tolist():
            self._recent.setdefault(value, []).append(article_id)
        self._waiting += len(sketch)
        if self._waiting >= self._most_recent:
            self._add_level()

    def sharing(self, sketch: Sketch) -> dict[int, int]:
        """Return how many sampled shingles each article shares; common phrases do not count."""
        keys = sketch & _LOW
        found = [level.find(keys) for level in self._levels]
        found.append(self._find_recent(keys))
        places = np.concatenate([level_places for level_places, _ in found])
        articles = np.concatenate([level_articles for _, level_articles in found])

        is_rare = np.bincount(places, minlength=len(keys)) <= STOP_POSTINGS
        shared, times = np.unique(
            articles[is_rare[places]],
            return_counts=True,
        )
        return dict(zip(shared.tolist(), times.tolist(), strict=True))

    def _find_recent(self, keys: Pairs) -> tuple[NDArray[np.int64], Pairs]:
        """Return the articles that are in no level yet, as `_Level.find` does."""
        recent = [self._recent.get(value, ()) for value in keys.tolist()]
        counts = np.fromiter(map(len, recent), np.int64, len(recent))
        articles = list(chain.from_iterable(recent))
        places = np.repeat(np.arange(len(keys)), counts)
        return places, np.array(articles, np.uint64)

    def _add_level(self) -> None:
        """Make a level of the recent pairs; merge it with those that are not much larger."""
        waiting: list[int] = []
        for value, articles in self._recent.items():
            waiting += [value << 32 | article for article in articles]
        pairs = np.sort(np.array(waiting, np.uint64))
        while self._levels and len(self._levels[-1].pairs) < _GROWTH * len(pairs):
            pairs = np.concatenate([self._levels.pop().pairs, pairs])
            pairs.sort(kind="stable")  # two sorted runs: one pass
        self._levels.append(_Level(pairs))
        self._recent = {}
        self._waiting = 0


def _chunks(connection: sqlite3.Connection) -> Iterator[Pairs]:
    """Yield the pairs of a store in chunks, each to be sorted alone."""
    chunk = np.empty(_CHUNK, np.uint64)
    end = 0
    for ids, lengths, packed in _stored(connection):
        size = len(packed) // 8
        if end + size > _CHUNK:
            yield chunk[:end]
            chunk = np.empty(_CHUNK, np.uint64)
            end = 0
        pairs = chunk[end : end + size]
        end += size
        # The lower half of a hash becomes the upper half of a pair.
        np.left_shift(np.frombuffer(packed, "<u8"), _HALF, out=pairs)
        pairs |= np.repeat(ids, lengths)
    yield chunk[:end].copy()


def _level_of(pairs: Pairs) -> _Level:
    pairs.sort()
    return _Level(pairs)


class DiskIndex:
    """The index on disk: pairs as rows, written with their article."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> "DiskIndex":
        """Return the index; its table is filled if the store last had its index in memory."""
        index = cls(connection)
        if connection.execute("SELECT 1 FROM shingle LIMIT 1").fetchone() is None:
            for ids, lengths, packed in _stored(connection):
                places = np.repeat(ids, lengths).astype(np.int64).tolist()
                index._insert(np.frombuffer(packed, "<i8").tolist(), places)
        return index

    def add(self, article_id: int, sketch: Sketch) -> None:
        """Let later articles find this one."""
        self._insert(
            sketch.view(np.int64).tolist(),
            [article_id] * len(sketch),
        )

    def _insert(self, hashes: list[int], article_ids: list[int]) -> None:
        self._connection.executemany(
            "INSERT INTO shingle (hash, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            zip(hashes, article_ids, strict=True),
        )

    def sharing(self, sketch: Sketch) -> dict[int, int]:
        """Return how many sampled shingles each article shares; common phrases do not count."""
        asked = {
            "sketch": to_json(sketch.view(np.int64).tolist()),
            "stop": STOP_POSTINGS,
        }
        rows = self._connection.execute(_SHARING, asked)
        return {row["article_id"]: row["shared"] for row in rows}


_SHARING = """
    WITH asked AS (SELECT value AS hash FROM json_each(:sketch)),
    rare AS (
        SELECT asked.hash FROM asked
        WHERE (SELECT count(*) FROM (
            SELECT 1 FROM shingle WHERE shingle.hash = asked.hash LIMIT :stop + 1)) <= :stop
    )
    SELECT article_id, count(*) AS shared FROM shingle JOIN rare ON rare.hash = shingle.hash
    GROUP BY article_id
"""


# Articles, the number of hashes of each, and the hashes.
_Batch = tuple[NDArray[np.uint64], NDArray[np.int64], bytes]


def _stored(connection: sqlite3.Connection) -> Iterator[_Batch]:
    """Yield the sketches of a store in batches."""
    rows = connection.execute(_SKETCHES, {"version": SKETCH_VERSION})
    rows.row_factory = None
    while batch := rows.fetchmany(_ROWS):
        ids, blobs = zip(*batch, strict=True)
        lengths = np.array([len(blob) // 8 for blob in blobs], np.int64)
        yield np.array(ids, np.uint64), lengths, b"".join(blobs)


_SKETCHES = """
    SELECT id, sketch FROM article
    WHERE sketch_version = :version AND sketch IS NOT NULL
    ORDER BY id
"""


def open_index(
    connection: sqlite3.Connection,
    *,
    in_memory: bool,
) -> SketchIndex:
    """Return the index of a store; with an index in memory, the table is emptied."""
    if not in_memory:
        return DiskIndex.load(connection)
    connection.execute("DELETE FROM shingle")
    return MemoryIndex.load(connection)


def may_be_copy(one: Sketch, other: Sketch, shared: int, least: float) -> bool:
    """Return whether one text may contain a share of at least `least` of the other.

    The containment is estimated from the hashes below which both samples are complete.
    """
    if not len(one) or not len(other):
        return False
    complete = min(one[-1], other[-1])
    size = np.searchsorted(one, complete, "right")
    other_size = np.searchsorted(other, complete, "right")
    return shared >= least * int(min(size, other_size))
