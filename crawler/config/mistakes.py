"""The mistakes of sources.toml as messages: file:line: source "name": key: what is right."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
            what = f"unknown key{_suggest(location, choices(location))}"
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
    return ".".join(names)


def _refusal(location: Location, error: Any) -> str:
    """Return why a value is refused, with the value if it may be shown. Any: as in `describe`."""
    why: str = error["msg"].removeprefix("Value error, ")
    value = error["input"]
    if "choose" in why or not _is_public(location, value):
        return why
    return f"{why} (found {value!r})"


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
        case (("source" | "alert") as kind, int(place), *_):
            entry = table[kind][place]
        case _:
            return ""

    name = entry.get("name") if isinstance(entry, dict) else None
    if not name:
        return f"{kind} number {place + 1}: "
    return f'{kind} "{name}": '


def _is_listed(location: Location) -> bool:
    """Return whether a location is in one of the tables that a file may repeat."""
    return location[:1] in (("source",), ("alert",))


def _suggest(location: Location, choices: list[str]) -> str:
    close = difflib.get_close_matches(
        str(location[-1]),
        choices,
        n=1,
    )
    guess = f'; did you mean "{close[0]}"?' if close else ""
    names = ", ".join(choices)
    return f"{guess} (valid here: {names})"
