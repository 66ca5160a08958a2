"""What a reader asks of a page: the parts of its address, checked."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.web.site import Site
from storage.records.claims import number
from storage.search.nodes import QueryError
from storage.search.saved import expand

_MOST_PAGES = 100_000


class NotFound(Exception):
    """There is nothing under this address. The answer does not repeat what was asked."""


class Mistake(Exception):
    """A part of the address cannot be read; the message says what it may be."""


class Refused(Exception):
    """This may not be done; the message says why, and what to do."""


class Busy(Exception):
    """Too many readers ask for the same; later there is a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of a page."""

    connection: sqlite3.Connection  # reads only, and is interrupted after two seconds
    site: Site
    now: datetime
    path: Mapping[str, str]  # the named parts of the route's address
    query: Mapping[str, str]  # what follows the question mark, the last of equal names
    address: str = "/"  # without the query
    wants_json: bool = False
    form: Mapping[str, str] = field(default_factory=dict)  # of a POST

    def text(self, name: str) -> str:
        """Return a parameter without spaces around it; an empty text where it is not given."""
        return self.query.get(name, "").strip()

    def search(self) -> str:
        """Return the query, with the saved queries that it names in their place.

        Raises QueryError for a name that is not saved.
        """
        return expand(self.text("q"), self.site.saved)

    def refused_query(self) -> str:
        """Return the query in which the place of a mistake is counted."""
        try:
            return self.search()
        except QueryError:
            return self.text("q")

    def flag(self, name: str) -> bool:
        """Return whether a parameter is 1, as in `?all=1`. Raises Mistake for other values."""
        return self.choice(name, ("0", "1"), "0") == "1"

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """Return a parameter that is one of some words. Raises Mistake."""
        value = self.text(name) or default
        if value not in allowed:
            raise Mistake(f"{name} is one of: {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int, *, least: int = 1, most: int = _MOST_PAGES) -> int:
        """Return a parameter that is a whole number. Raises Mistake."""
        text = self.text(name)
        if not text:
            return default
        value = number(text)
        if value is None or not least <= value <= most:
            raise Mistake(f"{name} is a number from {least} to {most}")
        return value

    def moment(self, name: str) -> datetime | None:
        """Return a parameter that is a time, a day at its beginning, in UTC. Raises Mistake.

        A day means its first moment, as for `--as-of` of the commands.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                return moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Mistake(f"{name} is a time: write 2026-11-25 or 2026-11-25T12:00:00Z") from None

    def id_in_path(self, name: str) -> int:
        """Return the number of an article in the address. Raises NotFound."""
        value = number(self.path[name])
        if value is None:
            raise NotFound
        return value
