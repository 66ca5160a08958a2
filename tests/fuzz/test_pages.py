"""What a page says of itself is believed or passed over; it never ends the reading of the page."""

import json
from html import escape

import msgspec
from hypothesis import strategies as st

from crawler.topic import rules
from crawler.workers.jobs import PageJob
from crawler.workers.read import read_page
from storage.records.model import PageReading, Selectors
from tests.fuzz.profiles import hold, in_lanes

URL = "https://ferry.example/news/1"
TOPIC = rules.load(None)
TEXT = (
    "The ferry between the two towns sails again from Monday, the harbour master told reporters. "
    "It had been in dock since the storm in March, and its engine was replaced. "
)
ODD = [
    "", "²", "9" * 5000, "2026-11-28T10:00:00Z", "9999-12-31T23:59:59-23:59", "0000-00-00", "-1",
    "Sat, 28 Nov 2026 25:61:00 GMT", "1e400", "http://[::1", "//x", "javascript:1", "\ud800",
    "\x00", "https://ferry.example/" + "a" * 3000, "A. B. " * 500, "(" * 2000, "<b>", "&#x110000;",
    "ар",
]  # fmt: skip
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=30))
NAMES = st.sampled_from(
    "og:title og:url og:type og:image og:locale og:site_name author article:published_time "
    "article:modified_time article:author article:tag article:section keywords date robots "
    "dc.date dcterms.created parsely-pub-date news_keywords twitter:title description".split()
)
KEYS = st.sampled_from(
    "@type @graph @id headline name datePublished dateModified author publisher articleBody image "
    "keywords inLanguage isAccessibleForFree articleSection url mainEntityOfPage hasPart".split()
)
TYPES = st.sampled_from(["NewsArticle", "Person", "Organization", "VideoObject", "ItemList"])
JSON = st.recursive(
    st.one_of(VALUES, TYPES, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
CONTENT_TYPES = st.sampled_from([None, "text/html; charset=utf-8", "text/html; charset=²"])
RAW_SCRIPTS = st.sampled_from(
    ["{", "[" * 3000, '{"@type": "NewsArticle",}', "<!-- {} -->", "9" * 6000, '"\\ud800"', "NaN"]
)


@st.composite
def heads(draw: st.DrawFn) -> str:
    """Draw the metadata of a page."""
    metas = draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))
    tables = draw(st.lists(JSON, max_size=2))
    raw = draw(st.lists(RAW_SCRIPTS, max_size=1))
    attribute = draw(st.sampled_from(["name", "property", "itemprop"]))
    parts = [f'<meta {attribute}="{name}" content="{escape(value)}">' for name, value in metas]
    scripts = [json.dumps(table) for table in tables] + raw
    parts += [f'<script type="application/ld+json">{script}</script>' for script in scripts]
    parts.append(f'<link rel="canonical" href="{escape(draw(VALUES))}">')
    return "".join(parts)


@st.composite
def pages(draw: st.DrawFn) -> PageJob:
    """Draw a page with an article, and what is said of it."""
    language = escape(draw(VALUES))
    time = f'<time datetime="{escape(draw(VALUES))}">{escape(draw(VALUES))}</time>'
    byline = f'<span class="byline">{escape(draw(VALUES))}</span>'
    body = "".join(f"<p>{TEXT}({number})</p>" for number in range(4))
    html = (
        f'<html lang="{language}"><head><title>The ferry sails</title>{draw(heads())}</head><body>'
        f"<article><h1>The ferry sails</h1>{byline}{time}{body}</article></body></html>"
    )
    return PageJob(
        body=html.encode("utf-8", "replace"),
        url=URL,
        content_type=draw(CONTENT_TYPES),
        entry=None,
        selectors=Selectors(),
    )


@in_lanes
def test_no_metadata_is_an_exception_and_all_that_is_read_can_be_stored(examples: int) -> None:
    def check(job: PageJob) -> None:
        reading = read_page(job, TOPIC)
        packed = msgspec.msgpack.encode(reading)

        assert msgspec.msgpack.decode(packed, type=PageReading) == reading
        if reading.article is not None:
            assert "ferry between" in " ".join(reading.article.body)

    hold(examples, pages(), check)
