"""Adds outlets to sources.toml, and leaves the rest of the file unchanged."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from crawler import urls
from crawler.config import parse
from crawler.text.toml import read_text
from storage.records.model import SourceKind
from storage.sqlite.atomic import whole


def with_outlets(
    text: str,
    outlets: Sequence[Mapping[str, object]],
) -> str:
    """Return a configuration with these outlets as `[[source]]` tables at its end."""
    document = tomlkit.document()
    document["source"] = [dict(outlet) for outlet in outlets]
    return f"{text.rstrip()}\n\n{tomlkit.dumps(document)}"


def with_addresses(text: str, moves: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return a configuration with new addresses of sources, and the old ones that were replaced.

    Everything else is left as it is written. A user and password in an address are kept at the
    same origin alone; an address that leads them elsewhere is left to the operator.
    """
    document = tomlkit.parse(text)
    replaced = []
    for outlet in document.get("source", []):
        for kind in SourceKind:
            written = outlet.get(kind.value)
            if isinstance(written, str):
                new = _moved(written, moves)
                if new is not None:
                    outlet[kind.value] = new
                    replaced.append(written)
            for place, one in enumerate(written if isinstance(written, list) else ()):
                new = _moved(one, moves)
                if new is not None:
                    written[place] = new
                    replaced.append(one)
    shown = [urls.without_credentials(one) for one in replaced]
    return tomlkit.dumps(document), shown


def _moved(written: object, moves: Mapping[str, str]) -> str | None:
    """Return the new address in place of a written one; None if it stays."""
    if not isinstance(written, str):
        return None
    bare = urls.without_credentials(written)
    try:
        old = urls.normal(bare)
    except ValueError:
        return None
    new = moves.get(old)
    if new is None or bare == written:
        return new
    if urls.origin_of(new) != urls.origin_of(old):
        return None
    user = written.partition("://")[2].rpartition("@")[0]
    return new.replace("://", f"://{user}@", 1)


def replace_addresses(path: Path, moves: Mapping[str, str]) -> list[str]:
    """Write new addresses of sources into a file; return the old ones that were replaced.

    The file is replaced in one step, and only by a valid one. Raises ConfigError or OSError.
    """
    file = path.resolve()
    text, replaced = with_addresses(read_text(file), moves)
    if replaced:
        _replace(file, text, path)
    return replaced


def append_outlets(
    path: Path,
    outlets: Sequence[Mapping[str, object]],
) -> None:
    """Append outlets. The file is replaced in one step, and only by a valid one.

    Raises ConfigError or OSError, and leaves the file unchanged.
    """
    file = path.resolve()  # a link stays a link
    text = with_outlets(read_text(file), outlets)
    _replace(file, text, path)


def _replace(file: Path, text: str, path: Path) -> None:
    """Replace a file in one step. Raises ConfigError where the text is not valid."""
    parse(text, path)
    with whole(file) as new:
        new.touch(mode=0o600)  # it may contain the password of an alert
        new.write_text(text, "utf-8")
        new.chmod(file.stat().st_mode & 0o7777)
