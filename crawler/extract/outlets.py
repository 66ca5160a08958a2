"""Outlet rules: selectors for the few outlets that the general finders do not read well.

Data, one TOML file an outlet in `rules/`, by host. An operator's selectors in sources.toml come
first. A rule ends on a day, since templates change: after it the general finders are tried again.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from storage.model import Selectors


class _Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    hosts: list[str]
    why: str  # what the general finders get wrong there
    valid_until: date
    body: str | None = None
    remove: str | None = None


@cache
def shipped() -> dict[str, Selectors]:
    """Return the selectors that come with the crawler, by host."""
    by_host: dict[str, Selectors] = {}
    for file in sorted(files("crawler.extract").joinpath("rules").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            rule = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _Rule)
            selectors = Selectors(body=rule.body, remove=rule.remove, valid_until=rule.valid_until)
            by_host |= dict.fromkeys(rule.hosts, selectors)
    return by_host


def selectors_for(own: Selectors, host: str, today: date) -> Selectors:
    """Return the selectors in force for a page: the operator's, else the shipped ones, else none.

    >>> selectors_for(Selectors(body="#a"), "outlet.example", date(2026, 1, 1)).body
    '#a'
    """
    for selectors in (own, shipped().get(host), shipped().get(host.removeprefix("www."))):
        if selectors is None or (selectors.body is None and selectors.remove is None):
            continue
        if selectors.valid_until is None or today <= selectors.valid_until:
            return selectors
    return Selectors(links=own.links)
