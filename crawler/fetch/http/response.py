"""An response becomes a page: judged by its head, then read: decoded, within its caps, whole."""

from collections.abc import Mapping
from datetime import UTC, datetime

from crawler.errors import FetchError
from crawler.fetch.http.decoding import BodyDecoder, BodyError, gunzip
from crawler.fetch.http.engine import Response
from crawler.fetch.http.request import Request
from crawler.fetch.http.retry_after import retry_after_seconds
from crawler.fetch.http.timing import Timing
from crawler.text.http_dates import http_date
from storage.records.claims import number
from storage.records.model import Page
from storage.records.outcome import Outcome

_REDIRECTS = {301, 302, 303, 307, 308}
_REFUSALS = {
    204: Outcome.EMPTY, 205: Outcome.EMPTY, 206: Outcome.PARTIAL,
    401: Outcome.DENIED, 403: Outcome.DENIED, 451: Outcome.DENIED,
    404: Outcome.NOT_FOUND, 410: Outcome.GONE,
    429: Outcome.RATE_LIMITED, 503: Outcome.RATE_LIMITED,
}  # fmt: skip


def redirect_of(response: Response) -> str | None:
    """Return where a response leads; None where it is none of those that lead elsewhere."""
    if response.status not in _REDIRECTS:
        return None
    for name, value in response.headers:
        if name.lower() == b"location":
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("latin-1")
    return None


async def receive(
    response: Response, url: str, request: Request, hops: tuple[str, ...], timing: Timing
) -> Page:
    """Return the page of a response. Raises FetchError."""
    status = response.status
    pairs = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers
    )
    headers = _by_name(pairs)
    _check_head(status, headers, url, request)
    body = b"" if status == 304 else await _read_body(response, headers, url, request)
    return Page(
        url=url,
        requested_url=hops[0] if hops else url,
        redirects=hops,
        status=status,
        headers=pairs,
        body=body,
        wire_bytes=timing.wire_bytes,
        address=timing.address,
        phases=timing.phases(),
        fetched_at=datetime.now(UTC),
    )


def _by_name(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return headers by lower-cased name; the values of one name joined (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in pairs:
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _check_head(status: int, headers: Mapping[str, str], url: str, request: Request) -> None:
    """Refuse a response by its status and headers, before its body is read."""
    if status == 304 and not request.is_conditional_at(url):
        raise FetchError(Outcome.PROTOCOL, url, "304, but no validator was sent", status=status)
    if status not in {200, 203, 304}:
        raise FetchError(
            _refusal(status),
            url,
            f"HTTP {status}",
            status=status,
            retry_after=retry_after_seconds(headers.get("retry-after"), _time_at(headers)),
        )
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.types and media_type and not any(t in media_type for t in request.types):
        raise FetchError(Outcome.NOT_HTML, url, f"Content-Type {media_type[:80]}", status=status)
    length = number(headers.get("content-length"))
    if length is not None and length > request.max_bytes:
        raise FetchError(
            Outcome.TOO_LARGE,
            url,
            f"{length} bytes announced, {request.max_bytes} allowed",
            status=status,
        )


def _time_at(headers: Mapping[str, str]) -> datetime:
    """Return the time by the server's clock (RFC 9110, 6.6.1), by which it writes dates."""
    return http_date(headers.get("date")) or datetime.now(UTC)


def _refusal(status: int) -> Outcome:
    if status in _REFUSALS:
        return _REFUSALS[status]
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.PROTOCOL


async def _read_body(
    response: Response, headers: Mapping[str, str], url: str, request: Request
) -> bytes:
    """Read and decode a body within its caps."""
    try:
        decoder = BodyDecoder(headers.get("content-encoding"), request.max_bytes)
        while chunk := await response.read():
            decoder.feed(chunk)
        body = decoder.finish()
        if body.startswith(b"\x1f\x8b") and not request.types:
            body = gunzip(body, request.max_bytes)
    except BodyError as error:
        raise FetchError(error.outcome, url, error.detail, status=response.status) from error
    if not body:
        raise FetchError(Outcome.EMPTY, url, "an empty body", status=response.status)
    return body
