"""How to search, the keys, and what the words of the pages mean."""

from crawler.web.answering import Page
from crawler.web.asking import Asked
from crawler.web.pages import reference
from storage.search.fields import FIELDS

_KEYS = (
    ("/", "the search box"),
    ("j, k", "the next and the previous result; Enter opens it"),
    ("n, p", "the next and the previous sentence of evidence in an article"),
    ("g, then o s c a g r", "overview, sources, changes, articles, gaps, review"),
    ("← →", "the day before and after in a chart that has the focus; Enter opens it"),
    ("?", "this page"),
)
_GRAMMAR = (
    ("withdraw* syria -iraq", "all words, in any form; not that word; any ending after a star"),
    ('"withdrawal of troops"', "these words in this order"),
    ("leave OR withdraw", "either word"),
    ("NEAR(troops leave, 5)", "with at most five words between them"),
    ("(leave OR withdraw) lang:ar", "brackets, and a field with its value"),
    ("after:2026-11-01 before:2026-11-08", "published in this week"),
)


def page(asked: Asked) -> Page:
    """Return the page of help."""
    return Page(
        template="help.html",
        title="Help",
        values={
            "fields": FIELDS,
            "grammar": _GRAMMAR,
            "keys": _KEYS,
            "states": reference.rows("Source states"),
            "outcomes": reference.rows("Outcomes"),
        },
    )
