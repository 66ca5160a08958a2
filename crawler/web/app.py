"""The application: routes, the thread and the connection of a page, the answers to errors."""

import gzip
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import anyio
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route as Served
from starlette.types import ASGIApp

from crawler import log
from crawler.web import rendering, routes
from crawler.web.answering import Answer, Content, Moved, Page, Streamed
from crawler.web.asking import Asked, Busy, Mistake, NotFound, Refused
from crawler.web.entry import read_body
from crawler.web.guard import Guard
from crawler.web.policy import IMMUTABLE
from crawler.web.pulse import Beat
from crawler.web.routes import Route
from crawler.web.site import Site
from storage.errors import StorageError
from storage.search.nodes import QueryError
from storage.sqlite.database import open_corpus
from storage.sqlite.values import public, to_json

_MOST_BODY = 4096  # bytes of a form
_LEAST_PACKED, _GZIP_LEVEL = 1024, 5  # of 90 kB a tenth is left, in 1 ms (measured)
_PAGES_AT_ONCE = 4  # more would only wait for the same two or four cores
_SECONDS = 2.0  # of the store's work for one page
_STEPS = 20_000  # of SQLite's machine between two looks at the clock: about a millisecond
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_log = log.get("web")


class _TooSlow(Exception):
    """The store did not answer in time."""


def make(site: Site) -> ASGIApp:
    """Return the application for a corpus."""
    pages = _Pages(site)
    served = [
        Served(route.address, pages.endpoint(route), methods=[route.method])
        for route in routes.ROUTES
    ]
    served.append(Served("/static/{name}", _static))
    handlers = {HTTPException: pages.refused}
    return Guard(Starlette(routes=served, exception_handlers=handlers), site)


class _Pages:
    """Runs the functions of pages in threads, each with a connection of its own."""

    def __init__(self, site: Site):
        self._site = site
        self._limiter = CapacityLimiter(_PAGES_AT_ONCE)

    def endpoint(self, route: Route) -> Callable[[Request], object]:
        """Return the endpoint of a route."""

        async def endpoint(request: Request) -> Response:
            return await self.run(request, route)

        return endpoint

    async def run(self, request: Request, route: Route) -> Response:
        """Run the function of a page in a thread."""
        body = await read_body(request, _MOST_BODY) if request.method == "POST" else ""
        form = dict(parse_qsl(body, keep_blank_values=True))
        answer = await anyio.to_thread.run_sync(
            self._answer, request, route, form, limiter=self._limiter
        )
        if not isinstance(answer, StreamingResponse):
            return answer
        if request.method == "HEAD":
            return Response(b"", answer.status_code, answer.headers)
        try:
            return await _begun(answer)
        except StorageError:  # a format that needs a package, a page that cannot be read
            _log.exception("page without a store")
            return _response(_STORE_FAILED, request, None, self._site)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer an address that no route has."""

        def missing(asked: Asked) -> Answer:
            raise NotFound

        return await self.run(request, Route("", missing))

    def _answer(self, request: Request, route: Route, form: Mapping[str, str]) -> Response:
        try:
            with open_corpus(self._site.store) as connection:
                return self._from_store(connection, request, route, form)
        except StorageError:
            _log.exception("page without a store")
            return _response(_STORE_FAILED, request, None, self._site)

    def _from_store(
        self,
        connection: sqlite3.Connection,
        request: Request,
        route: Route,
        form: Mapping[str, str],
    ) -> Response:
        beat = self._site.pulse.read(connection)
        asked = _asked(connection, self._site, request, form)
        try:
            with _limited(connection):
                answer = route.page(asked)
                return _response(answer, request, beat, self._site, section=route.section)
        except NotFound:
            answer = _NOT_FOUND
        except Refused as error:
            answer = _failure("This is refused", str(error), status=403)
        except Busy:
            answer = _BUSY
        except Mistake as error:
            answer = _mistake(str(error))
        except QueryError as error:
            answer = wrong_query(asked.refused_query(), error)
        except _TooSlow:
            answer = _TOO_SLOW
        except Exception:  # one page's bug ends neither the others nor the process
            _log.exception("page failed", route=route.address)
            answer = _FAILED
        return _response(answer, request, beat, self._site, section=route.section)


class _limited:
    """Interrupts what the store does for a page after two seconds. Raises _TooSlow."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection

    def __enter__(self) -> None:
        end = time.monotonic() + _SECONDS
        self._connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._connection.set_progress_handler(None, 0)
        name = getattr(error, "sqlite_errorname", "")
        if isinstance(error, sqlite3.OperationalError) and name == "SQLITE_INTERRUPT":
            raise _TooSlow from error


def _asked(
    connection: sqlite3.Connection, site: Site, request: Request, form: Mapping[str, str]
) -> Asked:
    return Asked(
        connection=connection,
        site=site,
        now=datetime.now(UTC),
        path=request.path_params,
        query=dict(request.query_params),
        address=request.url.path,
        wants_json=_wants_json(request),
        form=form,
    )


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _response(
    answer: Answer, request: Request, beat: Beat | None, site: Site, *, section: str = ""
) -> Response:
    match answer:
        case Moved(address=target, status=status):
            return RedirectResponse(target, status)
        case Content(body=body, media_type=kind, headers=headers, status=status):
            return Response(body, status, dict(headers), kind)
        case Streamed(parts=parts, media_type=kind, headers=headers):
            return StreamingResponse(parts, 200, dict(headers), kind)
        case Page():
            return _page(answer, request, beat, site, section)
    raise TypeError(answer)


def _page(page: Page, request: Request, beat: Beat | None, site: Site, section: str) -> Response:
    headers = {"vary": "accept"}
    if page.next is not None:
        headers["link"] = f'<{page.next}>; rel="next"'
    if page.count is not None:
        headers["x-total-count"] = str(page.count)
    if _wants_json(request) and (page.records is not None or page.status >= 400):
        said = page.records if page.status < 400 else {"error": page.title}
        return Response(to_json(public(said)), page.status, headers, "application/json")
    values = {
        "q": request.query_params.get("q", "").strip(),
        "as_of": request.query_params.get("as_of", "").strip() if page.status < 400 else "",
        "is_wrong": False,
        "order_asked": "",
        "head": "",
        **page.values,
        "title": page.title,
        "beat": beat,
        "corpus": site.store.name,
        "navigation": routes.navigation(),
        "is_served": routes.is_served,
        "section": page.section or section,
        "next": page.next,
    }
    body = rendering.render(page.template, values).encode()
    # Its secret next to a reader's query would be guessed by the length of what is packed (BREACH).
    is_secret = "form_token" in page.values
    if not is_secret:
        body = _packed(body, request, headers)
    return HTMLResponse(body, page.status, headers)


async def _begun(answer: StreamingResponse) -> StreamingResponse:
    """Return a stream whose first part is made: what fails at once still gets a page."""
    parts = aiter(answer.body_iterator)
    first = await anext(parts, b"")

    async def whole() -> AsyncIterator[str | bytes | memoryview]:
        yield first
        async for part in parts:
            yield part

    answer.body_iterator = whole()
    return answer


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    found = rendering.static_files().get(name)
    if found is None:
        raise HTTPException(404)
    content, digest = found
    kind = _MEDIA_TYPES[name.rpartition(".")[2]]
    headers = {"cache-control": IMMUTABLE} if request.url.query == digest else {}
    return Response(_packed(content, request, headers), headers=headers, media_type=kind)


def _packed(body: bytes, request: Request, headers: dict[str, str]) -> bytes:
    """Return a body as the browser takes it: packed, where it can unpack and that is worth it."""
    headers["vary"] = "accept, accept-encoding"
    if len(body) < _LEAST_PACKED or "gzip" not in request.headers.get("accept-encoding", ""):
        return body
    headers["content-encoding"] = "gzip"
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def _failure(title: str, *lines: str, status: int) -> Page:
    return Page(template="error.html", title=title, values={"lines": lines}, status=status)


def _mistake(message: str) -> Page:
    return _failure("This address cannot be read", message, status=400)


def wrong_query(query: str, error: QueryError) -> Page:
    """Return the page that points at the mistake of a query."""
    return Page(
        template="mistake.html",
        title="This query cannot be read",
        values={"q": query, "message": str(error), "position": error.position, "is_wrong": True},
        status=400,
        section="/search",
    )


_NOT_FOUND = _failure(
    "Nothing is here",
    "No page, article or source has this address.",
    "An article that was removed on demand leaves nothing behind.",
    status=404,
)
_TOO_SLOW = _failure(
    "This takes too long",
    "The page was stopped after two seconds, and shows nothing half.",
    "Narrow it by a time (after:2026-11), an outlet (source:sana), a language (lang:ar) or a word.",
    status=503,
)
_BUSY = _failure("Too many pages are open", "Close some, then load this again.", status=503)
_STORE_FAILED = _failure(
    "The corpus cannot be read at this moment",
    "Its file is missing, busy, or of another version of Drawdown.",
    "The log of this page has the reason; `drawdown health` says it too.",
    status=503,
)
_FAILED = _failure(
    "This page failed",
    "That is a mistake of Drawdown, and its log has the details. Please report it.",
    status=500,
)
