"""TOML files of operators: every way in which one can be wrong is one kind of error."""

import tomllib
from typing import Any

# Python refuses to write an integer of more than 4,300 digits, yet tomllib reads longer ones in
# hexadecimal; no key of ours takes a number near this bound.
_MOST_INTEGER_BITS = 1024


def read_toml(text: str) -> dict[str, Any]:
    """Return the table of a TOML text. Any: TOML values. Raises ValueError for what is no TOML.

    >>> read_toml("delay = '5s'")
    {'delay': '5s'}
    """
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except OverflowError as error:
        raise ValueError(str(error)) from error
    _refuse_endless_integers(table)
    return table


def _refuse_endless_integers(table: dict[str, Any]) -> None:
    """Raise ValueError for an integer that could not be shown in a message."""
    waiting: list[tuple[str, Any]] = list(table.items())  # Any: TOML values
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, int) and value.bit_length() > _MOST_INTEGER_BITS:
            raise ValueError(f"{key}: a number of too many digits")
        if isinstance(value, dict):
            waiting += [(f"{key}.{name}", inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(key, inner) for inner in value]
