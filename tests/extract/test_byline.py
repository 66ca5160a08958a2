"""The byline names persons; agencies are credited, and roles, links and sites are no names."""

import pytest

from crawler.extract.article import extract

LD = '<script type="application/ld+json">{{"@type":"NewsArticle","author":{}}}</script>'
BOTH = ("Ida Holm", "Per Lund")


@pytest.mark.parametrize(
    ("page", "byline", "credit"),
    [
        (LD.format('[{"name":"Ida Holm"},{"name":"Per Lund"}]'), BOTH, None),
        (LD.format('"By Ida Holm, Agence France-Presse"'), ("Ida Holm",), "Agence France-Presse"),
        ('<meta name="author" content="Von Ida Holm und Per Lund">', BOTH, None),
        ('<meta property="article:author" content="https://www.facebook.com/idaholm">', (), None),
        ('<meta name="author" content="IDA HOLM | Middle East Editor">', ("Ida Holm",), None),
        ('<meta name="author" content="Reuters">', (), "Reuters"),
        ('<meta name="author" content="Post Staff">', ("Post Staff",), None),
        ('<a rel="author" href="/ida">Ida Holm</a>', ("Ida Holm",), None),
        ("<h1>The old ferry sails again</h1><p>By Ida Holm</p>", ("Ida Holm",), None),
        ("<h1>The old ferry sails again</h1><p>By noon the harbour was full.</p>", (), None),
        ('<meta name="author" content="بقلم سلمى حداد">', ("سلمى حداد",), None),
    ],
)  # fmt: skip
def test_byline(page: str, byline: tuple[str, ...], credit: str | None) -> None:
    article = extract(page.encode(), url="https://outlet.example/a")

    assert (article.byline, article.credit) == (byline, credit)


def test_where_no_person_signs_the_origin_says_so() -> None:
    page = b'<meta name="author" content="Post Staff">'

    article = extract(page, url="https://outlet.example/a")

    assert article.origins["byline"] == "meta, no person"


@pytest.mark.parametrize("depth", [3, 900])
def test_an_author_in_lists_without_end_is_passed_over(depth: int) -> None:
    author = "[" * depth + '"Ada Moreno"' + "]" * depth
    body = "<article><h1>A wall is built</h1><p>The town has built its wall again.</p></article>"

    article = extract((LD.format(author) + body).encode(), url="https://a.example/x")

    assert article.byline == (("Ada Moreno",) if depth < 8 else ())
    assert article.headline == "A wall is built"
