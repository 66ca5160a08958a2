"""What an export costs in every format, and whether memory stays constant.

python -m bench.exports [--size 20000] [--formats jsonl,parquet] [--store FILE]

Articles of about 4 kB as in bench/search.py, exported as they are now and as of a time. Beside it
the same rows read and encoded without anything of ours: the floor.
"""

import argparse
import os
import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import msgspec

from bench.search import ALPHABETS, Language, connect, fill
from storage.articles.corpus import Wanted
from storage.export import FORMATS, ExportRequest, write
from storage.sqlite import corpus_view


def plain(connection: sqlite3.Connection) -> int:
    """Read the rows and encode them, and nothing else."""
    count = 0
    for row in connection.execute("SELECT * FROM revision"):
        msgspec.json.encode(dict(row))
        count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--store", type=Path, help="one that is kept, as in bench/search.py")
    parser.add_argument("--formats", help="divided by commas; else all")
    asked = parser.parse_args()
    size = asked.size
    languages = {name: Language(name, n) for n, name in enumerate(ALPHABETS)}
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(connect(asked.store or Path(folder) / "corpus.db")) as connection,
        Path(os.devnull).open("wb") as sink,
    ):
        fill(connection, languages, size)
        connection.execute("UPDATE revision SET stored_at = replace(fetched_at, 'Z', '000Z')")
        connection.execute("UPDATE verdict SET stored_at = replace(judged_at, 'Z', '000Z')")
        started = time.process_time()
        plain(connection)
        floor = size / (time.process_time() - started)
        print(f"{'rows read and encoded':28}{floor:10,.0f} articles a CPU second")
        now, then = Wanted(), Wanted(as_of=corpus_view.settled(connection))
        cases = [
            *((form, None, now) for form in FORMATS if form != "warc"), ("jsonl", None, then),
            ("jsonl", "gzip", now), ("jsonl", "zstd", now),
        ]  # fmt: skip
        for form, compression, wanted in cases:
            if asked.formats and form not in asked.formats.split(","):
                continue
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            started = time.process_time()
            write(
                connection, sink, ExportRequest(form=form, wanted=wanted, compression=compression)
            )
            rate = size / (time.process_time() - started)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            name = " ".join(filter(None, (form, compression, "as of" if wanted is then else "")))
            print(f"{name:28}{rate:10,.0f} articles a CPU second, {grown:4.0f} MB more")


if __name__ == "__main__":
    main()
