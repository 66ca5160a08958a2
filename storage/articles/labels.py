"""Labels: whether readers found articles on topic, in a text file next to the store.

One JSON object a line; the newest label of an article counts. It is a file of its own, so that it
can be written while a daemon runs, put under version control and given to others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from storage.errors import StorageError
from storage.records.model import CorpusArticle
from storage.sqlite.atomic import named, whole

_ENDING = ".labels.jsonl"


class LabelsUnreadable(StorageError):
    """A line of a file of labels is not a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A reader's judgement of an article, with its text, so that it outlives the store."""

    canonical_url: str
    relevant: bool
    at: datetime
    language: str | None
    source: str
    headline: str
    standfirst: str | None
    body: tuple[str, ...]


def file_for(store: Path) -> Path:
    """Return the file that contains the labels of a store."""
    return store.with_name(store.stem + _ENDING)


def label(article: CorpusArticle, *, relevant: bool) -> Label:
    """Make a label of an article as it is now."""
    return Label(
        canonical_url=article.url_key,
        relevant=relevant,
        at=datetime.now(UTC),
        language=article.language,
        source=article.source,
        headline=article.headline,
        standfirst=article.standfirst,
        body=tuple(article.body),
    )


def append(file: Path, added: Label) -> None:
    """Add a label to a file."""
    with named(file), file.open("ab") as out:
        out.write(msgspec.json.encode(added) + b"\n")


def read(file: Path) -> list[Label]:
    """Return the labels of a file, the newest of each article. Raises LabelsUnreadable."""
    newest = {found.canonical_url: found for found in _read_all(file)}
    return list(newest.values())


def _read_all(file: Path) -> Iterator[Label]:
    if not file.is_file():
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield msgspec.json.decode(line, type=Label)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise LabelsUnreadable(f"{file}:{number}: no label: {error}") from error


def drop(file: Path, is_forgotten: Callable[[str], bool]) -> None:
    """Remove the labels of some articles, by their canonical URLs, from a file.

    The file is replaced at once. Raises LabelsUnreadable, OSError.
    """
    if not file.is_file():
        return
    found = list(_read_all(file))
    kept = [label for label in found if not is_forgotten(label.canonical_url)]
    if len(kept) < len(found):
        _replace(file, b"".join(msgspec.json.encode(label) + b"\n" for label in kept))


def copy(file: Path, to: Path) -> None:
    """Copy a file of labels."""
    _replace(to, file.read_bytes())


def _replace(file: Path, content: bytes) -> None:
    with whole(file) as partial:
        partial.write_bytes(content)
