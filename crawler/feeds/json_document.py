"""JSON that is not quite JSON becomes as much of a feed as can be read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.errors import FeedUnreadable

Table = dict[str, Any]  # Any: a table of JSON from outside

_LONG_NUMBER = 19  # digits, which 64 bits hold; `int` refuses 5,000
# A feed is three deep, an extension of it hardly ten; Python refuses a thousand.
_DEEPEST = 32
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.S)


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as JSON has it."""

    fields: Table
    items: list[Any]  # Any: whatever the list contains
    lost: int = 0  # items that cannot be read


def document_of(written: str) -> Document:
    """Read a feed; of a broken one the items that can be read. Raises FeedUnreadable.

    Control characters are taken as they are. What is nested deeper than any feed is left out.
    """
    try:
        return _checked(_loads(written))
    except RecursionError:
        reason = "nested too deep"
    except ValueError as error:
        reason = str(error)
    shallow = "".join(_shallow(written))
    try:
        return _checked(_loads(shallow))
    except ValueError:
        return _piecewise(shallow, reason)


def _loads(written: str) -> Any:  # Any: JSON from outside
    return json.loads(
        written,
        strict=False,
        parse_int=_integer,
    )


def _integer(digits: str) -> int | str:
    """Read a number; one that is too long stays text: it can only be an identifier."""
    return int(digits) if len(digits) <= _LONG_NUMBER else digits


def _checked(found: object) -> Document:
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(items, list):
        raise FeedUnreadable("not a feed: JSON without a list of items")
    return Document(found, items)


def _shallow(written: str) -> Iterator[str]:
    """Yield a document in parts, with `null` in place of what is nested too deep."""
    depth = end = 0
    for token in _TOKEN.finditer(written):
        if token[0] in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                yield written[end : token.start()]
                yield "null"
        elif token[0] in "]}":
            if depth == _DEEPEST + 1:
                end = token.end()
            depth -= 1
    if depth <= _DEEPEST:
        yield written[end:]


def _piecewise(written: str, reason: str) -> Document:
    """Read each item of a broken document alone. Raises FeedUnreadable where none can be read."""
    begins, spans = _item_spans(written)
    items: list[Any] = []
    for span in spans:
        try:
            items.append(_loads(written[span]))
        except ValueError:
            continue
    if not items:
        raise FeedUnreadable(f"not a feed: broken JSON: {reason}")
    try:
        fields = _loads(written[:begins] + "[]}")
    except ValueError:
        fields = {}
    return Document(
        fields,
        items,
        len(spans) - len(items),
    )


def _item_spans(written: str) -> tuple[int, list[slice]]:
    """Return where the list of items begins, and the place of each of them."""
    begins = _list_of_items(written)
    if begins < 0:
        return begins, []
    return begins, list(_members(written, begins))


def _list_of_items(written: str) -> int:
    """Return the place of the bracket after `"items":` in the outermost table; -1 without one."""
    depth = 0
    key_end = 0
    key = ""
    for token in _TOKEN.finditer(written):
        if token[0] in "]}":
            depth -= 1
        elif token[0] in "[{":
            depth += 1
            between = written[key_end : token.start()]
            is_named = key == '"items"' and between.strip() == ":"
            if depth == 2 and is_named:
                return token.start()
        else:
            key = token[0]
            key_end = token.end()
    return -1


def _members(written: str, begins: int) -> Iterator[slice]:
    """Yield the place of each table in a list; one that is cut off ends with the document."""
    opened = -1
    depth = 0
    for token in _TOKEN.finditer(written, begins):
        if token[0] in "[{":
            depth += 1
            if depth == 2:
                opened = token.start()
        elif token[0] in "]}":
            depth -= 1
            if depth == 0:
                return
            if depth == 1:
                yield slice(opened, token.end())
                opened = -1
    if opened >= 0:
        yield slice(opened, len(written))
