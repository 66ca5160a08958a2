"""Texts with labelled pairs: how they are grouped, and how well by the labels."""

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from crawler.scouting.json_lines import TextLine
from crawler.scouting.texts import Texts

SETS = {"web": ("fakes", "abp"), "wire": ("reuters",), "generated": ("gen",)}
_CUT = ("truncat", "syndicated", "gen_lead")

Row = dict[str, Any]  # Any: a line of JSON
Decide = Callable[[Row], bool]


class Groups:
    """Which ids belong together (union-find)."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        while self._parents.setdefault(key, key) != key:
            key = self._parents[key]
        return key

    def join(self, one: str, other: str) -> None:
        self._parents[self.root(one)] = self.root(other)

    def together(self, one: str, other: str) -> bool:
        return self.root(one) == self.root(other)


async def ours(docs: Iterable[Row]) -> Groups:
    """Return the clusters of the texts, read in their order."""
    groups = Groups()
    with tempfile.TemporaryDirectory() as folder:
        async with Texts.open(Path(folder) / "texts.db") as texts:
            for number, doc in enumerate(docs, 1):
                found = await texts.add(msgspec.convert({**doc, "number": number}, TextLine))
                if found["duplicate_of"] is not None:
                    groups.join(doc["id"], found["duplicate_of"])
    return groups


def f1(pairs: list[Row], sets: tuple[str, ...], decide: Decide) -> float:
    chosen = [p for p in pairs if p["set"] in sets and p["label"] in {"dup", "diff"}]
    right = sum(decide(p) for p in chosen if p["label"] == "dup")
    wrong = sum(decide(p) for p in chosen if p["label"] == "diff")
    missed = sum(not decide(p) for p in chosen if p["label"] == "dup")
    return 2 * right / (2 * right + wrong + missed)


def recall(pairs: list[Row], decide: Decide) -> float:
    cut = [p for p in pairs if p["label"] == "dup" and any(name in p["kind"] for name in _CUT)]
    return sum(map(decide, cut)) / len(cut)


def merges(groups: Groups, docs: dict[str, Row], pairs: list[Row]) -> tuple[int, int]:
    """Return the merged pairs of all that are labelled different, and that no label covers."""
    true, labels = Groups(), {frozenset((p["a"], p["b"])): p["label"] for p in pairs}
    for pair in pairs:
        if pair["label"] == "dup":
            true.join(pair["a"], pair["b"])
    for key in docs:
        true.join(key, key.partition("#")[0])  # generated from it
    members = defaultdict(list)
    for key in docs:
        members[groups.root(key)].append(key)
    different = unlabelled = 0
    for cluster in members.values():
        for one, other in itertools.combinations(cluster, 2):
            label = labels.get(frozenset((one, other)))
            different += label == "diff"
            unlabelled += label is None and not true.together(one, other)
    return different, unlabelled
