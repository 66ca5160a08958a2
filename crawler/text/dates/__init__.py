"""Dates from outside: of feeds, sitemaps, pages and archives, in the forms of the whole press."""

from crawler.text.dates.days import Locale, Order
from crawler.text.dates.reading import NOWHERE, agreed, instant, locale_of, read

__all__ = ["NOWHERE", "Locale", "Order", "agreed", "instant", "locale_of", "read"]
