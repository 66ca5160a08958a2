"""Texts and what a reader said of each: whether it is on the topic."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a reader said of it."""

    language: str
    kind: str
    source: str
    headline: str
    body: tuple[str, ...]
    label: bool

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join((self.headline, *self.body))


def read_labels(file: Path) -> list[Labelled]:
    """Read labelled texts."""
    rows = map(json.loads, filter(None, file.read_text("utf-8").split("\n")))
    return [
        Labelled(
            language=row["lang"],
            kind=row.get("kind", ""),
            source=row.get("source", ""),
            headline=row["title"] or "",
            body=tuple(filter(str.strip, (row["text"] or "").split("\n"))),
            label=row["label"] == 1,
        )
        for row in rows
    ]
