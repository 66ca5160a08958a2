"""The guard of the page: which requests reach it, and the headers of every answer.

Refused are other names in `Host` (421), other methods (405), reads by other sites (403), requests
without the token (401), and addresses of more than 8 KiB (414). None has a word of the corpus.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crawler.web import hosts
from crawler.web.entry import LOGIN, Entry
from crawler.web.policy import HEADERS
from crawler.web.site import Site

_MOST_BYTES = 8192  # of path and query; as many as common servers take for a whole request line
_READS = ("GET", "HEAD")
_REVIEWED = re.compile(r"/review/[0-9]{1,19}")
_SAME = ("same-origin", "none")  # of Sec-Fetch-Site; none: typed, or a bookmark


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, site: Site):
        self._app = app
        self._site = site
        self._entry = Entry(site.token) if site.token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(scope)
        if answer is None and self._entry is not None:
            answer = await self._entry.answer(scope, receive)
        await (answer or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is refused; None if it may pass."""
        headers = Headers(scope=scope)
        if not self._is_ours(scope, headers):
            return _said("This page has no such name. Names are listed in [web] hosts.", 421)
        method, path = scope["method"], scope["path"]
        if method not in _READS and not (method == "POST" and self._takes_post(path)):
            return _said("This address is for reading.", 405, {"allow": "GET, HEAD"})
        if method == "POST":
            if not _is_own_form(headers):
                return _said("Only a form of this page may do that.", 403)
        elif not _may_read(headers):
            return _said("Other sites may not read this page.", 403)
        size = len(scope["query_string"]) + len(scope.get("raw_path") or b"")
        if size > _MOST_BYTES:
            return _said("This address is too long.", 414)
        return None

    def _is_ours(self, scope: Scope, headers: Headers) -> bool:
        named = headers.getlist("host")
        local = (scope.get("server") or ("",))[0]
        return len(named) == 1 and hosts.is_allowed(named[0], local, self._site.hosts)

    def _takes_post(self, path: str) -> bool:
        return bool(_REVIEWED.fullmatch(path)) or (self._entry is not None and path == LOGIN)


def _is_own_form(headers: Headers) -> bool:
    """Return whether a form of this page sent a request: its Origin is the name that was asked."""
    site = headers.get("sec-fetch-site", "same-origin")
    return site in _SAME and _host_of(headers.get("origin", "")) == headers.get("host", "").lower()


def _host_of(origin: str) -> str | None:
    """Return host and port of an Origin; None of one that is not of http or https, as `null`."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None


def _may_read(headers: Headers) -> bool:
    """Return whether a request is of this page, or a person who follows a link of another site."""
    if headers.get("sec-fetch-site", "none") in _SAME:
        return True
    is_navigation = headers.get("sec-fetch-mode") == "navigate"
    return is_navigation and headers.get("sec-fetch-dest", "document") == "document"


def _said(message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{message}\n", status, headers)


def allowed_names(names: Iterable[str]) -> frozenset[str]:
    """Return the names of `[web] hosts` as they are compared."""
    return frozenset(name.lower().removesuffix(".") for name in names)
