"""Exports: the corpus as files that others read, the same call giving the same bytes."""

import gzip
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from storage.archive import packing
from storage.archive.packing import PACKINGS
from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.export import atom, citations, csv, jsonl, markdown, parquet, warc
from storage.export.lines import Watch
from storage.export.manifest import Digested, Manifest, Versions, source_set
from storage.records.model import CorpusArticle
from storage.sqlite import corpus_view

# Formats that hold every field take rows, which are cheap; the others take articles.
_ROWS: dict[str, Callable[[Iterable[sqlite3.Row], BinaryIO], int]] = {
    "jsonl": jsonl.write,
    "parquet": parquet.write,
}
_ARTICLES: dict[str, Callable[[Iterable[CorpusArticle], BinaryIO], int]] = {
    "atom": atom.write,
    "bibtex": citations.write_bibtex,
    "csl-json": citations.write_csl,
    "csv": csv.write,
    "markdown": markdown.write,
    "ris": citations.write_ris,
}
_WARC = "warc"
FORMATS = tuple(sorted({**_ROWS, **_ARTICLES, _WARC: None}))
COMPRESSIONS = ("gzip", "zstd")


def write(
    connection: sqlite3.Connection,
    out: BinaryIO,
    *,
    form: str,
    wanted: Wanted,
    query: str | None = None,
    compression: str | None = None,
    name: str = "",
    watch: Watch = iter,
    folder: Path | None = None,
) -> Manifest:
    """Write what is wanted of a corpus; return the manifest. Raises StorageError.

    `wanted.as_of` has to be the time of a row at the latest (`asof.settled`), or rows that come
    while the export runs would be in it or not by chance. `watch` sees the rows pass; `folder` is
    that of the archive, for the format `warc`.
    """
    versions, digested = Versions(), Digested(out)
    if form == _WARC:
        compression = compression or "gzip"  # as every WARC tool expects
        pages = warc.Pages(connection, folder or Path(), wanted)
        listed = versions.watch(watch(pages.texts()))
        rows = pages.write(listed, cast("BinaryIO", digested), PACKINGS[compression])
    else:
        listed = versions.watch(watch(corpus.rows(connection, wanted)))
        with _compressed(digested, compression) as stream:
            rows = _write_rows(listed, stream, form)
    return Manifest(
        file=name,
        format=form,
        compression=compression,
        query=query,
        relevant=bool(wanted.relevant),
        unique=wanted.unique,
        revisions=wanted.revisions,
        as_of=wanted.as_of,
        since=wanted.since,
        cursor=wanted.as_of or corpus_view.settled(connection),
        rows=rows,
        sha256=digested.sha256,
        bytes=digested.bytes,
        source_set=source_set(connection),
        topic_versions=sorted(versions.topics),
        extractor_versions=sorted(versions.extractors),
        schema_version=connection.execute("PRAGMA user_version").fetchone()[0],
    )


def _write_rows(rows: Iterable[sqlite3.Row], out: BinaryIO, form: str) -> int:
    if form in _ROWS:
        return _ROWS[form](rows, out)
    return _ARTICLES[form](map(corpus.article_of, rows), out)


@contextmanager
def _compressed(out: Digested, compression: str | None) -> Iterator[BinaryIO]:
    """Yield a stream that compresses; no time and no name of a file stand in its head."""
    stream = cast("BinaryIO", out)
    if compression == "gzip":
        with gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
            yield cast("BinaryIO", packed)
    elif compression == "zstd":
        with packing.module().ZstdFile(stream, "w", level=1) as packed:
            yield cast("BinaryIO", packed)
    else:
        yield stream
