"""robots.txt (RFC 9309): may we fetch this, and how long to wait between requests.

How a file is parsed is in robots_file; here is what a fetch came to, and the rules in memory.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from crawler.errors import FetchError
from crawler.fetch import robots_file
from crawler.fetch.robots_rules import RuleList
from crawler.text import charset
from storage.records.model import Page, RobotsRecord
from storage.records.outcome import Outcome

AGENT = "drawdown"  # our product token in robots.txt
MAX_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB
FRESH, AFTER_ERROR = timedelta(hours=6), timedelta(minutes=30)
STALE = timedelta(hours=24)  # RFC 9309, 2.4: how long old rules serve an unreachable server
_CLOCK_ERROR = timedelta(minutes=1)  # less is a correction of the clock, and no jump
_SWEPT = 20  # entries that are looked at for expiry, each time one is added
_CACHED = 10_000  # origins with parsed rules
_CACHE_BYTES = 64 * 1024 * 1024  # of parsed rules
_LARGE_CHARACTERS = 8 * 1024  # of a file: parsed in 10 ms at most (measured)
_LARGE_RULES = 1000  # compared with an address in 3 ms at most (measured)
_ENTRY_BYTES, _RULE_BYTES = 1500, 130  # in memory: of an origin, of a rule but for its text


_NO_RULES = RuleList()


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin asks for."""

    verdict: str  # rules, allow or disallow
    listed: RuleList = _NO_RULES
    cause: Outcome | None = None
    detail: str = ""
    is_unread: bool = False  # no process could parse the file: it is tried again soon

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests, 0 if the origin does not ask for any."""
        return self.listed.crawl_delay

    def allows(self, url: str) -> bool:
        """Whether an address of this origin may be fetched."""
        return self.verdict == "allow" if self.verdict != "rules" else self.listed.allows(url)


def is_large(record: RobotsRecord) -> bool:
    """Whether to parse a record is longer work than the event loop may be held up by."""
    return len(record.body) > _LARGE_CHARACTERS


def read(record: RobotsRecord, agent: str = AGENT) -> Rules:
    """Return the rules of a record for one agent; parses them where it has some."""
    if record.verdict != "rules":
        return Rules(record.verdict, cause=record.cause, detail=record.detail)
    return Rules("rules", robots_file.parse(record.body, agent))


async def read_here(record: RobotsRecord) -> Rules:
    """Return the rules of a record, parsed in this process."""
    return read(record)


def unread(error: FetchError) -> Rules:
    """Return the rules of a file that could not be parsed: nothing may be fetched."""
    return Rules("disallow", cause=error.outcome, detail=error.detail, is_unread=True)


async def allows(rules: Rules, url: str) -> bool:
    """Whether an address may be fetched; a long list of rules is asked in a thread."""
    if len(rules.listed.rules) > _LARGE_RULES:
        return await asyncio.to_thread(rules.allows, url)
    return rules.allows(url)


# Outcomes of robots.txt that tell of the whole origin, and so of everything on it.
_OF_THE_ORIGIN = {
    Outcome.DNS, Outcome.TLS, Outcome.NETWORK, Outcome.TIMEOUT, Outcome.DEADLINE,
    Outcome.BLOCKED_ADDRESS,
}  # fmt: skip


def refusal(url: str, rules: Rules) -> FetchError:
    """Say why nothing of an origin may be fetched (RFC 9309, 2.3.1.4)."""
    cause = rules.cause or Outcome.ROBOTS_UNREACHABLE
    outcome = cause if cause in _OF_THE_ORIGIN else Outcome.ROBOTS_UNREACHABLE
    detail = f"robots.txt is unavailable: {rules.detail}"
    return FetchError(outcome, url, detail, unreached=cause in _OF_THE_ORIGIN)


async def record_page(origin: str, page: Page) -> RobotsRecord:
    """Turn a fetched robots.txt into a record; a large one is decoded in a thread.

    The encoding of 512 KiB that are not UTF-8 takes 0.2 s to guess (measured).
    """
    body = page.body[:MAX_BYTES]
    if len(body) > _LARGE_CHARACTERS:
        text = await asyncio.to_thread(_decode, body)
    else:
        text = _decode(body)
    return RobotsRecord(
        origin=origin,
        fetched_at=page.fetched_at,
        expires_at=page.fetched_at + FRESH,
        verdict="rules",
        body=text,
    )


def _decode(body: bytes) -> str:
    return charset.decode(body, "text/plain; charset=utf-8")


def is_fresh(fetched_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a record serves now. One of a clock that was ahead does not: it would for years."""
    return fetched_at <= now + _CLOCK_ERROR and now < expires_at <= now + FRESH + _CLOCK_ERROR


def record_error(
    origin: str, error: FetchError, now: datetime, known: RobotsRecord | None
) -> RobotsRecord:
    """Turn a failure into a record: 4xx allows all, anything else forbids all (2.3.1).

    While the server cannot be reached, rules that are not older than a day stay in force.
    """
    missing = {
        Outcome.NOT_FOUND, Outcome.GONE, Outcome.DENIED, Outcome.CLIENT_ERROR, Outcome.EMPTY,
        Outcome.REDIRECT_LOOP,
    }  # fmt: skip
    if error.outcome in missing:
        return RobotsRecord(
            origin=origin,
            fetched_at=now,
            expires_at=now + FRESH,
            verdict="allow",
            detail=error.detail,
        )
    age = now - known.fetched_at if known else STALE
    if known and known.verdict != "disallow" and -_CLOCK_ERROR <= age < STALE:
        return RobotsRecord(
            origin=origin,
            fetched_at=known.fetched_at,
            expires_at=now + AFTER_ERROR,
            verdict=known.verdict,
            body=known.body,
            detail=f"kept while unreachable: {error.detail}",
        )
    return RobotsRecord(
        origin=origin,
        fetched_at=now,
        expires_at=now + AFTER_ERROR,
        verdict="disallow",
        cause=error.outcome,
        detail=error.detail,
    )


class RulesCache:
    """Parsed rules of the origins that were used last: at most `limit`, within `most_bytes`.

    What did not fit is parsed again from its record when it is needed.
    """

    def __init__(self, limit: int = _CACHED, most_bytes: int = _CACHE_BYTES) -> None:
        self._limit = limit
        self._most_bytes = most_bytes
        self._bytes = 0
        self._entries: OrderedDict[str, _CacheEntry] = OrderedDict()  # the longest unused first

    def get(self, origin: str, now: datetime) -> Rules | None:
        """Return rules that have not expired."""
        entry = self._entries.get(origin)
        if entry is None:
            return None
        if not is_fresh(entry.fetched_at, entry.expires_at, now):
            self._drop(origin)
            return None
        self._entries.move_to_end(origin)
        return entry.rules

    def put(self, record: RobotsRecord, rules: Rules, now: datetime) -> None:
        """Remember the rules of a record until it expires. The newest always fit.

        What has expired meanwhile is dropped. Rules that nobody could parse are kept for a while
        only: the file is parsed again after it.
        """
        expires_at = record.expires_at
        if rules.is_unread:
            expires_at = min(expires_at, now + AFTER_ERROR)
        self._drop(record.origin)
        entry = _CacheEntry(rules, record.fetched_at, expires_at, _memory_bytes(rules))
        self._entries[record.origin] = entry
        self._bytes += entry.size_bytes
        self._drop_expired(now)
        while self._is_over() and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))

    def _is_over(self) -> bool:
        return self._bytes > self._most_bytes or len(self._entries) > self._limit

    def _drop_expired(self, now: datetime) -> None:
        """Drop what has expired among those that were not used the longest."""
        for origin in list(islice(self._entries, _SWEPT)):
            if self._entries[origin].expires_at <= now:
                self._drop(origin)

    def _drop(self, origin: str) -> None:
        entry = self._entries.pop(origin, None)
        if entry is not None:
            self._bytes -= entry.size_bytes


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    rules: Rules
    fetched_at: datetime
    expires_at: datetime
    size_bytes: int


def _memory_bytes(rules: Rules) -> int:
    """Estimate what rules occupy (measured)."""
    listed = rules.listed.rules
    return _ENTRY_BYTES + _RULE_BYTES * len(listed) + sum(len(pattern) for _, pattern in listed)
