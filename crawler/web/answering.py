"""What a page answers with: values for a template, an address to go on to, or bytes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of HTML, and its JSON form where it is a list or a record.

    Any: a template prints values of every type.
    """

    template: str  # a file in templates/
    title: str  # of its own; "Drawdown" is added
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    section: str = ""  # the entry of the navigation that is current, by its address
    records: Sequence[Any] | Mapping[str, Any] | None = None  # as the command's --json has them
    next: str | None = None  # the address of the next page of a list
    count: int | None = None  # how many records the whole list has


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An address to go on to, of this site."""

    address: str
    status: int = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Bytes of a media type, as a file to keep or to show."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """An answer that is sent while it is made."""

    parts: AsyncIterator[bytes | str]
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Page | Moved | Content | Streamed
