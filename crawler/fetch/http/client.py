"""One fetch: redirects, limits, decoding; a Page or a FetchError, nothing else comes out.

No cookies but those of one chain of redirects, no proxies from the environment; no body of a
redirect or an error is read
(docs/decisions/0003-transport.md says what each of these prevents).
"""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Self

from crawler import urls
from crawler.errors import FetchError
from crawler.fetch.http import cookies
from crawler.fetch.http.connection import Connection
from crawler.fetch.http.dialler import Dialler
from crawler.fetch.http.engine import HttpEngine
from crawler.fetch.http.guard import AddressGuard
from crawler.fetch.http.http1 import Http1Engine
from crawler.fetch.http.pool import ConnectionPool
from crawler.fetch.http.request import Redirected, Request
from crawler.fetch.http.resolver import Resolver
from crawler.fetch.http.response import receive, redirect_of
from crawler.fetch.http.route import Route
from crawler.fetch.http.timing import Timing
from crawler.fetch.http.tls import make_context
from crawler.urls.address import Address, address_of
from storage.records.model import Engine, Page
from storage.records.outcome import Outcome

MAX_HOPS = 10
_PERMANENT = {301, 308}  # RFC 9110, 15.4.2 and 15.4.9


class Client:
    """Fetches. Use as `async with Client(...) as client`."""

    def __init__(
        self,
        *,
        user_agent: str,
        contact: str = "",
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        connect_to: Mapping[str, str] | None = None,
        ca_file: Path | None = None,
        allow_private: Sequence[str] = (),
        name_servers: Sequence[str] = (),
        max_idle: int = 1000,
        engine: Engine = Engine.DRAWDOWN,
        proxy: str | None = None,
    ):
        self._resolver = Resolver(connect_timeout, name_servers)
        self._route = Route(AddressGuard(allow_private), self._resolver, connect_to or {})
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._ca_file = ca_file
        self._max_idle = max_idle
        self._engine = engine
        self._proxy = proxy  # of the engine httpx
        headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        if "@" in contact:
            headers["From"] = contact
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        # One for each name and each way to treat certificates, made when it is first needed.
        self._engines: dict[tuple[Engine, bool], HttpEngine] = {}

    async def __aenter__(self) -> Self:
        self.engine(self._engine)  # reading the trusted certificates takes a while: not later
        return self

    async def __aexit__(self, *_: object) -> None:
        for engine in self._engines.values():
            await engine.aclose()
        await self._resolver.aclose()

    async def get(self, request: Request, timing: Timing | None = None) -> Page:
        """Fetch one address.

        Raises FetchError, or Redirected where the request is for one turn.
        """
        timing = timing or Timing()
        try:
            async with asyncio.timeout(request.deadline):
                return await self._follow(request, timing)
        except TimeoutError:
            raise FetchError(
                Outcome.DEADLINE, request.url, f"not done in {request.deadline:g} s"
            ) from None

    async def _follow(self, request: Request, timing: Timing) -> Page:
        address, hops = _checked(request.url, request.url), request.hops
        held, moved_to = request.cookies, request.moved_to
        engine = self.engine(request.engine or self._engine, verify=not request.allow_invalid_tls)
        while True:
            headers = self._headers + request.headers_for(address.url)
            headers += cookies.header_for(held, address)
            async with aclosing(await engine.ask(address, headers, timing)) as response:
                location = redirect_of(response)
                if location is None:
                    page = await receive(response, address.url, request, hops, timing)
                    return page if moved_to is None else replace(page, moved_to=moved_to)
                # What follows a temporary redirect says nothing of the first address.
                is_permanent = response.status in _PERMANENT and moved_to in (None, address.url)
                is_permanent = is_permanent and (not hops or moved_to is not None)
                held = cookies.after(held, address, response.headers, len(hops))
            target = _checked(urls.absolute(location, address.url) or location, request.url)
            hops = (*hops, address.url)
            moved_to = target.url if is_permanent else moved_to
            if len(hops) > MAX_HOPS or _is_loop(target, hops, held):
                raise FetchError(Outcome.REDIRECT_LOOP, request.url, f"{len(hops)} redirects")
            if request.is_one_turn:
                spent = time.perf_counter() - timing.started
                raise Redirected(target.url, hops, spent, held, moved_to=moved_to)
            address = target

    def engine(self, name: Engine, *, verify: bool = True) -> HttpEngine:
        """Return an engine, over this client's guard and resolver."""
        made = self._engines.get((name, verify))
        if made is None:
            context = make_context(self._ca_file, verify=verify)
            make = self._make_httpx if name is Engine.HTTPX else self._make_http1
            made = self._engines[name, verify] = make(context)
        return made

    def _make_http1(self, context: ssl.SSLContext) -> HttpEngine:
        dialler = Dialler(self._route.find, context, self._connect_timeout, Connection)
        pool = ConnectionPool(total=self._max_idle, read_timeout=self._read_timeout)
        return Http1Engine(dialler, pool)

    def _make_httpx(self, context: ssl.SSLContext) -> HttpEngine:
        from crawler.fetch.http.httpx_engine import HttpxEngine  # httpx loads where it is needed

        return HttpxEngine(
            self._route,
            context,
            connect_timeout=self._connect_timeout,
            read_timeout=self._read_timeout,
            proxy=self._proxy,
            max_idle=self._max_idle,
        )


def _is_loop(target: Address, hops: tuple[str, ...], held: cookies.Cookies) -> bool:
    """Whether an address was asked before in this chain, with the same cookies."""
    if target.url not in hops:
        return False
    last = len(hops) - 1 - hops[::-1].index(target.url)
    return not cookies.have_changed(held, target, last)


def _checked(url: str, asked: str) -> Address:
    """Return an address as it is sent. Raises FetchError (scheme or bad_url)."""
    try:
        return address_of(url)
    except ValueError as error:
        scheme, colon, _ = url.partition(":")
        foreign = colon and scheme.isalpha() and scheme.lower() not in {"http", "https"}
        outcome = Outcome.SCHEME if foreign else Outcome.BAD_URL
        raise FetchError(outcome, asked, f"leads to {url[:200]!r}: {error}") from error
