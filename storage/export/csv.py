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
from storage.records.model import CorpusArticle
from storage.records.verdict import Evidence

# Stores of earlier versions contain them; a terminal that shows the file would obey.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they come; return how many."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(CORPUS_FIELDS)
        count = 0
        for article in articles:
            writer.writerow([cell(name, getattr(article, name)) for name in CORPUS_FIELDS])
            count += 1
        return count
    finally:
        text.detach()


def cell(name: str, value: object) -> str | int | float | None:
    """Return a field as a cell; numbers stay numbers, text is made harmless."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        separator = "\n\n" if name == "body" else " | "
        value = separator.join(map(_item, value))
    return neutralize(_CONTROLS.sub("", str(value)))


def _item(value: object) -> str:
    match value:
        case Evidence():
            return value.sentence
        case Insert():
            return value.text
        case _:
            return str(value)


def neutralize(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run.

    >>> neutralize("=1+1")
    "'=1+1"
    """
    return "'" + text if text.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) else text
