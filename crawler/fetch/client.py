"""One fetch: redirects, limits, decoding; a Page or a FetchError, nothing else comes out.

No cookies, no proxies from the environment, no body of a redirect or an error is read
(docs/decisions/0003-transport.md says what each of these prevents).
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from crawler import urls
from crawler.errors import FetchError
from crawler.fetch.backoff import retry_after_seconds
from crawler.fetch.decoding import BodyDecoder, BodyError, gunzip
from crawler.fetch.guard import AddressGuard
from crawler.fetch.resolver import Resolver
from crawler.fetch.transport import Transport, phases
from storage.model import FrontierUrl, Outcome, Page, Phases

MAX_HOPS = 10
_HEADER_LINES, _HEADER_BYTES = 100, 64 * 1024
_TINY_CHUNKS, _TINY_BYTES = 2000, 128  # this many chunks of fewer bytes on average: an attack

Permit = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to fetch and within which limits."""

    url: str
    max_bytes: int
    deadline: float  # seconds, for the whole chain of redirects
    accept: str = "*/*"
    types: tuple[str, ...] = ()  # substrings of acceptable media types; empty: any
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # the address that the validators came from
    allow_invalid_tls: bool = False
    stay_on_host: bool = False  # a redirect to another host ends with Redirected
    hops: tuple[str, ...] = ()  # what was passed before, on other hosts


class Redirected(Exception):
    """The address leads to another host, whose turn and rules have to be asked first."""

    def __init__(self, url: str, hops: tuple[str, ...]):
        super().__init__(url)
        self.url = url
        self.hops = hops

    def moved(self, target: FrontierUrl) -> FrontierUrl:
        """Return what to ask for next: the same target, at its new address."""
        return replace(target, url=self.url, hops=self.hops, host=urls.host_of(self.url))


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
        max_connections: int = 1000,
    ):
        self._resolver = Resolver(connect_timeout)
        self._timeouts = {
            "connect": connect_timeout,
            "read": read_timeout,
            "write": read_timeout,
            "pool": None,  # waiting for a slot is never charged to the host
        }
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        if "@" in contact:
            self._headers["From"] = contact

        def transport(context: ssl.SSLContext) -> Transport:
            return Transport(
                guard=AddressGuard(allow_private),
                resolver=self._resolver,
                context=context,
                connect_to=connect_to or {},
                max_connections=max_connections,
            )

        self._strict = transport(_context(ca_file, verify=True))
        self._lenient = transport(_context(ca_file, verify=False))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._strict.aclose()
        await self._lenient.aclose()
        self._resolver.close()

    async def get(self, order: Order, permit: Permit | None = None) -> Page:
        """Fetch one address. `permit` is asked before each redirect is followed; it may raise.

        Raises FetchError, or Redirected where the order stays on its host.
        """
        started = time.perf_counter()
        token = phases.set({})
        try:
            async with asyncio.timeout(order.deadline):
                return await self._follow(order, permit, started)
        except TimeoutError:
            raise FetchError(
                Outcome.DEADLINE, order.url, f"not done in {order.deadline:g} s"
            ) from None
        finally:
            phases.reset(token)

    async def _follow(self, order: Order, permit: Permit | None, started: float) -> Page:
        url, hops = _checked(order.url, order.url), order.hops
        while True:
            response = await self._send(url, order)
            async with aclosing(response):
                if not response.is_redirect or response.status_code == 304:
                    return await self._receive(response, url, order, hops, started)
                location = response.headers.get("location", "")
            target = _checked(urls.absolute(location, url) or location, order.url)
            hops = (*hops, url)
            if len(hops) > MAX_HOPS or target in hops:
                raise FetchError(Outcome.REDIRECT_LOOP, order.url, f"{len(hops)} redirects")
            if order.stay_on_host and urls.host_of(target) != urls.host_of(url):
                raise Redirected(target, hops)
            if permit is not None:
                await permit(target)
            url = target

    async def _send(self, url: str, order: Order) -> httpx.Response:
        headers = {**self._headers, "Accept": order.accept}
        if url == (order.validated_url or order.url):
            if order.etag:
                headers["If-None-Match"] = order.etag
            if order.last_modified:
                headers["If-Modified-Since"] = order.last_modified
        try:
            request = httpx.Request(
                "GET",
                url,
                headers=[(k.encode(), v.encode("latin-1")) for k, v in headers.items()],
                extensions={"timeout": self._timeouts},
            )
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise FetchError(Outcome.BAD_URL, url, str(error)) from error
        transport = self._lenient if order.allow_invalid_tls else self._strict
        response = await transport.handle_async_request(request)
        phases.get()["answered"] = time.perf_counter()
        return response

    async def _receive(
        self,
        response: httpx.Response,
        url: str,
        order: Order,
        hops: tuple[str, ...],
        started: float,
    ) -> Page:
        _check_head(response, url, order)
        body, wire_bytes = b"", 0
        if response.status_code != 304:
            body, wire_bytes = await _read(response, url, order)
        timing = phases.get()
        stream = response.extensions.get("network_stream")
        address = stream.get_extra_info("server_addr") if stream is not None else None
        return Page(
            url=url,
            requested_url=hops[0] if hops else url,
            redirects=hops,
            status=response.status_code,
            headers=tuple(
                (k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw
            ),
            body=body,
            wire_bytes=wire_bytes,
            address=address[0] if address else None,
            phases=Phases(
                dns=timing.get("dns"),
                connect=timing.get("connect"),
                tls=timing.get("tls"),
                first_byte=(timing["answered"] - started) * 1000,
                total=(time.perf_counter() - started) * 1000,
            ),
            fetched_at=datetime.now(UTC),
        )


def _context(ca_file: Path | None, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
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


def _check_head(response: httpx.Response, url: str, order: Order) -> None:
    """Refuse an answer by its status and headers, before its body is read."""
    status = response.status_code
    raw = response.headers.raw
    if len(raw) > _HEADER_LINES or sum(len(k) + len(v) for k, v in raw) > _HEADER_BYTES:
        raise FetchError(Outcome.PROTOCOL, url, "more headers than any page needs", status=status)
    conditional = url == (order.validated_url or order.url) and (order.etag or order.last_modified)
    if status == 304 and not conditional:
        raise FetchError(Outcome.PROTOCOL, url, "304, but no validator was sent", status=status)
    if status not in {200, 203, 304}:
        raise FetchError(
            _refusal(status),
            url,
            f"HTTP {status}",
            status=status,
            retry_after=retry_after_seconds(response.headers.get("retry-after"), datetime.now(UTC)),
        )
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if order.types and media_type and not any(t in media_type for t in order.types):
        raise FetchError(Outcome.NOT_HTML, url, f"Content-Type {media_type[:80]}", status=status)
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > order.max_bytes:
        raise FetchError(
            Outcome.TOO_LARGE,
            url,
            f"{length} bytes announced, {order.max_bytes} allowed",
            status=status,
        )


def _refusal(status: int) -> Outcome:
    named = {
        204: Outcome.EMPTY, 205: Outcome.EMPTY, 206: Outcome.PARTIAL,
        401: Outcome.DENIED, 403: Outcome.DENIED, 451: Outcome.DENIED,
        404: Outcome.NOT_FOUND, 410: Outcome.GONE,
        429: Outcome.RATE_LIMITED, 503: Outcome.RATE_LIMITED,
    }  # fmt: skip
    if status in named:
        return named[status]
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.PROTOCOL


async def _read(response: httpx.Response, url: str, order: Order) -> tuple[bytes, int]:
    """Read and decode a body within its caps; return it and its bytes on the wire."""
    status, chunks = response.status_code, 0
    try:
        decoder = BodyDecoder(response.headers.get("content-encoding"), order.max_bytes)
        async for chunk in response.stream:  # type: ignore[union-attr]  # ours are asynchronous
            chunks += 1
            if chunks > _TINY_CHUNKS and decoder.wire_bytes < chunks * _TINY_BYTES:
                raise BodyError(Outcome.TINY_CHUNKS, f"{chunks} chunks of a few bytes each")
            decoder.feed(chunk)
        body = decoder.finish()
        if body.startswith(b"\x1f\x8b") and not order.types:
            body = gunzip(body, order.max_bytes)
    except BodyError as error:
        raise FetchError(error.outcome, url, error.detail, status=status) from error
    if not body:
        raise FetchError(Outcome.EMPTY, url, "an empty body", status=status)
    return body, decoder.wire_bytes
