"""What holds: every setting with its value and where that comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from crawler.config import Config
from crawler.config.alert import hidden
from crawler.config.fields import Section
from crawler.config.mistakes import Location, line_of
from crawler.config.outlet import Outlet
from crawler.schedule import polling

# What an outlet goes by where its own table says nothing.
_GENERAL = {
    "delay": ("drawdown", "limits", "delay"),
    "per_host": ("drawdown", "limits", "per_host"),
    "max_age": ("drawdown", "max_age"),
    "engine": ("network", "engine"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A key as it is written in sources.toml, its value, and the line or rule it comes from."""

    key: str
    value: str
    origin: str


def settings(config: Config) -> Iterator[Setting]:
    """Yield what holds for the whole crawler."""
    yield from _general(config, _lines(config))


def _lines(config: Config) -> list[str]:
    return config.file.read_text("utf-8").splitlines()


def _general(config: Config, lines: list[str]) -> Iterator[Setting]:
    proxy = config.network.proxy and hidden(config.network.proxy)
    shown_network = config.network.model_copy(update={"proxy": proxy})
    yield from _section(config, config.drawdown, ("drawdown",), lines)
    yield from _section(config, shown_network, ("network",), lines)
    yield from _section(config, config.topic, ("topic",), lines)
    for place, alert in enumerate(config.alert):
        shown = alert.model_copy(update={"to": [hidden(address) for address in alert.to]})
        yield from _section(config, shown, ("alert", place), lines)


def of_outlet(config: Config, outlet: Outlet) -> Iterator[Setting]:
    """Yield what holds for an outlet, general settings included."""
    lines = _lines(config)
    general = {setting.key: setting for setting in _general(config, lines)}
    place = config.source.index(outlet)
    for found in _section(config, outlet, ("source", place), lines):
        key = found.key.removeprefix("source.")
        if found.origin != "default" or key not in (*_GENERAL, "interval"):
            yield Setting(key, found.value, found.origin)
        elif key == "interval":
            between = f"{duration(polling.LEAST)} to {duration(polling.MOST)}"
            yield Setting(key, f"by its own rhythm, {between}", "default")
        else:
            rule = general[".".join(_GENERAL[key])]
            yield Setting(key, rule.value, f"{rule.key}, {rule.origin}")


def _section(
    config: Config, section: Section, location: Location, lines: list[str]
) -> Iterator[Setting]:
    for key in type(section).model_fields:
        value, place = getattr(section, key), (*location, key)
        if isinstance(value, Section):
            yield from _section(config, value, place, lines)
            continue
        is_set = key in section.model_fields_set
        origin = f"{config.file.name}:{line_of(lines, place)}" if is_set else "default"
        name = ".".join(part for part in place if isinstance(part, str))
        yield Setting(name, spoken(value), origin)


def spoken(value: object) -> str:
    """Return a value as it would be written in sources.toml.

    >>> spoken(timedelta(minutes=90)), spoken(None), spoken(["a"]), spoken(True)
    ('"90min"', 'none', '["a"]', 'true')
    """
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{duration(value.total_seconds())}"'
        case list():
            return f"[{', '.join(map(spoken, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{spoken(key)} = {spoken(v)}' for key, v in value.items())} }}"
        case Section():
            return spoken(value.model_dump(exclude_unset=True))
        case int() | float():
            return f"{value}"
    return f'"{value}"'


def duration(seconds: float) -> str:
    """Return a time as sources.toml has it, in its largest unit."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s" if seconds >= 1 or not seconds else f"{1000 * seconds:g}ms"
