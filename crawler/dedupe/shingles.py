"""The shingles of a text, and the small sample of them that finds candidates.

Word 5-grams, hashed to 64 bits. The sample is FracMinHash (Irber et al. 2022): every hash below a
fixed share of the range, so that a short text contained in a long one still shares its own sample.
Measured: docs/decisions/0006-duplicates.md.
"""

from collections.abc import Iterable, Iterator, Set
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from crawler import text
from storage.records.model import SKETCH_VERSION, Fingerprint
from storage.words.memo import Memo

Hashes = NDArray[np.uint64]

WIDTH = 5  # words in a shingle
# Other constants make other sketches: a change needs a new SKETCH_VERSION.
_SAMPLED = np.uint64(1 << 60)  # of the 64-bit range: one hash in sixteen is sampled
_LEAST_SAMPLED = 24  # hashes, so that a short text can be found too
_MOST_SAMPLED = 40  # hashes, so that a long text does not fill the index
_SEED = b"drawdown-word"
# Constants and shifts of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_HIGH = np.uint64(31)
_LOW = np.uint64(29)
_LONG_LINE = 60  # words: a longer paragraph is divided into sentences
_MOST_KNOWN = 100_000  # words whose hashes are cached


def _hash(word: str) -> int:
    """Return the 64-bit hash of a word, the same in every process."""
    digest = blake2b(_bytes(word), digest_size=8, key=_SEED).digest()
    return int.from_bytes(digest, "little")


_hash_of = Memo(_hash, _MOST_KNOWN).__getitem__


def fingerprint(
    body: Iterable[str],
    common: Set[int] = frozenset(),
) -> Fingerprint:
    """Return the fingerprint of a text.

    `common` are hashes of lines that several articles of the outlet contain ("Follow us on X"):
    they belong to the outlet, and count only for the exact hash.
    """
    lines = list(_lines(body))
    hashes = tuple(map(line_hash, lines))
    every = _joined(lines)

    own = every
    if not common.isdisjoint(hashes):
        pairs = zip(lines, hashes, strict=True)
        own = _joined(line for line, value in pairs if value not in common)
    shingles = _shingles(own)

    exact = blake2b(_bytes(" ".join(every)), digest_size=16)
    return Fingerprint(
        text_hash=exact.hexdigest(),
        sketch=_sketch(np.unique(shingles)).tobytes(),
        sketch_version=SKETCH_VERSION,
        shingles=shingles.tobytes(),
        lines=tuple(dict.fromkeys(hashes)),
        words=len(every),
    )


def _joined(lines: Iterable[list[str]]) -> list[str]:
    return [word for line in lines for word in line]


def _lines(body: Iterable[str]) -> Iterator[list[str]]:
    """Yield the words of each paragraph, or of each sentence of a long one."""
    for paragraph in body:
        words = text.words(paragraph)
        if len(words) > _LONG_LINE:
            yield from filter(
                None,
                map(text.words, text.sentences(paragraph)),
            )
        elif words:
            yield words


def line_hash(words: list[str]) -> int:
    """Return the 64-bit hash of a line's words, by which an outlet's own lines are known."""
    digest = blake2b(_bytes(" ".join(words)), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _shingles(words: list[str]) -> Hashes:
    """Return the hash of each shingle in reading order; a text shorter than one is one shingle."""
    width = min(WIDTH, len(words))
    count = len(words) - width + 1 if words else 0
    hashes = np.fromiter(
        map(_hash_of, words),
        np.uint64,
        len(words),
    )

    # A polynomial over the words of each shingle, for all shingles at once.
    mixed = np.zeros(count, np.uint64)
    for start in range(width):
        mixed *= _STEP
        mixed += hashes[start : start + count]

    mixed ^= mixed >> _HIGH
    mixed *= _MIX
    return mixed ^ (mixed >> _LOW)


def _sketch(distinct: Hashes) -> Hashes:
    """Return the sampled hashes, smallest first."""
    sampled = int(np.searchsorted(distinct, _SAMPLED))
    size = min(max(sampled, _LEAST_SAMPLED), _MOST_SAMPLED)
    return distinct[:size]


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "replace")
