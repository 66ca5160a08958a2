"""The headline is the line over the article, and never the name of the site."""

import pytest

from crawler.extract.article import extract

URL = "https://www.harbour-post.example/2026/old-ferry-sails-again"


@pytest.mark.parametrize(
    ("page", "headline", "origin"),
    [
        ("<title>Old ferry sails again | Harbour Post</title><h1>Old ferry sails again</h1>",
         "Old ferry sails again", "h1"),
        ("<title>Old ferry sails again</title><h1>Harbour Post</h1><h1>Old ferry sails again</h1>",
         "Old ferry sails again", "h1"),
        ('<meta property="og:site_name" content="The Quay"><h1>The Quay</h1>'
         '<meta property="og:title" content="Old ferry sails again — The Quay">',
         "Old ferry sails again", "og:title"),
        ('<meta property="og:title" content="Old ferry sails again"><h1>Opinion: Old ferry sails '
         "again</h1>", "Old ferry sails again", "h1"),
        ('<meta property="og:title" content="You will not believe this ferry"><title>Ferry</title>'
         "<h1>An old ferry sails again</h1>", "An old ferry sails again", "h1"),
        ("<title>Old ferry sails - and how it looks</title>",
         "Old ferry sails - and how it looks", "title"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"Tom &amp; the old '
         'ferry"}</script>', "Tom & the old ferry", "json-ld"),
        ("<p>No claim at all.</p>", "", ""),
    ],
)  # fmt: skip
def test_headline(page: str, headline: str, origin: str) -> None:
    article = extract(f"<html><head></head><body>{page}</body></html>".encode(), url=URL)

    assert (article.headline, article.origins.get("headline", "")) == (headline, origin)
