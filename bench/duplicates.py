"""How well copies are found, beside MinHash-LSH and SimHash at their best thresholds.

python -m bench.duplicates FOLDER

FOLDER holds docs.jsonl.gz (id, source, date, title, text) and pairs.jsonl (a, b, label, kind, set).
Ours reads the texts as they come, each against all before it, and is scored by clusters; the peers
score each pair by itself (datasketch: only pairs that its index finds). Pairs labelled ambiguous or
followup are left out.
"""

import asyncio
import gzip
import hashlib
import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from crawler import text
from tests.support.labelled_pairs import SETS, Decide, Row, f1, merges, ours, recall


def simhash(docs: dict[str, Row]) -> Callable[[str, str], float]:
    """Return the share of equal bits of two texts' 64-bit SimHash over word trigrams."""
    hashes: dict[str, int] = {}
    for key, doc in docs.items():
        words = text.words(doc["text"])
        weights = [0] * 64
        for shingle in zip(words, words[1:], words[2:], strict=False):
            digest = hashlib.blake2b(" ".join(shingle).encode(), digest_size=8).digest()
            value = int.from_bytes(digest)
            for bit in range(64):
                weights[bit] += 1 if value >> bit & 1 else -1
        hashes[key] = sum(1 << bit for bit in range(64) if weights[bit] > 0)
    return lambda a, b: 1 - (hashes[a] ^ hashes[b]).bit_count() / 64


def minhash(docs: dict[str, Row], threshold: float) -> Callable[[str, str], float]:
    """Return the Jaccard estimate of datasketch, of pairs that its index finds."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found,unused-ignore]

    index, sketches = MinHashLSH(threshold=threshold, num_perm=128), {}
    for key, doc in docs.items():
        words = text.words(doc["text"])
        sketch = MinHash(num_perm=128)
        shingles = zip(*(words[n:] for n in range(5)), strict=False)
        sketch.update_batch([" ".join(s).encode() for s in shingles] or [doc["text"].encode()])
        index.insert(key, sketch)
        sketches[key] = sketch
    found = {key: set(index.query(sketch)) for key, sketch in sketches.items()}
    return lambda a, b: sketches[a].jaccard(sketches[b]) if b in found[a] else 0.0


def report(name: str, pairs: list[Row], decide: Decide) -> None:
    scores = "  ".join(f"{key} {f1(pairs, sets, decide):.3f}" for key, sets in SETS.items())
    print(f"{name:34} F1 {scores}  cut and syndicated, recall {recall(pairs, decide):.3f}")


def best(score: Callable[[str, str], float], pairs: list[Row]) -> tuple[float, Decide]:
    """Return the threshold with the best mean F1 of the three groups."""

    def at(threshold: float) -> Decide:
        return lambda p: score(p["a"], p["b"]) >= threshold

    steps = [n / 50 for n in range(5, 50)]
    top = max(steps, key=lambda t: sum(f1(pairs, sets, at(t)) for sets in SETS.values()))
    return top, at(top)


def main() -> None:
    folder = Path(sys.argv[1])
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        docs = {row["id"]: row for row in map(json.loads, lines)}
    pairs = [json.loads(line) for line in (folder / "pairs.jsonl").read_text("utf-8").splitlines()]
    groups = asyncio.run(ours(docs.values()))
    report("drawdown", pairs, lambda p: groups.together(p["a"], p["b"]))
    different, unlabelled = merges(groups, docs, pairs)
    count = len(docs) * (len(docs) - 1) // 2
    print(f"of {count:,} pairs merged: {different} labelled different, {unlabelled} without label")
    threshold, decide = best(simhash(docs), pairs)
    report(f"SimHash, {threshold:.2f} of 64 bits", pairs, decide)
    if find_spec("datasketch") is None:
        print("datasketch is not installed: MinHash-LSH is left out")
        return
    for banding in (0.5, 0.3):
        threshold, decide = best(minhash(docs, banding), pairs)
        report(f"MinHash-LSH ({banding}), Jaccard {threshold:.2f}", pairs, decide)


if __name__ == "__main__":
    main()
