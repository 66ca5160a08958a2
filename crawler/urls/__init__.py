"""URLs: what is sent, what identifies an article, and which parameters only track."""

from crawler.urls.address import (
    absolute,
    host_of,
    normal,
    origin_of,
    usable,
    without_credentials,
)
from crawler.urls.canonical import canonicalize, parameters, same_site
from crawler.urls.citation import citable

__all__ = [
    "absolute",
    "canonicalize",
    "citable",
    "host_of",
    "normal",
    "origin_of",
    "parameters",
    "same_site",
    "usable",
    "without_credentials",
]
