"""The formats of an export, one row each. A new format is a file in this room, and a row."""

import gzip
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from storage.archive import packing
from storage.export import atom, citations, csv, jsonl, markdown, parquet, warc
from storage.export.bundle import document, pdf
from storage.export.request import Rows
from storage.records.model import CorpusArticle

COMPRESSIONS = ("gzip", "zstd")
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 1


class Format(Protocol):
    """Writes the rows of an export as they arrive."""

    @property
    def unit(self) -> str:
        """The plural noun of what is counted, for messages."""

    @property
    def compression(self) -> str | None:
        """The default compression."""

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write all rows; return their number. Raises StorageError."""


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format with every field. It takes rows of the store, which cost less than articles."""

    write_rows: Callable[[Iterable[sqlite3.Row], BinaryIO], int]
    unit: str = "articles"
    compression: str | None = None

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write the rows through a compressor."""
        with compressed(out, compression) as stream:
            return self.write_rows(rows.texts(), stream)


@dataclass(frozen=True, slots=True)
class ArticleFormat:
    """A format with some fields of each article."""

    write_articles: Callable[[Iterable[CorpusArticle], BinaryIO], int]
    unit: str = "articles"
    compression: str | None = None

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write the articles through a compressor."""
        with compressed(out, compression) as stream:
            return self.write_articles(rows.articles(), stream)


@dataclass(frozen=True, slots=True)
class BundleFormat:
    """A document for people: all that the store knows of each article."""

    write_bundle: Callable[[Rows, BinaryIO], int]
    unit: str = "articles"
    compression: str | None = None

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write the document through a compressor. Raises StorageError."""
        with compressed(out, compression) as stream:
            return self.write_bundle(rows, stream)


@dataclass(frozen=True, slots=True)
class PageFormat:
    """The archived pages; each record is packed by itself, as every WARC tool expects."""

    unit: str = "pages"
    compression: str = "gzip"

    def write(self, rows: Rows, out: BinaryIO, compression: str | None) -> int:
        """Write the pages, with gzip unless another compression is named."""
        pages = warc.Pages(rows.connection, rows.folder, rows.wanted)
        packer = packing.PACKINGS[compression or self.compression]
        return pages.write(
            rows.withheld.with_texts(rows.observe(pages.texts())),
            out,
            packer,
        )


FORMATS: dict[str, Format] = {
    "atom": ArticleFormat(atom.write),
    "bibtex": ArticleFormat(citations.write_bibtex),
    "csl-json": ArticleFormat(citations.write_csl),
    "csv": ArticleFormat(csv.write),
    "html": BundleFormat(document.write),
    "jsonl": TextFormat(jsonl.write),
    "markdown": ArticleFormat(markdown.write),
    "parquet": TextFormat(parquet.write),
    "pdf": BundleFormat(pdf.write),
    "ris": ArticleFormat(citations.write_ris),
    "warc": PageFormat(),
}


# The endings of files, and the formats that they mean.
_SUFFIXES = {
    ".atom": "atom",
    ".bib": "bibtex",
    ".csv": "csv",
    ".htm": "html",
    ".html": "html",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pdf": "pdf",
    ".ris": "ris",
    ".warc": "warc",
}
_COMPRESSED = {".gz": "gzip", ".zst": "zstd"}


def named_by(file: Path) -> tuple[str | None, str | None]:
    """Return the format and the compression that the ending of a file means; None where it is none.

    >>> named_by(Path("syria.csv.gz")), named_by(Path("syria.txt"))
    (('csv', 'gzip'), (None, None))
    """
    suffixes = [suffix.lower() for suffix in file.suffixes]
    compression = _COMPRESSED.get(suffixes[-1]) if suffixes else None
    if compression is not None:
        suffixes.pop()
    return (_SUFFIXES.get(suffixes[-1]) if suffixes else None), compression


@contextmanager
def compressed(out: BinaryIO, compression: str | None) -> Iterator[BinaryIO]:
    """Yield a stream that compresses; its header contains no time and no file name."""
    # Formats only write to the stream, which both compressors can.
    if compression == "gzip":
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, out, mtime=0) as packed:
            yield cast("BinaryIO", packed)
    elif compression == "zstd":
        zstd = packing.module()
        with zstd.ZstdFile(out, "w", level=_ZSTD_LEVEL) as packed:
            yield cast("BinaryIO", packed)
    else:
        yield out
