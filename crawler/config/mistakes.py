"""What is wrong in a TOML file, said as file:line: source "name": key: what is right."""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Location = tuple[Any, ...]  # Any: keys are text, places in a list are numbers


def describe(
    path: Path,
    lines: list[str],
    table: Mapping[str, Any],
    error: Any,
    choices: Callable[[Location], list[str]],
) -> str:
    """Put one mistake into words. Any: `error` is a row of pydantic's ValidationError.errors()."""
    location = tuple(error["loc"])
    where = _name_of(table, location)
    parts = location[1:] if _is_listed(location) else location
    key = ".".join(str(part) for part in parts if not isinstance(part, int))
    match error["type"]:
        case "extra_forbidden":
            what = f"unknown key{_suggest(location, choices(location))}"
        case "missing":
            what = f"is required{_WHY.get(key, '')}"
        case _:
            what = re.sub("^Value error, ", "", error["msg"])
            if _is_public(location, error["input"]) and "choose" not in what:
                what += f" (found {error['input']!r})"
    line = line_of(lines, location)
    return f"{path}:{line}: {where}{key + ': ' if key else ''}{what}"


_SECRET_KEYS = {"proxy", "to"}  # their values may contain a password
_WHY = {"drawdown.contact": ": a mail address or URL at which outlets can reach you"}


def _is_public(location: Location, value: object) -> bool:
    """Whether a message may repeat a value: it is short, and contains no password."""
    if isinstance(value, dict | list) or _SECRET_KEYS.intersection(location):
        return False
    # `http:reader:heron@paper.example` is an address to a browser, too.
    return re.search(r"[:/\\][^/?#]*@", str(value)) is None


def _name_of(table: Mapping[str, Any], location: Location) -> str:
    if not _is_listed(location) or len(location) < 2 or not isinstance(location[1], int):
        return ""
    kind, place = location[:2]
    one = table[kind][place]
    name = one.get("name") if isinstance(one, dict) else None
    return f'{kind} "{name}": ' if name else f"{kind} number {place + 1}: "


def _is_listed(location: Location) -> bool:
    """Whether a place is in one of the tables that stand there many times."""
    return location[:1] in (("source",), ("alert",))


def _suggest(location: Location, choices: list[str]) -> str:
    close = difflib.get_close_matches(str(location[-1]), choices, n=1)
    guess = f'; did you mean "{close[0]}"?' if close else ""
    return f"{guess} (valid here: {', '.join(choices)})"


def line_of(lines: list[str], location: Location) -> int:
    """Return the line of a key, or of the table that should have held it (tomllib keeps none)."""
    table = [part for part in location if not isinstance(part, int)]
    place = next((part for part in location if isinstance(part, int)), 0)
    start = 0
    if _is_listed(location):
        of_kind = re.compile(rf"\s*\[\[\s*{location[0]}\s*\]\]")
        headers = [n for n, line in enumerate(lines) if of_kind.match(line)]
        start = headers[place] if place < len(headers) else 0
        keys = table[1:]
    else:
        header = re.compile(rf"\s*\[\s*{re.escape('.'.join(map(str, table[:-1])))}\s*\]")
        start = next((n for n, line in enumerate(lines) if header.match(line)), 0)
        keys = table[-1:]
    for key in keys[::-1]:
        wanted = re.compile(
            rf"\s*[\"']?{re.escape(str(key))}[\"']?\s*[.=]|.*[{{,]\s*{re.escape(str(key))}\s*="
        )
        for number in range(start + 1 if start else 0, len(lines)):
            if number > start and re.match(r"\s*\[\[?\s*\w", lines[number]):
                break
            if wanted.match(lines[number]):
                return number + 1
    return start + 1
