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


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>{0}</title>", "<h1>Back to the home page</h1><h2>{0}</h2>"),
        ("<title>World - {0} - The Outlet</title>", "<h1>World</h1><h2>{0}</h2>"),
        ("<title>{0} | Outlet News</title>", ""),
        ("<title>{0}</title>", "<h1>{0} <small>Our writer Ida Holm</small></h1>"),
    ],
)
def test_what_is_around_a_headline_is_none_of_it(head: str, body: str) -> None:
    headline = "The old ferry sails again after a winter in dock"
    page = f"<html><head>{head}</head><body>{body}</body></html>".format(headline)

    read = extract(page.encode(), url="https://www.outlet.example/a")

    assert read.headline == headline
