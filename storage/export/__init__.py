"""Exports of the corpus to files. The same request gives the same bytes."""

import sqlite3
from pathlib import Path
from typing import BinaryIO, cast

from storage.articles import corpus
from storage.errors import StorageError
from storage.export.first_schema import FIRST
from storage.export.formats import COMPRESSIONS, FORMATS, Format, named_by
from storage.export.manifest import Digested, Manifest, source_set
from storage.export.request import ExportRequest, Rows, Watch
from storage.export.tables import TABLES, TableFormat
from storage.sqlite import corpus_view

__all__ = ["COMPRESSIONS", "FORMATS", "ExportRequest", "named_by", "write"]


def write(
    connection: sqlite3.Connection,
    out: BinaryIO,
    request: ExportRequest,
    *,
    folder: Path | None = None,
    watch: Watch = iter,
) -> Manifest:
    """Write an export; return its manifest. Raises StorageError.

    `folder` is the archive's, for the format `warc`; `watch` is called with the rows, and yields
    them.
    """
    digested = Digested(out)
    rows = Rows(
        connection=connection,
        wanted=request.wanted,
        folder=folder or Path(),
        watch=watch,
        withheld=request.withheld,
        query=request.query,
    )
    stream = cast("BinaryIO", digested)  # formats only write to it
    form = _format_of(request)
    count = form.write(rows, stream, request.compression)

    wanted = request.wanted
    versions = rows.versions
    return Manifest(
        file=request.file,
        format=request.form,
        compression=request.compression or form.compression,
        query=request.query,
        relevant=bool(wanted.relevant),
        unique=wanted.unique,
        revisions=wanted.revisions,
        as_of=wanted.as_of,
        since=wanted.since,
        cursor=wanted.as_of or corpus_view.settled(connection),
        honoured=list(request.withheld.honoured),
        profile="metadata" if request.withheld.everything else "full",
        rows=count,
        unit=form.unit,
        without_page=_without_page(connection, rows) if form.unit == "pages" else None,
        sha256=digested.sha256,
        bytes=digested.bytes,
        source_set=source_set(connection),
        topic_versions=sorted(versions.topics),
        extractor_versions=sorted(versions.extractors),
        rule_versions=sorted(versions.rules),
        table=request.table,
        export_schema=request.schema,
        schema_version=connection.execute("PRAGMA user_version").fetchone()[0],
    )


def _format_of(request: ExportRequest) -> Format:
    if request.schema == 1:
        if request.table is not None or request.form not in FIRST:
            raise StorageError(f"schema 1 has articles as {' and '.join(FIRST)} alone")
        return FIRST[request.form]
    if request.table is None:
        return FORMATS[request.form]
    return TableFormat(TABLES[request.table], request.form)


def _without_page(connection: sqlite3.Connection, rows: Rows) -> int:
    """Return how many of the wanted articles are not in a file of pages."""
    return corpus.count(connection, rows.wanted) - len(rows.versions.articles)
