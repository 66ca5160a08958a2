"""The types of values in sources.toml; each has a check whose error says what is right."""

import ipaddress
import re
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from typing import Annotated, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pydantic
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler import urls
from crawler.config import suggestions
from crawler.urls.address import parse as parse_url
from storage.records import countries
from storage.records.model import Credentials, Engine
from storage.records.source import Alignment
from storage.search.query import parse

_UNITS = {
    "ms": 0.001,
    "s": 1,
    "min": 60,
    "h": 3600,
    "d": 86400,
}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)")


def _duration(value: object) -> timedelta:
    """Read "5s", "30min", "6h", "30d"."""
    text = value.strip() if isinstance(value, str) else ""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(
            'write a duration as text with its unit: "250ms", "5s", "30min", "6h", "30d"'
        )

    number, unit = match.groups()
    try:
        return timedelta(seconds=float(number) * _UNITS[unit])
    except OverflowError:  # a million years and more: the bounds of the key refuse it
        return timedelta.max


def _max_age(value: object) -> timedelta | None:
    return None if value == "unlimited" else _duration(value)


_LIKE_A_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")  # "paper.example/feed"


def _http_url(value: str) -> str:
    if urls.without_credentials(value) != value:
        raise ValueError("a user name or password is taken in feed, page and sitemap: remove it")
    try:
        return urls.normal(value)
    except ValueError as error:
        hint = f'; did you mean "https://{value}"?' if _LIKE_A_HOST.match(value) else ""
        raise ValueError(f"{error}; an http or https URL is needed{hint}") from None


class SourceUrl(str):
    """The address of a source without user and password, which are an attribute.

    So no code that prints, stores or sends the address shows them.
    """

    credentials: Credentials | None = None


def _source_url(value: str) -> SourceUrl:
    """Return an address whose user and password are set apart. No message repeats them."""
    if "@" not in value:
        return SourceUrl(_http_url(value))
    try:
        parts = parse_url(value.strip())
    except ValueError:
        raise ValueError("not a URL; an http or https URL is needed") from None

    user = unquote(parts.username)
    password = unquote(parts.password)
    parts.username = ""
    parts.password = ""
    url = SourceUrl(_http_url(parts.href))
    if user or password:
        _check_basic(user, password)
        url.credentials = Credentials(user=user, password=password)
    return url


def _check_basic(user: str, password: str) -> None:
    """Refuse what Basic authentication cannot carry (RFC 7617, 2)."""
    if ":" in user:
        raise ValueError("the user name in a URL must not contain a colon")
    is_printable = (user + password).isprintable()
    if not is_printable:
        raise ValueError("the user name or password in a URL has a character that cannot be sent")


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


# A mail address at the end of a text: "The desk <desk@outlet.example>"; or a URL alone.
_CONTACT = re.compile(
    r"""
      \S @ [^@\s]+ \. [^@\s]+ $
    | ^ https?:// \S+ \. \S+ $
    """,
    re.X,
)


def _contact(value: str) -> str:
    is_header = value.isascii() and value.isprintable()  # it is sent in one
    if not is_header or _CONTACT.search(value) is None:
        raise ValueError("a mail address or URL at which outlets can reach you is needed")
    return value


def _network(value: str) -> str:
    """Check a range of addresses; one that has host bits set is named without them."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError('write a range of addresses, e.g. "10.0.0.0/8"') from None
    raise ValueError(f'the range that contains this address is "{meant}"')


AddressRanges = Annotated[
    list[Annotated[str, AfterValidator(_network)]],
    BeforeValidator(_listed),
]


_ENDPOINT = re.compile(
    r"""
      [^\s:/]+ : \d{1,5}
    | \[ [0-9a-fA-F:]+ \] : \d{1,5}
    """,
    re.X,
)


_HIGHEST_PORT = 65_535  # RFC 9293, 3.1: 16 bits


def _endpoint(value: str) -> str:
    if _ENDPOINT.fullmatch(value) is None:
        raise ValueError('write host:port, e.g. "127.0.0.3:8443"')
    port = int(value.rpartition(":")[2])
    if not 1 <= port <= _HIGHEST_PORT:
        raise ValueError(f"the port must lie between 1 and {_HIGHEST_PORT}")
    return value


def _engine(value: object) -> object:
    if value == "aiohttp":
        raise ValueError('this engine is gone: use "httpx"')
    return value


def _proxy(value: str) -> str:
    """Check the URL of a proxy. A message never shows it, since it may contain a password."""
    parts = urlsplit(value)
    try:
        is_complete = bool(parts.hostname and parts.port)
    except ValueError:  # the port is no number
        is_complete = False

    is_socks = parts.scheme in {"socks5", "socks5h"}
    is_known = is_socks or parts.scheme == "http"
    if not is_known or not is_complete:
        raise ValueError('write "http://HOST:PORT" or "socks5://HOST:PORT"')
    if is_socks and find_spec("socksio") is None:
        raise ValueError("socksio is not installed: pip install 'drawdown[socks]'")
    return value


def _name(value: str) -> str:
    """Check a name that people read and type."""
    if not value.strip():
        raise ValueError("must not be empty")
    if value != value.strip():
        raise ValueError("must not begin or end with a space")
    return value


# A tag as BCP 47 writes it in the main: `ar`, `ckb`, `zh-Hant`.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


def _language(value: str) -> str:
    if _LANGUAGE.fullmatch(value) is None:
        language, *rest = re.split("[-_]", value)
        meant = "-".join((language.lower(), *rest))
        hint = f'; did you mean "{meant}"?' if _LANGUAGE.fullmatch(meant) else ""
        raise ValueError(f'write a language code (ISO 639), e.g. "ar" or "en"{hint}')
    return value


def _selector(value: str) -> str:
    """Check a CSS selector as the extractor will read it: what Lexbor refuses would fail later."""
    if not value.strip():
        raise ValueError("is an empty selector: remove the key")
    try:
        LexborHTMLParser("<p></p>").css(value)
    except SelectolaxError:
        raise ValueError('is no CSS selector; write one like "div.story > p"') from None
    return value


def _file_name(value: str) -> str:
    is_folder = value.endswith("/") or value.strip() in ("", ".", "..")
    if is_folder:
        raise ValueError('must name a file, e.g. "var/corpus.db"')
    return value


Name = Annotated[str, Field(max_length=200), AfterValidator(_name)]
Selector = Annotated[str, AfterValidator(_selector)]
FileName = Annotated[str, AfterValidator(_file_name)]
# `true`, not "true": a text that says "false" would be true to a lenient reader.
Flag = Annotated[bool, Field(strict=True)]
Url = Annotated[str, AfterValidator(_http_url)]
CheckedUrl = Annotated[str, AfterValidator(_source_url)]
SourceUrls = Annotated[list[CheckedUrl], BeforeValidator(_listed)]
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[list[Language], BeforeValidator(_listed)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
Contact = Annotated[str, AfterValidator(_contact)]
EngineName = Annotated[Engine, BeforeValidator(_engine)]
Proxy = Annotated[str, AfterValidator(_proxy)]


PerHost = Annotated[int, Field(strict=True, ge=1, le=4)]  # connections


def within(least: str, most: str) -> AfterValidator:
    """Return a check that a duration has these bounds; a message names them as written here."""
    low = _duration(least)
    high = _duration(most)

    def check(value: timedelta) -> timedelta:
        if not low <= value <= high:
            raise ValueError(f"must lie between {least} and {most}")
        return value

    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Delay = Annotated[Duration, within("0s", "1h")]
Interval = Annotated[Duration, within("1s", "30d")]
Timeout = Annotated[Duration, within("100ms", "5min")]
Deadline = Annotated[Duration, within("1s", "10min")]
Age = Annotated[timedelta, within("0s", "36500d")]
MaxAge = Annotated[Age | None, BeforeValidator(_max_age)]


class Section(pydantic.BaseModel):
    """A table of sources.toml. Unknown keys are refused, and no value changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(Section):
    """An owner or a leaning of an outlet since a day; without a day, since its beginning."""

    name: Annotated[str, Field(min_length=1)]
    since: date | None = None


AnyPeriod = TypeVar("AnyPeriod", bound=Period)


def _periods(value: object) -> object:
    return [{"name": value}] if isinstance(value, str) else value


def _in_order(value: list[AnyPeriod]) -> list[AnyPeriod]:
    days = [period.since or date.min for period in value]
    in_order = sorted(set(days))
    if not days or days != in_order:
        raise ValueError("list periods by `since`, the oldest first, each day once")
    return value


Periods = Annotated[list[Period], BeforeValidator(_periods), AfterValidator(_in_order)]


class Aligned(Period):
    """An alignment of an outlet since a day."""

    name: Alignment


Alignments = Annotated[
    list[Aligned],
    BeforeValidator(_periods),
    AfterValidator(_in_order),
]


def _country(value: str | None) -> str | None:
    return countries.code_of(value) if value else None  # an empty text names none


Country = Annotated[str | None, AfterValidator(_country)]

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}")


def _domain(value: str) -> str:
    """Check the name of a host alone; one in another script is stored as it is sent."""
    bare = value.strip().lower().rstrip(".")
    try:
        host = urls.host_of(f"https://{bare}/")
    except ValueError:
        host = ""
    is_bare = not set(bare) & set("/:@?#")
    if not is_bare or len(host) > _LONGEST_HOST or _DOMAIN.fullmatch(host) is None:
        raise ValueError('write a domain alone, as "lantern.example"')
    return host.removeprefix("www.")


_LONGEST_HOST = 253  # characters (RFC 1035, 2.3.4)
Domain = Annotated[str, AfterValidator(_domain)]
Domains = Annotated[list[Domain], BeforeValidator(_listed)]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError) as error:
        raise ValueError(f"no regular expression: {error}") from None
    except RecursionError:
        raise ValueError("no regular expression: nested too deep") from None
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]


def _zone_of(city: str) -> str:
    """Return the zone that a city or a misspelt name is probably in, in quotes."""
    zones = available_timezones()
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(zones, reverse=True)}
    found = cities.get(city.casefold()) or suggestions.nearest(city, zones)
    return f'"{found or "Asia/Damascus"}"'


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ValueError(f"no time zone; write its IANA name, e.g. {_zone_of(value)}") from None
    return value


Timezone = Annotated[str, AfterValidator(_timezone)]


def _address(value: str) -> str:
    """Check only the form of an address: the plugins of apprise take a second to load."""
    is_variable = re.match(r"\$[A-Za-z_]\w*$", value) is not None
    is_address = re.match(r"[a-z][a-z0-9+.-]*://\S", value) is not None
    if not is_variable and not is_address:
        raise ValueError(
            'write an address of apprise, "mailto://…", or "$NAME" of an environment variable '
            "that contains one"
        )
    if find_spec("apprise") is None:
        raise ValueError("apprise is not installed: pip install 'drawdown[alerts]'")
    return value


def _each_once(value: list[str]) -> list[str]:
    has_repeats = len(set(value)) < len(value)
    if not value or has_repeats:
        raise ValueError("name one address or more, each once")
    return value


Address = Annotated[str, AfterValidator(_address)]
Addresses = Annotated[
    list[Address],
    BeforeValidator(_listed),
    AfterValidator(_each_once),
]


def _cron(value: str) -> str:
    from crawler.schedule.cron import next_time

    next_time(value, "UTC", datetime.now(UTC))
    return value


Cron = Annotated[str, AfterValidator(_cron)]


def _query(value: str) -> str:
    parse(value)  # a QueryError is a ValueError
    return value


Query = Annotated[str, AfterValidator(_query)]
