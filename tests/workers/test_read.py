"""A page that is read again: what the profile of its outlet learned meanwhile is no revision."""

import pytest

from crawler.topic.rules import load
from crawler.workers.jobs import PageJob
from crawler.workers.read import read_page
from storage.records.article import Article
from storage.records.model import Selectors
from tests.extract.test_site import BOILERPLATE, TOPICS, page, taught

PROFILE = taught(*TOPICS)


def reading(html: bytes, known: tuple[str, ...] | None = None) -> Article:
    """The page of an outlet whose profile has learned its closing line."""
    article = read_page(
        PageJob(
            body=html, url="https://a.example/x", content_type=None, entry=None, known=known,
            selectors=Selectors(), site=PROFILE,
        ),
        load(),
    ).article  # fmt: skip
    assert article is not None
    return article


@pytest.mark.parametrize("line", [(), (BOILERPLATE,)], ids=["line dropped", "line kept"])
def test_a_page_that_has_not_changed_keeps_the_text_that_is_stored(line: tuple[str, ...]) -> None:
    html = page("harbour")
    known = reading(html).body + line

    assert reading(html, known).body == known


def test_a_page_that_has_changed_is_read_as_it_is() -> None:
    html = page("harbour")
    known = (*reading(html).body, BOILERPLATE)
    changed = html.replace(b"first time", b"fifth time")

    assert "fifth time" in reading(changed, known).body[0]
