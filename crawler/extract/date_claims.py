"""Where a page says when it was published, the surest place first."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from crawler.extract.blocks import Block
from crawler.extract.body import Body
from crawler.extract.document import Document
from crawler.extract.vocabulary import READERS_AND_COOKIES

# Names of <meta>, lower case, with those of the large publishing systems (Parse.ly, Sailthru,
# Cxense, Dublin Core, Highwire) and of schema.org and Open Graph.
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "dcterms.date",
    "article.published",
    "cxenseparse:recs:publishtime", "published_time", "publication_date", "article_date_original",
    "originalpublicationdate", "ptime", "date", "created", "og:pubdate", "og:published_time",
    "rbpubdate", "article:published", "citation_publication_date", "cxense:publishtime",
    "dc:date", "citation_date", "citation_online_date", "bepress_citation_date",
)  # fmt: skip
# e.g. /2026/01/02/old-ferry or /20260102-old-ferry
_URL_DATE = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
# A key of the state that scripts carry for the browser, e.g. {"publishedAt":"2026-01-02T10:00Z"}
_SCRIPTED = re.compile(
    rb'"(?:datePublished|publishedAt|published_at|publishDate|publish_date|publicationDate'
    rb'|firstPublished(?:At|Date)?|pubDate|date_published|publishedDate)"\s*:\s*"([^"]{8,40})"'
)
# In Arabic and Persian digits too
_YEAR = re.compile(r"(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d")
# e.g. "Published on: 2 January 2026"
_LABELLED = re.compile(
    r"\b(?:published|posted|erschienen|veröffentlicht|publié|pubblicato|publicado|опубликовано)"
    r"(?: am| on| le| il| el)?\W{1,3}.{6,40}",
    re.I,
)
# Blocks around the headline, and after the text, in which a date is the article's.
_ABOVE, _BELOW = 4, 6
_MOST_MARKED = 3  # elements with itemprop=datePublished: more are of teasers
_LONGEST_LINE = 160  # characters of a line that gives a date
_SHORTEST_SENTENCE = 80  # characters of a line of the text that is no line of facts
_LONGEST_DATE = 24  # characters of a line that is nothing but a date
_MOST_ABOVE = 2  # <time> elements right above the headline
_MOST_SCRIPTED = 20  # dates in scripts that are compared
_DAY = 10  # characters of a date in ISO 8601 that are its day
# What a dateline ends with, e.g. "VADSØ, 2 January 2026 - ", "Vadsø (2.1.2026) ", "2 January. / "
_DATELINE = re.compile(r"^(.{4,60}?)(?:\s[-–—/|]\s|[—–:)]|/)")


class Source(NamedTuple):
    """Claims of a page about its day of publication, with a page (or URL) that has one."""

    provenance: str
    claims: Callable[[Document, Body], Iterable[str]]
    example: str


def _in_json_ld(document: Document, _: Body) -> Iterator[str]:
    """The date of each article that JSON-LD describes."""
    for table in document.jsonld:
        claim = table.get("datePublished")
        if claim:
            yield str(claim)


def _in_metas(document: Document, _: Body) -> Iterator[str]:
    """The <meta> elements that are named for the date of publication."""
    for name in _PUBLISHED:
        yield from document.metas.get(name, ())


def _in_time_elements(_: Document, body: Body) -> list[str]:
    """The <time> elements around the article, or the only one of the page.

    Teasers have such elements too, so others do not count.
    """
    times = [(order, claim) for order, claim in body.layout.times if _is_articles(order, body)]
    span = body.span
    low, high = span.headline - _ABOVE, span.last + _BELOW
    above = [claim for order, claim in times if low <= order < span.headline]
    near = [claim for order, claim in times if span.headline <= order <= high]
    # A ticker above the headline has several, the article's own line one or two.
    if len(above) <= _MOST_ABOVE:
        near = above + near
    if near or len(times) != 1:
        return near
    return [times[0][1]]


def _is_articles(order: int, body: Body) -> bool:
    """Whether the block after a <time> is no reader's comment, and of no other article."""
    for block in body.layout.blocks[order : order + 1]:
        is_comment = body.roles.believed.boilerplate.get(block.element) in READERS_AND_COOKIES
        return not is_comment and block not in body.roles.foreign
    return True


def _in_microdata(document: Document, _: Body) -> Iterator[str]:
    """The elements with the date in schema.org's vocabulary."""
    nodes = document.tree.css("[itemprop=datePublished]")
    for node in nodes[:_MOST_MARKED]:
        yield node.attributes.get("content") or node.text()


def _in_scripts(document: Document, _: Body) -> Iterator[str]:
    """The date in the state that scripts carry for the browser."""
    found = islice(_SCRIPTED.finditer(document.decoded.utf8), _MOST_SCRIPTED)
    claims = [match[1].decode("utf-8", "replace") for match in found]
    days = Counter(claim[:_DAY] for claim in claims).most_common(2)
    # Of several days the first may be a related article's: the article's own is said more often.
    if len(days) == 1 or (days and days[0][1] > days[1][1]):
        yield from (claim for claim in claims if claim[:_DAY] == days[0][0])


def _in_url(document: Document, _: Body) -> Iterator[str]:
    """The day in the page's URL."""
    match = _URL_DATE.search(document.url)
    if match is not None:
        yield "-".join(match.groups())


def _near_and_named(_: Document, body: Body) -> Iterator[str]:
    """The lines near the headline that are named as dates."""
    for block in _near_blocks(body):
        if _is_named(block):
            yield block.text


def _near(_: Document, body: Body) -> Iterator[str]:
    """All lines near the headline."""
    for block in _near_blocks(body):
        yield block.text


def _in_dateline(_: Document, body: Body) -> Iterator[str]:
    """The beginnings of the first two paragraphs."""
    first = body.span.first
    for block in body.layout.blocks[first : first + 2]:
        # Without a mark the date is the news': "On 8 December 2024 the old order ended."
        match = _DATELINE.match(block.text)
        if match is not None:
            yield match[1]


def _named(_: Document, body: Body) -> Iterator[str]:
    """The lines anywhere on the page that are named as dates."""
    for block in _dated_blocks(body):
        if _is_named(block):
            yield block.text


def _after_the_text(_: Document, body: Body) -> Iterator[str]:
    """The lines from the last paragraph on."""
    last = body.span.last
    for block in _dated_blocks(body):
        if last <= block.order <= last + _BELOW:
            yield block.text


def _labelled(_: Document, body: Body) -> Iterator[str]:
    """The lines with a word for publication before a date."""
    for block in _dated_blocks(body):
        match = _LABELLED.search(block.text)
        if match is not None:
            yield match[0]


def _alone(_: Document, body: Body) -> Iterator[str]:
    """The lines that are nothing but a date."""
    for block in _dated_blocks(body):
        if len(block.text) < _LONGEST_DATE:
            yield block.text


def _near_blocks(body: Body) -> list[Block]:
    """Return the lines around the headline, then those around the first paragraph."""
    blocks, span = body.layout.blocks, body.span
    # Below first: above the headline the masthead shows the day of the visit.
    near = blocks[span.headline : span.headline + _BELOW + 1]
    near += blocks[max(span.first - _ABOVE, span.headline) : span.first + _BELOW + 1]
    near += blocks[max(span.headline - _ABOVE, 0) : span.headline]
    return [block for block in near if _is_line(block, body)]


def _dated_blocks(body: Body) -> list[Block]:
    """Return all lines of the page that contain a year."""
    return [
        block for block in body.layout.blocks if _is_line(block, body) and _YEAR.search(block.text)
    ]


def _is_line(block: Block, body: Body) -> bool:
    """Whether a block is a short line, and no caption: the day of a picture is not the article's.

    A line that is only beside a picture may be its author's, e.g. <img> Ida Holm, 2 January 2026.
    """
    if len(block.text) >= _LONGEST_LINE:
        return False
    # A sentence of the text tells of the day of an event.
    if len(block.text) >= _SHORTEST_SENTENCE and block in body.kept:
        return False
    believed = body.roles.believed
    return block.element not in believed.captions or block.element in believed.nameless


def _is_named(block: Block) -> bool:
    """Whether a line or its element is named as a date, e.g. <span class="pubdate">."""
    around = block.element.parent
    if block.element.kind.date:
        return True
    return around is not None and around.kind.date


# The order is the policy: claims for machines first, text for readers last, as in htmldate
# (Barbaresi, 2020, doi.org/10.21105/joss.02439).
SOURCES = (
    Source(
        "json-ld",
        _in_json_ld,
        '<script type="application/ld+json">'
        '{"@type": "NewsArticle", "datePublished": "2026-01-02T10:00Z"}</script>',
    ),
    Source(
        "meta",
        _in_metas,
        '<meta property="article:published_time" content="2026-01-02">',
    ),
    Source(
        "time element",
        _in_time_elements,
        '<h1>Title</h1><time datetime="2026-01-02">',
    ),
    Source(
        "microdata",
        _in_microdata,
        '<p itemprop="datePublished" content="2026-01-02">',
    ),
    Source(
        "script",
        _in_scripts,
        '<script>x = {"publishedAt": "2026-01-02T10:00Z"}</script>',
    ),
    # A day without its time, and on some sites the day of the last change.
    Source(
        "url",
        _in_url,
        "https://outlet.example/2026/01/02/old-ferry",
    ),
    Source(
        "page text",
        _near_and_named,
        '<h1>Title</h1><p class="pubdate">2 January 2026</p>',
    ),
    Source(
        "page text",
        _near,
        "<h1>Title</h1><p>By Ida Holm, 2 January 2026</p>",
    ),
    Source(
        "page text",
        _in_dateline,
        f"<p>VADSØ, 2 January 2026 - {'A ferry sails. ' * 20}</p>",
    ),
    # Far from the headline a line needs another sign: a name, a place, a label, or being alone.
    Source(
        "page text",
        _named,
        f'{"<li>Menu" * 20}<p class="pubdate">Vadsø, 2 January 2026</p>',
    ),
    Source(
        "page text",
        _after_the_text,
        "<h1>Title</h1><p>Vadsø, 2 January 2026</p>",
    ),
    Source(
        "page text",
        _labelled,
        f"{'<li>Menu' * 20}<p>Ida Holm. Published: 2 January 2026</p>",
    ),
    Source(
        "page text",
        _alone,
        f"{'<li>Menu' * 20}<p>2 January 2026</p>",
    ),
)
