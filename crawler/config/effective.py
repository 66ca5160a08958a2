"""The settings in effect: each with its value, and the line or rule that it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from crawler.config import Config
from crawler.config.alert import hidden
from crawler.config.fields import Section
from crawler.config.outlet import Outlet
from crawler.config.positions import Location, Positions
from crawler.schedule import polling
from crawler.text.toml import read_text

# The general settings in effect for an outlet whose own table does not set a key.
_GENERAL = {
    "delay": ("drawdown", "limits", "delay"),
    "per_host": ("drawdown", "limits", "per_host"),
    "max_age": ("drawdown", "max_age"),
    "engine": ("network", "engine"),
}
_DEFAULT = "default"  # the origin of a value that the file does not set


@dataclass(frozen=True, slots=True)
class Setting:
    """A key as it is written in sources.toml, its value, and the line or rule it comes from."""

    key: str
    value: str
    origin: str


def settings(config: Config) -> Iterator[Setting]:
    """Yield the settings of the whole crawler."""
    yield from _general(config, _positions(config))


def _positions(config: Config) -> Positions:
    return Positions(read_text(config.file))


def _general(config: Config, positions: Positions) -> Iterator[Setting]:
    """Yield the settings of all tables but outlets, without passwords."""
    proxy = config.network.proxy and hidden(config.network.proxy)
    shown_network = config.network.model_copy(update={"proxy": proxy})
    sections: list[tuple[Section, Location]] = [
        (config.drawdown, ("drawdown",)),
        (shown_network, ("network",)),
        (config.topic, ("topic",)),
        (config.web, ("web",)),
        (config.rights, ("rights",)),
    ]
    for place, query in enumerate(config.query):
        sections.append((query, ("query", place)))
    for place, alert in enumerate(config.alert):
        addresses = [hidden(address) for address in alert.to]
        shown_alert = alert.model_copy(update={"to": addresses})
        sections.append((shown_alert, ("alert", place)))

    for section, location in sections:
        yield from _section(config, section, location, positions)


def of_outlet(config: Config, outlet: Outlet) -> Iterator[Setting]:
    """Yield the settings of an outlet; general ones where it sets none of its own."""
    positions = _positions(config)
    general = {setting.key: setting for setting in _general(config, positions)}
    place = config.source.index(outlet)
    location = ("source", place)

    for setting in _section(config, outlet, location, positions):
        key = setting.key.removeprefix("source.")
        inherited = _of_group(config, outlet, key, positions)
        is_own = setting.origin != _DEFAULT
        if inherited:
            yield Setting(key, setting.value, inherited)
        elif is_own or key not in (*_GENERAL, "interval"):
            yield Setting(key, setting.value, setting.origin)
        elif key == "interval":
            yield _polling_schedule()
        else:
            rule = general[".".join(_GENERAL[key])]
            origin = f"{rule.key}, {rule.origin}"
            yield Setting(key, rule.value, origin)


def _of_group(
    config: Config,
    outlet: Outlet,
    key: str,
    positions: Positions,
) -> str | None:
    """Return where the outlet's group sets a key; None if the outlet does, or no table."""
    place = config.source.index(outlet)
    group = config.group.get(outlet.group or "")
    own_line = positions.line_of(("source", place, key))
    is_own = own_line != positions.line_of(("source", place))
    if group is None or key not in group.model_fields_set or is_own:
        return None
    line = positions.line_of(("group", outlet.group, key))
    return f"[group.{outlet.group}], {config.file.name}:{line}"


def _polling_schedule() -> Setting:
    least = duration(polling.LEAST)
    most = duration(polling.MOST)
    return Setting(
        key="interval",
        value=f"by its own rhythm, {least} to {most}",
        origin=_DEFAULT,
    )


def _section(
    config: Config,
    section: Section,
    location: Location,
    positions: Positions,
) -> Iterator[Setting]:
    """Yield the settings of a table and of the tables in it."""
    for key in type(section).model_fields:
        value = getattr(section, key)
        place = (*location, key)
        if isinstance(value, Section):
            yield from _section(config, value, place, positions)
            continue

        origin = _DEFAULT
        if key in section.model_fields_set:
            origin = f"{config.file.name}:{positions.line_of(place)}"
        names = [part for part in place if isinstance(part, str)]
        yield Setting(
            ".".join(names),
            written(value),
            origin,
        )


def written(value: object) -> str:
    """Return a value as it would be written in sources.toml.

    >>> written(timedelta(minutes=90)), written(None), written(["a"]), written(True)
    ('"90min"', 'none', '["a"]', 'true')
    """
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value}"
        case timedelta():
            return f'"{duration(value.total_seconds())}"'
        case list():
            items = ", ".join(map(written, value))
            return f"[{items}]"
        case Mapping():
            pairs = [f"{written(key)} = {written(item)}" for key, item in value.items()]
            return f"{{ {', '.join(pairs)} }}"
        case Section():
            return written(value.model_dump(exclude_unset=True))
    return f'"{value}"'


def duration(seconds: float) -> str:
    """Return a time as it is written in sources.toml, in its largest unit.

    >>> duration(7200), duration(90), duration(0.25)
    ('2h', '90s', '250ms')
    """
    if 0 < seconds < 1:
        return f"{1000 * seconds:g}ms"
    if seconds == 0:
        return "0s"
    for unit, size in _UNITS.items():
        if seconds % size == 0:
            number = seconds / size
            return f"{number:g}{unit}"
    return f"{seconds:g}s"


_UNITS = {
    "d": 86_400,
    "h": 3600,
    "min": 60,
}
