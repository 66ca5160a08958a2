"""sources.toml becomes a Config: the only room that checks what operators write.

Unknown keys and wrong values are refused, all mistakes at once, each with its line and source.
Keys, units and bounds: docs/sources.md.
"""

from pathlib import Path

import pydantic
from pydantic import Field

from crawler.config.alert import Alert
from crawler.config.fields import Period, Section
from crawler.config.mistakes import Location, describe, line_of
from crawler.config.outlet import Outlet, Selectors
from crawler.config.settings import General, Limits, Network, Topic
from crawler.errors import ConfigError
from crawler.text.toml import read_toml
from storage.records.model import Engine, Source

__all__ = ["Alert", "Config", "General", "Limits", "Network", "Outlet", "Topic", "load"]


class Config(Section):
    """Everything an operator has said, checked."""

    drawdown: General
    network: Network = Network()
    topic: Topic = Topic()
    source: list[Outlet] = Field(default_factory=list)
    alert: list[Alert] = Field(default_factory=list)
    _file: Path = pydantic.PrivateAttr(default=Path("sources.toml"))
    _listed: tuple[list[Outlet], list[Source]] | None = pydantic.PrivateAttr(default=None)

    @property
    def file(self) -> Path:
        """Where this was read from."""
        return self._file

    @property
    def store(self) -> Path:
        """The corpus file; a relative path starts at the configuration's folder.

        A symbolic link to a corpus is that corpus: its lock, archive and labels are beside the
        file itself, so that two names never make two writers.
        """
        store = self._file.parent / self.drawdown.store
        return store.resolve() if store.is_symlink() else store

    @property
    def ca_file(self) -> Path | None:
        """Certificates to trust besides the system's."""
        return self._file.parent / self.network.ca_file if self.network.ca_file else None

    @property
    def topic_file(self) -> Path | None:
        """The operator's own topic file."""
        return self._file.parent / self.topic.file if self.topic.file else None

    def outlet(self, name: str) -> Outlet | None:
        """Return the outlet of a name, enabled or not; None where there is none."""
        return next((outlet for outlet in self.source if outlet.name == name), None)

    def sources(self) -> list[Source]:
        """Return every source of every outlet, made once: there may be tens of thousands."""
        if self._listed is None or self._listed[0] is not self.source:  # copied with other outlets
            found = [source for outlet in self.source for source in outlet.sources()]
            self._listed = (self.source, found)
        return self._listed[1]


def load(path: Path) -> Config:
    """Read a configuration. Raises ConfigError with every mistake."""
    try:
        return parse(path.read_text("utf-8"), path)
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; name one with --config PATH"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error


def parse(text: str, path: Path) -> Config:
    """Read the text of a configuration, of a file or for one. Raises ConfigError."""
    try:
        table = read_toml(text)
    except ValueError as error:
        raise ConfigError([f"{path}: not valid TOML: {error}"]) from error
    lines = text.splitlines()
    try:
        config = Config(**table)
        config._file = path.absolute()
    except pydantic.ValidationError as error:
        raise ConfigError(
            [describe(path, lines, table, e, _choices) for e in error.errors()]
        ) from None
    mistakes = _repeated(config, path, lines) + _missing_files(config, path, lines)
    mistakes += _around_the_proxy(config, path, lines)
    if mistakes:
        raise ConfigError(mistakes)
    return config


def _missing_files(config: Config, path: Path, lines: list[str]) -> list[str]:
    named = {("network", "ca_file"): config.ca_file, ("topic", "file"): config.topic_file}
    return [
        f"{path}:{line_of(lines, key)}: {'.'.join(key)}: {file} is missing"
        for key, file in named.items()
        if file is not None and not _is_file(file)
    ]


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # its name is too long
        return False


def _around_the_proxy(config: Config, path: Path, lines: list[str]) -> list[str]:
    """Find outlets whose own engine would connect past the proxy."""
    if config.network.proxy is None:
        return []
    return [
        f'{path}:{line_of(lines, ("source", place, "engine"))}: source "{outlet.name}": '
        f"engine: {outlet.engine} does not use the proxy of [network]; remove this line"
        for place, outlet in enumerate(config.source)
        if outlet.engine not in (None, Engine.HTTPX)
    ]


def _repeated(config: Config, path: Path, lines: list[str]) -> list[str]:
    """Find addresses that two sources share, and two outlets or alerts of one name."""
    mistakes = _repeated_alerts(config, path, lines)
    names: set[str] = set()
    seen: dict[str, str] = {}
    for place, outlet in enumerate(config.source):
        found = ["this name is taken"] if outlet.name in names else []
        names.add(outlet.name)
        for source in outlet.sources():
            if source.url in seen:
                found.append(f'{source.url} already belongs to "{seen[source.url]}"')
            seen[source.url] = outlet.name
        for what in found:
            line = line_of(lines, ("source", place))
            mistakes.append(f'{path}:{line}: source "{outlet.name}": {what}')
    return mistakes


def _repeated_alerts(config: Config, path: Path, lines: list[str]) -> list[str]:
    names = [alert.name for alert in config.alert]
    return [
        f'{path}:{line_of(lines, ("alert", place))}: alert "{name}": this name is taken'
        for place, name in enumerate(names)
        if name in names[:place]
    ]


def _choices(location: Location) -> list[str]:
    """The keys that are allowed where an unknown one was found."""
    sections: dict[tuple[str, ...], type[Section]] = {
        (): Config,
        ("drawdown",): General,
        ("drawdown", "limits"): Limits,
        ("network",): Network,
        ("topic",): Topic,
        ("alert",): Alert,
        ("source",): Outlet,
        ("source", "selectors"): Selectors,
        ("source", "owner"): Period,
        ("source", "leaning"): Period,
    }
    section = sections[tuple(part for part in location[:-1] if not isinstance(part, int))]
    return list(section.model_fields)
