"""Says in words what is wrong with a text that is no TOML (toml.io/en/v1.0.0).

tomllib's messages are in the words of its parser ("Cannot overwrite a value"); here the line that
it points at is looked at, for the slip that its writer made.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# "Invalid value (at line 6, column 8)", "Unclosed array (at end of document)"
_MESSAGE = re.compile(
    r"(?P<why>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of .*)\)", re.S
)
_MOST_SHOWN = 60  # characters of a line in a message

_CURLY = re.compile("[“”„«»‘’]")
_HEADER = re.compile(r"\s*\[(?P<double>\[)?\s*(?P<name>[^\]]*?)\s*\]")
_KEY = re.compile(r"""\s*(?P<key>[\w-]+|"[^"]*"|'[^']*')\s*=""")
_OPENS = re.compile(r"""=\s*(?:\[(?![^\]]*\])|\{(?![^}]*\})|\"{3}|'{3})""")
_BOOLEANS = {
    "true": "true", "yes": "true", "on": "true",
    "false": "false", "no": "false", "off": "false", "none": "false", "null": "false",
}  # fmt: skip


class TomlMistake(ValueError):
    """A text is no TOML. `line` is counted from 1; None where the whole file is meant."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Place:
    """The place that tomllib points at."""

    lines: Sequence[str]
    line: int  # from 1
    column: int  # from 1; 0 where it is unknown

    @property
    def text(self) -> str:
        """The whole line."""
        return self.lines[self.line - 1] if self.line <= len(self.lines) else ""

    @property
    def rest(self) -> str:
        """The line from the column on, without a comment that ends it."""
        return self.text[max(self.column - 1, 0) :].split(" #")[0].strip()


def explain(text: str, error: tomllib.TOMLDecodeError) -> TomlMistake:
    """Return what is wrong with a text that tomllib refused.

    >>> text = '[[source]]\\nname = Heron\\n'
    >>> try:
    ...     tomllib.loads(text)
    ... except tomllib.TOMLDecodeError as error:
    ...     print(explain(text, error))
    text is written in quotes: name = "Heron"
    """
    found = _MESSAGE.fullmatch(str(error))
    if found is None:
        return TomlMistake(f"not valid TOML: {error}")
    lines = text.replace("\r\n", "\n").split("\n")
    line = int(found["line"] or len(lines))
    place = _Place(lines, min(line, len(lines)), int(found["column"] or 0))
    why = found["why"]
    other = _other_format(text)
    if other is not None:
        return TomlMistake(other, 1)
    for begins, say in _SLIPS:
        if why.startswith(begins):
            return say(place, why)
    return TomlMistake(f"not valid TOML: {_shown(place.text)}", place.line)


def _other_format(text: str) -> str | None:
    """Return what a text is that is another format from its first character on."""
    start = text.lstrip()
    if start.startswith("{"):
        return "this is JSON, not TOML"
    if start.startswith("<"):
        return "this is XML, not TOML; a list of feeds is read by `drawdown opml import FILE`"
    return None


def _declared_twice(place: _Place, why: str) -> TomlMistake:
    header = _HEADER.match(place.text)
    name = header["name"] if header else ""
    if name in {"source", "alert", "query"}:
        return TomlMistake(f"write [[{name}]], with two brackets on each side", place.line)
    first = _earlier(place, lambda line: _header_name(line) == name)
    return TomlMistake(
        f"[{name}] is in this file already{first}: put the keys of both into one table",
        place.line,
    )


def _written_twice(place: _Place, why: str) -> TomlMistake:
    """Say which key has two values, or which header has two forms."""
    name = _header_name(place.text)
    if name is not None:
        single = _earlier(place, lambda line: re.match(rf"\s*\[\s*{re.escape(name)}\s*\]", line))
        return TomlMistake(
            f"[[{name}]] follows [{name}]{single}: write both with two brackets on each side",
            place.line,
        )
    key = _key_of(place.text)
    first = _earlier(place, lambda line: _key_of(line) == key)
    table = _table_above(place)
    return TomlMistake(
        f"{key} is written twice in one {table}{first}; "
        f"is a line {table} missing above, or commented out?",
        place.line,
    )


def _no_value(place: _Place, why: str) -> TomlMistake:
    """Say what a value lacks: quotes, mostly."""
    key = _key_of(place.text) or "key"
    value = place.rest
    if _CURLY.match(value):
        straight = _CURLY.sub("", value)
        return TomlMistake(
            f'curly quotes: write straight ones, {key} = "{_shown(straight)}"', place.line
        )
    if not value:
        return TomlMistake(f"{key} has no value", place.line)
    boolean = _BOOLEANS.get(value.lower())
    if boolean is not None:
        return TomlMistake(f"write {key} = {boolean}, in small letters", place.line)
    if value[0].isdigit() or value[0] in "+-.":
        return TomlMistake(
            f"{_shown(value)} is neither a number nor a date (2026-11-25); "
            f'text is written in quotes: {key} = "{_shown(value)}"',
            place.line,
        )
    return TomlMistake(f'text is written in quotes: {key} = "{_shown(value)}"', place.line)


def _no_equals_sign(place: _Place, why: str) -> TomlMistake:
    odd = re.search(r"[^\S \t\n]", place.text)
    if odd is not None:
        return TomlMistake(
            f"character {odd.start() + 1} of this line is a special space "
            f"(U+{ord(odd[0]):04X}): write a plain one",
            place.line,
        )
    found = re.match(r"\s*([\w-]+)\s*:?\s*(.*)", place.text)
    if found is None or not found[2]:
        return TomlMistake(
            f'this line is no key with a value, like name = "Heron Post": {_shown(place.text)}',
            place.line,
        )
    return TomlMistake(f"write {found[1]} = {_shown(found[2])}", place.line)


def _no_statement(place: _Place, why: str) -> TomlMistake:
    if _CURLY.search(place.text):
        return TomlMistake("curly quotes: write straight ones", place.line)
    return TomlMistake(
        "this line is neither a header, like [[source]], nor a key with a value: "
        f"{_shown(place.text)}",
        place.line,
    )


def _header_is_open(place: _Place, why: str) -> TomlMistake:
    return TomlMistake(f"this header lacks a closing bracket: {_shown(place.text)}", place.line)


def _left_over(place: _Place, why: str) -> TomlMistake:
    """Say what follows a value; where it is one word with it, `5s`, the value is text."""
    what = place.rest or place.text
    before = place.text[: place.column - 1]
    is_one_word = before != "" and before[-1].isalnum() and what[0] not in "#,;"
    if is_one_word:
        start = before.rfind("=") + 1
        return _no_value(_Place(place.lines, place.line, start + 1), why)
    return TomlMistake(f"remove what follows the value: {_shown(what)}", place.line)


def _odd_character(place: _Place, why: str) -> TomlMistake:
    """Say which character may not be in a text; the end of a line means a missing quote."""
    if "\\n" in why or "\\r" in why:
        return TomlMistake(f"a closing quote is missing: {_shown(place.text)}", place.line)
    odd = place.text[place.column - 1 : place.column] or "\0"
    return TomlMistake(
        f"character {place.column} of this line is a control character "
        f"(U+{ord(odd):04X}): remove it",
        place.line,
    )


def _backslash(place: _Place, why: str) -> TomlMistake:
    return TomlMistake(
        r"a backslash in double quotes begins an escape: write \\, or take single quotes",
        place.line,
    )


def _unclosed(place: _Place, why: str) -> TomlMistake:
    """Say where the list, table or text begins that does not end."""
    line = place.line
    while line > 1 and not _OPENS.search(place.lines[line - 1]):
        line -= 1
    if not _OPENS.search(place.lines[line - 1]):
        line = place.line
    return TomlMistake(
        "a list, table or text that begins here is not closed, or has a wrong value: "
        f"{_shown(place.lines[line - 1])}",
        line,
    )


def _repeated_inline(place: _Place, why: str) -> TomlMistake:
    return TomlMistake(
        f"a key is twice in the braces of this line: {_shown(place.text)}", place.line
    )


# How tomllib's messages begin (CPython, Lib/tomllib/_parser.py, 3.11 to 3.14), and what each means
# to the writer of the file.
_SLIPS: tuple[tuple[str, Callable[[_Place, str], TomlMistake]], ...] = (
    ("Cannot declare", _declared_twice),
    ("Cannot redefine", _declared_twice),
    ("Cannot overwrite", _written_twice),
    ("Cannot mutate", _written_twice),
    ("Invalid value", _no_value),
    ("Invalid date", _no_value),
    ("Expected '='", _no_equals_sign),
    ("Invalid statement", _no_statement),
    ("Invalid initial character", _no_statement),
    ("Expected ']", _header_is_open),
    ("Expected newline", _left_over),
    ("Illegal character", _odd_character),
    ("Found invalid character", _odd_character),
    ("Unescaped", _backslash),
    ("Invalid hex", _backslash),
    ("Escaped character", _backslash),
    ("Unclosed", _unclosed),
    ("Unterminated", _unclosed),
    ("Duplicate inline", _repeated_inline),
)


def _earlier(place: _Place, is_it: Callable[[str], object]) -> str:
    """Return ", in line N" of the nearest line above for which `is_it` holds; else nothing."""
    for line in range(place.line - 1, 0, -1):
        if is_it(place.lines[line - 1]):
            return f" (line {line})"
    return ""


def _table_above(place: _Place) -> str:
    """Return the header whose keys a line belongs to, as it is written."""
    for line in place.lines[place.line - 1 :: -1]:
        header = _HEADER.match(line)
        if header is not None:
            return header[0].strip() + ("]" if header["double"] else "")
    return "table"


def _header_name(line: str) -> str | None:
    header = _HEADER.match(line)
    return header["name"] if header else None


def _key_of(line: str) -> str:
    key = _KEY.match(line)
    return key["key"] if key else ""


def _shown(text: str) -> str:
    """Return a line, or the beginning of a long one.

    The value of a key that may contain a password is left out.
    """
    shown = re.sub(r"\b(proxy|to)(\s*=).*", r"\1\2 …", text.strip())
    shown = re.sub(r"//[^\s/@]*@", "//…@", shown)
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
