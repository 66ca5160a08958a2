"""A page becomes an article: the only way into this room.

Pure: bytes and claims in, an Article out. Every field has its provenance (`Article.origins`).
"""

from dataclasses import dataclass, replace
from typing import Any

from crawler import text, urls
from crawler.extract import metadata, standfirst
from crawler.extract.access import read_access
from crawler.extract.agencies import wire_of
from crawler.extract.body import Body, find_body
from crawler.extract.byline import read_byline
from crawler.extract.dates import read_dates
from crawler.extract.document import Document, parse
from crawler.extract.embeds import read_embeds
from crawler.extract.fallback import body_text
from crawler.extract.headline import read_headline
from crawler.extract.pagekind import read_kind
from crawler.extract.rights import Headers, read_rights
from storage.records.article import Article, SiteProfile
from storage.records.model import FeedEntry, Selectors

VERSION = "extract-4"
# Of a page on disk whose address nobody knows: neither a home page, nor a path with a day in it.
UNKNOWN_URL = "https://page.invalid/article"
_MOST_LINKS = 500  # of one article
# A day without its time, and sometimes another article's.
_WEAK_DATES = frozenset({"url", "page text"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article, and the body it was taken from."""

    article: Article
    body: Body


def extract(
    html: bytes,
    *,
    url: str,
    content_type: str | None = None,
    hints: FeedEntry | None = None,
    site: SiteProfile | None = None,
    selectors: Selectors | None = None,
) -> Article:
    """Return the article on a page; its body is empty where there is none.

    `hints` is what the feed claims: it fills what the page leaves out. `site` is learned from
    earlier articles of the outlet, `selectors` are an operator's or an outlet rule's.
    """
    extraction = read_page(
        html,
        url=url,
        content_type=content_type,
        hints=hints,
        site=site,
        selectors=selectors,
    )
    return extraction.article


def read_page(
    html: bytes,
    *,
    url: str,
    content_type: str | None = None,
    hints: FeedEntry | None = None,
    site: SiteProfile | None = None,
    selectors: Selectors | None = None,
    headers: Headers = (),
) -> Extraction:
    """Return the article on a page as `extract` does, and how it was found too.

    `headers` are those of its response that claim rights.
    """
    document = parse(html, url=url, content_type=content_type)
    rights = read_rights(document, headers)
    headline, sites = read_headline(document)
    body = find_body(
        document.tree,
        headline.ways,
        host=document.host,
        selectors=selectors or Selectors(),
        site=site or SiteProfile(),
    )
    article = Article(
        headline=headline.text,
        origins=_known({"headline": headline.provenance}),
        rights=rights,
        extractor_version=VERSION,
    )
    article = _with_signatures(article, document, body, sites)
    article = _with_metadata(article, document, body)
    article = _with_text(article, document, body, hints)
    if hints is not None:
        article = _completed(article, hints)
    return Extraction(article, body)


def _known(provenance: dict[str, str]) -> dict[str, str]:
    return {name: how for name, how in provenance.items() if how}


def _with_signatures(
    article: Article, document: Document, body: Body, sites: frozenset[str]
) -> Article:
    """Add who signs the article, and when it was published and modified."""
    dates = read_dates(document, body)
    byline = read_byline(document, body, article.headline, sites)
    provenance = {
        "byline": byline.provenance,
        "published": dates.provenance,
        "modified": dates.modified_provenance,
    }
    return replace(
        article,
        byline=byline.names,
        credit=body.credit or ", ".join(byline.agencies) or None,
        published=dates.published,
        published_zone=dates.zone,
        published_claim=dates.claim,
        modified=dates.modified,
        origins=article.origins | _known(provenance),
    )


def _with_metadata(article: Article, document: Document, body: Body) -> Article:
    """Add what the page's head claims."""
    access, access_provenance = read_access(document, body)
    language, language_provenance = metadata.read_language(document)
    fields = metadata.read(document)
    provenance = {
        "access": access_provenance,
        "charset": document.decoded.described,
        **{name: found.provenance for name, found in fields.items()},
        "language": language_provenance,
    }
    return replace(
        article,
        access=access,
        language=language,
        charset=document.decoded.charset,
        canonical_url=fields["canonical_url"].value,
        section=fields["section"].value,
        image=fields["image"].value,
        site_name=fields["site_name"].value,
        tags=metadata.read_tags(document),
        origins=article.origins | _known(provenance),
    )


def _with_text(
    article: Article, document: Document, body: Body, hints: FeedEntry | None
) -> Article:
    """Add the text, its links and pictures, and what follows from it: kind, wire, word count."""
    paragraphs, provenance = body_text(body, document, hints, article.headline)
    described = standfirst.described(document, paragraphs, article.headline)
    origins = {
        "body": provenance if paragraphs else "",
        "standfirst": "page" if body.standfirst else "meta" if described else "",
    }
    words = text.count_words("\n".join(paragraphs))
    links = _links(body, document.url)
    wire = wire_of(
        credit=article.credit,
        body=paragraphs,
        claimed=article.canonical_url,
        links=links,
    )
    return replace(
        article,
        kind=read_kind(document, body, article.headline, words),
        standfirst=body.standfirst or described,
        body=paragraphs,
        captions=body.captions,
        inserts=read_embeds(body),
        links=links,
        wire=wire,
        word_count=words,
        origins=article.origins | _known(origins),
    )


def _links(body: Body, url: str) -> tuple[str, ...]:
    """Return the targets of links in the text, to other pages, each once."""
    written: list[str] = []
    for block in body.kept:
        written += block.links
    targets: dict[str, None] = {}
    for link in written[:_MOST_LINKS]:
        target = urls.absolute(link, url)
        if target is not None and target != url:
            targets.setdefault(target)
    return tuple(targets)


def _completed(article: Article, hints: FeedEntry) -> Article:
    """Take from the feed what the page leaves out, or knows only weakly."""
    if hints.published and article.origins.get("published") in _WEAK_DATES:
        article = replace(
            article,
            published=None,
            published_zone=None,
            published_claim=None,
        )
    taken = _missing(article, hints)
    if "published" in taken:
        # The dates of a feed are in UTC, or in a zone that it does not name.
        article = replace(article, published_zone="+00:00" if hints.is_zoned else None)
    return replace(
        article,
        **taken,
        modified=article.modified or hints.modified,
        origins=article.origins | dict.fromkeys(taken, "feed"),
    )


def _missing(article: Article, hints: FeedEntry) -> dict[str, Any]:
    """Return the claims of the feed for fields that the page leaves empty, by field."""
    claims = {
        "headline": hints.headline,
        "byline": hints.byline,
        "published": hints.published,
    }
    return {name: claim for name, claim in claims.items() if claim and not getattr(article, name)}
