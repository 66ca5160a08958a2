"""The mistakes of sources.toml as messages: file:line: source "name": key: what is right."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crawler.config import refusals, suggestions
from crawler.config.positions import Location, Positions


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it is written: its file, its table, and the lines of its keys."""

    path: Path
    table: Mapping[str, Any]  # Any: TOML values
    positions: Positions

    def at(self, location: Location) -> str:
        """Return the file and the line of a key, as a message begins."""
        return f"{self.path}:{self.positions.line_of(location)}"


def describe(
    written: Written,
    error: Any,
    choices: Callable[[Location], list[str]],
) -> str:
    """Return the message of one mistake.

    Any: `error` is a row of pydantic's ValidationError.errors(). `choices` returns the valid keys
    at the location of an unknown one.
    """
    location = tuple(error["loc"])
    key = _key_of(location)
    match error["type"]:
        case "extra_forbidden":
            what = f"unknown key{_suggest(location, choices)}"
        case "missing":
            what = f"is required{_WHY.get(key, '')}"
        case _:
            what = _refusal(location, error)

    where = _name_of(written.table, location)
    prefix = f"{key}: " if key else ""
    return f"{written.at(location)}: {where}{prefix}{what}"


def _key_of(location: Location) -> str:
    """Return a key as it is written in its table: `limits.delay`; empty for a whole table."""
    parts = location[1:] if _is_listed(location) else location
    names = [str(part) for part in parts if not isinstance(part, int)]
    is_a_name = names[-1:] == ["[key]"]  # the key itself is refused, not its value
    return ".".join(names[:-1] if is_a_name else names)


def _refusal(location: Location, error: Any) -> str:
    """Return why a value is refused, with the value if it may be shown. Any: as in `describe`."""
    value = error["input"]
    why = refusals.worded(error)
    if not isinstance(value, _SHOWN) or not _is_public(location, value):
        return why
    return f"{why} (found {_as_toml(value)})"


_SHOWN = (str, int, float, date)  # other values take lines
_MOST_SHOWN = 80  # characters of a value


def _as_toml(value: object) -> str:
    """Return a value as a file has it.

    >>> _as_toml("off"), _as_toml(True), _as_toml(5)
    ('"off"', 'true', '5')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    shown = value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}…"
    return f'"{shown}"'


_SECRET_KEYS = {"proxy", "to"}  # their values may contain a password
_WHY = {"drawdown.contact": ": a mail address or URL at which outlets can reach you"}


def _is_public(location: Location, value: object) -> bool:
    """Return whether a message may show a value: it is one value, and contains no password."""
    if isinstance(value, dict | list) or _SECRET_KEYS.intersection(location):
        return False
    # `http:reader:heron@paper.example` is an address to a browser, too.
    return re.search(r"[:/\\][^/?#]*@", str(value)) is None


def _name_of(table: Mapping[str, Any], location: Location) -> str:
    """Return the outlet or alert that contains a location; empty for other tables."""
    match location:
        case (("source" | "alert" | "query") as kind, int(place), *_):
            entry = table[kind][place]
        case _:
            return ""

    name = entry.get("name") if isinstance(entry, dict) else None
    if not name:
        return f"{kind} number {place + 1}: "
    return f'{kind} "{name}": '


def _is_listed(location: Location) -> bool:
    """Return whether a location is in one of the tables that a file may repeat."""
    return location[:1] in (("source",), ("alert",), ("query",))


# What other programs call a key of ours.
_OTHER_NAMES = {
    "atom": "feed",
    "feeds": "feed",
    "lang": "language",
    "outlet": "source",
    "rss": "feed",
    "timezone": "feed_timezone",
    "title": "name",
    "url": "feed",
}
# The tables that a key may have been meant for, where it is unknown in its own.
_TABLES: tuple[Location, ...] = (
    (),
    ("drawdown",),
    ("drawdown", "limits"),
    ("network",),
    ("topic",),
    ("source", 0),
    ("source", 0, "selectors"),
    ("alert", 0),
)


def _suggest(location: Location, choices: Callable[[Location], list[str]]) -> str:
    """Return the key or the table that an unknown key was probably meant for."""
    key = str(location[-1])
    here = choices(location)
    other = _OTHER_NAMES.get(key)
    guess = other if other in here else suggestions.nearest(key, here)
    if guess is None:
        guess = _elsewhere(key, location, choices)
    elif len(location) == 1:
        guess = f"[[{guess}]]" if guess in ("source", "alert", "query") else f"[{guess}]"
    else:
        guess = f'"{guess}"'
    hint = f"; did you mean {guess}?" if guess else ""
    return f"{hint} (valid here: {', '.join(here)})"


def _elsewhere(
    key: str,
    location: Location,
    choices: Callable[[Location], list[str]],
) -> str | None:
    """Return where a key is valid that is not valid in its own table: `store of [drawdown]`."""
    for table in _TABLES:
        if table == location[:-1] or key not in choices((*table, key)):
            continue
        names = [name for name in table if isinstance(name, str)]
        if key in ("limits", "selectors"):
            return f"[{'.'.join((*names, key))}]"
        header = ".".join(names) or key
        is_list = header in ("source", "alert", "query")
        return f"{key} of {f'[[{header}]]' if is_list else f'[{header}]'}"
    return None
