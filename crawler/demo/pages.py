"""The pages of the demo's outlets: three layouts, each with its own furniture around the text."""

import json
from html import escape

from crawler.demo.paper import Paper, Story
from crawler.demo.server import Response


def render(paper: Paper, story: Story) -> Response:
    """Return a story's page, in its paper's layout and encoding."""
    layouts = {"classic": _classic, "boxes": _boxes, "rtl": _rtl}
    html = layouts[paper.layout](paper, story)
    media_type = "text/html; charset=utf-8" if paper.encoding == "utf-8" else "text/html"
    return Response(html.encode(paper.encoding, "xmlcharrefreplace"), media_type=media_type)


def _head(paper: Paper, story: Story, extra: str = "") -> str:
    return (
        f'<!doctype html><html lang="{paper.language}"><head><meta charset="{paper.encoding}">'
        f"<title>{escape(story.headline)} | {escape(paper.name)}</title>"
        f'<link rel="canonical" href="{escape(story.url)}">'
        f'<meta property="og:title" content="{escape(story.headline)}">'
        f'<meta property="og:site_name" content="{escape(paper.name)}">{extra}</head>'
    )


def _paragraphs(story: Story) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.body)


def _figure(story: Story) -> str:
    if not story.caption:
        return ""
    caption = escape(story.caption)
    return f'<figure><img src="/picture.jpg" alt=""><figcaption>{caption}</figcaption></figure>'


def _others(paper: Paper, story: Story) -> str:
    return "".join(
        f'<li><a href="{other.path}">{escape(other.headline)}</a></li>'
        for other in paper.stories
        if other.path != story.path
    )


def _classic(paper: Paper, story: Story) -> str:
    metas = (
        f'<meta property="article:published_time" content="{story.published.isoformat()}">'
        f'<meta property="article:modified_time" content="{story.modified.isoformat()}">'
        f'<meta name="author" content="{escape(story.byline)}">'
    )
    standfirst = f'<p class="standfirst">{escape(story.standfirst)}</p>' if story.standfirst else ""
    return (
        _head(paper, story, metas)
        + f'<body><nav><a href="/">{escape(paper.name)}</a></nav><article class="story">'
        f"<h1>{escape(story.headline)}</h1>{standfirst}"
        f'<p class="byline">By {escape(story.byline)}</p>{_figure(story)}'
        f'<div class="story-body">{_paragraphs(story)}</div></article>'
        f'<aside class="most-read"><h3>Most read</h3><ol>{_others(paper, story)}</ol></aside>'
        f"<footer>© {escape(paper.name)}, all rights reserved</footer></body></html>"
    )


def _boxes(paper: Paper, story: Story) -> str:
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": story.published.isoformat(),
        "dateModified": story.modified.isoformat(),
        "author": [{"@type": "Person", "name": story.byline}],
    }
    script = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    half = (len(story.body) + 1) // 2
    first, second = (
        "".join(f"<p>{escape(paragraph)}</p>" for paragraph in part)
        for part in (story.body[:half], story.body[half:])
    )
    standfirst = f'<p class="chapo">{escape(story.standfirst)}</p>' if story.standfirst else ""
    return (
        _head(paper, story, script)
        + f'<body><div class="page"><header><h1>{escape(story.headline)}</h1>{standfirst}</header>'
        f'<div class="share-bar"><a href="#">Facebook</a> <a href="#">Telegram</a></div>'
        f'<div class="article-text"><section>{first}</section>'
        f'<div class="newsletter-box"><h4>Newsletter</h4><p>By signing up you agree to the terms.'
        f"</p></div><section>{second}</section></div>"
        f'<div class="related"><h3>Related</h3><ul>{_others(paper, story)}</ul></div>'
        "</div></body></html>"
    )


def _rtl(paper: Paper, story: Story) -> str:
    standfirst = f"<h2>{escape(story.standfirst)}</h2>" if story.standfirst else ""
    return (
        _head(paper, story)
        + f'<body dir="rtl"><table class="layout"><tr><td class="main"><h1>{escape(story.headline)}'
        f'</h1><div class="author">{escape(story.byline)}</div><time datetime="'
        f'{story.published.isoformat()}"></time>{standfirst}{_figure(story)}'
        f'<div class="news-text">{_paragraphs(story)}</div></td><td class="sidebar"><ul>'
        f"{_others(paper, story)}</ul></td></tr></table></body></html>"
    )
