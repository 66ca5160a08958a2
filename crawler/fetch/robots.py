"""robots.txt (RFC 9309): may we fetch this, and how long to wait between requests.

Protego reads the rules; four of its readings that differ from the RFC or from what servers expect
are mended before it sees the file (docs/decisions/0004-robots.md).
"""

import re
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import quote

from protego import Protego

from crawler.errors import FetchError
from crawler.text import charset
from storage.records.model import Page, RobotsRecord
from storage.records.outcome import Outcome
from storage.sqlite.values import without_surrogates

AGENT = "drawdown"  # our product token in robots.txt
MAX_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB
FRESH, AFTER_ERROR = timedelta(hours=6), timedelta(minutes=30)
STALE = timedelta(hours=24)  # RFC 9309, 2.4: how long old rules serve an unreachable server
_SWEPT = 20  # entries that are looked at for expiry, each time one is added
_CACHED = 10_000  # origins with parsed rules
_CACHE_BYTES = 64 * 1024 * 1024  # of parsed rules: some 3,000 origins with ordinary files
# In memory: of an origin, of a line of its file, and what a wildcard in it adds.
_ENTRY_BYTES, _LINE_BYTES, _WILDCARD_BYTES = 1500, 300, 900

_LINE_CHARACTERS = 16_663  # what Google's parser reads of a line; the rest is cut off
_LINE = re.compile(r"^\s*+(user[ -]?agents?|[A-Za-z-]+)(?:\s*+:|\s)\s*+(.*)$", re.I | re.A)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_ASCII = "".join(map(chr, range(128)))
_RULES = {"user-agent", "allow", "disallow"}
_DELAYS = {"user-agent", "crawl-delay"}
_TYPOS = {
    "useragent": "user-agent", "user agent": "user-agent", "user-agents": "user-agent",
    "dissallow": "disallow", "disalow": "disallow", "dissalow": "disallow",
    "disallaw": "disallow", "diasllow": "disallow",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin asks for."""

    verdict: str  # rules, allow or disallow
    agent: str
    protego: Protego | None = None
    crawl_delay: float = 0.0  # seconds between two requests, 0 where nothing is asked for
    cause: Outcome | None = None
    detail: str = ""

    def allows(self, url: str) -> bool:
        """Whether an address of this origin may be fetched."""
        if self.protego is None:
            return self.verdict == "allow"
        # Protego lets robots.txt itself pass, as RFC 9309 (2.2.2) says.
        return bool(self.protego.can_fetch(_literally(without_surrogates(url)), self.agent))


def read(record: RobotsRecord, agent: str = AGENT) -> Rules:
    """Parse what was fetched, for one agent."""
    if record.verdict != "rules":
        return Rules(record.verdict, agent, cause=record.cause, detail=record.detail)
    rules = _parse(_mend(record.body, _RULES, agent))
    return Rules("rules", agent, rules, _crawl_delay(record.body, agent))


def _crawl_delay(text: str, agent: str) -> float:
    """Read apart: a Crawl-delay is no rule and must not divide the agents above and below it."""
    if "crawl-delay" not in text.lower():
        return 0.0
    return float(_parse(_mend(text, _DELAYS, agent)).crawl_delay(agent) or 0.0)


def _parse(text: str) -> Protego:
    """Parse a file; what is returned is freed as soon as nobody holds it.

    Protego and its rule sets refer to each other. Only the garbage collector would free them, and
    it runs so rarely here that a dozen large files were in memory at once.
    """
    parsed = Protego.parse(text)
    for rule_set in parsed._user_agents.values():
        rule_set._parser_instance = weakref.proxy(parsed)  # needed while it parses only
    return parsed


def _mend(text: str, known: set[str], agent: str) -> str:
    """Rewrite a file with the known lines only, so that Protego reads it as RFC 9309 says.

    An unknown line does not close a group (2.2.4), an agent's name is compared whole and ends at
    a blank or slash (2.2.1), a rule without a leading slash or wildcard forbids nothing (2.2.2).
    """
    kept: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")):
        match = _LINE.match(line[:_LINE_CHARACTERS].partition("#")[0])
        if match is None:
            continue
        name, value = match[1].lower(), match[2].rstrip(" \t\n\r\f\v")
        name = _TYPOS.get(name, name)
        if name not in known:
            continue
        if name == "user-agent":
            value = _addressed(value, agent)
        elif name in {"allow", "disallow"}:
            # Kept though empty: it still ends the list of agents above it.
            value = _literally(quote(value, _ASCII)) if value[:1] in {"/", "*"} else ""
        kept.append(f"{name}: {value}")
    return "\n".join(kept)


def _literally(text: str) -> str:
    """Let Protego compare escapes as they are written, but for the case of their digits.

    It would decode them; parsers agree that "%62" in a rule is not the "b" of a path. The one
    exception is the tilde, which RFC 1738 had escaped and RFC 3986 has not.
    """
    if "%" not in text:
        return text
    text = _ESCAPE.sub(lambda match: match[0].upper(), text)
    return text.replace("%7E", "~").replace("%", "%25")


def _addressed(value: str, agent: str) -> str:
    """Return "*", our agent, or a name that is nobody's (Protego matches parts of names)."""
    if value == "*" or value.startswith(("* ", "*\t")):
        return "*"
    token = re.split(r"[\s/,]", value, maxsplit=1)[0].lower()
    return agent if token == agent.lower() else "somebody-else"


def record_page(origin: str, page: Page) -> RobotsRecord:
    """Turn a fetched robots.txt into a record."""
    body = page.body[:MAX_BYTES]
    text = charset.decode(body, "text/plain; charset=utf-8")
    return RobotsRecord(
        origin=origin,
        fetched_at=page.fetched_at,
        expires_at=page.fetched_at + FRESH,
        verdict="rules",
        body=text,
    )


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
    if known and known.verdict != "disallow" and now - known.fetched_at < STALE:
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

    What does not fit, or has expired, is parsed again from its record when it is needed.
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
        if entry.expires_at <= now:
            self._drop(origin)
            return None
        self._entries.move_to_end(origin)
        return entry.rules

    def put(self, record: RobotsRecord, now: datetime | None = None) -> Rules:
        """Parse a record and remember it until it expires. The newest always fits.

        With the time, what has expired meanwhile is dropped.
        """
        rules = read(record)
        self._drop(record.origin)
        entry = _CacheEntry(rules, record.expires_at, _memory_bytes(record))
        self._entries[record.origin] = entry
        self._bytes += entry.size_bytes
        if now is not None:
            self._drop_expired(now)
        while self._is_over() and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))
        return rules

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
    expires_at: datetime
    size_bytes: int


def _memory_bytes(record: RobotsRecord) -> int:
    """Estimate what parsed rules occupy, by lines and by lines with a wildcard (measured)."""
    text = record.body
    lines = text.count("\n") + text.count("\r")
    wildcards = min(text.count("*") + text.count("$"), lines)
    return _ENTRY_BYTES + len(text) + _LINE_BYTES * lines + _WILDCARD_BYTES * wildcards
