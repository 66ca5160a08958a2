"""URLs: what is sent, what identifies an article, and which parameters only track."""

from crawler.urls.canonical import (
    absolute,
    canonicalize,
    host_of,
    normal,
    origin_of,
    parameters,
    same_site,
    whole,
)

__all__ = [
    "absolute",
    "canonicalize",
    "host_of",
    "normal",
    "origin_of",
    "parameters",
    "same_site",
    "whole",
]
