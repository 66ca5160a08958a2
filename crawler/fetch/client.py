"""One fetch: redirects, limits, decoding; a Page or a FetchError, nothing else comes out.

No cookies, no proxies from the environment, no body of a redirect or an error is read
(docs/decisions/0003-transport.md says what each of these prevents).
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import Any, Self, cast

import httpx

from crawler import urls
from crawler.errors import FetchError
from crawler.fetch.dialler import Dialler, Route
from crawler.fetch.guard import AddressGuard
from crawler.fetch.order import Order, Redirected
from crawler.fetch.pool import ConnectionPool
from crawler.fetch.receive import check_head, read_body
from crawler.fetch.resolver import Resolver
from crawler.fetch.timing import Timing
from crawler.fetch.transport import Transport
from storage.model import Engine, Outcome, Page

MAX_HOPS = 10
_NO_BODY = httpx.ByteStream(b"")

Permit = Callable[[str], Awaitable[None]]


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
    ):
        self._resolver = Resolver(connect_timeout, name_servers)
        self._route = Route(AddressGuard(allow_private), self._resolver, connect_to or {})
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._ca_file = ca_file
        self._max_idle = max_idle
        self._engine = engine
        headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        if "@" in contact:
            headers["From"] = contact
        self._headers = list(headers.items())
        # One for each engine and each way to treat certificates, made when it is first needed.
        self._transports: dict[tuple[Engine, bool], httpx.AsyncBaseTransport] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        await self._resolver.aclose()

    def session(self) -> httpx.AsyncClient:
        """Return httpx's own client over this one's connections, guard and limits.

        Without a cookie jar, proxies, redirects or deadline: those are the caller's.
        """
        return httpx.AsyncClient(
            transport=_Shared(self._transport(self._engine, verify=True)),
            headers=self._headers,
            cookies=_NullJar(),
            trust_env=False,
            follow_redirects=False,
        )

    async def get(
        self, order: Order, permit: Permit | None = None, timing: Timing | None = None
    ) -> Page:
        """Fetch one address. `permit` is asked before each redirect is followed; it may raise.

        Raises FetchError, or Redirected where the order stays on its host.
        """
        timing = timing or Timing()
        try:
            async with asyncio.timeout(order.deadline):
                return await self._follow(order, permit, timing)
        except TimeoutError:
            raise FetchError(
                Outcome.DEADLINE, order.url, f"not done in {order.deadline:g} s"
            ) from None

    async def _follow(self, order: Order, permit: Permit | None, timing: Timing) -> Page:
        url, hops = _checked(order.url, order.url), order.hops
        while True:
            response = await self._send(url, order, timing)
            async with aclosing(response):
                if not response.is_redirect or response.status_code == 304:
                    return await _receive(response, url, order, hops, timing)
                location = response.headers.get("location", "")
            target = _checked(urls.absolute(location, url) or location, order.url)
            hops = (*hops, url)
            if len(hops) > MAX_HOPS or target in hops:
                raise FetchError(Outcome.REDIRECT_LOOP, order.url, f"{len(hops)} redirects")
            if order.stay_on_host and urls.host_of(target) != urls.host_of(url):
                raise Redirected(target, hops, time.perf_counter() - timing.started)
            if permit is not None:
                await permit(target)
            url = target

    async def _send(self, url: str, order: Order, timing: Timing) -> httpx.Response:
        pairs = [*self._headers, ("Accept", order.accept), *order.validators_for(url)]
        try:
            request = httpx.Request(
                "GET",
                httpx.URL(url),
                headers=[(name.encode(), value.encode("latin-1")) for name, value in pairs],
                stream=_NO_BODY,
                extensions={"timing": timing},
            )
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise FetchError(Outcome.BAD_URL, url, str(error)) from error
        engine = order.engine or self._engine
        transport = self._transport(engine, verify=not order.allow_invalid_tls)
        return await transport.handle_async_request(request)

    def _transport(self, engine: Engine, *, verify: bool) -> httpx.AsyncBaseTransport:
        made = self._transports.get((engine, verify))
        if made is None:
            made = self._transports[engine, verify] = self._make(engine, verify)
        return made

    def _make(self, engine: Engine, verify: bool) -> httpx.AsyncBaseTransport:
        context = _context(self._ca_file, verify=verify)
        limits = {"connect_timeout": self._connect_timeout, "read_timeout": self._read_timeout}
        if engine is Engine.AIOHTTP:
            from crawler.fetch.aiohttp_transport import AiohttpTransport  # an extra

            return AiohttpTransport(self._route, context, **limits)
        return Transport(
            Dialler(self._route, context, **limits), ConnectionPool(total=self._max_idle)
        )


async def _receive(
    response: httpx.Response, url: str, order: Order, hops: tuple[str, ...], timing: Timing
) -> Page:
    status, headers = response.status_code, response.headers
    check_head(status, headers, url, order)
    body = b""
    if status != 304:
        stream = cast(AsyncIterator[bytes], response.stream)  # our transports give no other
        body = await read_body(stream, headers.get("content-encoding"), url, order, status)
    return Page(
        url=url,
        requested_url=hops[0] if hops else url,
        redirects=hops,
        status=status,
        headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in headers.raw),
        body=body,
        wire_bytes=timing.wire_bytes,
        address=timing.address,
        phases=timing.phases(),
        fetched_at=datetime.now(UTC),
    )


def _context(ca_file: Path | None, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _checked(url: str, asked: str) -> str:
    """Return an address as it is sent. Raises FetchError (scheme or bad_url)."""
    try:
        return urls.normal(url)
    except ValueError as error:
        scheme, colon, _ = url.partition(":")
        foreign = colon and scheme.isalpha() and scheme.lower() not in {"http", "https"}
        outcome = Outcome.SCHEME if foreign else Outcome.BAD_URL
        raise FetchError(outcome, asked, f"leads to {url[:200]!r}: {error}") from error


class _Shared(httpx.AsyncBaseTransport):
    """A transport that outlives the session that uses it."""

    def __init__(self, transport: httpx.AsyncBaseTransport):
        self.handle_async_request = transport.handle_async_request  # type: ignore[method-assign]  # no call in between


class _NullJar(CookieJar):
    """Keeps no cookie: httpx copies and walks a jar at every request, all hosts of it."""

    def set_cookie(self, cookie: Cookie) -> None:
        """Forget."""

    def extract_cookies(self, response: Any, request: Any) -> None:  # Any: urllib's shapes
        """Do not even look."""

    def add_cookie_header(self, request: Any) -> None:
        """Send none."""
