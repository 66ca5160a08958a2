"""Addresses to cite of texts that were stored before they were kept."""

import sqlite3

from crawler import urls
from storage.articles import citing
from storage.articles.corpus import stream
from tests.support.filling import store, visit

TRACKED = "https://a.example/1?id=7&utm_source=rss"


def test_older_texts_get_their_addresses_once(connection: sqlite3.Connection) -> None:
    for url in (TRACKED, "https://a.example/2?id=8", "https://a.example/3"):
        store(connection, 1, url, visit(url, [f"A paragraph of {url}."]))
    assert next(stream(connection)).url == TRACKED

    assert citing.fill(connection, urls.citable) == 1
    assert [article.url for article in stream(connection)] == [
        "https://a.example/1?id=7",
        "https://a.example/2?id=8",
        "https://a.example/3",
    ]
    assert citing.fill(connection, urls.citable) == 0
