"""Lists of articles in the formats of the web, written as outlets write them.

A document has items with addresses of their own, and faults that readers of the web pass over. What
must come of it is known: each item, or a count that it is in.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape

from hypothesis import strategies as st

BASE = "https://ferry.example"
URL = f"{BASE}/list"


@dataclass(frozen=True, slots=True)
class Item:
    """What a list says of one article."""

    path: str
    title: str
    is_usable: bool = True

    @property
    def address(self) -> str:
        """Where the article is, as it is written in the list."""
        return f"{BASE}{self.path}" if self.is_usable else "http://[broken"


@dataclass(frozen=True, slots=True)
class Style:
    """How a document is written."""

    encoding: str = "utf-8"
    before: str = ""  # the declaration
    after: str = ""  # the end
    extra_first: str = ""  # in each item, before its own fields
    extra_last: str = ""
    is_bare: bool = False  # `&` is written as it is
    is_cdata: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A list as its bytes come, and what is in it."""

    items: tuple[Item, ...]
    style: Style
    body: bytes
    content_type: str | None


LETTERS = "abcdefg ABC 0123 äöüßé абвгд 日本語 한국어 العربية ،。!?-"
TITLES = st.text(alphabet=LETTERS, min_size=1, max_size=20).filter(str.strip)
PATHS = st.sampled_from(
    ["/news/{}", "/?id={}&lang=en", "/{}.html", "/2026/11/{}/", "/a-{}?utm=x&y=1", "/ü/{}"]
)
# Extensions whose fields are no article's.
PICTURES = (
    '<image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:loc>'
    "https://ferry.example/p.jpg</image:loc><image:title>A photo</image:title></image:image>",
    '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="https://ferry.example/p.jpg">'
    "<media:title>A photo</media:title><media:description>A quay.</media:description>"
    "</media:content>",
    '<video:video xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"><video:title>Clip'
    "</video:title><video:publication_date>2001-01-01</video:publication_date></video:video>",
    '<v:v xmlns:v="urn:v"/>',
    "<!-- a comment -->",
    "\x0b",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1251", "gb18030", "euc-kr", "iso-8859-1")
XML_STYLES = st.builds(
    Style,
    encoding=st.sampled_from(ENCODINGS),
    before=st.sampled_from(["", "\n \n", "<!-- cached -->", '<?xml-stylesheet href="a"?>']),
    after=st.sampled_from(["", "\n", "<!-- 0.2 s -->"]),
    extra_first=st.sampled_from(["", *PICTURES]),
    extra_last=st.sampled_from(["", *PICTURES]),
    is_bare=st.booleans(),
    is_cdata=st.booleans(),
)


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Draw items, each with an address of its own; about one in eight has none."""
    count = draw(st.integers(0, 12))
    listed = []
    for number in range(count):
        path = draw(PATHS).format(number)
        is_usable = draw(st.integers(0, 7)) > 0
        listed.append(Item(path, draw(TITLES), is_usable))
    return tuple(listed)


def text_of(value: str, style: Style) -> str:
    """Return a text within an element."""
    if style.is_cdata:
        return f"<![CDATA[{value}]]>"
    escaped = escape(value, quote=False)
    return escaped.replace("&amp;", "&") if style.is_bare else escaped


def rss(listed: tuple[Item, ...], style: Style) -> str:
    """Write RSS 2.0."""
    inner = "".join(
        f"<item>{style.extra_first}<title>{text_of(item.title, style)}</title>"
        f"<link>{text_of(item.address, style)}</link>{style.extra_last}</item>"
        for item in listed
    )
    return f"<rss version='2.0'><channel><title>Ferry</title>{inner}</channel></rss>"


def rdf(listed: tuple[Item, ...], style: Style) -> str:
    """Write RSS 1.0."""
    inner = "".join(
        f"<item>{style.extra_first}<link>{text_of(item.address, style)}</link>"
        f"<title>{text_of(item.title, style)}</title>{style.extra_last}</item>"
        for item in listed
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/"><channel><title>Ferry</title></channel>{inner}</rdf:RDF>'
    )


def atom(listed: tuple[Item, ...], style: Style) -> str:
    """Write Atom."""
    inner = "".join(
        f"<entry>{style.extra_first}<title>{text_of(item.title, style)}</title>"
        f'<link rel="enclosure" href="{BASE}/a.mp3"/>'
        f'<link href="{escape(item.address)}"/>{style.extra_last}</entry>'
        for item in listed
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Ferry</title>{inner}</feed>'


def sitemap(listed: tuple[Item, ...], style: Style) -> str:
    """Write a news sitemap; `news` is not declared."""
    inner = "".join(
        f"<url>{style.extra_first}<news:news><news:title>{text_of(item.title, style)}</news:title>"
        f"</news:news><loc>{text_of(item.address, style)}</loc>{style.extra_last}</url>"
        for item in listed
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'


def sitemap_index(listed: tuple[Item, ...], style: Style) -> str:
    """Write an index."""
    inner = "".join(
        f"<sitemap>{style.extra_first}<loc>{text_of(item.address, style)}</loc></sitemap>"
        for item in listed
    )
    return f"<sitemapindex>{inner}</sitemapindex>"


def opml(listed: tuple[Item, ...], style: Style) -> str:
    """Write a list of feeds, each in a folder."""
    inner = "".join(
        f'<outline text="{escape(item.title)}"><outline type="rss" text="{escape(item.title)}" '
        f'xmlUrl="{escape(item.address)}"/></outline>'
        for item in listed
    )
    return f"<opml version='2.0'><head/><body>{inner}</body></opml>"


Writer = Callable[[tuple[Item, ...], Style], str]


def _is_unlike_latin_1(listed: Iterable[Item]) -> bool:
    """Whether titles have more letters beyond ASCII than a language of Latin-1 has.

    Their label is not believed: "ßä ßß" is as likely "пф пп" with the label of a default.
    """
    letters = [letter for item in listed for letter in item.title if letter.isalpha()]
    accented = sum(not letter.isascii() for letter in letters)
    return 4 * accented > len(letters)


@st.composite
def xml_documents(draw: st.DrawFn, write: Writer) -> Document:
    """Draw a document of a format; its encoding is declared, by itself or by the server.

    A file of a list of feeds has no server.
    """
    listed, style = draw(items()), draw(XML_STYLES)
    if style.is_cdata and not style.encoding.startswith("utf"):
        style = replace(style, encoding="utf-8")  # it has no references to characters
    if style.encoding == "iso-8859-1" and _is_unlike_latin_1(listed):
        style = replace(style, encoding="utf-8")
    is_marked = style.encoding in {"utf-8", "utf-8-sig", "utf-16"}
    # ISO 8859-1 alone in a header is the default of a server, and no more than a hint.
    needs_declaration = write is opml or style.encoding == "iso-8859-1"
    is_declared = needs_declaration or draw(st.booleans())
    name = style.encoding.removesuffix("-sig")
    declaration = f'<?xml version="1.0" encoding="{name}"?>' if is_declared else ""
    # What comes before the declaration is before the document, so it is drawn for that, too.
    written = f"{style.before}{declaration}{write(listed, style)}{style.after}"
    body = written.encode(style.encoding, "xmlcharrefreplace")
    media_type = "application/xml"
    if not is_declared and not is_marked:
        media_type += f"; charset={name}"
    return Document(listed, style, body, media_type)


@st.composite
def json_feeds(draw: st.DrawFn) -> Document:
    """Draw a JSON feed; some have raw control characters in their texts."""
    listed = draw(items())
    titles = [draw(st.sampled_from(["", "\n", "\t\x07"])) + item.title for item in listed]
    pairs = zip(listed, titles, strict=True)
    entries = [
        {"id": f"urn:{item.path}", "url": item.address, "title": title} for item, title in pairs
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": entries}
    written = json.dumps(feed, ensure_ascii=draw(st.booleans()))
    for written_as, raw in (("\\n", "\n"), ("\\t", "\t"), ("\\u0007", "\x07")):
        written = written.replace(written_as, raw)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return Document(listed, Style(encoding), written.encode(encoding), "application/json")


@st.composite
def text_sitemaps(draw: st.DrawFn) -> Document:
    """Draw a text sitemap; its first address can be used, or it is no list of addresses."""
    first = Item("/first", "")
    listed = (first, *draw(items()))
    ends = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    body = ends.join(item.address for item in listed).encode(encoding)
    return Document(listed, Style(encoding), body, "text/plain")
