"""The pages of a feed: WordPress divides its past by `?paged=2`."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from crawler import urls
from storage.records.claims import number

_PAGE = "paged"

Query = list[tuple[str, str]]


def page_of(url: str) -> tuple[int, str]:
    """Return the number of a page of a feed, and the address of the first page.

    >>> page_of("https://paper.example/feed/?paged=3&lang=ar")
    (3, 'https://paper.example/feed/?lang=ar')
    """
    parts = urlsplit(url)
    page = 1
    rest: Query = []
    # From the last: where the parameter is repeated, the first counts.
    for name, value in reversed(_query(parts)):
        if name != _PAGE:
            rest.append((name, value))
            continue
        claimed = number(value)
        # `?paged=next` is no page of ours, and is left out all the same.
        page = page if claimed is None else claimed
    return page, _with_query(parts, rest[::-1])


def with_page(first: str, page: int) -> str | None:
    """Return the address of a later page of a feed; None where it cannot be used."""
    parts = urlsplit(first)
    query = _query(parts)
    query.append((_PAGE, str(page)))
    return urls.usable(_with_query(parts, query))


def _query(parts: SplitResult) -> Query:
    return parse_qsl(parts.query, keep_blank_values=True)


def _with_query(parts: SplitResult, query: Query) -> str:
    return parts._replace(query=urlencode(query)).geturl()
