"""What can be read of a sources.toml with mistakes, for commands that only read the corpus.

A mistake in one outlet must not keep an analyst from searching while the daemon goes on with the
outlets that it read before.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from crawler.config import Config, General, Limits, Network, Outlet, Topic, groups, load
from crawler.config.outlet import Group
from crawler.config.query import SavedQuery
from crawler.errors import ConfigError
from crawler.text.toml import read_text, read_toml
from crawler.text.toml_syntax import TomlMistake

# No request is made with a configuration that is read in part, so nobody sees this contact.
_NO_CONTACT = "https://contact.invalid"
_MOST_LINES = 200  # of one broken table: each is tried with those above it
_HEADER = re.compile(r"^\s*\[", re.M)

T = TypeVar("T", bound=pydantic.BaseModel)


def load_for_reading(path: Path) -> tuple[Config, list[str]]:
    """Read a configuration, or what is right of one with mistakes; return the mistakes too.

    Of a file with mistakes, tables and outlets that have none are kept, others are left out or
    have their defaults. Raises ConfigError where the file cannot be read, or where there is no
    corpus at the path that it names: then the mistakes are what has to be known.
    """
    try:
        return load(path), []
    except ConfigError as error:
        config = _right_part(path)
        if config is None or not config.store.is_file():
            raise
        return config, error.mistakes


def _right_part(path: Path) -> Config | None:
    try:
        text = read_text(path)
    except (OSError, TomlMistake):
        return None
    try:
        table = read_toml(text)
    except TomlMistake:
        table = _right_tables(text)

    general = _table(table.get("drawdown"))
    found = _groups(table.get("group"))
    return Config(
        drawdown=_general(general),
        network=_valid(Network, table.get("network")) or Network(),
        topic=_valid(Topic, table.get("topic")) or Topic(),
        group=found,
        source=groups.joined(list(_outlets(table.get("source"))), found),
        query=list(_queries(table.get("query"))),
    ).at(path)


def _general(table: Mapping[str, Any]) -> General:
    """Return `[drawdown]`; of one with mistakes, the path of the corpus. Any: TOML values."""
    whole = _valid(General, table)
    if whole is not None:
        return whole
    kept = {"contact": _NO_CONTACT}
    if isinstance(table.get("store"), str):
        kept["store"] = table["store"]
    limits = _valid(Limits, table.get("limits")) or Limits()
    return _valid(General, {**kept, "limits": limits}) or General(contact=_NO_CONTACT)


def _outlets(listed: object) -> Iterator[Outlet]:
    names: set[str] = set()
    for written in listed if isinstance(listed, list) else ():
        outlet = _valid(Outlet, written)
        if outlet is not None and outlet.name not in names:
            names.add(outlet.name)
            yield outlet


def _groups(table: object) -> dict[str, Group]:
    found = {name: _valid(Group, content) for name, content in _table(table).items()}
    return {name: group for name, group in found.items() if group is not None}


def _queries(listed: object) -> Iterator[SavedQuery]:
    """Yield the saved queries that can be read; of two with one name the first."""
    names: set[str] = set()
    for written in listed if isinstance(listed, list) else ():
        query = _valid(SavedQuery, written)
        if query is not None and query.name not in names:
            names.add(query.name)
            yield query


def _valid(kind: type[T], table: object) -> T | None:
    """Return a table as its type; None if it has a mistake."""
    if not isinstance(table, dict):
        return None
    try:
        return kind(**table)
    except (pydantic.ValidationError, TypeError):  # TypeError: a key that is no name
        return None


def _table(value: object) -> dict[str, Any]:
    """Return a value if it is a table, else an empty one. Any: TOML values."""
    return value if isinstance(value, dict) else {}


def _right_tables(text: str) -> dict[str, Any]:
    """Return the tables of a text that is no TOML as a whole, each read alone. Any: TOML values.

    >>> _right_tables('[drawdown]\\nstore = "a.db"\\n[[source]]\\nname = “A”\\n')
    {'drawdown': {'store': 'a.db'}, 'source': [{}]}
    """
    starts = [0, *(header.start() for header in _HEADER.finditer(text)), len(text)]
    found: dict[str, Any] = {}
    for start, end in pairwise(starts):
        for name, content in _read_alone(text[start:end]).items():
            before = found.get(name)
            if isinstance(before, list) and isinstance(content, list):
                before += content
            elif isinstance(before, dict) and isinstance(content, dict):
                before.update(content)
            else:
                found.setdefault(name, content)
    return found


def _read_alone(chunk: str) -> dict[str, Any]:
    """Return a table; of one that is no TOML, what its lines are that are. Any: TOML values.

    Of a key that is written twice, since the header between is a comment, the first value is kept.
    """
    try:
        return tomllib.loads(chunk)
    except (ValueError, RecursionError):
        pass
    found: dict[str, Any] = {}
    kept = ""
    for line in chunk.split("\n")[:_MOST_LINES]:
        try:
            found = tomllib.loads(f"{kept}{line}\n")
        except (ValueError, RecursionError):
            continue
        kept += f"{line}\n"
    return found
