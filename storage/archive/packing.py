"""Packs each record by itself, so that one can be read without the others.

Gzip members (as every WARC tool reads), or Zstandard frames with a dictionary of the outlet at the
head of the file: the templates of its pages are kept once ("Zstandard Compression for WARC Files
1.0", IIPC). A month of an outlet has a file, so its first page is a good dictionary.
"""

import gzip
import sys
import zlib
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol

_DICTIONARY = 1024 * 1024  # bytes of the first page at most: nearly every page is shorter
_ENTROPY = 32 * 1024  # bytes for the tables that stand before it
_LOADED = 16  # dictionaries in memory: each has tables of some MiB
_LEVEL = 9
SKIPPABLE = b"\x5d\x2a\x4d\x18"  # the frame that holds a dictionary


class Packing(Protocol):
    """Packs the records of one file."""

    ending: str

    def head(self, sample: bytes) -> bytes:
        """Return the head of a file, made from its first record."""

    def pack(self, record: bytes, head: bytes) -> bytes:
        """Return a packed record for a file with this head. Raises ValueError."""

    def unpack(self, data: bytes, head: bytes) -> bytes:
        """Return the records of some packed bytes. Raises ValueError."""

    def head_length(self, start: bytes) -> int:
        """Return the length of the head of a file, from its first 8 bytes. Raises ValueError."""


class Gzip:
    """One gzip member a record."""

    ending = ".warc.gz"

    def head(self, sample: bytes) -> bytes:
        """Return no bytes: gzip needs no head."""
        return b""

    def pack(self, record: bytes, head: bytes) -> bytes:
        """Pack without the time, so that equal records are equal bytes."""
        return gzip.compress(record, _LEVEL, mtime=0)

    def unpack(self, data: bytes, head: bytes) -> bytes:
        """Unpack every member."""
        try:
            return gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(str(error)) from error

    def head_length(self, start: bytes) -> int:
        """Return 0."""
        return 0


class Zstd:
    """One Zstandard frame a record, with the dictionary of the file."""

    ending = ".warc.zst"

    def head(self, sample: bytes) -> bytes:
        """Return a skippable frame with a dictionary made of the sample, itself packed."""
        zstd = module()
        sample = sample[:_DICTIONARY]
        raw = zstd.ZstdDict(sample, is_raw=True)
        samples = [sample[n : n + 4096] for n in range(0, len(sample), 4096)]
        made = zstd.finalize_dict(
            raw,
            samples,
            len(sample) + _ENTROPY,
            _LEVEL,
        )
        packed = bytes(zstd.compress(made.dict_content, _LEVEL))
        return SKIPPABLE + len(packed).to_bytes(4, "little") + packed

    def pack(self, record: bytes, head: bytes) -> bytes:
        """Pack with checksum and size, so that damage is found and memory is known."""
        zstd = module()
        parameters = zstd.CompressionParameter
        options = {parameters.compression_level: _LEVEL, parameters.checksum_flag: 1}
        return bytes(
            zstd.compress(
                record,
                options=options,
                zstd_dict=_dictionary(head),
            )
        )

    def unpack(self, data: bytes, head: bytes) -> bytes:
        """Unpack every frame."""
        zstd = module()
        try:
            return bytes(zstd.decompress(data, zstd_dict=_dictionary(head)))
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from error

    def begin_frame(self, head: bytes) -> Callable[[], Any]:
        """Return what makes a decompressor of one frame, by the head of the file.

        An empty head has no dictionary. Any: the module's class. Raises ValueError where the
        dictionary is damaged.
        """
        zstd = module()
        if not head:
            return lambda: zstd.ZstdDecompressor()
        dictionary = _dictionary(head)
        return lambda: zstd.ZstdDecompressor(zstd_dict=dictionary)

    def head_length(self, start: bytes) -> int:
        """Return the length of the skippable frame."""
        if start[:4] != SKIPPABLE:
            raise ValueError("no dictionary at the head of the file")
        return 8 + int.from_bytes(start[4:8], "little")


@lru_cache(maxsize=_LOADED)
def _dictionary(head: bytes) -> Any:
    """Return a loaded dictionary. Any: the module's. Raises ValueError."""
    zstd = module()
    try:
        return zstd.ZstdDict(zstd.decompress(head[8:]))
    except zstd.ZstdError as error:
        raise ValueError(f"the dictionary of the file is damaged: {error}") from error


def module() -> Any:
    """Return the module for Zstandard: of Python 3.14, or its backport. Any: only one exists."""
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


PACKINGS: dict[str, Packing] = {"gzip": Gzip(), "zstd": Zstd()}


def packing_of(name: str) -> Packing:
    """Return the packing of a file, by its name. Raises ValueError."""
    for packing in PACKINGS.values():
        if name.endswith(packing.ending):
            return packing
    raise ValueError(f"{name}: neither .warc.gz nor .warc.zst")
