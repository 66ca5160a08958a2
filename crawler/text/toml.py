"""TOML files of operators: every way in which one can be wrong is one kind of error."""

import codecs
import tomllib
from pathlib import Path
from typing import Any

from crawler.text.toml_syntax import TomlMistake, explain

# Python refuses to write an integer of more than 4,300 digits, yet tomllib reads longer ones in
# hexadecimal; no key of ours takes a number near this bound.
_MOST_INTEGER_BITS = 1024


def read_toml(text: str) -> dict[str, Any]:
    """Return the table of a TOML text. Any: TOML values. Raises TomlMistake for what is no TOML.

    >>> read_toml("delay = '5s'")
    {'delay': '5s'}
    """
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise TomlMistake("not valid TOML: nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        raise explain(text, error) from None
    except (OverflowError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise TomlMistake(f"not valid TOML: {error}") from error
    _refuse_endless_integers(table)
    return table


def read_text(file: Path) -> str:
    """Return the text of a TOML file, without the byte order mark that some editors write.

    Raises OSError, or TomlMistake for a file that is not UTF-8.
    """
    data = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]
    if is_utf16:
        raise TomlMistake("the file is UTF-16: save it as UTF-8")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise TomlMistake(
            f"byte 0x{byte:02X} in this line is not UTF-8: save the file as UTF-8", line
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_endless_integers(table: dict[str, Any]) -> None:
    """Raise TomlMistake for an integer that could not be shown in a message."""
    waiting: list[tuple[str, Any]] = list(table.items())  # Any: TOML values
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, int) and value.bit_length() > _MOST_INTEGER_BITS:
            raise TomlMistake(f"not valid TOML: {key}: a number of too many digits")
        if isinstance(value, dict):
            waiting += [(f"{key}.{name}", inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(key, inner) for inner in value]
