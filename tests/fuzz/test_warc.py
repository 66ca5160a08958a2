"""Of an archive every response is a page, whatever is wrong with its fields."""

from pathlib import Path

from hypothesis import strategies as st

from crawler.maintenance.warc import read_pages
from tests.fuzz.profiles import hold, in_lanes

ODD = st.sampled_from(
    ["", "²", "9" * 5000, "-1", "2026-11-28T10:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01",
     "http://[::1", "https://ferry.example/2", "{", "[" * 3000, '{"entry": 7}', "\x07", "ар", "1e9"]
)  # fmt: skip
URLS = st.sampled_from(
    ["https://ferry.example/{}", "<https://ferry.example/{}>", "http://[broken/{}",
     "https://ferry.example:99999/{}", "HTTPS://FERRY.example/{}", ""]
)  # fmt: skip
STATUS_LINES = st.sampled_from(
    ["HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/2 404", "HTTP/1.1 ² OK", "200 OK", "HTTP/1.1 99999 X",
     "", "HTTP/1.1"]
)  # fmt: skip
HEADERS = st.sampled_from(
    [
        "Content-Type",
        "Content-Length",
        "Content-Encoding",
        "Transfer-Encoding",
        "Date",
        "Set-Cookie",
    ]
)
FIELDS = st.sampled_from(
    ["fetchTimeMs", "wireBytes", "requested", "redirect", "firstSeen", "readWith", "outlet", "x"]
)


def record(kind: str, *fields: str, block: bytes) -> bytes:
    head = ["WARC/1.0", f"WARC-Type: {kind}", *fields, f"Content-Length: {len(block)}", "", ""]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


@st.composite
def responses(draw: st.DrawFn, number: int) -> bytes:
    """Draw a response with its metadata."""
    key = f"<urn:uuid:00000000-0000-0000-0000-{number:012}>"
    headers = draw(st.lists(st.tuples(HEADERS, ODD), max_size=4))
    lines = [draw(STATUS_LINES), *(f"{name}: {value}" for name, value in headers), "", ""]
    url, date = draw(URLS).format(number), draw(st.one_of(st.just("2026-11-20T10:00:00Z"), ODD))
    said = draw(st.lists(st.tuples(FIELDS, ODD), max_size=4))
    block = "".join(f"{name}: {value}\r\n" for name, value in said).encode()
    response = record(
        "response", f"WARC-Target-URI: {url}", f"WARC-Record-ID: {key}", f"WARC-Date: {date}",
        "Content-Type: application/http; msgtype=response",
        block="\r\n".join(lines).encode() + b"<p>The ferry sails.</p>",
    )  # fmt: skip
    return response + record("metadata", f"WARC-Concurrent-To: {key}", block=block)


ARCHIVES = st.integers(1, 6).flatmap(
    lambda count: st.tuples(*(responses(number) for number in range(count)))
)


@in_lanes
def test_each_response_of_an_archive_is_a_page(examples: int, tmp_path: Path) -> None:
    file = tmp_path / "odd.warc"

    def check(records: tuple[bytes, ...]) -> None:
        file.write_bytes(b"".join(records))

        assert len(list(read_pages(file, 1_000_000))) == len(records)

    hold(examples, ARCHIVES, check)
