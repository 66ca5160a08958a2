"""Strings that a regular expression may need more time for than their length."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

# The parser of the standard library: its trees say what a pattern repeats.
from re import _constants as ops  # type: ignore[attr-defined]  # isort: skip
from re import _parser as parser  # type: ignore[attr-defined]  # isort: skip

_REPEATS = {ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT}
_MANY = 30  # repetitions from which a repeat counts as one without an end
_CHARACTERS = " -1aZ.\"'\n,/<=:_\u0301éа年\x00>"  # what classes are tried with, tellingest first
_ENDS = ("", "!\n\x00")
_GENERIC = (
    "-", "1", " ", "a", "A", "(", '"', "'", "<", ".", "\n", "é", "a.", "a ", "1 ", "- ", "a-",
    "a.a. ", "<a ", "&#", "/a", "<!--", "=\"", "A. ", "1:", ", ", " a1-", "\t\n", "a=", "[", "年",
)  # fmt: skip

Tree = Any  # of re._parser, which has no types


def pumped(pattern: re.Pattern[Any], size: int) -> Iterator[str]:
    """Yield strings of about a size, each of which repeats what the pattern repeats."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units: dict[tuple[str, str], None] = {("", unit): None for unit in _GENERIC}
    for prefix, item in _repeats(tree, ""):
        for unit in islice(_samples(item), 5):
            units.setdefault((prefix, unit))
            units.setdefault(("", prefix + unit))
            units.setdefault((prefix, unit + unit[-1:] + "\n"))
    for prefix, unit in units:
        if unit:
            repeated = unit * (size // len(unit))
            yield from (prefix + repeated + end for end in _ENDS)


def _repeats(tree: Tree, prefix: str) -> Iterator[tuple[str, Tree]]:
    """Yield what is repeated without an end, each with a string that leads to it."""
    for op, value in tree:
        if op in _REPEATS and value[1] >= _MANY:
            yield prefix, value[2]
        for branch in _branches(op, value):
            yield from _repeats(branch, prefix)
        prefix += next(_samples([(op, value)]), "")


def _branches(op: Any, value: Any) -> list[Tree]:
    if op in _REPEATS:
        return [value[2]]
    if op is ops.SUBPATTERN:
        return [value[-1]]
    if op is ops.BRANCH:
        return list(value[1])
    if op is ops.ATOMIC_GROUP:
        return [value]
    if op in {ops.ASSERT, ops.ASSERT_NOT}:
        return [value[1]]
    return []


def _samples(tree: Iterable[Tree]) -> Iterator[str]:
    """Yield short strings that a part of a pattern matches: one for each branch or character."""
    found = [""]
    for op, value in tree:
        parts = list(islice(_parts(op, value), 8)) or [""]
        longest = max(len(found), len(parts))
        found = [found[n % len(found)] + parts[n % len(parts)] for n in range(longest)]
    yield from dict.fromkeys(found)


def _parts(op: Any, value: Any) -> Iterator[str]:
    if op is ops.LITERAL:
        yield chr(value)
    elif op in {ops.IN, ops.NOT_LITERAL, ops.ANY}:
        yield from _characters(op, value)
    elif op in _REPEATS:
        one = list(islice(_samples(value[2]), 4))
        yield from (sample * max(min(value[0], _MANY), 1) for sample in one)
    elif op in {ops.SUBPATTERN, ops.BRANCH, ops.ATOMIC_GROUP}:
        for branch in _branches(op, value):
            yield from islice(_samples(branch), 4)


def _characters(op: Any, value: Any) -> Iterator[str]:
    if op is ops.ANY:
        yield from "a 1-"
        return
    allowed = [(op, value)] if op is ops.NOT_LITERAL else value
    single = re.compile(_class(allowed))
    yield from filter(single.fullmatch, _CHARACTERS)
    yield from (chr(v) for o, v in allowed if o is ops.LITERAL)
    yield from (chr(v[0]) for o, v in allowed if o is ops.RANGE)


_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S", ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _class(items: Iterable[Tree]) -> str:
    """Write a class of characters as a pattern."""
    written = ""
    for op, value in items:
        if op is ops.NEGATE:
            written = "^" + written
        elif op is ops.NOT_LITERAL:
            written += f"^{re.escape(chr(value))}"
        elif op is ops.LITERAL:
            written += re.escape(chr(value))
        elif op is ops.RANGE:
            written += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        elif op is ops.CATEGORY:
            written += _CATEGORIES[value]
    return f"[{written}]"
