"""What finding copies costs an article, in stores of growing size.

    python -m bench.copies [--sizes 10000,100000,1000000] [--articles 2000] [--disk]

A store is filled with articles that have a sketch of random hashes, as long as those of real texts,
with some phrases that each outlet repeats; then real texts come, a tenth of them edited, cut or
syndicated copies of stored ones, and each is fingerprinted, looked up, verified and inserted, in
transactions of fifty. CPU time of this process; the start is measured on the store as it was left.
"""

import argparse
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from crawler.dedupe.shingles import fingerprint
from crawler.pipeline.copies import Copies, of_article
from storage.articles import articles
from storage.articles.revisions import Visit
from storage.articles.sketches import open_index
from storage.records.article import Article
from storage.records.model import SKETCH_VERSION, Page, PageReading, Phases
from storage.records.verdict import Verdict
from storage.sqlite import schema

_OUTLETS = 500
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 50
_WORDS = 6.4, 0.6  # of a text, log-normal: half have more than 600


def vocabulary(chance: random.Random, size: int = 30_000) -> list[str]:
    letters = "etaoinshrdlu"
    return ["".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(size)]


def make_text(chance: random.Random, words: list[str]) -> tuple[str, ...]:
    """Return a text as long as news are, with a tail of rare words."""
    length = min(4000, max(60, int(chance.lognormvariate(*_WORDS))))
    drawn = [words[int(len(words) * chance.random() ** 2.5)] for _ in range(length)]
    return tuple(
        " ".join(drawn[start : start + 45]).capitalize() + "." for start in range(0, length, 45)
    )


def edited(chance: random.Random, body: tuple[str, ...]) -> tuple[str, ...]:
    """Return a copy: cut, with another first line, or gone over word by word."""
    match chance.randrange(3):
        case 0:
            return body[: max(2, len(body) // 2)]
        case 1:
            return ("Our own correspondent adds a first line to this report.", *body[1:])
        case _:
            return tuple(
                " ".join(w if chance.random() > 0.03 else "edited" for w in paragraph.split())
                for paragraph in body
            )


def fill(connection: sqlite3.Connection, wanted: int, seed: int) -> None:
    """Bring a store up to a number of articles."""
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM article").fetchone()[0]
    chance = np.random.default_rng(seed)
    phrases = chance.integers(0, 1 << 60, (_OUTLETS, 40), np.uint64)
    connection.execute("BEGIN")
    connection.executemany(_ARTICLE, _rows(chance, phrases, range(first, wanted + 1)))
    connection.executemany(
        _REVISION, ((n, f"{n:032x}", _FILLING) for n in range(first, wanted + 1))
    )
    connection.execute("COMMIT")


def _rows(
    chance: np.random.Generator, phrases: np.ndarray, ids: range
) -> Iterator[tuple[int, str, bytes, int]]:
    for article_id in ids:
        size = int(np.clip(chance.lognormal(*_WORDS) / 16, 24, 40))
        sketch = chance.integers(0, 1 << 60, size, np.uint64)
        sketch[:2] = chance.choice(phrases[article_id % _OUTLETS], 2)
        sketch.sort()
        yield article_id, f"https://f.example/{article_id}", sketch.tobytes(), SKETCH_VERSION


_FILLING = '["' + "A paragraph of the text that fills the store. " * 90 + '"]'  # 4 kB
_ARTICLE = """
    INSERT INTO article (id, canonical_url, source_id, first_seen, declared_at, cluster_id,
                         group_id, sketch, sketch_version)
    VALUES (?1, ?2, 1, '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z', ?1, ?1, ?3, ?4)
"""
_REVISION = """
    INSERT INTO revision (article_id, number, change, fetched_at, url, redirects, status, headers,
        page_digest, headline, byline, body, captions, tags, links, word_count, origins,
        extractor_version, text_hash)
    VALUES (?1, 1, 'first', '2025-01-01T00:00:00.000Z', 'https://f.example/', '[]', 200, '[]', '',
            'Filled', '[]', ?3, '[]', '[]', '[]', 1, '{}', 'x', ?2)
"""


class Store:
    """A store on disk, and the texts that were put into it."""

    def __init__(self, connection: sqlite3.Connection, in_memory: bool):
        self.connection = connection
        self.in_memory = in_memory
        self.texts: list[tuple[str, ...]] = []
        self._words = vocabulary(random.Random(1))
        for number in range(_OUTLETS):
            connection.execute(
                "INSERT INTO source (name, kind, url, host, shard, added_at, family)"
                " VALUES (?1, 'feed', ?1, ?1, 0, '', ?1)",
                (f"outlet{number}.example",),
            )

    def start(self) -> tuple[Copies, float]:
        began = time.perf_counter()
        index = open_index(self.connection, in_memory=self.in_memory)
        return Copies(index), time.perf_counter() - began

    def run(self, copies: Copies, count: int, seed: int) -> tuple[list[float], int, int]:
        """Add texts; return the CPU milliseconds of each, the copies found, and those made."""
        chance = random.Random(seed)
        taken: list[float] = []
        made = found = 0
        for number in range(count):
            is_copy = bool(self.texts) and chance.random() < 0.1
            body = (
                edited(chance, chance.choice(self.texts))
                if is_copy
                else make_text(chance, self._words)
            )
            outlet = chance.randrange(_OUTLETS)
            if number % _BATCH == 0:
                self.connection.execute("BEGIN IMMEDIATE")
            began = time.process_time()
            related = self._add(copies, body, outlet, f"{seed}/{number}")
            if number % _BATCH == _BATCH - 1:
                self.connection.execute("COMMIT")
            taken.append(1000 * (time.process_time() - began))
            made += is_copy
            found += is_copy and related
            if not is_copy:
                self.texts.append(body)
        return taken, found, made

    def _add(self, copies: Copies, body: tuple[str, ...], outlet: int, name: str) -> bool:
        url = f"https://outlet{outlet}.example/{name}"
        article = Article(headline=name, body=body, published=_NOW + timedelta(minutes=outlet))
        print_ = fingerprint(body)
        new = of_article(print_, article, f"outlet{outlet}.example", _NOW)
        related = copies.find(self.connection, new, print_)
        row = self.connection.execute(
            "INSERT INTO frontier_url (canonical_url, url, host, shard, source_id, entry,"
            " discovered_at, not_before, outcome) VALUES (?1, ?1, '', 0, ?2, '', ?3, '', 'stored')",
            (url, outlet + 1, _NOW.isoformat(timespec="milliseconds")),
        )
        assert row.lastrowid is not None
        reading = PageReading(
            article=article, verdict=Verdict(relevant=True, score=1.0), fingerprint=print_
        )
        page = Page(
            url=url, requested_url=url, redirects=(), status=200, headers=(), body=b"",
            wire_bytes=0, address=None, phases=Phases(), fetched_at=_NOW,
        )  # fmt: skip
        visit = Visit(page=page, reading=reading, page_digest="")
        article_id = articles.add(self.connection, row.lastrowid, url, visit)
        copies.keep(self.connection, article_id, new, print_, related)
        return any(relation.kind.is_copy for relation in related)


def resident() -> float:
    """Return the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--articles", type=int, default=2000, help="at each size")
    parser.add_argument("--disk", action="store_true", help="the index as rows")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(schema.connect(Path(folder) / "corpus.db")) as connection,
    ):
        store = Store(connection, not arguments.disk)
        for size in map(int, arguments.sizes.split(",")):
            fill(connection, size - arguments.articles, size)
            before = resident()
            copies, seconds = store.start()
            memory = resident() - before
            taken, found, made = store.run(copies, arguments.articles, size)
            taken.sort()
            print(
                f"{size:>9,} articles: start {seconds:5.2f} s, {memory:4.0f} MB; CPU ms an article "
                f"mean {statistics.fmean(taken):.2f}, median {statistics.median(taken):.2f}, "
                f"p99 {taken[int(0.99 * len(taken))]:.2f}; {found} of {made} copies found",
                flush=True,
            )
            del copies


if __name__ == "__main__":
    main()
