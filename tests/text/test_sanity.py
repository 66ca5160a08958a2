"""Garbage is read in linear time, or the worker is killed; nothing raises."""

import time

import pytest

from crawler.extract.article import extract
from crawler.text.sanity import flattened, trimmed
from tests.support.cpu import at_most_seconds

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


@pytest.mark.parametrize(
    "attribute", ["a{n}=1", "a{n}='>'", "a<{n}", 'a{n}="\'"', "a{n} =\n1", "a{n}\t"]
)
@pytest.mark.parametrize("tag", ["p", "/p", "h:x-y", "p/"])
def test_attributes_that_no_element_has_are_left_out(tag: str, attribute: str) -> None:
    many = f"<{tag} {' '.join(attribute.format(n=n) for n in range(60_000))}>".encode()

    with at_most_seconds(5):
        article = extract(b"<article><h1>A wall</h1>" + many + PROSE, url="https://a.example/x")

    assert "The council agreed" in " ".join(article.body)
    assert len(trimmed(many)) < len(many) / 50


@pytest.mark.parametrize(
    "held",
    [b"<!-- %b -->", b"<script>if (a <b && %b) c()</script>", b"<p>I don't say %b <b>so</b>",
     b"<textarea><p %b </textarea>", b"<style><a %b</style>"],
)  # fmt: skip
def test_text_scripts_and_comments_are_no_attributes(held: bytes) -> None:
    page = PROSE + held % b" ".join(b"word%d" % n for n in range(2000)) + PROSE

    assert trimmed(page) == page


def test_an_element_keeps_its_first_attributes() -> None:
    wide = b"<p id=x class='a > b' %b data-last=1>" % b" ".join(b"a%d=1" % n for n in range(300))

    assert trimmed(wide) == wide
    assert trimmed(wide.replace(b"data-last", b"x " * 500)).startswith(
        b"<p id=x class='a > b' a0=1"
    )
