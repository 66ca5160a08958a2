"""A line of the log as people read it: the time, the event, then what it is about.

2026-11-28 17:27:10 UTC visited: Meridian Wire, https://a.example/b, stored, relevant yes, 16 ms
2026-11-28 17:27:12 UTC failed (warning): feed, The Broken Beacon, https://…, server_error, HTTP 500
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO

import structlog

# Said first, in this order and without their names: whom it is about, then what happened.
_BARE = ("kind", "source", "alert", "task", "host", "file", "url", "outcome", "detail", "headline")
_NOT_SAID = {"event", "level", "timestamp", "room", "exception"}
# Fields whose name is a unit: "16 ms".
_UNITS = {"ms": "ms", "seconds": "s", "bytes": "bytes"}
_ALARMING = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_INDENT = "    "  # before what does not begin a line of the log


def has_colours(stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """Whether lines for a stream are coloured: in a terminal that can, unless NO_COLOR is set.

    https://no-color.org
    """
    settings = os.environ if environment is None else environment
    if settings.get("NO_COLOR") or settings.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:  # the stream is closed
        return False


class LineRenderer:
    """Makes a line of an event; a list has a line for each of its values."""

    def __init__(self, *, colours: bool):
        self._colours = colours

    def __call__(self, _logger: object, _name: str, event: structlog.typing.EventDict) -> str:
        """Return the line, and the lines below it."""
        level = str(event.get("level", "info"))
        parts = [_time(event.get("timestamp")), self._event(str(event.get("event")), level)]
        facts = ", ".join(_facts(event))
        line = " ".join(filter(None, parts)) + (f": {facts}" if facts else "")
        return "\n".join((line, *_below(event)))

    def _event(self, event: str, level: str) -> str:
        said = f"{event} ({level})" if level in _ALARMING else event
        if not self._colours:
            return said
        return f"{_ALARMING.get(level, _BOLD)}{said}{_PLAIN}"


def _time(stamp: object) -> str:
    """Return a time to the second."""
    if not isinstance(stamp, str):
        return ""
    moment = datetime.fromisoformat(stamp).astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _facts(event: Mapping[str, object]) -> Iterator[str]:
    """Yield the fields of an event: those without a name first, then the others as given."""
    for name in _BARE:
        value = event.get(name)
        if value not in (None, "") and not _is_list(value):
            yield str(value)
    for name, value in event.items():
        if name in _BARE or name in _NOT_SAID or value is None or _is_list(value):
            continue
        yield _named(name, value)


def _named(name: str, value: object) -> str:
    """Return a field with its name.

    >>> _named("status", 500), _named("ms", 16), _named("over_cap", 3), _named("relevant", True)
    ('HTTP 500', '16 ms', 'over cap 3', 'relevant yes')
    """
    if name == "status":
        return f"HTTP {value}"
    if name in _UNITS:
        return f"{_number(value)} {_UNITS[name]}"
    return f"{name.replace('_', ' ')} {_number(value)}"


def _number(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        case float():
            return f"{value:g}"
    return str(value)


def _below(event: Mapping[str, object]) -> Iterator[str]:
    """Yield the lines below that of an event: the values of lists, and a traceback."""
    for name, value in event.items():
        if not _is_list(value):
            continue
        assert isinstance(value, Sequence)  # noqa: S101 - the check above
        if value:
            yield f"{_INDENT}{name.replace('_', ' ')}:"
        for one in value:
            yield f"{_INDENT}  {printable(str(one))}"
    if exception := event.get("exception"):
        yield from (f"{_INDENT}{line}" for line in str(exception).splitlines())


def printable(text: str) -> str:
    """Return a text with its control characters as escapes, so that it cannot forge a line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)
