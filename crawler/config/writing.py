"""Adds outlets to sources.toml, and leaves the rest of the file unchanged."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from crawler.config import parse
from crawler.text.toml import read_text
from storage.sqlite.atomic import whole


def with_outlets(
    text: str,
    outlets: Sequence[Mapping[str, object]],
) -> str:
    """Return a configuration with these outlets as `[[source]]` tables at its end."""
    document = tomlkit.document()
    document["source"] = [dict(outlet) for outlet in outlets]
    return f"{text.rstrip()}\n\n{tomlkit.dumps(document)}"


def append_outlets(
    path: Path,
    outlets: Sequence[Mapping[str, object]],
) -> None:
    """Append outlets. The file is replaced in one step, and only by a valid one.

    Raises ConfigError or OSError, and leaves the file unchanged.
    """
    file = path.resolve()  # a link stays a link
    text = with_outlets(read_text(file), outlets)
    parse(text, path)
    with whole(file) as new:
        new.touch(mode=0o600)  # it may contain the password of an alert
        new.write_text(text, "utf-8")
        new.chmod(file.stat().st_mode & 0o7777)
