"""The pages of a feed: WordPress divides its past by `?paged=2`."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler import urls
from storage.records.claims import number

_PAGE = "paged"


def page_of(url: str) -> tuple[int, str]:
    """Return the number of a page of a feed, and the address of the first page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    claimed = [number(value) for name, value in query if name == _PAGE]
    pages = [page for page in claimed if page is not None]
    rest = [(name, value) for name, value in query if name != _PAGE]
    first = parts._replace(query=urlencode(rest)).geturl()
    return (pages[0] if pages else 1), first


def with_page(first: str, page: int) -> str | None:
    """Return the address of a later page of a feed; None where it cannot be used."""
    parts = urlsplit(first)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (_PAGE, str(page))]
    return urls.usable(parts._replace(query=urlencode(query)).geturl())
