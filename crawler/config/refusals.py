"""What is right in place of a refused value, in the words of a file and not of its parser."""

import re
from collections.abc import Callable
from typing import Any

from crawler.config import suggestions

# What people write for a word of ours.
_MEANT = {
    "off": "ignore",
    "none": "off",
    "no": "off",
    "zst": "zstd",
    "gz": "gzip",
    "daily": "0 7 * * *",
    "paper": "newspaper",
    "tv": "broadcaster",
    "radio": "broadcaster",
    "government": "state",
}


def worded(error: Any) -> str:
    """Return why a value is refused and what is right.

    Any: a row of pydantic's ValidationError.errors(); its types and their context are listed in
    pydantic's documentation, "Validation Errors".
    """
    kind: str = error["type"]
    if kind == "value_error":  # one of our own checks: it says itself what is right
        message: str = error["msg"]
        return message.removeprefix("Value error, ")
    say = _WORDS.get(kind)
    if say is None:
        return str(error["msg"])
    return say(error)


def _choice(error: Any) -> str:
    """Any: as in `worded`."""
    expected: str = error["ctx"]["expected"]
    choices = re.findall("'([^']*)'", expected)
    listed = _listed([f'"{choice}"' for choice in choices])
    value = error["input"]
    if not isinstance(value, str):
        return f"must be {listed}"
    meant = _MEANT.get(value.strip().casefold())
    guess = meant if meant in choices else suggestions.nearest(value.strip(), choices)
    hint = f'; did you mean "{guess}"?' if guess else ""
    return f"must be {listed}{hint}"


def _listed(choices: list[str]) -> str:
    """Return choices as one reads them.

    >>> _listed(["a"]), _listed(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    *first, last = choices
    return f"{', '.join(first)} or {last}" if first else last


def _text(error: Any) -> str:
    """Any: as in `worded`."""
    return "must be text in quotes"


def _too_short(error: Any) -> str:
    """Any: as in `worded`."""
    least = error["ctx"]["min_length"]
    return "must not be empty" if least == 1 else f"must have at least {least} characters"


def _too_long(error: Any) -> str:
    """Any: as in `worded`."""
    return f"must have at most {error['ctx']['max_length']} characters"


def _boolean(error: Any) -> str:
    """Any: as in `worded`."""
    return "must be true or false, without quotes"


def _whole_number(error: Any) -> str:
    """Any: as in `worded`."""
    is_size = str(error["loc"][-1]).endswith("_bytes")
    example = ": 10_000_000 are 10 MB" if is_size else ""
    return f"must be a whole number, without quotes{example}"


def _number(error: Any) -> str:
    """Any: as in `worded`."""
    return "must be a number, without quotes"


def _at_least(error: Any) -> str:
    """Any: as in `worded`."""
    return f"must be at least {error['ctx']['ge']:,}"


def _at_most(error: Any) -> str:
    """Any: as in `worded`."""
    return f"must be at most {error['ctx']['le']:,}"


def _list(error: Any) -> str:
    """A table that may be repeated has two brackets. Any: as in `worded`."""
    name = error["loc"][-1]
    if len(error["loc"]) == 1:
        return f"write [[{name}]], with two brackets on each side"
    return 'must be a list: ["…", "…"]'


def _table(error: Any) -> str:
    """Any: as in `worded`."""
    place = [str(part) for part in error["loc"] if not isinstance(part, int)]
    if isinstance(error["input"], list):
        return f"write [{'.'.join(place)}], with one bracket on each side"
    if place in (["source"], ["alert"], ["query"]):
        return f"each is a table of its own, below a line [[{place[0]}]]"
    return f"is a table: write {place[-1]} = {{ key = value }}, or its keys below a header"


def _date(error: Any) -> str:
    """Any: as in `worded`."""
    return "must be a date, without quotes: 2026-11-25"


_WORDS: dict[str, Callable[[Any], str]] = {
    "bool_parsing": _boolean,
    "bool_type": _boolean,
    "date_from_datetime_inexact": _date,
    "date_from_datetime_parsing": _date,
    "date_parsing": _date,
    "date_type": _date,
    "dict_type": _table,
    "enum": _choice,
    "finite_number": _number,
    "float_parsing": _number,
    "float_type": _number,
    "greater_than_equal": _at_least,
    "int_from_float": _whole_number,
    "int_parsing": _whole_number,
    "int_parsing_size": _whole_number,
    "int_type": _whole_number,
    "less_than_equal": _at_most,
    "list_type": _list,
    "literal_error": _choice,
    "model_attributes_type": _table,
    "model_type": _table,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "string_type": _text,
}
