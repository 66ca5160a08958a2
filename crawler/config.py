"""sources.toml becomes a Config: the only place that checks what operators write.

Unknown keys and wrong values are refused, all mistakes at once, each with its line and source.
Keys, units and bounds: docs/sources.md.
"""

import ipaddress
import math
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import pydantic
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from crawler import urls
from crawler.errors import ConfigError
from crawler.mistakes import Location, describe, line_of
from storage.model import Engine, Selectors, Source, SourceKind

_UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)")


def _duration(value: object) -> timedelta:
    """Read "5s", "30min", "6h", "30d"."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            'write a duration as text with its unit: "250ms", "5s", "30min", "6h", "30d"'
        )
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def _max_age(value: object) -> timedelta | None:
    return None if value == "unlimited" else _duration(value)


def _http_url(value: str) -> str:
    try:
        return urls.normal(value)
    except ValueError as error:
        raise ValueError(f"{error}; an http or https URL is needed") from None


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _contact(value: str) -> str:
    reachable = re.search(r"\S@[^@\s]+\.[^@\s]+$", value) or re.match(r"https?://\S+\.\S+$", value)
    if reachable and value.isascii() and value.isprintable():
        return value
    raise ValueError("a mail address or URL at which outlets can reach you is needed")


def _network(value: str) -> str:
    return str(ipaddress.ip_network(value))


def _endpoint(value: str) -> str:
    if re.fullmatch(r"[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", value) is None:
        raise ValueError('write host:port, e.g. "127.0.0.3:8443"')
    return value


def _installed(value: Engine) -> Engine:
    if value is Engine.AIOHTTP and find_spec("aiohttp") is None:
        raise ValueError("aiohttp is not installed: pip install 'drawdown[aiohttp]'")
    return value


Url = Annotated[str, AfterValidator(_http_url)]
Urls = Annotated[list[Url], BeforeValidator(_listed)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
Contact = Annotated[str, AfterValidator(_contact)]
InstalledEngine = Annotated[Engine, AfterValidator(_installed)]


def _within(least: str, most: str) -> AfterValidator:
    """Bounds for a duration, named in the units they are documented in."""
    low, high = _duration(least), _duration(most)

    def check(value: timedelta) -> timedelta:
        if not low <= value <= high:
            raise ValueError(f"must lie between {least} and {most}")
        return value

    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Delay = Annotated[Duration, _within("0s", "1h")]
Interval = Annotated[Duration, _within("1s", "30d")]
Timeout = Annotated[Duration, _within("100ms", "5min")]
Deadline = Annotated[Duration, _within("1s", "10min")]


class _Section(pydantic.BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Section):
    """How much at once, how long, how large. Defaults and their sources: docs/sources.md."""

    in_flight: Annotated[int, Field(ge=1, le=10_000)] = 256
    idle_connections: Annotated[int, Field(ge=0, le=100_000)] = 1000
    per_host: Annotated[int, Field(ge=1, le=4)] = 1
    delay: Delay = timedelta(seconds=5)
    connect_timeout: Timeout = timedelta(seconds=10)
    read_timeout: Timeout = timedelta(seconds=20)
    feed_deadline: Deadline = timedelta(seconds=30)
    article_deadline: Deadline = timedelta(seconds=60)
    parse_timeout: Timeout = timedelta(seconds=5)
    drain: Annotated[Duration, _within("0s", "10min")] = timedelta(seconds=30)
    feed_bytes: Annotated[int, Field(ge=1024, le=200_000_000)] = 10 * 1024 * 1024
    article_bytes: Annotated[int, Field(ge=1024, le=200_000_000)] = 5 * 1024 * 1024
    sitemap_bytes: Annotated[int, Field(ge=1024, le=200_000_000)] = 50 * 1024 * 1024
    entries: Annotated[int, Field(ge=1, le=100_000)] = 1000
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    copies_index: Literal["memory", "disk"] = "memory"
    worker_bytes: Annotated[int, Field(ge=268_435_456)] = 2 * 1024**3


class General(_Section):
    """`[drawdown]`: who runs this crawler, where the corpus lies, what is too old."""

    contact: Contact
    store: str = "var/corpus.db"
    max_age: Annotated[timedelta | None, BeforeValidator(_max_age)] = timedelta(days=30)
    limits: Limits = Limits()


class Network(_Section):
    """`[network]`: how names become connections."""

    connect_to: dict[Endpoint, Endpoint] = {}
    ca_file: str | None = None
    allow_private: list[Annotated[str, AfterValidator(_network)]] = []
    engine: InstalledEngine = Engine.DRAWDOWN


class Topic(_Section):
    """`[topic]`: which rule judges."""

    file: str | None = None  # the shipped topic where none is named


class _Selectors(_Section):
    links: str | None = None
    body: str | None = None
    remove: str | None = None
    valid_until: date | None = None


class Outlet(_Section):
    """`[[source]]`: an outlet with its feeds, listing pages or sitemaps."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    feed: Urls = []
    page: Urls = []
    sitemap: Urls = []
    homepage: Url | None = None
    country: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    group: str | None = None
    owner: str | None = None
    family: str | None = None
    selectors: _Selectors = _Selectors()
    interval: Interval | None = None
    max_age: Annotated[timedelta | None, BeforeValidator(_max_age)] = None
    delay: Delay | None = None
    per_host: Annotated[int, Field(ge=1, le=4)] | None = None
    robots: Literal["obey", "ignore"] = "obey"
    allow_invalid_tls: bool = False
    engine: InstalledEngine | None = None

    @pydantic.model_validator(mode="after")
    def _has_an_address(self) -> "Outlet":
        if not (self.feed or self.page or self.sitemap):
            raise ValueError("needs at least one of: feed, page, sitemap")
        return self

    def _max_age_seconds(self) -> float | None:
        """Return the outlet's own age gate; None where the general one holds."""
        if "max_age" not in self.model_fields_set:
            return None
        return math.inf if self.max_age is None else self.max_age.total_seconds()

    def sources(self) -> Iterator[Source]:
        """Yield one source for each address."""
        for kind in SourceKind:
            for url in getattr(self, kind.value):
                yield Source(
                    name=self.name,
                    kind=kind,
                    url=url,
                    homepage=self.homepage,
                    country=self.country,
                    language=self.language,
                    group=self.group,
                    owner=self.owner,
                    family=self.family or self.owner or self.name,
                    selectors=Selectors(**self.selectors.model_dump()),
                    interval_seconds=self.interval.total_seconds() if self.interval else None,
                    max_age_seconds=self._max_age_seconds(),
                    delay_seconds=self.delay.total_seconds() if self.delay is not None else None,
                    max_per_host=self.per_host,
                    ignore_robots=self.robots == "ignore",
                    allow_invalid_tls=self.allow_invalid_tls,
                    engine=self.engine,
                )


class Config(_Section):
    """Everything an operator has said, checked."""

    drawdown: General
    network: Network = Network()
    topic: Topic = Topic()
    source: list[Outlet] = []
    _folder: Path = pydantic.PrivateAttr(default=Path())

    @property
    def store(self) -> Path:
        """The corpus file; a relative path starts at the configuration's folder."""
        return self._folder / self.drawdown.store

    @property
    def ca_file(self) -> Path | None:
        """Certificates to trust besides the system's."""
        return self._folder / self.network.ca_file if self.network.ca_file else None

    @property
    def topic_file(self) -> Path | None:
        """The operator's own topic file."""
        return self._folder / self.topic.file if self.topic.file else None

    def sources(self) -> list[Source]:
        """Return every source of every outlet."""
        return [source for outlet in self.source for source in outlet.sources()]


def load(path: Path) -> Config:
    """Read a configuration. Raises ConfigError with every mistake."""
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; name one with --config PATH"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: not valid TOML: {error}"]) from error
    lines = text.splitlines()
    try:
        config = Config(**table)
        config._folder = path.absolute().parent
    except pydantic.ValidationError as error:
        raise ConfigError(
            [describe(path, lines, table, e, _choices) for e in error.errors()]
        ) from None
    if mistakes := _repeated(config, path, lines) + _missing_files(config, path, lines):
        raise ConfigError(mistakes)
    return config


def _missing_files(config: Config, path: Path, lines: list[str]) -> list[str]:
    named = {("network", "ca_file"): config.ca_file, ("topic", "file"): config.topic_file}
    return [
        f"{path}:{line_of(lines, key)}: {'.'.join(key)}: {file} is missing"
        for key, file in named.items()
        if file is not None and not file.is_file()
    ]


def _repeated(config: Config, path: Path, lines: list[str]) -> list[str]:
    """Find addresses that two sources share, and two outlets of one name."""
    mistakes: list[str] = []
    seen: dict[str, str] = {}
    for place, outlet in enumerate(config.source):
        line = line_of(lines, ("source", place))
        if outlet.name in (other.name for other in config.source[:place]):
            mistakes.append(f'{path}:{line}: source "{outlet.name}": this name is taken')
        for source in outlet.sources():
            if source.url in seen:
                mistakes.append(
                    f'{path}:{line}: source "{outlet.name}": {source.url} already belongs to '
                    f'"{seen[source.url]}"'
                )
            seen[source.url] = outlet.name
    return mistakes


def _choices(location: Location) -> list[str]:
    """The keys that are allowed where an unknown one was found."""
    sections: dict[tuple[str, ...], type[_Section]] = {
        (): Config,
        ("drawdown",): General,
        ("drawdown", "limits"): Limits,
        ("network",): Network,
        ("topic",): Topic,
        ("source",): Outlet,
        ("source", "selectors"): _Selectors,
    }
    section = sections[tuple(part for part in location[:-1] if not isinstance(part, int))]
    return list(section.model_fields)
