"""Floors on labelled pairs, read in one stream as a crawl would bring them."""

import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import read_rows
from tests.support.labelled_pairs import SETS, f1, merges, ours, recall


@pytest.mark.slow  # it compares thousands of texts
async def test_quality_on_labelled_pairs_has_a_floor(shared: Path) -> None:
    folder = shared / "data/dedupe"
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        docs = {row["id"]: row for row in map(json.loads, lines)}
    pairs = read_rows(folder / "pairs.jsonl")

    groups = await ours(docs.values())

    def together(pair: dict[str, str]) -> bool:
        return groups.together(pair["a"], pair["b"])

    assert f1(pairs, SETS["web"], together) >= 0.98
    assert f1(pairs, SETS["wire"], together) >= 0.97
    assert recall(pairs, together) >= 0.98
    assert merges(groups, docs, pairs)[0] <= 8
