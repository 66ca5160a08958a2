"""How values become columns and back: times, lists, text that any database takes."""

import re
from datetime import UTC, datetime, timedelta
from zlib import crc32

import msgspec

SHARDS = 64  # fixed, so that a store can be worked by any number of processes up to it

_FIRST_TIME = datetime.min.replace(tzinfo=UTC)
_LAST_TIME = datetime.max.replace(tzinfo=UTC)
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_column(moment: datetime | None) -> str | None:
    """Write a time as ISO 8601 UTC with milliseconds, so that text order is time order.

    >>> to_column(datetime(2018, 5, 19, 20, 27, 31, tzinfo=UTC))
    '2018-05-19T20:27:31.000Z'
    """
    if moment is None:
        return None
    return f"{in_utc(moment).isoformat(timespec='milliseconds')[:-6]}Z"


def in_utc(moment: datetime) -> datetime:
    """Return a time in UTC; at the edge of the calendar its first or last time that UTC has.

    >>> in_utc(datetime.fromisoformat("0001-01-01T00:00:00+12:00")).isoformat()
    '0001-01-01T00:00:00+00:00'
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST_TIME if moment.year == 1 else _LAST_TIME


def earlier(moment: datetime, span: timedelta) -> datetime:
    """Return the time before another one by a span, or the first of the calendar."""
    try:
        return moment - span
    except OverflowError:
        return _FIRST_TIME


def required(moment: datetime) -> str:
    """Write a time that is always there."""
    text = to_column(moment)
    assert text is not None  # noqa: S101 - a narrowing for the type checker: moment is not None
    return text


def from_column(text: str | None) -> datetime | None:
    """Read a time that `to_column` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def to_json(value: object) -> str:
    """Write a list, tuple, dictionary or record as JSON text."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(encodable(value)).decode()


def encodable(value: object) -> object:
    """Return a value as plain types that can be written as UTF-8, without lone surrogates."""
    return _plain(msgspec.to_builtins(value))


def _plain(value: object) -> object:
    match value:
        case str():
            return without_surrogates(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {_plain(k): _plain(v) for k, v in value.items()}
        case _:
            return value


# Times that say what a store knew: two rows may be a microsecond apart.
_EXACT_TIMES = frozenset({"as_of", "cursor", "since"})


def public(value: object) -> object:
    """Return a record as it is printed and exported: each time as RFC 3339 in UTC, in one form.

    A time has three decimals, also where they are zero, so that a column has one form; those in
    `_EXACT_TIMES` have six.

    >>> public({"fetched_at": datetime(2018, 5, 19, 20, 27, tzinfo=UTC)})
    {'fetched_at': '2018-05-19T20:27:00.000Z'}
    """
    return _printed("", msgspec.to_builtins(value, builtin_types=(datetime,)))


def _printed(name: str, value: object) -> object:
    match value:
        case datetime():
            return stamp(value) if name in _EXACT_TIMES else required(value)
        case list() | tuple():
            return [_printed(name, item) for item in value]
        case dict():
            return {key: _printed(str(key), item) for key, item in value.items()}
        case _:
            return value


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot write."""
    try:
        text.encode()  # several times as fast as a search for what is hardly ever there
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def clean(text: str) -> str:
    """Replace what SQLite cannot bind or would cut at: lone surrogates and NUL."""
    return without_surrogates(text).replace("\x00", "")


def shard_of(host: str) -> int:
    """Return the shard of a politeness host, the same in every process and version."""
    return crc32(host.encode("utf-8", "replace")) % SHARDS


def stamp(moment: datetime) -> str:
    """Write a time with microseconds, as what became known has it."""
    return f"{in_utc(moment).isoformat(timespec='microseconds')[:-6]}Z"


class _Known:
    """The time at which the store learns something, later than all before.

    So the corpus as of a time stays the same, also where the clock of the machine was set back.
    """

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def begin_after(self, latest: datetime | None) -> None:
        """Take over the newest time that a store has, where it is opened for writing."""
        self._latest = latest

    def now(self) -> str:
        """Return the time now, or the next microsecond after the latest time."""
        moment = datetime.now(UTC)
        if self._latest is not None and moment <= self._latest:
            moment = self._latest + timedelta(microseconds=1)
        self._latest = moment
        return stamp(moment)


known = _Known()  # of this process: it writes to one store
