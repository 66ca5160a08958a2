"""Cookies within one chain of redirects: sent to the host that set them, forgotten after it.

Consent and balancing servers set a cookie and lead to the same address again, until it comes. What
a cookie says of its domain is passed over: none is sent to another host (RFC 6265, 5.3, step 6).
"""

import re
from collections.abc import Iterable

from crawler.urls.address import Address
from storage.records.model import Cookie

_MOST_COOKIES = 50  # of one chain (RFC 6265, 6.1: at least 50 of one host)
_MOST_BYTES = 4096  # of one name with its value (RFC 6265, 6.1)
_MOST_HEADER_BYTES = 8192  # sent with one request: the limit of the usual servers for a line
# What cannot be sent back: control characters, and the separator of cookies (RFC 6265, 4.1.1).
_UNSENDABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f;]")
# A cookie is taken back by `Max-Age=0` or `Max-Age=-1` …
_NO_AGE = re.compile(rb";\s*max-age\s*=\s*\"?(?:-\d|0+(?!\d))", re.I)
# … or by `Expires=Thu, 01 Jan 1970 00:00:00 GMT`.
_EXPIRED = re.compile(rb";\s*expires\s*=[^;]*\b19[67]\d\b", re.I)
_ONLY_SECURE = re.compile(rb";\s*secure\s*(?:;|\Z)", re.I)
_PATH = re.compile(rb";\s*path\s*=\s*([^;]*)", re.I)

Cookies = tuple[Cookie, ...]
Header = tuple[bytes, bytes]


def header_for(cookies: Cookies, address: Address) -> list[Header]:
    """Return the `Cookie` header of a request; nothing where no cookie is for its address."""
    sent = [cookie for cookie in cookies if _is_for(cookie, address)]
    pairs = [cookie.name + b"=" + cookie.value for cookie in sent]
    line = b"; ".join(pairs)
    if not line or len(line) > _MOST_HEADER_BYTES:
        return []
    return [(b"Cookie", line)]


def after(cookies: Cookies, address: Address, headers: Iterable[Header], hops: int) -> Cookies:
    """Return the cookies of a chain after a response; `hops` redirects were passed before it."""
    kept = {_key(cookie): cookie for cookie in cookies}
    for line in _set_cookies(headers):
        cookie = _read(line, address, hops)
        if cookie is None:
            continue
        key = _key(cookie)
        known = kept.get(key)
        if _is_taken_back(line):
            kept.pop(key, None)
        elif known is None or known.value != cookie.value:
            kept[key] = cookie
    newest = tuple(kept.values())
    return newest[:_MOST_COOKIES]


def have_changed(cookies: Cookies, address: Address, since: int) -> bool:
    """Whether an address is sent other cookies than it was after `since` redirects."""
    return any(
        cookie.changed_at >= since
        for cookie in cookies
        if _is_for(cookie, address)
    )  # fmt: skip


def _key(cookie: Cookie) -> tuple[str, bytes, str]:
    """Return what tells cookies from one another (RFC 6265, 5.3, step 11)."""
    return cookie.host, cookie.name, cookie.path


def _set_cookies(headers: Iterable[Header]) -> list[bytes]:
    return [
        value
        for name, value in headers
        if name.lower() == b"set-cookie"
    ]  # fmt: skip


def _is_taken_back(line: bytes) -> bool:
    match = _NO_AGE.search(line) or _EXPIRED.search(line)
    return match is not None


def _is_for(cookie: Cookie, address: Address) -> bool:
    """Whether a cookie is sent to an address (RFC 6265, 5.4)."""
    if cookie.host != address.host:
        return False
    if cookie.is_secure and address.scheme != "https":
        return False
    asked = address.target.partition("?")[0]
    return _is_within(asked, cookie.path)


def _is_within(asked: str, path: str) -> bool:
    """Whether a path is a cookie's, or below it (RFC 6265, 5.1.4).

    `/news/1` is within `/news` and `/news/`; `/newsletter` is in neither.
    """
    folder = path.rstrip("/") + "/"
    return asked == path or asked.startswith(folder)


def _read(line: bytes, address: Address, hops: int) -> Cookie | None:
    """Read a `Set-Cookie`; None where its name is empty or it cannot be sent back."""
    pair = line.partition(b";")[0]
    name, equals, value = pair.partition(b"=")
    name = name.strip()
    if not name or not equals:
        return None
    if len(pair) > _MOST_BYTES or _UNSENDABLE.search(pair):
        return None
    return Cookie(
        host=address.host,
        name=name,
        value=value.strip(),
        path=_path_of(line, address),
        is_secure=_ONLY_SECURE.search(line) is not None,
        changed_at=hops,
    )


def _path_of(line: bytes, address: Address) -> str:
    """Return the path under which a cookie is sent, by default that of the page's folder."""
    named = _PATH.findall(line)
    if named:
        last = named[-1].strip(b' "')  # the last one counts
        path: str = last.decode("latin-1")
        if path.startswith("/"):
            return path
    asked = address.target.partition("?")[0]
    folder = asked.rpartition("/")[0]
    return folder or "/"
