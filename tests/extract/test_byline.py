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


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ('<p class="byline">By Ida Holm, Per Lund, and Ada Moreno</p>', (*BOTH, "Ada Moreno")),
        ('<p class="author">بقلم: سلمى حداد ووليد سعد</p>', ("سلمى حداد", "وليد سعد")),
        ('<p class="author">بقلم: سلمى حداد وكريم سعد</p>', ("سلمى حداد", "كريم سعد")),
        ('<p class="muhabir">Haber: Ayşe Kara, Ali Ak</p>', ("Ayşe Kara", "Ali Ak")),
        ('<p class="writer">نویسنده: مریم احمدی</p>', ("مریم احمدی",)),
        ("<div>Autorin: <b>Ida Holm</b></div>", ("Ida Holm",)),
        ('<p class="byline">Vadsø - Ida Holm</p>', ("Ida Holm",)),
        ('<p class="byline">By Ida Holm For The Harbour Post</p>', ("Ida Holm",)),
        ('<p class="author">AYŞE IŞIK</p>', ("Ayşe Işık",)),
        ('<div class="author-box"><a>Ida Holm</a> <a>Tip Us</a></div>', ("Ida Holm",)),
        ('<div class="comment"><b class="comment-author">Per Lund</b> says:</div>', ()),
        ('<div class="card"><b class="author-name">Per Lund</b></div>', ()),
        ('<div class="author-nav"><a href="/2">Neuer Hafen in Oslo</a></div>', ()),
    ],
)
def test_a_line_of_the_page_names_who_signs_this_article(
    line: str, byline: tuple[str, ...]
) -> None:
    page = f"<h1>The old ferry sails again</h1>{line}<p>The ferry sailed at noon on Monday.</p>"

    assert extract(page.encode(), url="https://outlet.example/a").byline == byline


@pytest.mark.parametrize(
    "graph",
    [
        '{"@graph":[{"@type":"NewsArticle","author":{"@id":"#7"}},'
        '{"@type":"Person","@id":"#7","name":"Ida Holm"}]}',
        '{"@type":"NewsArticle","author":{"givenName":"Ida","familyName":"Holm"}}',
    ],
)
def test_an_author_of_the_graph_is_named(graph: str) -> None:
    page = f'<script type="application/ld+json">{graph}</script>'

    assert extract(page.encode(), url="https://outlet.example/a").byline == ("Ida Holm",)


def test_a_person_on_the_page_comes_before_an_organisation() -> None:
    claim = LD.format('{"@type":"Organization","name":"Nordic Radio House"}')
    line = "<h1>The old ferry sails again</h1><p>By Ida Holm</p>"
    url = "https://outlet.example/a"

    assert extract(f"{claim}{line}".encode(), url=url).byline == ("Ida Holm",)
    assert extract(claim.encode(), url=url).byline == ("Nordic Radio House",)
