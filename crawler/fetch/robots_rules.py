"""The rules of a robots.txt for one agent, as values that a worker process can send."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from crawler.fetch.robots_escapes import literally
from storage.sqlite.values import without_surrogates

_UNESCAPED = "/%="  # besides letters, digits and "_.-~": what Protego leaves in paths and rules


@dataclass(frozen=True, slots=True)
class RuleList:
    """Rules in the order in which they are tried: the first that matches a path decides.

    A pattern is a prefix of a path; `*` in it is any text, and `$` at its end is the end of the
    path (RFC 9309, 2.2.3).
    """

    rules: tuple[tuple[bool, str], ...] = ()  # whether it allows, and its pattern
    crawl_delay: float = 0.0  # seconds between two requests, 0 if the file does not ask for one

    def allows(self, url: str) -> bool:
        """Return whether an address may be fetched; robots.txt itself always may (2.2.2).

        Takes time in proportion to the rules: large lists are asked in a thread.
        """
        path = _path_of(url)
        if path == "/robots.txt":
            return True
        for is_allowed, pattern in self.rules:
            if _matches(pattern, path):
                return is_allowed
        return True


def _path_of(url: str) -> str:
    """Return path and query, escaped as the patterns are.

    >>> _path_of("https://press.example/news?page=2#top")
    '/news%3Fpage=2'
    """
    address = literally(without_surrogates(url)).partition("#")[0]
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if "?" in address else parts.path
    escaped = quote(path, _UNESCAPED)
    return escaped if escaped.startswith("/") else f"/{escaped}"


def _matches(pattern: str, path: str) -> bool:
    start, wildcard, rest = pattern.partition("*")
    if wildcard:
        return path.startswith(start) and _matches_parts(rest, path, len(start))
    if pattern.endswith("$"):
        return path == pattern[:-1]
    return path.startswith(pattern)


def _matches_parts(rest: str, path: str, position: int) -> bool:
    """Match what follows a wildcard from a position on: each part at its first occurrence.

    Never goes back: a later occurrence of a part leaves less of the path for those that follow.
    """
    is_anchored = rest.endswith("$")
    *parts, last = rest.removesuffix("$").split("*")
    for part in parts:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    if is_anchored:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0
