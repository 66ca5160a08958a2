"""Bodies are decoded while they stream, and never grow beyond their cap.

One coding at most, gzip or deflate (RFC 9110, 8.4): brotli and zstd expand kilobytes to gigabytes
in one step and are not asked for. An unfinished stream is an error, not a shorter article.
"""

import zlib

from storage.records.outcome import Outcome

try:  # an extra: half the CPU of zlib, and the same interface
    from isal import isal_zlib as _zlib

    _ERRORS: tuple[type[Exception], ...] = (zlib.error, _zlib.error)  # type: ignore[assignment]  # its stub calls the class an instance
except ImportError:
    import zlib as _zlib  # type: ignore[no-redef]  # the fallback

    _ERRORS = (zlib.error,)

_MEMBERS = 64  # of one gzip file (RFC 1952, 2.2)
_STEP = 256 * 1024  # bytes decoded at once
_FREE = 1024 * 1024  # up to here any ratio is fine
_RATIO = 100


# The codings that there are (IANA, HTTP Content Coding Registry; and what servers sent before it).
# Any other value, `utf-8` or `none`, names no coding and is passed over, as browsers do.
_CODINGS = {
    "aes128gcm", "br", "brotli", "bzip2", "compress", "dcb", "dcz", "deflate", "exi", "gzip",
    "lzma", "pack200-gzip", "sdch", "x-bzip2", "x-compress", "x-gzip", "xz", "zstd",
}  # fmt: skip


class BodyError(Exception):
    """The body cannot be read; `outcome` says why."""

    def __init__(self, outcome: Outcome, detail: str):
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


class BodyDecoder:
    """Decodes a body piece by piece, within its cap."""

    def __init__(self, coding: str | None, cap: int):
        self._coding = _coding_of(coding)
        self._cap = cap
        self._chunks: list[bytes] = []
        self._stream = None if self._coding == "identity" else _zlib.decompressobj(31)
        self._members = 1
        self._started = False
        self._held = b""  # a first byte that waits for the second, which tells what begins here
        self.wire_bytes = 0
        self.size_bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the wire. Raises BodyError at a cap or a broken stream."""
        self.wire_bytes += len(chunk)
        if self.wire_bytes > self._cap:
            raise BodyError(Outcome.TOO_LARGE, f"more than {self._cap} bytes")
        if self._stream is None:
            self._keep(chunk)
            return
        chunk, self._held = self._held + chunk, b""
        if len(chunk) < 2 and (not self._started or self._stream.eof):
            self._held = chunk
            return
        if not self._started:
            self._begin(chunk)
        try:
            self._inflate(chunk)
        except _ERRORS as error:
            raise BodyError(Outcome.DECODE, f"not {self._coding}: {error}") from error

    def finish(self) -> bytes:
        """Return the document. Raises BodyError where the compressed stream has not ended."""
        if self._stream is not None and not self._stream.eof and self.wire_bytes:
            raise BodyError(Outcome.TRUNCATED_ENCODING, "the compressed stream does not end")
        return b"".join(self._chunks)

    def _begin(self, chunk: bytes) -> None:
        self._started = True
        if self._coding == "gzip" and not chunk.startswith(b"\x1f\x8b"):
            raise BodyError(Outcome.DECODE, "not gzip: it begins otherwise")
        if self._coding == "deflate":  # RFC 9110 means zlib; many servers send it raw
            has_header = chunk[0] & 0x0F == 8 and (chunk[0] * 256 + chunk[1]) % 31 == 0
            self._stream = _zlib.decompressobj(15 if has_header else -15)

    def _inflate(self, chunk: bytes) -> None:
        assert self._stream is not None  # noqa: S101 - narrowing: feed has asked
        while chunk:
            if self._stream.eof and not self._next_member(chunk):
                return  # trailing garbage, which browsers pass over too
            self._keep(self._stream.decompress(chunk, _STEP))
            chunk = self._stream.unconsumed_tail or self._stream.unused_data

    def _next_member(self, chunk: bytes) -> bool:
        if self._coding != "gzip" or not chunk.startswith(b"\x1f\x8b"):
            return False
        self._members += 1
        if self._members > _MEMBERS:
            raise BodyError(Outcome.TOO_LARGE_DECODED, f"more than {_MEMBERS} gzip members")
        self._stream = _zlib.decompressobj(31)
        return True

    def _keep(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.size_bytes > self._cap:
            raise BodyError(Outcome.TOO_LARGE_DECODED, f"decodes to more than {self._cap} bytes")
        if self.size_bytes > _FREE and self.size_bytes > _RATIO * self.wire_bytes:
            raise BodyError(Outcome.TOO_LARGE_DECODED, f"expands more than {_RATIO}:1")
        self._chunks.append(data)


def _coding_of(header: str | None) -> str:
    """Return identity, gzip or deflate, as `Content-Encoding` says. Raises BodyError for another.

    >>> _coding_of("utf-8"), _coding_of("identity, gzip")
    ('identity', 'gzip')
    """
    if header is None:
        return "identity"
    said = [value.strip().strip("\"'").lower() for value in header.split(",")]
    codings = [value for value in said if value in _CODINGS]
    if not codings:
        return "identity"
    if len(codings) > 1 or codings[0] not in {"gzip", "x-gzip", "deflate"}:
        detail = f"Content-Encoding {header.strip()[:60]!r} was not asked for"
        raise BodyError(Outcome.ENCODING, detail)
    return codings[0].removeprefix("x-")


def gunzip(body: bytes, cap: int) -> bytes:
    """Decode a document that is a gzip file itself (a sitemap.xml.gz). Raises BodyError."""
    decoder = BodyDecoder("gzip", cap)
    decoder.feed(body)
    return decoder.finish()
