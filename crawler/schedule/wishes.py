"""How long a source asks to be left alone: by HTTP's freshness, and by its feed's own elements."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.text.http_dates import http_date
from storage.records.model import Page, PollWish

MOST_FRESH = 21600.0  # seconds, of HTTP's freshness: the longest rhythm of our own
MOST_OWN = 86400.0  # seconds, of a feed's own wish: a longer one is the default of a template
# RFC 9111, 5.2.2.1; `s-maxage` is for shared caches.
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*+=\s*+\"?(\d{1,12})", re.I)
_NO_FRESHNESS = re.compile(r"(?<![\w-])no-(?:cache|store)(?![\w-])", re.I)
_HOUR = timedelta(hours=1)
_HOURS_OF_A_WEEK = 168


@dataclass(frozen=True, slots=True)
class Wish:
    """One hint of a source: not to be polled for some time."""

    seconds: float  # as much of it as is believed
    named: str  # what says so: "ttl", "Cache-Control: max-age=600"

    @property
    def reason(self) -> str:
        """The hint, as it is shown to operators."""
        return f"the source asks for this interval ({self.named})"


def wishes_of(page: Page, own: PollWish) -> tuple[Wish, ...]:
    """Return what a response and its feed ask for."""
    wishes = list(_freshness(page))
    if own.seconds:
        wishes.append(Wish(min(own.seconds, MOST_OWN), own.named))
    return tuple(wishes)


def _freshness(page: Page) -> Iterator[Wish]:
    """Yield the time for which a response is fresh (RFC 9111, 4.2.1), if it says one."""
    values = [value for name, value in page.headers if name.lower() == "cache-control"]
    control = ", ".join(values)
    if _NO_FRESHNESS.search(control):
        return
    max_age = _MAX_AGE.search(control)
    if max_age is not None:
        seconds = float(max_age[1]) - _age_of(page)
        named = f"Cache-Control: max-age={max_age[1]}"
    else:
        seconds = _expires_in(page)
        named = f"Expires: {page.header('expires')}"
    if seconds > 0:
        yield Wish(min(seconds, MOST_FRESH), named)


def _age_of(page: Page) -> float:
    """Return for how long a cache on the way has had the response (RFC 9111, 5.1)."""
    age = (page.header("age") or "").strip()
    return float(age[:12]) if age.isascii() and age.isdigit() else 0.0


def _expires_in(page: Page) -> float:
    """Return the seconds from a response's own date to its Expires; 0 where it is none."""
    expires = http_date(page.header("expires"))
    if expires is None:
        return 0.0
    sent = http_date(page.header("date")) or page.fetched_at
    return (expires - sent).total_seconds()


def strongest(wishes: Sequence[Wish], longest: float) -> Wish | None:
    """Return the wish that asks for most, within the seconds that a source can be left alone."""
    if not wishes:
        return None
    most = max(
        wishes,
        key=lambda wish: wish.seconds,
    )
    return Wish(min(most.seconds, longest), most.named)


def after_skipped(
    at: datetime,
    wish: PollWish,
    latest: datetime,
) -> tuple[datetime, str]:
    """Return the first time that a feed does not exclude, and by which element it was moved.

    RSS 2.0, skipHours and skipDays. It is never later than `latest`, whatever the feed excludes.
    """
    moved = at
    named = ""
    for _ in range(_HOURS_OF_A_WEEK):
        if moved.hour in wish.skipped_hours:
            named = named or "skipHours"
        elif moved.weekday() in wish.skipped_days:
            named = named or "skipDays"
        else:
            break
        moved += _HOUR
    return max(min(moved, latest), at), named
