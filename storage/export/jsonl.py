"""The corpus as JSON lines: one article a line, all fields, UTF-8."""

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from storage.model import CorpusArticle


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they come; return how many."""
    encoder = msgspec.json.Encoder()
    count = 0
    for article in articles:
        out.write(encoder.encode(article) + b"\n")
        count += 1
    return count
