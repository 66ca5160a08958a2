"""An answer is judged by its head, then its body is read: decoded, within its caps, whole."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from crawler.errors import FetchError
from crawler.fetch.backoff import retry_after_seconds
from crawler.fetch.decoding import BodyDecoder, BodyError, gunzip
from crawler.fetch.order import Order
from storage.model import Outcome

_REFUSALS = {
    204: Outcome.EMPTY, 205: Outcome.EMPTY, 206: Outcome.PARTIAL,
    401: Outcome.DENIED, 403: Outcome.DENIED, 451: Outcome.DENIED,
    404: Outcome.NOT_FOUND, 410: Outcome.GONE,
    429: Outcome.RATE_LIMITED, 503: Outcome.RATE_LIMITED,
}  # fmt: skip


def check_head(status: int, headers: Mapping[str, str], url: str, order: Order) -> None:
    """Refuse an answer by its status and headers, before its body is read."""
    if status == 304 and not order.validators_for(url):
        raise FetchError(Outcome.PROTOCOL, url, "304, but no validator was sent", status=status)
    if status not in {200, 203, 304}:
        raise FetchError(
            _refusal(status),
            url,
            f"HTTP {status}",
            status=status,
            retry_after=retry_after_seconds(headers.get("retry-after"), datetime.now(UTC)),
        )
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if order.types and media_type and not any(t in media_type for t in order.types):
        raise FetchError(Outcome.NOT_HTML, url, f"Content-Type {media_type[:80]}", status=status)
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > order.max_bytes:
        raise FetchError(
            Outcome.TOO_LARGE,
            url,
            f"{length} bytes announced, {order.max_bytes} allowed",
            status=status,
        )


def _refusal(status: int) -> Outcome:
    if status in _REFUSALS:
        return _REFUSALS[status]
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.PROTOCOL


async def read_body(
    stream: AsyncIterator[bytes], coding: str | None, url: str, order: Order, status: int
) -> bytes:
    """Read and decode a body within its caps."""
    try:
        decoder = BodyDecoder(coding, order.max_bytes)
        async for chunk in stream:
            decoder.feed(chunk)
        body = decoder.finish()
        if body.startswith(b"\x1f\x8b") and not order.types:
            body = gunzip(body, order.max_bytes)
    except BodyError as error:
        raise FetchError(error.outcome, url, error.detail, status=status) from error
    if not body:
        raise FetchError(Outcome.EMPTY, url, "an empty body", status=status)
    return body
