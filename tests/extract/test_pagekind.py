"""Pages that answer 200 in place of an article, and how much of an article everybody may read."""

import pytest

from crawler.extract.article import extract
from storage.records.article import Access, PageKind

SENTENCE = "The council agreed on Monday to mend the old sea wall before the storms. "
PROSE = f"<p>{SENTENCE * 4}</p>"
TEASERS = "".join(
    f'<li><a href="/a{n}">The boats of the harbour, part {n} of many</a></li>' for n in range(20)
)
LINKED = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("page", "url", "kind"),
    [
        (f"<h1>Sea wall to be mended</h1>{PROSE}", "https://a.example/wall", PageKind.ARTICLE),
        ("<title>Just a moment...</title><p>Enable cookies.</p>", "https://a.example/w",
         PageKind.CHALLENGE),
        ('<script src="/cdn-cgi/challenge-platform/x.js"></script>', "https://a.example/w",
         PageKind.CHALLENGE),
        ("<h1>Before you continue</h1><p>We and our partners store things.</p>",
         "https://a.example/w", PageKind.CONSENT),
        ("<h1>404 Page not found</h1><p>Sorry.</p>", "https://a.example/w", PageKind.MISSING),
        ("<title>الصفحة غير موجودة</title>", "https://a.example/w", PageKind.MISSING),
        (f"<h1>News</h1><ul>{TEASERS}</ul>", "https://a.example/news", PageKind.SECTION),
        (f"<h1>News</h1><ul>{TEASERS}</ul>", "https://a.example/", PageKind.HOME),
        (LINKED.format('{"@type":"VideoObject"}') + "<h1>The storm</h1><p>Watch it here.</p>",
         "https://a.example/v", PageKind.VIDEO),
        (LINKED.format('{"@type":"LiveBlogPosting","headline":"Storm live"}') + PROSE,
         "https://a.example/l", PageKind.LIVE_BLOG),
        ("<h1>Sea wall</h1><p>Short.</p>", "https://a.example/w", PageKind.EMPTY),
    ],
)  # fmt: skip
def test_kind_of_page(page: str, url: str, kind: PageKind) -> None:
    assert extract(page.encode(), url=url).kind is kind


@pytest.mark.parametrize(
    "headline",
    [
        "404 people missing after the landslide",
        "Visas are no longer available at the border",
        "Access denied: who may not come home",
        "Consent of both chambers is needed",
        "Cookies of the old bakery are back",
    ],
)
def test_a_headline_that_sounds_like_an_error_is_one_all_the_same(headline: str) -> None:
    page = f"<title>{headline}</title><h1>{headline}</h1>{PROSE}<p>{SENTENCE}</p>"

    assert extract(page.encode(), url="https://a.example/w").kind is PageKind.ARTICLE


def test_a_short_report_with_a_video_is_an_article() -> None:
    linked = LINKED.format('[{"@type":"NewsArticle","headline":"X"},{"@type":"VideoObject"}]')
    page = f"{linked}<h1>Sea wall</h1><p>{SENTENCE}{SENTENCE}</p>"

    assert extract(page.encode(), url="https://a.example/videos/1").kind is PageKind.ARTICLE


def test_a_short_report_beside_many_headlines_is_an_article() -> None:
    page = f'<meta property="og:type" content="article"><h1>Sea wall</h1>{PROSE}<ul>{TEASERS}</ul>'

    assert extract(page.encode(), url="https://a.example/w").kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    ("page", "access"),
    [
        (LINKED.format('{"@type":"NewsArticle","isAccessibleForFree":"True"}'), Access.FREE),
        (LINKED.format('{"@type":"NewsArticle","isAccessibleForFree":false}'), Access.PAYWALLED),
        ('<meta property="article:content_tier" content="locked">', Access.PAYWALLED),
        ("<p>Subscribe to continue reading this.</p>", Access.PARTIAL),
        ("<p>Il vous reste 57% de cet article à lire.</p>", Access.PARTIAL),
        ("", None),
    ],
)
def test_access(page: str, access: Access | None) -> None:
    article = extract(f"<body>{PROSE}{page}</body>".encode(), url="https://a.example/w")

    assert article.access is access


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<p>The last of the boats left the old harbour a short while ago.</p>", PageKind.ARTICLE),
        ("<p>Share this with your friends and neighbours today</p>", PageKind.EMPTY),
        ("", PageKind.EMPTY),
    ],
)
def test_a_flash_of_one_sentence_is_an_article(text: str, kind: PageKind) -> None:
    claim = '{"@type":"NewsArticle","headline":"Last boat has left"}'
    page = (
        f'<script type="application/ld+json">{claim}</script>'
        f"<article><h1>Last boat has left</h1>{text}</article>"
    )

    assert extract(page.encode(), url="https://outlet.example/flash").kind == kind
    without = page.replace("NewsArticle", "WebPage")
    assert extract(without.encode(), url="https://outlet.example/flash").kind == PageKind.EMPTY
