import gzip
import importlib.util
import sys
import zlib

import pytest

from crawler.fetch.http import decoding
from crawler.fetch.http.decoding import BodyDecoder, BodyError, gunzip
from storage.records.outcome import Outcome

TEXT = b"The bridge opens. " * 400


def decode(coding: str | None, wire: bytes, cap: int = 10_000_000, step: int = 1000) -> bytes:
    decoder = BodyDecoder(coding, cap)
    for start in range(0, len(wire), step):
        decoder.feed(wire[start : start + step])
    return decoder.finish()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        (None, TEXT),
        ("identity", TEXT),
        ("utf-8", TEXT),
        ("None", TEXT),
        ("text/html; charset=utf-8", TEXT),
        ('"identity"', TEXT),
        ("identity, gzip", gzip.compress(TEXT, mtime=0)),
        ("utf-8,GZIP", gzip.compress(TEXT, mtime=0)),
        ("aws-chunked,", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT[:3000], mtime=0) + gzip.compress(TEXT[3000:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"trailing garbage"),
    ],
)
def test_bodies_come_out_whole(coding: str | None, wire: bytes) -> None:
    assert decode(coding, wire) == TEXT
    assert decode(coding, wire, step=1) == TEXT


@pytest.mark.parametrize(
    ("coding", "wire", "outcome"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], Outcome.TRUNCATED_ENCODING),
        ("gzip", b"plain text", Outcome.DECODE),
        ("br", b"x", Outcome.ENCODING),
        ("utf-8, zstd", b"x", Outcome.ENCODING),
        ("gzip, gzip", b"x", Outcome.ENCODING),
        ("gzip", gzip.compress(b"0" * 50_000_000, mtime=0), Outcome.TOO_LARGE_DECODED),
        ("gzip", gzip.compress(b"", 1, mtime=0) * 200, Outcome.TOO_LARGE_DECODED),
        (None, b"x" * 10_000_001, Outcome.TOO_LARGE),
    ],
)
def test_bodies_that_cannot_be_had_say_why(coding: str, wire: bytes, outcome: Outcome) -> None:
    with pytest.raises(BodyError) as caught:
        decode(coding, wire, step=65536)

    assert caught.value.outcome is outcome


def test_a_bomb_never_fills_the_memory() -> None:
    decoder = BodyDecoder("gzip", 100_000_000)
    bomb = gzip.compress(b"0" * 90_000_000)

    with pytest.raises(BodyError, match="100:1"):
        decoder.feed(bomb)

    assert decoder.size_bytes < 20_000_000


def test_a_gzip_file_is_unpacked_within_its_cap() -> None:
    assert gunzip(gzip.compress(TEXT), 1_000_000) == TEXT
    with pytest.raises(BodyError):
        gunzip(gzip.compress(TEXT), 100)


def test_zlib_serves_where_isal_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    spec = importlib.util.spec_from_file_location("decoding_without_isal", decoding.__file__)
    assert spec is not None
    assert spec.loader is not None
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    decoder = plain.BodyDecoder("gzip", 1000)
    decoder.feed(gzip.compress(b"hello"))
    broken = plain.BodyDecoder("gzip", 1000)

    assert plain._zlib is zlib
    assert decoder.finish() == b"hello"
    with pytest.raises(plain.BodyError):
        broken.feed(gzip.compress(b"hello")[:10] + b"\xff" * 40)
