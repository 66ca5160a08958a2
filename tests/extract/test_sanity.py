"""Garbage is read in linear time, or the worker is killed; nothing raises."""

import time

import pytest

from crawler.extract.article import extract
from crawler.extract.sanity import flattened

PROSE = b"<p>The council agreed on Monday to mend the old sea wall before the storms.</p>" * 4


@pytest.mark.parametrize(
    "tag", [b"<div>", b"<ul><li>", b"<template>", b"<option>", b"<font size=1>", b"<a><div>"]
)
def test_markup_nested_without_end_is_flattened_and_its_text_kept(tag: bytes) -> None:
    """Unflattened, 40,000 of these cost Lexbor seconds, or the process its stack."""
    began = time.process_time()

    article = extract(tag * 40_000 + PROSE, url="https://a.example/x")

    assert time.process_time() - began < 5  # seconds; it takes a fiftieth of them
    assert article.extractor_version
    assert flattened(tag * 40_000).count(b"<") < 1000


def test_ordinary_pages_are_left_as_they_are() -> None:
    deep = b"<div>" * 300 + PROSE + b"</div>" * 300
    wide = b"<div><p>One of very many lines.</p></div>" * 9000

    assert flattened(deep) == deep
    assert flattened(wide) == wide


@pytest.mark.parametrize(
    "garbage",
    [b"<p>\0\0" * 20_000, b'<a href="' * 20_000, b"<" * 200_000, b"&#xD800;" * 20_000,
     b"<a href=/a>Link</a> " * 50_000, b'<p class="' + b"a " * 500_000 + b'">x',
     b'<script type="application/ld+json">' + b"[" * 100_000, b"\xff" * 100_000,
     b"<title>" + b"a | " * 50_000 + b"</title><h1>A long heading here</h1>"],
    ids=["nul", "quotes", "brackets", "surrogates", "links", "attribute", "json", "bytes", "title"],
)  # fmt: skip
def test_garbage_gives_an_article(garbage: bytes) -> None:
    article = extract(garbage + PROSE, url="https://a.example/x")

    assert article.extractor_version
