"""The feeds of the demo's outlets, in every format that is read."""

import json
from email.utils import format_datetime
from html import escape

from crawler.demo.paper import Paper, Story
from crawler.demo.server import Response

_TRACKING = "?utm_source=feed&utm_medium=rss"  # as most outlets add it


def render(paper: Paper) -> Response:
    """Return a paper's feed, listing page or sitemap."""
    writers = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json, "listing": _listing,
               "sitemap": _sitemap}  # fmt: skip
    text, media_type = writers[paper.feed](paper)
    return Response(text.encode(), media_type=media_type)


def _link(story: Story) -> str:
    return escape(story.url + _TRACKING)


def _rss(paper: Paper) -> tuple[str, str]:
    items = "".join(
        f"<item><title>{escape(s.headline)}</title><link>{_link(s)}</link>"
        f'<guid isPermaLink="false">{paper.host}{s.path}</guid>'
        f"<dc:creator>{escape(s.byline)}</dc:creator>"
        f"<pubDate>{format_datetime(s.published)}</pubDate>"
        f"<atom:updated>{s.modified.isoformat()}</atom:updated>"
        f"<description>{escape(s.body[0][:160])}</description></item>"
        for s in paper.stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{escape(paper.name)}</title><link>http://{paper.host}/</link>"
        f"<description>News</description><ttl>15</ttl>{items}</channel></rss>"
    ), "application/rss+xml"


def _atom(paper: Paper) -> tuple[str, str]:
    entries = "".join(
        f"<entry><title>{escape(s.headline)}</title><id>tag:{paper.host},2026:{s.path}</id>"
        f'<link rel="alternate" href="{_link(s)}"/><published>{s.published.isoformat()}</published>'
        f"<updated>{s.modified.isoformat()}</updated>"
        f"<author><name>{escape(s.byline or paper.name)}</name></author></entry>"
        for s in paper.stories
    )
    newest = max((s.modified for s in paper.stories), default=None)
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(paper.name)}</title><id>http://{paper.host}/</id>"
        f"<updated>{newest.isoformat() if newest else ''}</updated>{entries}</feed>"
    ), "application/atom+xml"


def _rdf(paper: Paper) -> tuple[str, str]:
    items = "".join(
        f'<item rdf:about="{escape(s.url)}"><title>{escape(s.headline)}</title>'
        f"<link>{_link(s)}</link><dc:date>{s.published.isoformat()}</dc:date></item>"
        for s in paper.stories
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="http://{paper.host}/"><title>{escape(paper.name)}</title>'
        f"<link>http://{paper.host}/</link></channel>{items}</rdf:RDF>"
    ), "application/rdf+xml"


def _json(paper: Paper) -> tuple[str, str]:
    items = [
        {
            "id": s.url,
            "url": s.url + _TRACKING,
            "title": s.headline,
            "date_published": s.published.isoformat(),
            "date_modified": s.modified.isoformat(),
            "authors": [{"name": s.byline}],
        }
        for s in paper.stories
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": paper.name, "items": items}
    return json.dumps(document, ensure_ascii=False), "application/feed+json"


def _listing(paper: Paper) -> tuple[str, str]:
    teasers = "".join(
        f'<li class="une"><h2><a href="{s.path}">{escape(s.headline)}</a></h2></li>'
        for s in paper.stories
    )
    return (
        f'<!doctype html><html lang="{paper.language}"><head><meta charset="utf-8">'
        f'<title>{escape(paper.name)}</title></head><body><nav><a href="/monde/">Toutes les '
        f'nouvelles du monde</a></nav><main><ul class="fil">{teasers}</ul></main></body></html>'
    ), "text/html; charset=utf-8"


def _sitemap(paper: Paper) -> tuple[str, str]:
    places = "".join(
        f"<url><loc>{escape(s.url)}</loc><news:news><news:publication><news:name>"
        f"{escape(paper.name)}</news:name><news:language>{paper.language}</news:language>"
        f"</news:publication><news:publication_date>{s.published.isoformat()}"
        f"</news:publication_date><news:title>{escape(s.headline)}</news:title></news:news></url>"
        for s in paper.stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset '
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{places}</urlset>'
    ), "application/xml"
