"""The two sample articles of the project, served under their outlets' names, http and https."""

import json
import sqlite3
import ssl
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from crawler import config as configuration
from crawler.daemon import daemon
from crawler.demo.server import Outlet, Request, Response, serve
from storage.articles import corpus
from storage.crawl import sources
from storage.sqlite.database import open_corpus
from tests.support.farm import write_config

HTTP, HTTPS = "www.syrianews.cc", "www.timesofisrael.com"
SOURCES = f"""
[[source]]
name = "Syria News"
feed = "http://{HTTP}/feed/"
delay = "100ms"
interval = "1s"
[[source]]
name = "The Times of Israel"
feed = "https://{HTTPS}/feed/"
interval = "1s"
"""


def outlet(folder: Path, asked: list[Request]) -> Outlet:
    """Serve a folder as the outlet would: index files for folders, robots.txt as text."""

    def answer(request: Request) -> Response:
        asked.append(request)
        path = request.path.partition("?")[0]
        file = folder / path.lstrip("/")
        for candidate in (file, file / "index.html", file / "index.xml"):
            if candidate.is_file():
                kinds = {".xml": "application/rss+xml", ".txt": "text/plain"}
                media_type = kinds.get(candidate.suffix, "text/html; charset=utf-8")
                return Response(candidate.read_bytes(), media_type=media_type)
        return Response(b"no", 404)

    return answer


@pytest.mark.usefixtures("parsers_in_place")
async def test_one_round_finds_both_articles_and_a_second_nothing_new(
    shared: Path, tmp_path: Path
) -> None:
    site = shared / "seed-site"
    if not site.is_dir():
        pytest.skip("the sample articles are not beside this checkout")
    truth = {t["title"]: t for t in json.loads((site / "truth.json").read_text("utf-8"))}
    asked: list[Request] = []
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HTTPS).configure_cert(context)
    plain = {HTTP: outlet(site / "site" / HTTP, asked)}
    secure = {HTTPS: outlet(site / "site" / HTTPS, asked)}

    async with serve(plain) as http, serve(secure, tls=context) as https:
        file = write_config(
            tmp_path / "sources.toml", http | https, SOURCES, limits='delay = "100ms"',
            general='max_age = "unlimited"', network='ca_file = "ca.pem"',
        )  # fmt: skip
        config = configuration.load(file)
        await daemon.once(config)
        first = len(asked)
        _make_polls_due(tmp_path)
        await daemon.once(config)

    with open_corpus(tmp_path / "corpus.db") as connection:
        found = list(corpus.stream(connection))
        states = sources.statuses(connection)
    assert len(found) == 2
    for article in found:
        _assert_as_truth(article, truth[article.headline])
    later = asked[first:]
    assert [r.path for r in later] == ["/feed/", "/feed/"]
    assert all(r.headers.get("if-none-match") for r in later)
    assert [s.last_outcome for s in states] == ["unchanged", "unchanged"]


def _make_polls_due(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        connection.execute("UPDATE poll_state SET next_poll_at = ?", (now,))
        connection.commit()


def _assert_as_truth(article: Any, truth: dict[str, Any]) -> None:
    """Any: the truth is JSON; the article is compared field by field."""
    assert article.relevant is truth["relevant"]
    assert article.duplicate_of is None
    assert article.body == truth["body"]
    assert article.captions == truth["captions"]
    assert article.byline == truth["authors"]
    assert article.language == truth["language"]
    assert article.standfirst == truth.get("standfirst")
    assert article.credit == truth.get("contributors_line")
    assert article.published is not None
    assert article.published.isoformat().startswith(truth["published"][:10])
    assert not any(s in paragraph for s in truth["not_in_body"] for paragraph in article.body)
    assert "utm_" not in article.url
    assert "utm_" not in article.url_key
    assert article.url_key.endswith(truth["url"].rstrip("/").rpartition("/")[2])
