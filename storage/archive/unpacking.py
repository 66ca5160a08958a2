"""The unpacked bytes of a WARC file, up to the place where the file is damaged.

A packed WARC file is a row of gzip members or Zstandard frames, here called parts. Each has a
checksum or a marked end, so a file that was cut short is always noticed; warcio reads packed files
itself, but takes a part without an end for a whole one.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from storage.archive import packing

_CHUNK_BYTES = 64 * 1024
_PIECE_BYTES = 1024 * 1024  # of unpacked content at once
_GZIP = b"\x1f\x8b"  # RFC 1952, 2.3.1
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
_WITH_GZIP_HEADER = 31  # zlib's window bits: a gzip member, whose checksum is verified


class _Part(Protocol):
    """Unpacks one part: a gzip member or a Zstandard frame."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _GzipMember:
    """A gzip member that is unpacked piece by piece, as Zstandard's frames are."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_WITH_GZIP_HEADER)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the member is complete, and its checksum right."""
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        """What was given and belongs to the next member."""
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return at most `max_length` bytes. Raises zlib.error."""
        found = self._member.decompress(self._member.unconsumed_tail + data, max_length)
        self.needs_input = not self._member.eof and len(found) < max_length
        return found


class Unpacked(io.RawIOBase):
    """The unpacked content of a file.

    Reading gives everything before a damage first, and raises only then: EOFError where the file
    ends within a part, or the error of the packing's library.
    """

    def __init__(self, packed: BinaryIO, begin_part: Callable[[], _Part]):
        self._packed = packed
        self._chunks = _unpack(packed, begin_part)
        self._waiting = b""

    @property
    def place(self) -> int:
        """How many bytes of the packed file are read."""
        return self._packed.tell()

    def readable(self) -> bool:
        """Return True: it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer as far as the next bytes go; return 0 at the end of the file."""
        while not self._waiting:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._waiting = chunk
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count


@contextmanager
def open_unpacked(file: Path) -> Iterator[BinaryIO]:
    """Open a WARC file that is packed by gzip, by Zstandard or not at all.

    Its first bytes decide, whatever its name. Raises OSError; ValueError or the error of the
    packing's library where its dictionary is damaged.
    """
    with file.open("rb") as packed:
        begin_part = _parts_of(packed)
        if begin_part is None:
            yield packed
            return
        with Unpacked(packed, begin_part) as unpacked:
            yield unpacked  # type: ignore[misc]  # a raw stream: warcio buffers it


def place_in(stream: BinaryIO) -> int:
    """Return how many bytes are read of a file that `open_unpacked` opened."""
    return stream.place if isinstance(stream, Unpacked) else stream.tell()


def _parts_of(packed: BinaryIO) -> Callable[[], _Part] | None:
    """Return what begins each part of a file; None if the file is not packed.

    Leaves the file at the beginning of its first part: behind the dictionary, if it has one.
    """
    start = packed.read(8)
    packed.seek(0)
    if start.startswith(_GZIP):
        return _GzipMember
    if start.startswith(_ZSTD):
        return packing.Zstd().begin_frame(b"")
    if start.startswith(packing.SKIPPABLE):
        length = packing.Zstd().head_length(start)
        head = packed.read(length)
        if len(head) < length:
            raise EOFError("the file ends within its dictionary")
        return packing.Zstd().begin_frame(head)
    return None


def _unpack(
    packed: BinaryIO, begin_part: Callable[[], _Part], end: int | None = None
) -> Iterator[bytes]:
    """Yield the content of each part in pieces, up to a place. Raises EOFError within a part."""
    part = None
    while data := _next_chunk(packed, end):
        while data:
            if part is None:
                data = data.lstrip(b"\0")  # padding between members, which gzip allows as well
                if not data:
                    break
                part = begin_part()
            yield from _unpack_part(part, data)
            if not part.eof:
                break
            data, part = part.unused_data, None
    if part is not None:
        raise EOFError("the file ends within a compressed record")


def _next_chunk(packed: BinaryIO, end: int | None) -> bytes:
    if end is None:
        return packed.read(_CHUNK_BYTES)
    return packed.read(min(_CHUNK_BYTES, max(end - packed.tell(), 0)))


def _unpack_part(part: _Part, data: bytes) -> Iterator[bytes]:
    """Yield the content of some bytes of a part, in pieces: it may be much larger than they are."""
    yield part.decompress(data, _PIECE_BYTES)
    while not part.eof and not part.needs_input:
        yield part.decompress(b"", _PIECE_BYTES)


def errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that damaged files raise."""
    zstd: type[Exception] = packing.module().ZstdError
    return (EOFError, ValueError, OSError, zlib.error, zstd)


def whole_end(file: Path, start: int) -> int:
    """Return where the last whole part of a file ends, looking from the place `start`.

    0 where even the head of the file is torn. Raises OSError.
    """
    with file.open("rb") as packed:
        try:
            begin_part = _parts_of(packed)
        except errors():
            return 0
        if begin_part is None:
            return 0
        packed.seek(max(start, packed.tell()))
        return _whole_end(packed, begin_part)


def _whole_end(packed: BinaryIO, begin_part: Callable[[], _Part]) -> int:
    """Return where the last whole part ends in the rest of a stream."""
    part = None
    place = whole = packed.tell()
    while data := packed.read(_CHUNK_BYTES):
        while data:
            part = part or begin_part()
            if not _is_sound(part, data):
                return whole
            place += len(data) - len(part.unused_data)
            data = part.unused_data
            if part.eof:
                part, whole = None, place
    return whole


def _is_sound(part: _Part, data: bytes) -> bool:
    """Unpack some bytes; return whether that works."""
    try:
        for _ in _unpack_part(part, data):
            pass
    except errors():
        return False
    return True


def content_between(file: Path, begin: int, end: int) -> Iterator[bytes]:
    """Yield what the parts between two places of a file contain, in pieces.

    The dictionary at the head of the file is left out. Raises the `errors`, where parts of them
    are damaged.
    """
    with file.open("rb") as packed:
        begin_part = _parts_of(packed)
        if begin_part is None:
            raise ValueError("not packed")
        packed.seek(max(begin, packed.tell()))
        yield from _unpack(packed, begin_part, end)
