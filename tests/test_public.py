"""What other programs may import, under names that stay."""

import subprocess
import sys

import pytest

PAGE = b"""<html lang="en"><head><title>The ferry is back</title></head><body><article>
<h1>The ferry is back</h1>
<p>The ferry to the island sails again from Monday, the harbour office said on Friday.</p>
<p>Tickets of last week remain valid until the end of the month, and bicycles travel free.</p>
<p>A second boat will follow in spring, when the repairs of its engine have been finished.</p>
</article></body></html>"""


def test_a_page_becomes_an_article_without_the_rest_of_the_crawler() -> None:
    from crawler.extract import extract

    article = extract(PAGE, url="https://outlet.example/ferry")

    assert article.headline == "The ferry is back"
    assert len(article.body) == 3


def test_an_address_becomes_its_canonical_url() -> None:
    from crawler.urls import canonicalize

    assert canonicalize("http://m.outlet.example/a?utm_source=x") == "https://outlet.example/a"


@pytest.mark.slow
def test_the_corpus_can_be_imported_and_loads_none_of_the_crawler() -> None:
    script = (
        "import sys; from storage import Corpus; Corpus.open;"
        "sys.exit(any(name.split('.')[0] == 'crawler' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
