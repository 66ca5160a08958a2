"""Reads sources.toml as a Config: the only room that checks what operators write.

A file with unknown keys or wrong values is refused; the error lists every mistake with its line.
Keys, units and bounds: docs/sources.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pydantic
from pydantic import Field

from crawler.config import groups
from crawler.config import query as queries
from crawler.config.alert import Alert
from crawler.config.fields import Period, Section
from crawler.config.mistakes import Written, describe
from crawler.config.outlet import Group, Outlet, Selectors
from crawler.config.positions import Location, Positions
from crawler.config.query import SavedQuery
from crawler.config.settings import WEB_PORT, General, Limits, Network, Rights, Topic, Web
from crawler.errors import ConfigError
from crawler.text.toml import read_text, read_toml
from crawler.text.toml_syntax import TomlMistake
from storage.records.model import Engine, Source

__all__ = [
    "WEB_PORT",
    "Alert",
    "Config",
    "General",
    "Limits",
    "Network",
    "Outlet",
    "SavedQuery",
    "Topic",
    "Web",
    "load",
]


_Listed = tuple[list[Outlet], list[Source]]  # outlets, and the sources made of them


class Config(Section):
    """The whole of sources.toml, checked."""

    drawdown: General
    network: Network = Network()
    topic: Topic = Topic()
    web: Web = Web()
    rights: Rights = Rights()
    group: dict[str, Group] = Field(default_factory=dict)
    source: list[Outlet] = Field(default_factory=list)
    query: list[SavedQuery] = Field(default_factory=list)
    alert: list[Alert] = Field(default_factory=list)
    _file: Path = pydantic.PrivateAttr(default=Path("sources.toml"))
    _listed: _Listed | None = pydantic.PrivateAttr(default=None)

    @property
    def file(self) -> Path:
        """The path of the file that this was read from."""
        return self._file

    def at(self, path: Path) -> Self:
        """Return this configuration as the content of a file; relative paths start at its folder.

        It is changed in place, once, by whoever has read it.
        """
        self._file = path.absolute()
        return self

    @property
    def store(self) -> Path:
        """The corpus file; a relative path starts at the configuration's folder.

        A symbolic link is resolved: the lock, the archive and the labels are in the folder of the
        corpus itself, so that two names of one corpus never have two writers.
        """
        store = self._file.parent / self.drawdown.store
        return store.resolve() if store.is_symlink() else store

    @property
    def ca_file(self) -> Path | None:
        """Certificates to trust in addition to the system's."""
        return self._in_folder(self.network.ca_file)

    @property
    def topic_file(self) -> Path | None:
        """The operator's own topic file."""
        return self._in_folder(self.topic.file)

    @property
    def saved(self) -> dict[str, str]:
        """The saved queries by name, which a query names as `@NAME`."""
        return queries.by_name(self.query)

    @property
    def token_file(self) -> Path | None:
        """The file whose first line the readers of the page have to know."""
        return self._in_folder(self.web.token_file)

    def _in_folder(self, name: str | None) -> Path | None:
        """Return a path that starts at the configuration's folder; None of no path."""
        return self._file.parent / name if name else None

    def outlet(self, name: str) -> Outlet | None:
        """Return the outlet with a name, enabled or not; None if there is none."""
        for outlet in self.source:
            if outlet.name == name:
                return outlet
        return None

    def sources(self) -> list[Source]:
        """Return every source of every outlet.

        The list is made once, since there may be tens of thousands; a copy of this configuration
        with other outlets makes its own.
        """
        if self._listed is not None:
            outlets, sources = self._listed
            if outlets is self.source:
                return sources

        found: list[Source] = []
        for outlet in self.source:
            found += outlet.sources()
        self._listed = (self.source, found)
        return found


def load(path: Path) -> Config:
    """Read a configuration. Raises ConfigError with every mistake."""
    try:
        return parse(read_text(path), path)
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; name one with --config PATH"]) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: is a folder; name a file with --config PATH"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror or error}"]) from error
    except TomlMistake as mistake:
        raise ConfigError([_worded(path, mistake)]) from None


def parse(text: str, path: Path) -> Config:
    """Read the text of a configuration that is, or will be, at `path`. Raises ConfigError."""
    try:
        table = read_toml(text)
    except TomlMistake as mistake:
        raise ConfigError([_worded(path, mistake)]) from None
    written = Written(path, table, Positions(text))
    try:
        config = Config(**table)
        outlets = groups.joined(config.source, config.group)
        config = config.model_copy(update={"source": outlets}).at(path)
    except pydantic.ValidationError as error:
        mistakes = [describe(written, mistake, _choices) for mistake in error.errors()]
        raise ConfigError(mistakes) from None

    taken = [config.file, config.store]
    mistakes = [
        *_repeated_alerts(config, written),
        *queries.mistakes(config.query, config.alert, written),
        *queries.misplaced_feeds(config.query, config.file.parent, taken, written),
        *_repeated_outlets(config, written),
        *groups.unused(config.source, config.group, written),
        *groups.repeated_domains(config.source, written),
        *_missing_files(config, written),
        *_engines_around_the_proxy(config, written),
    ]
    if mistakes:
        raise ConfigError(mistakes)
    alerts = queries.with_queries(config.alert, config.saved)
    return config.model_copy(update={"alert": alerts})


def _worded(path: Path, mistake: TomlMistake) -> str:
    """Return a mistake of the file as TOML, with its line where it has one."""
    place = path if mistake.line is None else f"{path}:{mistake.line}"
    return f"{place}: {mistake}"


def _missing_files(config: Config, written: Written) -> Iterator[str]:
    """Yield a message for each file that is named and does not exist."""
    named = {
        ("network", "ca_file"): config.ca_file,
        ("topic", "file"): config.topic_file,
    }
    for key, file in named.items():
        if file is None or _is_file(file):
            continue
        yield f"{written.at(key)}: {'.'.join(key)}: {file} {_why_no_file(file)}"


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # its name is too long
        return False


def _why_no_file(file: Path) -> str:
    try:
        return "is a folder" if file.is_dir() else "is missing"
    except OSError:
        return "is missing: the name is too long"


def _engines_around_the_proxy(
    config: Config,
    written: Written,
) -> Iterator[str]:
    """Yield a message for each outlet whose own engine would connect without the proxy."""
    if config.network.proxy is None:
        return
    for place, outlet in enumerate(config.source):
        if outlet.engine in (None, Engine.HTTPX):
            continue
        where = written.at(("source", place, "engine"))
        yield (
            f'{where}: source "{outlet.name}": engine: {outlet.engine} does not use the proxy of '
            "[network]; remove this line"
        )


def _repeated_outlets(config: Config, written: Written) -> Iterator[str]:
    """Yield a message for each name of two outlets, and each address of two sources."""
    names: dict[str, Outlet] = {}  # by the name without regard to capital letters
    owners: dict[str, str] = {}  # the outlet of each address
    for place, outlet in enumerate(config.source):
        start = f'{written.at(("source", place))}: source "{outlet.name}": '
        first = names.setdefault(outlet.name.casefold(), outlet)
        if first is not outlet and first.name == outlet.name:
            yield f"{start}this name is taken"
        elif first is not outlet:
            yield f'{start}differs from "{first.name}" in capital letters alone'

        for source in outlet.sources():
            if source.url in owners:
                yield f'{start}{source.url} already belongs to "{owners[source.url]}"'
            owners[source.url] = outlet.name


def _repeated_alerts(config: Config, written: Written) -> Iterator[str]:
    """Yield a message for each name of two alerts."""
    names: set[str] = set()
    for place, alert in enumerate(config.alert):
        if alert.name in names:
            yield f'{written.at(("alert", place))}: alert "{alert.name}": this name is taken'
        names.add(alert.name)


_DATED = ("alignment", "leaning", "owner", "family")


def _choices(location: Location) -> list[str]:
    """Return the keys of the table that contains a location."""
    sections: dict[tuple[str, ...], type[Section]] = {
        (): Config,
        ("drawdown",): General,
        ("drawdown", "limits"): Limits,
        ("network",): Network,
        ("topic",): Topic,
        ("web",): Web,
        ("alert",): Alert,
        ("query",): SavedQuery,
        ("source",): Outlet,
        ("source", "selectors"): Selectors,
        **{(table, key): Period for table in ("source", "group") for key in _DATED},
        ("group",): Group,
    }
    above = location[:-1]
    table = tuple(part for part in above if not isinstance(part, int))
    if table[:1] == ("group",):
        table = ("group", *table[2:])  # without the name of the group
    return list(sections[table].model_fields)
