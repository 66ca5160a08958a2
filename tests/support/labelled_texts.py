"""Texts and what a reader said of each: whether it is on the topic."""

import json
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a reader said of it."""

    language: str
    kind: str
    source: str
    headline: str
    body: tuple[str, ...]
    label: bool
    category: str = ""
    day: int | None = None
    force: str = ""
    is_constructed: bool = False
    file: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join((self.headline, *self.body))

    @property
    def events(self) -> frozenset[Hashable]:
        """What it reports: whose forces, on its day and the next."""
        if self.day is None or not self.force:
            return frozenset()
        return frozenset([(self.force, self.day), (self.force, self.day + 1)])


def read_labels(file: Path, *, is_constructed: bool = False) -> list[Labelled]:
    """Read labelled texts."""
    rows = map(json.loads, filter(None, file.read_text("utf-8").split("\n")))
    return [_labelled(row, file.stem, is_constructed=is_constructed) for row in rows]


def _labelled(
    row: dict[str, Any],
    file: str,
    *,
    is_constructed: bool,
) -> Labelled:
    """Any: values of a file of labels."""
    body = (row["text"] or "").split("\n")
    return Labelled(
        language=row["lang"],
        kind=row.get("kind") or "",
        source=row.get("source") or "",
        headline=row["title"] or "",
        body=tuple(filter(str.strip, body)),
        label=row["label"] == 1,
        category=row.get("category") or "",
        day=_day(row.get("date") or ""),
        force=row.get("force") or "",
        is_constructed=is_constructed,
        file=file,
    )


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return None
