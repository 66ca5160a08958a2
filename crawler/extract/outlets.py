"""Outlet rules: selectors for the few outlets where the general extraction is wrong.

Data, one TOML file per outlet in `rules/`, by host. An operator's selectors in sources.toml come
first. A rule ends on a day, since templates change: after it the general extraction is used again.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from storage.records.model import Selectors


class _Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    hosts: list[str]
    why: str  # what the general extraction gets wrong there
    valid_until: date
    body: str | None = None
    remove: str | None = None


def read_rules(folder: Iterable[Traversable]) -> dict[str, Selectors]:
    """Return the selectors of a folder's rules, by host. Raises ValueError with the file's name."""
    by_host: dict[str, Selectors] = {}
    for file in sorted(folder, key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            rule = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _Rule)
        # Of TOML, and of a key that is missing or unknown.
        except ValueError as error:
            raise ValueError(f"{file.name}: {error}") from error
        selectors = Selectors(body=rule.body, remove=rule.remove, valid_until=rule.valid_until)
        by_host |= dict.fromkeys(rule.hosts, selectors)
    return by_host


# The files are the program's own: they are read once.
@cache
def _shipped() -> dict[str, Selectors]:
    return read_rules(files("crawler.extract").joinpath("rules").iterdir())


def selectors_for(
    own: Selectors, host: str, today: date, rules: dict[str, Selectors] | None = None
) -> Selectors:
    """Return the selectors in force for a page: the operator's, else the shipped ones, else none.

    >>> selectors_for(Selectors(body="#a"), "outlet.example", date(2026, 1, 1)).body
    '#a'
    """
    rules = _shipped() if rules is None else rules
    candidates = (own, rules.get(host), rules.get(host.removeprefix("www.")))
    for selectors in candidates:
        if selectors is not None and _is_in_force(selectors, today):
            return selectors
    # The selector of links is for listing pages: it does not end with the one of the body.
    return Selectors(links=own.links)


def _is_in_force(selectors: Selectors, today: date) -> bool:
    """Whether selectors say something about articles, and have not ended."""
    if selectors.body is None and selectors.remove is None:
        return False
    return selectors.valid_until is None or today <= selectors.valid_until
