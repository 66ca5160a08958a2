"""The head of a response is mended before either engine parses it."""

import pytest

from crawler.fetch.http.head import HeadMender, mended

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("head", "right"),
    [
        (b"X: a\r\n\tb\r\n  c\r\n", b"X: a b c\r\n"),
        (b"X: a\n b\n", b"X: a b\n"),
        (b"  odd\r\nX: a\r\n", b"X: a\r\n"),
        (b"Content-Length: 5\r\nX: a\r\nCONTENT-LENGTH: 5\r\n", b"Content-Length: 5\r\nX: a\r\n"),
        (b"Content-Length: 5 ,5\r\n", b"Content-Length: 5\r\n"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n",) * 2,
        (b"Content-Length: 6, 5\r\n", b"Content-Length: 5, 6\r\n"),
        (b"Transfer-Encoding: Identity\r\nX: a\r\n", b"X: a\r\n"),
        (b"Transfer-Encoding: identity, chunked\r\n", b"Transfer-Encoding: chunked\r\n"),
        (b"X: a, Content-Length: 5\r\n",) * 2,
    ],
)
def test_what_servers_err_in_has_one_meaning(head: bytes, right: bytes) -> None:
    assert mended(OK + head + b"\r\n") == OK + right + b"\r\n"


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
def test_a_head_comes_out_the_same_in_whatever_pieces_it_comes(step: int) -> None:
    hints = b"HTTP/1.1 103 Hints\r\nLink: </a>;\r\n rel=preload\r\n\r\n"
    wire = hints + OK + b"X: a\r\n b\r\n\r\nbody\n\n folded? no\r\n\r\nmore"
    mender = HeadMender()
    parts = [mender.feed(wire[start : start + step]) for start in range(0, len(wire), step)]

    right = hints.replace(b"\r\n rel", b" rel") + OK + b"X: a b\r\n\r\n"
    assert b"".join(parts) == right + wire.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("wire", [b"<html>no head</html>", b"\x00\x00\x12\x04", b"ICY 200 OK\r\n"])
def test_what_is_no_head_is_handed_on_at_once(wire: bytes) -> None:
    assert HeadMender().feed(wire) == wire


def test_a_head_without_end_is_not_held_for_ever() -> None:
    mender = HeadMender()
    fed = sum(len(mender.feed(b"HTTP/1.1 200 OK " + b" " * 1000)) for _ in range(100))

    assert fed == 101_600
