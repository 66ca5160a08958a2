"""The features of a text that are compared, and its relations to earlier texts."""

from dataclasses import dataclass
from enum import StrEnum

SKETCH_VERSION = 2  # of words, shingles and sample; only equal versions are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The compared features of a text: its exact hash, its shingles and a sample of them."""

    text_hash: str  # of all its words, hexadecimal
    sketch: bytes  # FracMinHash of word 5-grams: little-endian unsigned 64-bit, smallest first
    sketch_version: int
    shingles: bytes  # all of them in reading order, without the outlet's lines; same coding
    lines: tuple[int, ...]  # 64-bit hashes of its lines, each once
    words: int


class RelationKind(StrEnum):
    """The relation of a text to an earlier one."""

    EXACT = "exact"  # the same words
    NEAR = "near"  # edited by its own outlet
    SYNDICATED = "syndicated"  # published by another outlet
    TRUNCATED = "truncated"  # a part of it
    REWRITTEN_TOP = "rewritten_top"  # half of it under another outlet's opening
    PARTIAL_REUSE = "partial_reuse"  # another outlet uses passages of it
    FOLLOWUP = "followup"  # an update by its outlet

    @property
    def is_copy(self) -> bool:
        """Whether such a text is a copy, and no text of its own."""
        return self in _COPIES


_COPIES = frozenset(
    [RelationKind.EXACT, RelationKind.NEAR, RelationKind.SYNDICATED, RelationKind.TRUNCATED]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """An edge from an article to an earlier one."""

    of: int
    kind: RelationKind
    kind_back: RelationKind  # how the other repeats this one, if this turns out to be the original
    containment: float  # share of the shorter text's shingles found in the longer
    forward: float  # share of this text found in the other
    backward: float  # share of the other found in this one
    lead: float  # share of either's opening found in the other
    similarity: float  # Jaccard
    method: str
