"""Fetches one target when its host may be asked: robots rules, limits and headers by its kind."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from crawler import log, urls
from crawler.errors import FetchError
from crawler.fetch import ports, robots
from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Redirected, Request
from crawler.fetch.http.timing import Timing
from crawler.fetch.pauses import Pauses
from crawler.fetch.politeness import CRAWL_DELAY_CAP
from crawler.fetch.queue import HostQueue
from crawler.urls.address import address_of, site_of
from storage.records.model import FrontierUrl, Page, RobotsRecord, Source, TargetKind
from storage.records.outcome import Outcome

_ACCEPT = {
    TargetKind.FEED: "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1",
    TargetKind.SITEMAP: "application/xml, text/xml;q=0.9, */*;q=0.1",
    TargetKind.ROBOTS: "text/plain, */*;q=0.1",
    TargetKind.ANY: "*/*",
}
_ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.1"
_VISITS = {TargetKind.ARTICLE, TargetKind.REVISIT}
_PAGE_TYPES = ("html", "xml", "text/plain")
_log = log.get("fetch")
_ROBOTS_HOPS = 5  # redirects of robots.txt that are followed (RFC 9309, 2.3.1.2)
_ROBOTS_BYTES = 4 * robots.MAX_BYTES  # read so much, use the first 512 KiB (RFC 9309, 2.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    feed_bytes: int
    article_bytes: int
    sitemap_bytes: int
    feed_deadline: float
    article_deadline: float


class RulesNeeded(Exception):
    """The robots rules of an origin have to be fetched first."""

    def __init__(self, origin: str):
        super().__init__(origin)
        self.origin = origin


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a GET conditional (RFC 9110, 13.1)."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None  # the address that gave them, and that alone is sent them


Load = Callable[[str], Awaitable[RobotsRecord | None]]
Save = Callable[[RobotsRecord], Awaitable[None]]
Read = Callable[[RobotsRecord], Awaitable[robots.Rules]]


class Fetcher:
    """Fetches from hosts; keeps their robots rules, and the pauses they asked for."""

    def __init__(
        self,
        client: Client,
        queue: HostQueue,
        limits: Limits,
        load: Load,
        save: Save,
        *,
        read: Read = robots.read_here,
    ):
        self._client = client
        self._queue = queue
        self._limits = limits
        self._load = load
        self._save = save
        self._read = read
        self._rules = robots.RulesCache()
        self._settings: dict[str, Source] = {}  # by host, where a source has its own
        self._redirected: set[str] = set()  # origins whose robots.txt led elsewhere, while it does
        self.pauses = Pauses()
        self.observe: Callable[[Timing], None] = _no_observer  # is handed the times of each fetch

    async def fetch(
        self, target: FrontierUrl, source: Source | None, validators: Validators | None = None
    ) -> Page:
        """Fetch a target, then release its host.

        Raises FetchError, RulesNeeded, or Redirected to what has to be asked for next.
        """
        source = _own(target, source)
        settings = source or self._settings.get(target.host)
        try:
            await self._permit(target, source)
        except BaseException:
            self._queue.cancel(target)
            raise
        return await self._ask(target, self._request(target, settings, validators or Validators()))

    def apply_sources(self, sources: Iterable[Source]) -> None:
        """Take over how the hosts of sources are asked: the engine, and which certificates do.

        That holds for all that is fetched of such a host, its robots.txt too, which no source has
        listed. Whether robots.txt is obeyed goes by the source that a target came from.
        """
        self._settings = {}
        for source in sources:
            if source.engine is not None or source.allow_invalid_tls:
                # What no source has listed is asked for without its credentials.
                shared = replace(source, credentials=None)
                for host in _own_hosts(source):
                    self._settings.setdefault(host, shared)

    async def _permit(self, target: FrontierUrl, source: Source | None) -> None:
        """Raise FetchError or RulesNeeded where a target may not be asked for now."""
        _refuse_unusable(target.url)
        # A long pause is said as such, also where robots.txt was what asked for it.
        self.pauses.refuse_long(target.url)
        if obeys_robots(target, source) or self._leads_astray(target):
            await self._obey(target.kind, target.url)
        self.pauses.refuse(target.url)

    def _leads_astray(self, target: FrontierUrl) -> bool:
        """Whether a robots.txt has led to a page of another site, which has rules of its own.

        Two that lead to each other must not wait for each other: the second goes without.
        """
        if target.kind is not TargetKind.ROBOTS or not target.hops:
            return False
        at, asked = address_of(target.url), address_of(target.asked)
        if at.target == "/robots.txt" or site_of(at.host) == site_of(asked.host):
            return False
        return at.origin not in self._redirected

    async def _ask(self, target: FrontierUrl, request: Request) -> Page:
        started, latency, reached = time.monotonic(), None, True
        timing = Timing(queued=self._queue.waited(target, started) * 1000)
        try:
            page = await self._client.get(request, timing)
            latency = time.monotonic() - started
            self._report(target, timing, "answered", page.status, len(page.body))
            self.pauses.end(target.url)
            return page
        except Redirected:
            self._report(target, timing, "redirected", None, 0)
            self.pauses.end(target.url)
            raise
        except FetchError as error:
            reached = not error.is_of_host
            error.elapsed_ms = timing.phases().total
            self.pauses.begin(target.url, error)
            self._report(target, timing, error.outcome.value, error.status, 0)
            raise
        finally:
            if reached:
                sent = started + timing.connected / 1000
                self._queue.finish(target, time.monotonic(), latency, sent)
            else:
                self._queue.cancel(target)
            if timing.address is not None:
                self._queue.meet(target.host, timing.address)

    def _report(
        self, target: FrontierUrl, timing: Timing, outcome: str, status: int | None, size: int
    ) -> None:
        """Log one fetch: where its time went, what came over the wire, how it ended."""
        self.observe(timing)
        if not _log.is_enabled_for(logging.DEBUG):
            return
        phases = {name: ms and round(ms, 1) for name, ms in asdict(timing.phases()).items()}
        _log.debug("fetched", kind=target.kind.value, url=target.url, outcome=outcome,
                   status=status, attempt=target.attempts + 1, wire_bytes=timing.wire_bytes,
                   size_bytes=size, address=timing.address, **phases)  # fmt: skip

    def _request(
        self, target: FrontierUrl, source: Source | None, validators: Validators
    ) -> Request:
        limits, kind = self._limits, target.kind
        is_page = kind in {TargetKind.ARTICLE, TargetKind.REVISIT, TargetKind.PAGE}
        deadline = limits.article_deadline if is_page else limits.feed_deadline
        sizes = {
            TargetKind.FEED: limits.feed_bytes,
            TargetKind.ANY: limits.feed_bytes,
            TargetKind.SITEMAP: limits.sitemap_bytes,
            TargetKind.ROBOTS: _ROBOTS_BYTES,
        }
        return Request(
            url=target.url,
            max_bytes=sizes.get(kind, limits.article_bytes),
            deadline=max(deadline - target.spent_seconds, 0.0),
            accept=_ACCEPT.get(kind, _ACCEPT_PAGE),
            types=_PAGE_TYPES if is_page else (),
            etag=_printable(validators.etag),
            last_modified=_printable(validators.last_modified),
            validated_url=validators.url,
            allow_invalid_tls=source is not None and source.allow_invalid_tls,
            engine=source.engine if source is not None else None,
            is_one_turn=True,
            hops=target.hops,
            moved_to=target.moved_to,
            cookies=target.cookies,
            credentials=source.credentials if source is not None else None,
            origin=urls.origin_of(source.url) if source is not None else None,
        )

    async def _obey(self, kind: TargetKind, url: str) -> None:
        """Ask the rules of an address's origin. Raises FetchError or RulesNeeded."""
        try:
            origin = urls.origin_of(url)
        except ValueError as error:  # stored by a version that took it for usable
            raise FetchError(Outcome.BAD_URL, url, str(error)) from error
        rules = await self.rules(origin)
        if rules is None:
            raise RulesNeeded(origin)
        if rules.verdict == "disallow":
            raise robots.refusal(url, rules)
        if not await robots.allows(rules, url):
            raise FetchError(Outcome.ROBOTS_DENIED, url, "robots.txt forbids it")
        if kind in _VISITS and (delay := rules.crawl_delay) > CRAWL_DELAY_CAP:
            detail = f"robots.txt asks for {delay:g} s between requests: only feeds are polled"
            raise FetchError(Outcome.SLOW_BY_ROBOTS, url, detail)

    async def rules(self, origin: str) -> robots.Rules | None:
        """Return the rules of an origin that are still fresh, from memory or the store."""
        now = datetime.now(UTC)
        rules = self._rules.get(origin, now)
        if rules is None:
            record = await self._load(origin)
            if record and robots.is_fresh(record.fetched_at, record.expires_at, now):
                rules = await self._keep(record)
        if rules is not None:
            self._queue.state_of(urls.host_of(origin)).crawl_delay = rules.crawl_delay
        return rules

    async def _keep(self, record: RobotsRecord) -> robots.Rules:
        """Parse a record and remember its rules."""
        rules = await self._read(record)
        self._rules.put(record, rules, datetime.now(UTC))
        return rules

    async def learn_rules(self, target: FrontierUrl) -> RobotsRecord:
        """Fetch an origin's robots.txt and remember the rules, whatever came of it.

        Raises Redirected, up to five times for one origin, and RulesNeeded where it leads to a page
        of another site.
        """
        origin = urls.origin_of(target.asked)
        try:
            record = await robots.record_page(origin, await self._robots_page(target))
        except FetchError as error:
            known = await self._load(origin)
            record = robots.record_error(origin, error, datetime.now(UTC), known)
        except Redirected:
            self._redirected.add(origin)
            raise
        self._redirected.discard(origin)
        await self._keep(record)
        await self._save(record)
        await self.rules(origin)
        return record

    async def _robots_page(self, target: FrontierUrl) -> Page:
        try:
            return await self.fetch(target, None)
        except Redirected as led:
            if len(led.hops) <= _ROBOTS_HOPS:
                raise
            detail = f"robots.txt: more than {_ROBOTS_HOPS} redirects"
            raise FetchError(Outcome.REDIRECT_LOOP, target.url, detail) from None


def _no_observer(_timing: Timing) -> None:
    """Ignore the timing."""


def _own(target: FrontierUrl, source: Source | None) -> Source | None:
    """Return the settings of a source for its own hosts; what it links to has allowed nothing."""
    if source is None:
        return None
    return source if target.host in _own_hosts(source) else None


def _own_hosts(source: Source) -> set[str]:
    addresses = filter(None, (source.url, source.homepage))
    with_www = [f"www.{domain}" for domain in source.domains]
    return {*map(urls.host_of, addresses), *source.domains, *with_www}


def _refuse_unusable(url: str) -> None:
    """Raise FetchError where an address, which may come from an older store, cannot be asked."""
    try:
        port = address_of(url).port
    except ValueError as error:
        raise FetchError(Outcome.BAD_URL, url, str(error)) from error
    if port in ports.BLOCKED:
        raise FetchError(Outcome.BAD_URL, url, f"port {port} is of another service")


def obeys_robots(target: FrontierUrl, source: Source | None) -> bool:
    """Whether robots.txt is asked before a target; an operator may turn that off by source."""
    return target.kind is not TargetKind.ROBOTS and not (source and source.ignore_robots)


def robots_target(origin: str) -> FrontierUrl:
    """Return the target that fetches an origin's robots.txt."""
    return FrontierUrl(
        id=0, kind=TargetKind.ROBOTS, url=f"{origin}/robots.txt", host=urls.host_of(origin)
    )


def _printable(validator: str | None) -> str | None:
    """Refuse to replay a validator that would break the request's lines."""
    return None if validator is None or re.search(r"[\r\n\x00]", validator) else validator
