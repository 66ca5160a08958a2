"""Redirectors and caches whose URLs carry the article's own address.

Each rule is a host (and path) and the part that is read of it; the first that applies decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

import ada_url

from crawler.urls.address import parse

_DEEPEST = 3  # redirectors inside one another that are opened
_AMP_CACHE = re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org$")
_GOOGLE = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$")
_CACHED_PATH = re.compile(r"^/(?:amp/|[a-z]/)?(s/)?(.+)$")
_ARCHIVED_PATH = re.compile(r"^/web/\d+[a-z_]*/(.+)$")

# Redirectors that carry their target: host (and path) -> the parameter that names it.
_PARAMETERS = {
    "l.facebook.com/l.php": "u", "lm.facebook.com/l.php": "u",
    "facebook.com/sharer/sharer.php": "u",
    "out.reddit.com/": "url", "vk.com/away.php": "to", "youtube.com/redirect": "q",
    "news.google.com/news/url": "url", "steamcommunity.com/linkfilter/": "url",
    "l.instagram.com/": "u", "slack-redir.net/link": "url", "t.umblr.com/redirect": "z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Redirector:
    """Which URLs a redirector has, and the target that one of them carries."""

    example: str
    carries: str  # the target of the example
    is_of: Callable[[str, str], bool]  # of host and path
    target: Callable[[ada_url.URL], str | None]


def unwrap(url: str, depth: int = _DEEPEST) -> str:
    """Return the address that redirectors and caches carry; the URL itself where none is usable."""
    try:
        target = _carried(parse(url)) if depth else None
        if target is not None:
            parse(target)
    except ValueError:
        return url
    return url if target is None else unwrap(target, depth - 1)


def _carried(parts: ada_url.URL) -> str | None:
    host = parts.hostname.removeprefix("www.")
    path = parts.pathname
    for redirector in REDIRECTORS:
        if redirector.is_of(host, path):
            return redirector.target(parts)
    name = _PARAMETERS.get(f"{host}{path}")
    return _parameter(parts, name) if name else None


def _parameter(parts: ada_url.URL, name: str) -> str | None:
    values = parse_qs(parts.search.removeprefix("?")).get(name)
    return values[0] if values and values[0].startswith("http") else None


def _cached(parts: ada_url.URL) -> str | None:
    """Return the page that an AMP cache holds: "/c/s/" before it says https, "/c/" http."""
    match = _CACHED_PATH.match(parts.pathname)
    if match is None:
        return None
    scheme = "https" if match[1] else "http"
    return f"{scheme}://{match[2]}{parts.search}"


def _archived(parts: ada_url.URL) -> str | None:
    """Return the page of a web archive, whose normal path has lost a slash ("https:/")."""
    match = _ARCHIVED_PATH.match(parts.pathname)
    if match is None:
        return None
    return match[1].replace(":/", "://").replace(":///", "://") + parts.search


REDIRECTORS = (
    Redirector(
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/a",
        "https://paper.example/a",
        lambda host, _path: _AMP_CACHE.match(host) is not None,
        _cached,
    ),
    Redirector(
        "https://www.google.com/amp/s/paper.example/a",
        "https://paper.example/a",
        lambda host, path: _GOOGLE.match(host) is not None and path.startswith("/amp/"),
        _cached,
    ),
    Redirector(
        "https://web.archive.org/web/20250303/https://paper.example/a",
        "https://paper.example/a",
        lambda host, _path: host == "web.archive.org",
        _archived,
    ),
    Redirector(
        "https://outline.com/https://paper.example/a",
        "https://paper.example/a",
        lambda host, path: host == "outline.com" and path.startswith("/http"),
        lambda parts: unquote(parts.pathname[1:]),
    ),
    Redirector(
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fpaper.example%2Fa",
        "https://paper.example/a",
        lambda host, _path: host.endswith("safelinks.protection.outlook.com"),
        lambda parts: _parameter(parts, "url"),
    ),
    Redirector(
        "https://www.google.com/url?q=https://paper.example/a",
        "https://paper.example/a",
        lambda host, path: _GOOGLE.match(host) is not None and path == "/url",
        lambda parts: _parameter(parts, "url") or _parameter(parts, "q"),
    ),
)
