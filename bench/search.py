"""What search costs in stores of growing size: indexing, and queries beside a writing crawler.

python -m bench.search [--sizes 10000,100000] [--queries 300] [--store FILE]

Texts of about 4 kB in words of nine languages with the frequencies of a language (Zipf); half of
the queries have one word, the others two, a phrase, or a field. A store that is given is kept, and
filled further the next time: a million articles take 7 GB and half an hour.
"""

import argparse
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from itertools import accumulate
from pathlib import Path

from storage.search import index
from storage.search.find import find
from storage.sqlite import schema
from storage.sqlite.database import open_corpus

ALPHABETS = {
    "en": "etaoinshrdlu", "de": "enisratdhul", "fr": "esaitnrulod", "tr": "aeinrlkdımu",
    "ru": "оеаинтсрвл", "ar": "اليمنتربوعد", "fa": "ایرندهتمبشک", "he": "יוהלארמתבשנ",
    "ku": "aeîindrêktbs",
}  # fmt: skip
_WORDS = 30_000
_LENGTH = 620  # words of a text


class Language:
    """Words of a made-up language, drawn by Zipf's law."""

    def __init__(self, name: str, seed: int):
        chance = random.Random(seed)
        letters = ALPHABETS[name]
        self.words = [
            "".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(_WORDS)
        ]
        self._weights = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self._weights, k=count)


def fill(connection: sqlite3.Connection, languages: dict[str, Language], wanted: int) -> None:
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM article").fetchone()[0]
    chance = random.Random(first)
    names = list(languages)
    connection.execute("BEGIN")
    for number in range(first, wanted + 1):
        name = names[number % len(names)]
        text = " ".join(languages[name].draw(chance, _LENGTH))
        day = f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02}-01T00:00:00.000Z"
        connection.execute(_ARTICLE, {"id": number, "url": f"https://f.example/{number}"})
        connection.execute(
            _REVISION,
            {"id": number, "headline": text[:60], "body": f'["{text}"]', "lang": name, "day": day},
        )
        connection.execute(_VERDICT, {"id": number})
    connection.execute("COMMIT")


_ARTICLE = """
    INSERT INTO article (id, canonical_url, source_id, first_seen, declared_at, cluster_id,
                         group_id)
    VALUES (:id, :url, 1, '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z', :id, :id)
"""
_REVISION = """
    INSERT INTO revision (article_id, number, change, fetched_at, url, redirects, status, headers,
        page_digest, headline, byline, published, language, body, captions, tags, links, word_count,
        origins, extractor_version, text_hash)
    VALUES (:id, 1, 'first', '2025-01-01T00:00:00.000Z', 'https://f.example/', '[]', 200, '[]', '',
        :headline, '[]', :day, :lang, :body, '[]', '[]', '[]', 1, '{}', 'x', '')
"""
_VERDICT = """
    INSERT INTO verdict (article_id, revision, topic_version, relevant, score, evidence, judged_at)
    VALUES (:id, 1, 't', 1, 1.0, '[]', '2025-01-01T00:00:00.000Z')
"""


def connect(store: Path) -> sqlite3.Connection:
    """Open a store that is filled by hand, with the one outlet of all its articles."""
    connection = schema.connect(store)
    connection.execute(
        "INSERT OR IGNORE INTO source (id, name, kind, url, host, shard, added_at, family)"
        " VALUES (1, 'f', 'feed', 'f', 'f', 0, '', 'f')"
    )
    return connection


def advance(connection: sqlite3.Connection) -> tuple[int, float]:
    """Index everything that waits; return how many texts and the CPU seconds."""
    count, started, waiting = 0, time.process_time(), index.Waiting()
    while texts := waiting.next(connection, most=200):
        connection.execute("BEGIN IMMEDIATE")
        count += index.add(connection, [(text, text.stems()) for text in texts])
        connection.execute("COMMIT")
    return count, time.process_time() - started


def queries(languages: dict[str, Language], count: int) -> list[str]:
    chance = random.Random(7)
    made = []
    for number in range(count):
        language = chance.choice(list(languages.values()))
        one, other = chance.choice(language.words[50:3000]), chance.choice(language.words[50:3000])
        forms = (one, one, f"{one} {other}", f"{one} OR {other}", f"{one} after:2020 lang:en",
                 f"{one} -{other}")  # fmt: skip
        made.append(forms[number % len(forms)])
    return made


def timed(store: Path, asked: list[str]) -> list[float]:
    """Return how many milliseconds each query took, of a reader as every command opens it."""
    taken = []
    with open_corpus(store) as connection:
        for query in asked:
            started = time.perf_counter()
            find(connection, query)
            taken.append(1000 * (time.perf_counter() - started))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    languages = {name: Language(name, n) for n, name in enumerate(ALPHABETS)}
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(connect(store := asked.store or Path(folder) / "corpus.db")) as connection,
    ):
        for size in map(int, asked.sizes.split(",")):
            fill(connection, languages, size)
            count, spent = advance(connection)
            taken = sorted(timed(store, queries(languages, asked.queries)))
            print(
                f"{size:>9,} articles: {count / max(spent, 0.001):,.0f} indexed a CPU second; a "
                "page of 20 in "
                f"{taken[len(taken) // 2]:.1f} ms median, {taken[int(0.95 * len(taken))]:.1f} p95, "
                f"{taken[-1]:.1f} worst",
                flush=True,
            )


if __name__ == "__main__":
    main()
