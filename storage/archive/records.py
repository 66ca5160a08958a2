"""WARC 1.1 records (ISO 28500:2017) of a page: the request, the response, and their metadata.

The body is kept decoded, as the digest in the store was made of it; headers that spoke of the
transfer coding are renamed, so that no reader decodes it again. `pages` makes pages of records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from storage.records.model import Page, ReadWith
from storage.sqlite.values import to_json

RENAMED = "X-Archive-Orig-"
_CODING = {"content-encoding", "transfer-encoding", "content-length"}
_NEVER_KEPT = {"set-cookie", "set-cookie2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as fetched, with the facts of its fetch."""

    page: Page
    outlet: str = ""  # by which name it is followed; empty: another program's archive
    first_seen: datetime | None = None  # when the address of its article was discovered
    read_with: ReadWith | None = None  # of a page that was read
    faults: tuple[str, ...] = ()  # fields of its records that cannot be, and are passed over


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its own headers by lower-case name, and its block."""

    headers: dict[str, str]
    block: bytes

    @property
    def payload(self) -> bytes:
        """The body of a response."""
        return self.block.partition(b"\r\n\r\n")[2]


def of_page(kept: ArchivedPage, user_agent: str) -> list[bytes]:
    """Return the records of a page, the response first."""
    page = kept.page
    key = f"{page.url} {page.fetched_at.isoformat()}"
    response_id = _id(f"response {key}")
    common = {"WARC-Date": _date(page.fetched_at), "WARC-Target-URI": page.url}
    response = _response(page)
    return [
        _record(
            "response",
            response_id,
            response,
            "application/http;msgtype=response",
            common
            | ({"WARC-IP-Address": page.address} if page.address else {})
            | {
                "WARC-Payload-Digest": f"sha256:{sha256(page.body).hexdigest()}",
                "WARC-Block-Digest": f"sha256:{sha256(response).hexdigest()}",
            },
        ),
        _record(
            "request",
            _id(f"request {key}"),
            _request(page, user_agent),
            "application/http;msgtype=request",
            common | {"WARC-Concurrent-To": response_id},
        ),
        _record(
            "metadata",
            _id(f"metadata {key}"),
            _metadata(kept),
            "application/warc-fields",
            common | {"WARC-Concurrent-To": response_id},
        ),
    ]


def warcinfo(name: str, software: str, made: datetime) -> bytes:
    """Return the record with which a file begins."""
    block = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    fields = {"WARC-Date": _date(made), "WARC-Filename": name}
    return _record(
        "warcinfo",
        _id(f"warcinfo {name} {made}"),
        block,
        "application/warc-fields",
        fields,
    )


def read(data: bytes) -> Iterator[Record]:
    """Yield the records of unpacked WARC bytes. Raises ValueError if they are none."""
    for record in split(data):
        head, _, rest = record.partition(b"\r\n\r\n")
        yield Record(fields(head.partition(b"\r\n")[2]), rest[:-4])


def split(data: bytes) -> Iterator[bytes]:
    """Yield each record of unpacked WARC bytes as it is. Raises ValueError if they are none."""
    place = 0
    while place < len(data):
        end = data.find(b"\r\n\r\n", place)
        if not data.startswith(b"WARC/1.", place) or end < 0:
            raise ValueError("no WARC record")
        length = int(fields(data[place:end]).get("content-length", "-1"))
        after = end + 4 + length + 4
        if length < 0 or after > len(data):
            raise ValueError("a WARC record that is cut short")
        yield data[place:after]
        place = after


def fields(lines: bytes) -> dict[str, str]:
    """Return named fields by lower-case name; of several with one name the last."""
    return {name.lower(): value for name, value in pairs(lines)}


def pairs(lines: bytes) -> list[tuple[str, str]]:
    """Return named fields in their order."""
    parted = (line.partition(":") for line in lines.decode("utf-8", "replace").split("\r\n"))
    return [(name.strip(), value.strip()) for name, colon, value in parted if colon]


def _record(
    kind: str,
    key: str,
    block: bytes,
    media: str,
    fields: dict[str, str],
) -> bytes:
    lines = {"WARC-Type": kind, "WARC-Record-ID": key, **fields,
             "Content-Type": media, "Content-Length": str(len(block))}  # fmt: skip
    head = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in lines.items())
    return b"WARC/1.1\r\n" + head.encode("utf-8", "replace") + b"\r\n" + block + b"\r\n\r\n"


def _response(page: Page) -> bytes:
    known = page.status in HTTPStatus._value2member_map_
    phrase = HTTPStatus(page.status).phrase if known else "Unknown"
    lines = [f"HTTP/1.1 {page.status} {phrase}"]
    for name, value in page.headers:
        lower = name.lower()
        if lower not in _NEVER_KEPT:
            shown = f"{RENAMED}{name}" if lower in _CODING else name
            lines.append(f"{_one_line(shown)}: {_one_line(value)}")
    lines.append(f"Content-Length: {len(page.body)}")
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + page.body


def _request(page: Page, user_agent: str) -> bytes:
    parts = urlsplit(page.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", f"User-Agent: {user_agent}", "", ""]
    return "\r\n".join(map(_one_line, lines)).encode("utf-8", "replace")


def _metadata(kept: ArchivedPage) -> bytes:
    page = kept.page
    fields = [("outlet", kept.outlet), ("fetchTimeMs", f"{page.phases.total:.0f}")]
    fields += [("wireBytes", str(page.wire_bytes)), ("requested", page.requested_url)]
    fields += [("redirect", url) for url in page.redirects]
    if kept.first_seen is not None:
        fields.append(("firstSeen", _date(kept.first_seen)))
    if kept.read_with is not None:
        fields.append(("readWith", to_json(kept.read_with)))
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields).encode(
        "utf-8", "replace"
    )


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _id(key: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, key)}>"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
