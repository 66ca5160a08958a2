"""One notion of a usable address: what passes the gate is safe wherever it is used later."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls
from crawler.urls.address import MAX_URL, address_of, site_of

_LABELS = st.sampled_from([
    "", "a", "www", "m", "xn--", "xn--a", "xn--mnchen-3ya", "XN--A", "münchen", "com", "example",
    "a" * 63, "b" * 64, "_dmarc", "-", "ex!ample", "a&amp;b", "%61", "%2e", "a%25", "1", "0x7f",
    "127", "☃", "℀", "\u200d", "\ud800",
])  # fmt: skip
_HOSTS = st.one_of(
    st.lists(_LABELS, min_size=1, max_size=5).map(".".join),
    st.sampled_from(["[::1]", "[::1", "::1]", "[::ffff:1.2.3.4]", "[fe80::1%25eth0]", "1.2.3",
                     "..", "example.com.", "example.com..", "l.facebook.com", "web.archive.org",
                     "www.google.com", "outline.com", "a.cdn.ampproject.org", "x" * 300]),
)  # fmt: skip
_USERS = st.sampled_from(["", "me@", "me:secret@", "a[b@", "%40@", "a@b@", ":@"])
_PORTS = st.sampled_from(["", ":", ":0", ":00", ":80", ":443", ":8080", ":65535", ":65536", ":x"])
_SCHEMES = st.sampled_from(
    ["http://", "https://", "//", "HTTP://", "http:", "https:/", "http://https://", "ftp://",
     "javascript:", "", " \thttp://", "http:\\\\", "feed:http://"]
)  # fmt: skip
_PIECES = st.sampled_from(
    ["/", "a", "amp", "//", "%", "%zz", "%2f", "[", "]", ";sid=1", "?", "&amp;", "id=5", "#!/x",
     "#", "..", "\\", "\x00", "é", "index.html", "/feed/", "@", ":"]
)  # fmt: skip
_TAILS = st.lists(_PIECES, max_size=8).map("".join)
_PLAIN = st.tuples(_SCHEMES, _USERS, _HOSTS, _PORTS, _TAILS).map("".join)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Put an address into each redirector, escaped and as it is."""
    frames = st.sampled_from([
        "https://www.google.com/url?q={}", "https://l.facebook.com/l.php?u={}",
        "https://web.archive.org/web/2024id_/{}", "https://outline.com/{}",
        "https://a-b.cdn.ampproject.org/c/s/{}", "https://www.google.com/amp/s/{}",
        "https://x.safelinks.protection.outlook.com/?url={}",
    ])  # fmt: skip
    escaped = inner.map(lambda url: quote(url, safe="", errors="replace"))
    return st.builds(str.format, frames, st.one_of(inner, escaped))


_LINKS = st.recursive(st.one_of(_PLAIN, st.text(max_size=60)), _wrapped, max_leaves=4)
_BASES = st.sampled_from([
    "https://example.org/a/b", "http://[::1]:8080/", "https://www.google.com/url?q=",
    "http://xn--a/", "not a base",
])  # fmt: skip


@given(link=_LINKS, base=_BASES)
def test_an_address_that_passes_never_raises_later(link: str, base: str) -> None:
    url = urls.absolute(link, base)
    if url is None:
        return
    host, canonical, normal = urls.host_of(url), urls.canonicalize(url), urls.normal(url)

    assert len(url) <= MAX_URL
    assert urls.usable(url) == url
    assert urls.host_of(normal) == host
    assert urls.normal(normal) == normal
    assert urls.origin_of(normal) == urls.origin_of(url)
    assert urls.host_of(urls.origin_of(url)) == host
    assert urls.same_site(host, host)
    assert site_of(host)
    assert urls.canonicalize(urls.canonicalize(canonical))
    assert isinstance(urls.parameters(canonical), dict)
    assert canonical.startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "http://xn--a/x", "http://xn--/", "https://www.xn--b.example/", "http://a..example/",
        "http://.example/", "http://./", "http://example..", "http://*/", "http://ex!ample.org/",
        f"http://{'a' * 64}.example/", f"http://{'abcdefghi.' * 30}example/",
        "http://example.org:0/", "http://example.org:65536/", "http://[::1",
        f"http://example.org/{'a' * MAX_URL}", f"http://example.org/{'é' * 400}",
        f"http://example.org/#{'a' * MAX_URL}",
    ],
)  # fmt: skip
def test_what_can_never_be_asked_for_is_no_address(url: str) -> None:
    assert urls.absolute(url, "https://example.org/") is None
    assert urls.usable(url) is None
    with pytest.raises(ValueError, match=r"host|port|URL|longer"):
        address_of(url)


def test_a_link_is_no_whole_address() -> None:
    assert urls.usable("/a") is None
    assert urls.usable("not an address") is None
    assert urls.usable(" https://example.org/a ") == "https://example.org/a"


def test_a_host_is_one_with_and_without_its_last_dot() -> None:
    """Both names are one server: one pace, one name in TLS. The request keeps what was written."""
    address = address_of("https://example.org./a")

    assert address.host == "example.org"
    assert address.url == "https://example.org./a"


@pytest.mark.parametrize("inner", ["http://xn--a/x", "http://a..b/", "http://b.example:0/"])
def test_a_redirector_to_no_usable_address_is_its_own_identity(inner: str) -> None:
    wrapped = f"https://www.google.com/url?q={quote(inner, safe='')}"

    assert urls.canonicalize(wrapped).startswith("https://google.com/url?q=")


def test_the_port_of_https_is_no_part_of_an_identity() -> None:
    canonical = urls.canonicalize("http://example.org:443/a")

    assert canonical == urls.canonicalize(canonical) == "https://example.org/a"
