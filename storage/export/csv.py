"""The corpus as CSV that is safe to open in a spreadsheet.

RFC 4180 with a byte order mark, so that spreadsheets read UTF-8. Paragraphs are separated by an
empty line, other lists by " | ". A cell that a spreadsheet would take for a formula begins with
an apostrophe (OWASP "CSV injection").
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from storage.articles.corpus import CORPUS_FIELDS
from storage.records.article import Insert
from storage.records.claim import Claimed
from storage.records.model import CorpusArticle
from storage.records.statement import Quoted
from storage.records.verdict import Evidence
from storage.sqlite.values import required

# Control characters, which stores of earlier versions contain: they would control a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they arrive; return their number."""
    text = io.TextIOWrapper(
        out,
        "utf-8-sig",
        newline="",
        write_through=True,
    )
    try:
        writer = csv.writer(text)
        writer.writerow(CORPUS_FIELDS)
        count = 0
        for article in articles:
            cells = [cell(name, getattr(article, name)) for name in CORPUS_FIELDS]
            writer.writerow(cells)
            count += 1
        return count
    finally:
        text.detach()


def cell(name: str, value: object) -> str | int | float | None:
    """Return a field as a cell; numbers stay numbers, text is made harmless."""
    match value:
        case bool():
            return str(value).lower()
        case None | int() | float():
            return value
        case datetime():
            return required(value)
        case list():
            separator = "\n\n" if name == "body" else " | "
            text = separator.join(map(_item, value))
        case str() if _OFFSET.fullmatch(value):
            return value  # no formula: a zone is a sign and a time
        case _:
            text = str(value)
    return neutralize(_CONTROLS.sub("", text))


def _item(value: object) -> str:
    match value:
        case Evidence():
            return value.sentence
        case Insert():
            return value.text
        case Quoted() | Claimed():
            return value.shown
        case _:
            return str(value)


def neutralize(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    >>> neutralize("=1+1")
    "'=1+1"
    """
    visible = text.lstrip(_BLANKS)
    is_formula = visible.startswith(_FORMULA)
    return f"'{text}" if is_formula else text


_BLANKS = " \u00a0\u200b\ufeff"  # spreadsheets skip them before a formula
