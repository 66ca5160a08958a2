"""Pages broken at random, read until time is up: nothing may raise, and time must stay linear.

    python -m bench.garbage [--seconds 60] [--seed 1] [PAGE.html[.gz] ...]

Each page is a real one with pieces cut, doubled, moved, overwritten with noise or with pieces of
markup that parsers stumble over; then a list of shapes is read at two sizes, to see how time grows.
Exits with 1 where something raised, took over 2 s, or grew faster than its input.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from bench.stages import made_pages, read
from crawler.extract.article import extract

_URL = "https://outlet.example/a"
_LIMIT = 2.0  # seconds of CPU: what a worker is given
_STUMBLES = [
    b"<div>" * 300,
    b"</div>" * 300,
    b"<table><tr><td>",
    b"<!--",
    b"-->",
    b"<script>",
    b"</p></p>",
    b"<template>" * 50,
    b'<a href="',
    b"\x00\x00",
    b"\xff\xfe",
    b"&#xD83D;",
    b"&" * 40,
    b"<p " + b"a " * 99,
    b'<script type="application/ld+json">{"@type":"NewsArticle","headline":[[1]]}</script>',
    b'<meta charset="utf-16">',
    b"<select><option>",
    b"<svg><math>",
    "\u202e\u200b".encode(),
    b"<br>" * 99,
]
_LINKED = b'<script type="application/ld+json">{"@type":"Article"}</script>'
_SHAPES: dict[str, Callable[[int], bytes]] = {
    "nested div": lambda n: b"<div>" * n + b"<p>Text.</p>",
    "nested lists": lambda n: b"<ul><li>" * n,
    "nested template": lambda n: b"<template>" * n,
    "nested option": lambda n: b"<select>" + b"<option>" * n,
    "paragraphs": lambda n: b"<p>A sentence of some words, and more." * n,
    "links": lambda n: b"<a href=/a>Link</a> " * n,
    "one attribute": lambda n: b'<p class="' + b"a " * (20 * n) + b'">x',
    "unclosed attribute": lambda n: b'<a href="' * n,
    "line breaks": lambda n: b"x<br>" * n,
    "headings": lambda n: b"<h1>A heading of words</h1>" * n,
    "structured data": lambda n: _LINKED * n,
    "title": lambda n: b"<title>" + b"a | " * n + b"</title><h1>One two three four</h1>",
    "classes": lambda n: b"".join(b'<div class="k%d">a</div>' % i for i in range(n)),
}  # fmt: skip


def broken(page: bytes, rng: random.Random) -> bytes:
    """Return a page with a few pieces changed."""
    changed = bytearray(page)
    for _ in range(rng.randint(1, 12)):
        start = rng.randrange(len(changed) + 1)
        end = min(start + rng.randint(1, 2000), len(changed))
        piece = bytes(changed[start:end])
        match rng.randrange(5):
            case 0:
                del changed[start:end]
            case 1:
                changed[start:start] = piece * rng.randint(1, 20)
            case 2:
                changed[start:end] = rng.randbytes(end - start)
            case 3:
                del changed[start:end]
                place = rng.randrange(len(changed) + 1)
                changed[place:place] = piece
            case _:
                changed[start:start] = rng.choice(_STUMBLES)
    return bytes(changed)


def seconds(page: bytes) -> float:
    """Return the CPU time of reading a page."""
    began = time.process_time()
    extract(page, url=_URL)
    return time.process_time() - began


def mutate(pages: list[bytes], until: float, rng: random.Random) -> tuple[int, int, float]:
    """Read broken pages until a moment; return how many, how many failed, and the slowest."""
    count = failures = 0
    slowest = 0.0
    while time.monotonic() < until:
        page = broken(rng.choice(pages), rng)
        count += 1
        try:
            slowest = max(slowest, seconds(page))
        except Exception:
            failures += 1
            traceback.print_exc()
    return count, failures, slowest


def growth() -> list[str]:
    """Return the shapes whose time grows faster than their size, twice as much allowed."""
    steep = []
    for name, make in _SHAPES.items():
        small, large = (min(seconds(make(n)) for _ in range(3)) for n in (16_000, 64_000))
        print(f"{name:20} {small * 1000:8.1f} ms, four times as much {large * 1000:8.1f} ms")
        if large > _LIMIT or (large > 0.2 and large > 8 * small):
            steep.append(name)
    return steep


def main() -> None:
    """Break pages for some seconds, then measure shapes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    pages = [read(page) for page in arguments.pages] or made_pages(10)
    rng = random.Random(arguments.seed)
    count, failures, slowest = mutate(pages, time.monotonic() + arguments.seconds, rng)
    print(f"{count} broken pages, {failures} raised, the slowest took {slowest:.2f} s of CPU")
    steep = growth()
    print("grows too fast: " + (", ".join(steep) or "nothing"))
    sys.exit(1 if failures or steep or slowest > _LIMIT else 0)


if __name__ == "__main__":
    main()
