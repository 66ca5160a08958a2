"""Exports: the corpus as files that others read, the same call giving the same bytes."""

import gzip
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from storage import asof, corpus
from storage.corpus import Wanted
from storage.errors import StorageError
from storage.export import atom, citations, csv, jsonl, markdown, parquet
from storage.export.manifest import Digested, Manifest, Versions, source_set
from storage.model import CorpusArticle

Writer = Callable[[Iterable[CorpusArticle], BinaryIO], int]

WRITERS: dict[str, Writer] = {
    "atom": atom.write,
    "bibtex": citations.write_bibtex,
    "csl-json": citations.write_csl,
    "csv": csv.write,
    "jsonl": jsonl.write,
    "markdown": markdown.write,
    "parquet": parquet.write,
    "ris": citations.write_ris,
}
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
    watch: Callable[[Iterable[CorpusArticle]], Iterable[CorpusArticle]] = iter,
) -> Manifest:
    """Write what is wanted of a corpus; return the manifest. Raises StorageError.

    `wanted.as_of` has to be the time of a row at the latest (`asof.settled`), or rows that come
    while the export runs would be in it or not by chance. `watch` sees the articles pass.
    """
    versions, digested = Versions(), Digested(out)
    listed = versions.watch(watch(corpus.stream(connection, wanted)))
    with _compressed(digested, compression) as stream:
        rows = WRITERS[form](listed, stream)
    return Manifest(
        file=name,
        format=form,
        compression=compression,
        query=query,
        relevant=bool(wanted.relevant),
        unique=wanted.unique,
        as_of=wanted.as_of,
        since=wanted.since,
        cursor=wanted.as_of or asof.settled(connection),
        rows=rows,
        sha256=digested.sha256,
        bytes=digested.bytes,
        source_set=source_set(connection),
        topic_versions=sorted(versions.topics),
        extractor_versions=sorted(versions.extractors),
        schema_version=connection.execute("PRAGMA user_version").fetchone()[0],
    )


@contextmanager
def _compressed(out: Digested, compression: str | None) -> Iterator[BinaryIO]:
    """Yield a stream that compresses; no time and no name of a file stand in its head."""
    stream = cast("BinaryIO", out)
    if compression == "gzip":
        with gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
            yield cast("BinaryIO", packed)
    elif compression == "zstd":
        try:
            from backports import zstd
        except ModuleNotFoundError as error:
            raise StorageError("zstd needs backports.zstd: pip install 'drawdown[zstd]'") from error
        with zstd.ZstdFile(stream, "w", level=3) as packed:
            yield cast("BinaryIO", packed)
    else:
        yield stream
