"""Regular expressions read what outlets write: none may take time by more than its length."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from time import process_time
from typing import Any

import pytest

import crawler
import storage
from tests.support.cpu import TooSlow, at_most_seconds
from tests.support.pumps import pumped

_SIZE = 2000  # characters
_CHEAP = 0.002  # seconds, in which a string of this size raises no suspicion
_LARGER = 16  # times as large: a linear search takes 16 times as long, a quadratic one 256
_GROWTH = 64  # times as long, from which it is no longer linear
_LIMIT = 1.0  # seconds; nothing that is linear takes as long
# What reads the operator's own words: settings, queries.
_OPERATORS = (
    "crawler.config.",
    "crawler.text.toml_syntax.",
    "storage.search.fields.",
    "storage.search.query.",
)


def _modules() -> Iterator[str]:
    for package in (crawler, storage):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                yield module.name


def _patterns() -> dict[str, re.Pattern[Any]]:
    """Return every pattern that a module compiles, by its first name."""
    found: dict[re.Pattern[Any], str] = {}
    for name in _modules():
        for key, value in vars(importlib.import_module(name)).items():
            for n, pattern in enumerate(_inside(value)):
                found.setdefault(pattern, f"{name}.{key}{f'[{n}]' if n else ''}")
    return {name: pattern for pattern, name in found.items() if not name.startswith(_OPERATORS)}


def _inside(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _inside(item)
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from _inside(item)


_PATTERNS = _patterns()


@pytest.mark.parametrize("name", _PATTERNS)
def test_a_pattern_takes_time_by_the_length_of_what_it_reads(name: str) -> None:
    pattern = _PATTERNS[name]
    for text in pumped(pattern, _SIZE):
        if _seconds(pattern, text) > _CHEAP:
            assert not _grows(pattern, text), f"{name} on {text[:40]!r}…{text[-5:]!r}"


def _grows(pattern: re.Pattern[Any], text: str) -> bool:
    """Whether a larger text takes clearly longer than in proportion, each time it is tried."""
    middle = len(text) // 2
    larger = text[:middle] * _LARGER + text[middle:]
    return all(
        _seconds(pattern, larger) > _GROWTH * max(_seconds(pattern, text), _CHEAP) for _ in range(3)
    )


def _seconds(pattern: re.Pattern[Any], text: str) -> float:
    """Return the CPU time of finding all matches, or infinity."""
    read = text.encode() if isinstance(pattern.pattern, bytes) else text
    begun = process_time()
    try:
        with at_most_seconds(_LIMIT):
            for _ in pattern.finditer(read):
                pass
    except TooSlow:
        return float("inf")
    return process_time() - begun


def test_patterns_are_found_and_a_slow_one_is_noticed() -> None:
    slow = re.compile(r"\s+$")

    assert len(_PATTERNS) > 80
    texts = {text for text in pumped(slow, _SIZE) if not text.strip("\t\n !\x00")}
    assert any(_grows(slow, text) for text in texts)
