"""What a page's head claims around its text."""

import pytest

from crawler.extract import extract

META = '<meta name="keywords" content="walls, storms">'
LINKED = '<script type="application/ld+json">{{"@type":"NewsArticle"{}}}</script>'


@pytest.mark.parametrize(
    ("page", "tags"),
    [
        ('<meta property="article:tag" content="ferries">' + META, ("ferries",)),
        (LINKED.format(',"keywords":["ferries","islands"]') + META, ("ferries", "islands")),
        (LINKED.format(',"keywords":"ferries, islands"') + META, ("ferries", "islands")),
        (LINKED.format(',"keywords":[]') + META, ("walls", "storms")),
        (LINKED.format("") + META, ()),
        (META, ("walls", "storms")),
    ],
)
def test_the_surest_list_of_keywords_is_taken(page: str, tags: tuple[str, ...]) -> None:
    assert extract(page.encode(), url="https://outlet.example/a").tags == tags
