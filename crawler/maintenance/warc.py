"""Reads pages from WARC files: our own, Common Crawl's, or any other. The only user of warcio.

The `warc` extra: pip install 'drawdown[warc]'.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from crawler import urls
from crawler.errors import WarcUnreadable
from crawler.text import dates
from storage.archive import packing
from storage.archive.pages import headers_of, with_metadata
from storage.archive.records import ArchivedPage
from storage.archive.unpacking import open_unpacked, place_in
from storage.records.claims import FIRST_PAGE, number
from storage.records.model import Page, Phases

_MOST_METADATA_BYTES = 20 * 1024 * 1024  # a feed's entry may contain the whole text
_CHUNK_BYTES = 1024 * 1024
_MOST_STATUS = 999  # three digits (RFC 9110, 15)
# A page from the future would pass for the newest text of its article, and keep every later visit
# out: no clock of a crawler is that wrong, and no time zone that far.
_CLOCK_ERROR = timedelta(days=2)


Watch = Callable[[int], None]  # called with how many bytes of the file are read


def read_pages(
    file: Path,
    most_bytes: int,
    watch: Watch | None = None,
) -> Iterator[ArchivedPage]:
    """Yield the responses of a file, each with the fields of its metadata record.

    Of a body `most_bytes` and one are read at most, so that a longer one is seen to be too long.
    Raises WarcUnreadable at the end of what can be read.
    """
    kept: ArchivedPage | None = None
    key, latest = "", datetime.now(UTC) + _CLOCK_ERROR
    try:
        for taken in _records(file, most_bytes, latest, watch):
            if taken.page is not None:
                if kept is not None:
                    yield kept
                kept, key = taken.page, taken.key
            elif kept is not None and taken.key == key:
                kept = _add_metadata(kept, taken.said, latest)
    except WarcUnreadable:
        if kept is not None:
            yield kept
        raise
    if kept is not None:
        yield kept


@dataclass(frozen=True, slots=True)
class _Record:
    """The used parts of a complete record."""

    key: str  # of the response that it is, or that it speaks of
    page: ArchivedPage | None = None
    said: bytes = b""


def _records(
    file: Path,
    most_bytes: int,
    latest: datetime,
    watch: Watch | None,
) -> Iterator[_Record]:
    """Yield the records that are used, each after it was read to its end. Raises WarcUnreadable."""
    count = 0
    try:
        with open_unpacked(file) as stream:
            for record in _iterator(stream):
                taken = _read_record(record, most_bytes, latest)
                while record.raw_stream.read(_CHUNK_BYTES):
                    pass
                if record.raw_stream.limit > 0:
                    raise EOFError("the file ends within a record")
                count += 1
                if watch is not None:
                    watch(place_in(stream))
                if taken is not None:
                    yield taken
    except _damages() as error:
        raise WarcUnreadable(f"{file}: damaged after {count} records: {error}") from error
    if not count:
        raise WarcUnreadable(f"{file}: no WARC records in it")


def _iterator(stream: BinaryIO) -> Any:
    """Return warcio's records, of which each may lack what the standard asks for.

    Its own loader ends the file at a response without address, or with a status line that is none;
    ours gives that response without headers. Any: warcio is an extra, and untyped.
    """
    warcio = _warcio()
    from warcio.recordloader import ArcWarcRecordLoader
    from warcio.statusandheaders import StatusAndHeadersParserException

    class Loader(ArcWarcRecordLoader):  # type: ignore[misc]  # untyped
        def load_http_headers(
            self,
            rec_type: str,
            uri: str | None,
            stream: Any,
            length: int | None,
        ) -> Any:
            try:
                return super().load_http_headers(
                    rec_type,
                    uri or "",
                    stream,
                    length,
                )
            except (StatusAndHeadersParserException, EOFError):
                return None

    records = warcio.ArchiveIterator(stream)
    records.loader = Loader()
    return records


def _read_record(record: Any, most_bytes: int, latest: datetime) -> _Record | None:
    """Read a response, or the metadata of one; else return None. Any: as above."""
    field = record.rec_headers.get_header
    match record.rec_type:
        case "response" if _is_of_the_web(field("WARC-Target-URI")):
            return _Record(
                field("WARC-Record-ID") or "",
                _page(
                    record,
                    most_bytes,
                    latest,
                ),
            )
        case "metadata":
            said = record.raw_stream.read(_MOST_METADATA_BYTES)
            return _Record(field("WARC-Concurrent-To") or "", said=said)
    return None


def _is_of_the_web(url: str | None) -> bool:
    """Return whether a response came by HTTP; archives also contain responses of the DNS."""
    scheme, colon, _ = (url or "").strip("<>").partition(":")
    return not colon or scheme.strip().lower() in {"http", "https"}


def _page(record: Any, most_bytes: int, latest: datetime) -> ArchivedPage:
    """Make a page of a response: without address, time or status it is one of status 0.

    Any: as above.
    """
    field, http = record.rec_headers.get_header, record.http_headers
    url, faults = _address(field("WARC-Target-URI"))
    moment = dates.instant(field("WARC-Date"))
    if moment is not None and not FIRST_PAGE <= moment <= latest:
        moment = None
    status = number(http.get_statuscode()) if http is not None else None
    if moment is None:
        faults.append("WARC-Date is no time of a crawl")
    if status is None or status > _MOST_STATUS:
        faults.append("no status line of HTTP")
    body = record.content_stream().read(most_bytes + 1)
    page = Page(
        url=url,
        requested_url=url,
        redirects=(),
        status=0 if faults else status or 0,
        headers=headers_of(http.headers) if http is not None else (),
        body=body,
        wire_bytes=len(body),
        address=field("WARC-IP-Address"),
        phases=Phases(),
        fetched_at=moment or datetime.now(UTC),
    )
    return ArchivedPage(page=page, faults=tuple(faults))


def _address(written: str | None) -> tuple[str, list[str]]:
    """Return the address that would be fetched, or the written one and its faults."""
    url = (written or "").strip("<>")  # which WARC 1.0 put around it
    try:
        return urls.normal(url), []
    except ValueError as error:
        return url, [f"WARC-Target-URI: {error}" if url else "no WARC-Target-URI"]


def _add_metadata(kept: ArchivedPage, said: bytes, latest: datetime) -> ArchivedPage:
    """Add a metadata record of ours to a page, without its impossible fields."""
    found = with_metadata(kept.page, said, latest)
    page, read_with, faults = found.page, found.read_with, [*kept.faults, *found.faults]
    requested = urls.usable(page.requested_url)
    redirects = tuple(filter(None, map(urls.usable, page.redirects)))
    if requested is None:
        faults.append("requested")
    if len(redirects) < len(page.redirects):
        faults.append("redirect")
    if read_with is not None and read_with.entry is not None:
        entry = read_with.entry
        if urls.usable(entry.url) is None:
            faults.append("readWith")
            entry = replace(entry, url=requested or page.url)
        read_with = replace(read_with, entry=entry)
    page = replace(
        page,
        requested_url=requested or page.url,
        redirects=redirects,
    )
    return replace(
        found,
        page=page,
        read_with=read_with,
        faults=tuple(faults),
    )


def _warcio() -> Any:
    try:
        import warcio.archiveiterator
    except ModuleNotFoundError as error:
        raise WarcUnreadable("WARC files need warcio: pip install 'drawdown[warc]'") from error
    return warcio.archiveiterator


def _damages() -> tuple[type[Exception], ...]:
    """Return the exceptions that a damaged file raises."""
    from warcio.exceptions import ArchiveLoadFailed

    zstd: type[Exception] = packing.module().ZstdError
    return (OSError, EOFError, ValueError, AttributeError, zlib.error, ArchiveLoadFailed, zstd)
