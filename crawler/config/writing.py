"""Outlets are written into sources.toml: everything that stands there stays as it is."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from crawler.config import parse


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
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        new.chmod(file.stat().st_mode & 0o7777)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
