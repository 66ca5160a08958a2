"""The application around the pages: errors in words, limits, and a corpus that stays as it is."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawler.web import routes
from crawler.web.answering import Answer, Page
from crawler.web.asking import Asked
from crawler.web.routes import Route
from tests.web.conftest import client_of, site_of

UNLIKE = ("/events", "/articles/1/page", "/articles/1/page/raw")  # never ends; was not archived


def client_with(monkeypatch: pytest.MonkeyPatch, file: Path, page: Route) -> TestClient:
    monkeypatch.setattr(routes, "ROUTES", (*routes.ROUTES, page))
    return client_of(site_of(file))


def test_an_unknown_address_is_a_page_that_repeats_nothing(client: TestClient) -> None:
    answer = client.get("/secret-word/another?x=third-word")

    assert answer.status_code == 404
    assert "<nav" in answer.text
    assert "secret-word" not in answer.text
    assert "third-word" not in answer.text


def test_a_bug_is_a_page_without_details(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    def broken(asked: Asked) -> Answer:
        raise sqlite3.ProgrammingError("no such table: hidden_words")

    answer = client_with(monkeypatch, file, Route("/broken", broken)).get("/broken")

    assert answer.status_code == 500
    assert "hidden_words" not in answer.text
    assert "Traceback" not in answer.text


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    def endless(asked: Asked) -> Answer:
        asked.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()
        return Page(template="help.html", title="never")

    monkeypatch.setattr("crawler.web.app._SECONDS", 0.01)
    answer = client_with(monkeypatch, file, Route("/endless", endless)).get("/endless")

    assert answer.status_code == 503
    assert "takes too long" in answer.text


def test_every_page_of_an_empty_corpus_says_what_to_do(empty: TestClient) -> None:
    for route in routes.ROUTES:
        if route.method != "GET" or "{" in route.address or route.address in UNLIKE:
            continue
        answer = empty.get(route.address)
        assert answer.status_code == 200, route.address
        if route.address in routes.NAVIGATION:
            assert 'class="nothing"' in answer.text, route.address


def test_a_page_is_packed_where_the_browser_unpacks(client: TestClient) -> None:
    packed = client.get("/help", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/help", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    secret = client.get("/review", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in secret.headers


def test_a_page_cannot_write(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    def writing(asked: Asked) -> Answer:
        asked.connection.execute("DELETE FROM article")
        return Page(template="help.html", title="never")

    answer = client_with(monkeypatch, file, Route("/writing", writing)).get("/writing")

    assert answer.status_code == 500


def test_a_corpus_that_is_gone_is_said_without_its_path(file: Path) -> None:
    client = client_of(site_of(file.with_name("other.db")))

    answer = client.get("/help")

    assert answer.status_code == 503
    assert str(file.parent) not in answer.text


def test_reading_every_page_leaves_the_bytes_of_the_store(file: Path, client: TestClient) -> None:
    before = hashlib.sha256(file.read_bytes()).digest()

    for route in routes.ROUTES:
        address = route.address.replace("{id}", "1").replace("{number}", "1")
        if route.method == "GET" and "{" not in address and address not in UNLIKE:
            assert client.get(address).status_code == 200, address

    assert hashlib.sha256(file.read_bytes()).digest() == before
