"""A fetch request: the address, its limits, its validators and its credentials."""

import base64
from dataclasses import dataclass, field, replace

from crawler import urls
from crawler.fetch.http.cookies import Cookies
from storage.records.model import Credentials, Engine, FrontierUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to fetch, and within which limits."""

    url: str
    max_bytes: int
    deadline: float  # seconds, for the whole chain of redirects
    accept: str = "*/*"
    types: tuple[str, ...] = ()  # substrings of acceptable media types; empty: any
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # the address that the validators came from
    allow_invalid_tls: bool = False
    engine: Engine | None = None  # None: the one that the configuration names
    is_one_turn: bool = False  # a redirect ends with Redirected: each request takes its own turn
    hops: tuple[str, ...] = ()  # the redirects that were passed before
    moved_to: str | None = None  # where the permanent ones at their beginning led
    cookies: Cookies = ()  # that those redirects have set
    credentials: Credentials | None = field(default=None, repr=False)
    origin: str | None = None  # the only one that is sent the credentials

    def headers_for(self, url: str) -> list[tuple[bytes, bytes]]:
        """Return the headers of a request to an address."""
        headers = [(b"Accept", self.accept.encode())]
        if self.is_conditional_at(url):
            if self.etag:
                headers.append((b"If-None-Match", self.etag.encode("latin-1")))
            if self.last_modified:
                headers.append((b"If-Modified-Since", self.last_modified.encode("latin-1")))
        if self.credentials is not None and urls.origin_of(url) == self.origin:
            headers.append((b"Authorization", _basic(self.credentials)))
        return headers

    def is_conditional_at(self, url: str) -> bool:
        """Whether validators are sent to an address: to the one that gave them only."""
        has_validators = self.etag is not None or self.last_modified is not None
        return has_validators and url == (self.validated_url or self.url)


def _basic(credentials: Credentials) -> bytes:
    """Return the value of `Authorization` (RFC 7617, 2; UTF-8 as in 2.1)."""
    pair = f"{credentials.user}:{credentials.password}"
    return b"Basic " + base64.b64encode(pair.encode())


class Redirected(Exception):
    """The address leads to another one, which has its own turn and rules."""

    def __init__(
        self,
        url: str,
        hops: tuple[str, ...],
        seconds: float = 0.0,
        cookies: Cookies = (),
        *,
        moved_to: str | None = None,
    ):
        super().__init__(url)
        self.url = url
        self.hops = hops
        self.seconds = seconds  # that this part of the chain took
        self.cookies = cookies
        self.moved_to = moved_to

    def moved(self, target: FrontierUrl) -> FrontierUrl:
        """Return what to ask for next: the same target, at its new address."""
        return replace(
            target,
            url=self.url,
            hops=self.hops,
            moved_to=self.moved_to,
            cookies=self.cookies,
            host=urls.host_of(self.url),
            spent_seconds=target.spent_seconds + self.seconds,
        )
