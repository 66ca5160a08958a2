"""Writes outlets into sources.toml and leaves everything else in it as it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from crawler.config import parse
from storage.sqlite.atomic import whole


def with_outlets(text: str, outlets: Sequence[Mapping[str, object]]) -> str:
    """Return a configuration with more `[[source]]` at its end."""
    document = tomlkit.document()
    document["source"] = [dict(outlet) for outlet in outlets]
    return f"{text.rstrip()}\n\n{tomlkit.dumps(document)}"


def append_outlets(path: Path, outlets: Sequence[Mapping[str, object]]) -> None:
    """Append outlets. The file is replaced in one step, by one that can be used.

    Raises ConfigError or OSError; then the file is as it was.
    """
    file = path.resolve()  # what a link leads to
    text = with_outlets(file.read_text("utf-8"), outlets)
    parse(text, path)
    with whole(file) as new:
        new.touch(mode=0o600)  # it may hold the password of an alert
        new.write_text(text, "utf-8")
        new.chmod(file.stat().st_mode & 0o7777)
