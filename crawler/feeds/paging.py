"""The pages of a feed: WordPress divides its past by a parameter."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler import urls

_PAGE = "paged"


def page_of(url: str) -> tuple[int, str]:
    """Return the number of a feed's page, and the address of its first."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [int(value) for name, value in query if name == _PAGE and value.isdecimal()]
    rest = [(name, value) for name, value in query if name != _PAGE]
    return (numbers[0] if numbers else 1), parts._replace(query=urlencode(rest)).geturl()


def with_page(first: str, number: int) -> str | None:
    """Return the address of a later page of a feed; None where it would be no usable one."""
    parts = urlsplit(first)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (_PAGE, str(number))]
    return urls.usable(parts._replace(query=urlencode(query)).geturl())
