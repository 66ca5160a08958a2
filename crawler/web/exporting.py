"""`/export`: the bytes of `drawdown export`, sent while they are written."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from crawler.web.asking import Asked, Mistake
from crawler.web.site import Site
from storage import export as exports
from storage.archive.places import folder_for
from storage.articles.corpus import Wanted
from storage.export.formats import FORMATS
from storage.export.manifest import Manifest
from storage.export.request import ExportRequest
from storage.export.withholding import Withheld
from storage.search import find
from storage.sqlite import corpus_view
from storage.sqlite.database import open_corpus

_PARTS = 8  # that wait for a slow reader
_PART_BYTES = 64 * 1024
_LOOK_SECONDS = 1.0  # between two looks at whether the reader has gone
_ENDINGS = {
    "atom": "xml",
    "bibtex": "bib",
    "csl-json": "json",
    "markdown": "md",
    "warc": "warc.gz",
}


class ReaderGone(Exception):
    """Nobody takes the rest of an export."""


def request_of(asked: Asked) -> ExportRequest:
    """Return the export that an address asks for, as the command makes it.

    Raises Mistake, QueryError.
    """
    form = asked.choice("format", list(FORMATS), "jsonl")
    query = asked.search() or None
    settled = corpus_view.settled(asked.connection)
    wanted_of = asked.moment("as_of")
    as_of = min(filter(None, (wanted_of, settled)), default=None)
    compression = asked.text("compress") or None
    if compression not in (None, *exports.COMPRESSIONS):
        raise Mistake(f"compress is one of: {', '.join(exports.COMPRESSIONS)}")
    ids = None
    if query is not None:
        now = wanted_of or asked.now  # from which relative dates count
        ids = find.ids(asked.connection, query, as_of=as_of, now=now)
    return ExportRequest(
        form=form,
        query=query,
        compression=compression,
        file=_name(form, compression),
        withheld=Withheld(asked.site.honoured),
        wanted=Wanted(
            relevant=asked.flag("relevant") or None,
            unique=asked.flag("unique"),
            revisions=asked.flag("revisions"),
            since=asked.moment("since"),
            as_of=as_of,
            ids=ids,
        ),
    )


def _name(form: str, compression: str | None) -> str:
    packed = {"gzip": ".gz", "zstd": ".zst"}.get(compression or "", "")
    return f"articles.{_ENDINGS.get(form, form)}{packed}"


def manifest_of(site: Site, request: ExportRequest) -> Manifest:
    """Return the manifest of an export whose bytes nobody takes. Raises StorageError."""
    with open_corpus(site.store) as connection:
        folder = folder_for(site.store)
        return exports.write(connection, cast("BinaryIO", _Nowhere()), request, folder=folder)


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Export:
    """An export that a thread of its own writes, a few parts ahead of its reader."""

    site: Site
    request: ExportRequest
    _parts: queue.Queue[bytes | BaseException | None] = field(
        default_factory=lambda: queue.Queue(_PARTS)
    )
    _is_over: threading.Event = field(default_factory=threading.Event)
    _pending: bytearray = field(default_factory=bytearray)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the bytes. Raises what the export raises, StorageError before the first part."""
        thread = threading.Thread(target=self._run, name="export", daemon=True)
        thread.start()
        try:
            while (part := await asyncio.to_thread(self._parts.get)) is not None:
                if isinstance(part, BaseException):
                    raise part
                yield part
        finally:
            self._is_over.set()

    def write(self, data: bytes) -> int:
        """Take bytes of the format; hand them on when there are enough."""
        self._pending += data
        if len(self._pending) >= _PART_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand on what is there."""
        if self._pending:
            self._put(bytes(self._pending))
            self._pending.clear()

    def _run(self) -> None:
        end: BaseException | None = None
        try:
            with open_corpus(self.site.store) as connection:
                folder = folder_for(self.site.store)
                exports.write(connection, cast("BinaryIO", self), self.request, folder=folder)
            self.flush()
        except ReaderGone:
            return
        except Exception as error:  # the reader's task raises it
            end = error
        try:
            self._put(end)
        except ReaderGone:
            return

    def _put(self, part: bytes | BaseException | None) -> None:
        """Hand on a part. Raises ReaderGone where nobody takes it any more."""
        while not self._is_over.is_set():
            try:
                self._parts.put(part, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return
        raise ReaderGone
