"""Dates from outside: of feeds, sitemaps, pages and archives, in the forms of the whole press."""

from crawler.text.dates.locale import (
    NOWHERE,
    Locale,
    Order,
    locale_of,
)
from crawler.text.dates.reading import (
    agreed,
    instant,
    is_zoned,
    read,
)

__all__ = ["NOWHERE", "Locale", "Order", "agreed", "instant", "is_zoned", "locale_of", "read"]
