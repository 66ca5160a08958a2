"""Pages out of WARC files: our own, Common Crawl's, or any other's. The only file for warcio.

The `warc` extra: pip install 'drawdown[warc]'.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from crawler.errors import WarcUnreadable
from storage.archive import archive, packing
from storage.archive.pages import headers_of, with_metadata
from storage.archive.records import ArchivedPage
from storage.model import Page, Phases

_MOST_METADATA = 20 * 1024 * 1024  # bytes: a feed's entry may carry its whole text
_AT_ONCE = 1024 * 1024


def read_pages(file: Path, most_bytes: int) -> Iterator[ArchivedPage]:
    """Yield the responses of a file, each with what a metadata record after it says.

    Of a body `most_bytes` and one are read at most, so that a longer one is seen to be too long.
    Raises WarcUnreadable at the end of what can be read.
    """
    page = whole = None
    response, said = "", b""
    try:
        for record in _records(file):
            whole = page
            kind, headers = record.rec_type, record.rec_headers
            if kind == "response" and record.http_headers is not None:
                if page is not None:
                    yield _with(page, said)
                page, said = _page(record, most_bytes), b""
                response = headers.get_header("WARC-Record-ID")
            elif kind == "metadata" and headers.get_header("WARC-Concurrent-To") == response:
                said = record.raw_stream.read(_MOST_METADATA)
    except WarcUnreadable:
        if page is not None and page is whole:
            yield _with(page, said)
        raise
    if page is not None:
        yield _with(page, said)


def _records(file: Path) -> Iterator[Any]:
    """Yield records. Any: warcio is an extra, and untyped. Raises WarcUnreadable."""
    warcio = _warcio()
    number = 0
    try:
        with _opened(file) as stream:
            for record in warcio.ArchiveIterator(stream):
                yield record
                while record.raw_stream.read(_AT_ONCE):
                    pass
                if record.raw_stream.limit > 0:
                    raise EOFError("the file ends within a record")
                number += 1
    except _damages() as error:
        raise WarcUnreadable(f"{file}: damaged after {number} records: {error}") from error
    if not number:
        raise WarcUnreadable(f"{file}: no WARC records in it")


def _page(record: Any, most_bytes: int) -> Page:
    """Make a page of a response: without address, time or status it is one of status 0.

    Any: as above.
    """
    field, http = record.rec_headers.get_header, record.http_headers
    url, moment, status = field("WARC-Target-URI"), _moment(field("WARC-Date")), 0
    if url and moment and str(http.get_statuscode()).isdecimal():
        status = int(http.get_statuscode())
    body = record.content_stream().read(most_bytes + 1)
    url = (url or "").strip("<>")  # which WARC 1.0 put around it
    return Page(
        url=url,
        requested_url=url,
        redirects=(),
        status=status,
        headers=headers_of(http.headers),
        body=body,
        wire_bytes=len(body),
        address=field("WARC-IP-Address"),
        phases=Phases(),
        fetched_at=moment or datetime.now(UTC),
    )


def _with(page: Page, said: bytes) -> ArchivedPage:
    """Add what stands beside a page, if it is ours."""
    try:
        return with_metadata(page, said)
    except ValueError:
        return ArchivedPage(page=page)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file; warcio unpacks gzip itself, but not zstd."""
    with file.open("rb") as stream:
        if not file.name.endswith(packing.PACKINGS["zstd"].ending):
            yield stream
            return
        head = archive.head_of(file)
        stream.seek(len(head))
        with packing.Zstd().reading(stream, head) as unpacked:
            yield unpacked


def _warcio() -> Any:
    try:
        import warcio.archiveiterator
    except ModuleNotFoundError as error:
        raise WarcUnreadable("WARC files need warcio: pip install 'drawdown[warc]'") from error
    return warcio.archiveiterator


def _damages() -> tuple[type[Exception], ...]:
    """Return what a damaged file raises."""
    from warcio.exceptions import ArchiveLoadFailed

    zstd: type[Exception] = packing.module().ZstdError
    return (OSError, EOFError, ValueError, AttributeError, zlib.error, ArchiveLoadFailed, zstd)
