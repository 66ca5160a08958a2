"""An outlet is written into sources.toml: everything that stands there stays as it is."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import tomlkit

from crawler.config import parse


def with_outlet(text: str, outlet: Mapping[str, object]) -> str:
    """Return a configuration with one more `[[source]]` at its end."""
    document = tomlkit.document()
    document["source"] = [dict(outlet)]
    return f"{text.rstrip()}\n\n{tomlkit.dumps(document)}"


def append_outlet(path: Path, outlet: Mapping[str, object]) -> None:
    """Append a `[[source]]`. The file is replaced in one step, by one that can be used.

    Raises ConfigError or OSError; then the file is as it was.
    """
    file = path.resolve()  # what a link leads to
    text = with_outlet(file.read_text("utf-8"), outlet)
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
