"""Pages against golden pairs: the folder `pages` is the list, a new pair is a new test."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.article import extract
from storage.records.article import Article
from storage.records.model import FeedEntry, Selectors

PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem)
def test_page_reads_as_its_pair_says(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))

    article = extract(page.read_bytes(), url="https://outlet.example/2026/page")

    assert msgspec.to_builtins(article) == msgspec.to_builtins(msgspec.convert(expected, Article))


def test_an_operators_selectors_decide() -> None:
    html = b"""<body><div id=a><p>The first text of the page is the longer one of the two.</p>
      <p>It goes on for a while, and then some more, until it ends here.</p></div>
      <div id=b><p>The text that the operator wants.</p><p class=x>Not this line.</p></div>"""
    wanted = Selectors(body="#b", remove=".x")

    assert extract(html, url="https://a.example/", selectors=wanted).body == (
        "The text that the operator wants.",
    )
    broken = extract(html, url="https://a.example/", selectors=Selectors(body="a["))
    assert len(broken.body) > 1


def test_the_feed_fills_what_the_page_leaves_out() -> None:
    content = "<p>" + "The whole text stands in the feed, as some outlets do it. " * 9 + "</p>"
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    entry = FeedEntry(url="https://a.example/", headline="From the feed", byline=("Ida",),
                      published=moment, content=content)  # fmt: skip

    article = extract(b"<p>Soon.</p>", url="https://a.example/", hints=entry)

    assert (article.headline, article.byline, article.published) == (
        "From the feed",
        ("Ida",),
        moment,
    )
    assert len(article.body) == 1
    named = {name: article.origins[name] for name in ("headline", "byline", "published", "body")}
    assert set(named.values()) == {"feed"}


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ('<meta property="article:published_time" content="2020-01-02T03:04:05Z">', 2020),
        ('<div class="date">2 January 2021</div>', 2026),
        ("", 2026),
    ],
)
def test_the_feeds_date_is_better_than_a_day_in_the_text(head: str, year: int) -> None:
    entry = FeedEntry(url="https://a.example/", published=datetime(2026, 1, 2, tzinfo=UTC))

    article = extract(head.encode() + b"<h1>A headline</h1>", url="https://a.example/", hints=entry)

    assert article.published is not None
    assert article.published.year == year


@settings(deadline=None)  # a busy machine takes longer
@given(st.binary(max_size=400))
def test_any_bytes_give_an_article(html: bytes) -> None:
    article = extract(html, url="https://a.example/")

    msgspec.to_builtins(article)


@pytest.mark.parametrize("more", ["", " – é"])
def test_no_part_of_an_article_has_control_characters(more: str) -> None:
    page = f"""<title>A &#27;[2Jwall{more}</title><meta name="author" content="Ida &#27;Holm">
        <article><h1>A &#27;[2Jwall is built{more}</h1><h2>By &#127;day{more}</h2>
        <p>The town \x1b[2J has built its wall{more} again, and it stands.</p></article>"""

    article = extract(page.encode(), url="https://a.example/x")

    assert "The town [2J has built" in article.body[-1]
    every = "".join((article.headline, *article.byline, *article.body))
    assert [c for c in every if ord(c) < 32 or 127 <= ord(c) < 160] == []
