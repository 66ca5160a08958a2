"""The token: how a reader shows it, and how guesses are slowed down."""

import asyncio
import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope

LOGIN = "/login"
_COOKIE = "drawdown"
_MOST_BODY = 4096  # bytes of the form
_FREE = 3  # failures that cost nothing: people mistype
_MOST_SECONDS = 4.0  # between a guess and its answer
_MOST_WAITING = 16  # guesses at a time; others are refused unread

_FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Token · Drawdown</title></head>
<body><main><h1>This page needs its token</h1>
<p>It is in the file that <code>token_file</code> in <code>sources.toml</code> names.</p>
<form method="post" action="/login"><p><label>Token
<input type="password" name="token" required autocomplete="current-password"></label>
<button>Enter</button></p></form></main></body></html>
"""


class Entry:
    """Lets those in who know the token: as a Bearer, or by the cookie of the form."""

    def __init__(self, token: str):
        self._token = token.encode()
        # The cookie proves the token and does not contain it.
        self._cookie = hmac.digest(self._token, b"drawdown web", hashlib.sha256).hex()
        self._failures = 0
        self._waiting = 0

    async def answer(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer to a request that may not pass, or that logs in; else None."""
        headers = Headers(scope=scope)
        if scope["path"] == LOGIN and scope["method"] == "POST":
            return await self._log_in(scope, receive)
        if hmac.compare_digest(_cookie_of(headers), self._cookie):
            return None
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return _refused(401)
        return await self._compared(shown)

    async def _log_in(self, scope: Scope, receive: Receive) -> Response:
        body = await read_body(Request(scope, receive), _MOST_BODY)
        refusal = await self._compared(parse_qs(body).get("token", [""])[0].strip())
        if refusal is not None:
            return refusal
        answer = RedirectResponse("/", 303)
        is_secure = scope.get("scheme") == "https"
        answer.set_cookie(_COOKIE, self._cookie, httponly=True, samesite="strict", secure=is_secure)
        return answer

    async def _compared(self, shown: str) -> Response | None:
        """Return a refusal unless a token is the right one; after failures, wait before it."""
        if self._waiting >= _MOST_WAITING:
            return _refused(429)
        self._waiting += 1
        try:
            await asyncio.sleep(self._seconds())
        finally:
            self._waiting -= 1
        if hmac.compare_digest(shown.encode("utf-8", "replace"), self._token):
            self._failures = 0
            return None
        self._failures += 1
        return _refused(401)

    def _seconds(self) -> float:
        over = max(self._failures - _FREE, 0)
        return min(0.25 * over, _MOST_SECONDS)


def _refused(status: int) -> Response:
    headers = {"www-authenticate": 'Bearer realm="Drawdown"'} if status == 401 else {}
    return HTMLResponse(_FORM, status, headers)


def _cookie_of(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None and found.value.isascii() else ""


async def read_body(request: Request, most: int) -> str:
    """Return the body of a small form as text; an empty text where it is larger than `most`."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            return ""
    return body.decode("utf-8", "replace")
