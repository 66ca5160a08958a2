"""The demo's outlets: read from TOML, answered as feeds and pages in the dress of real ones."""

import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from crawler.demo import feeds, pages
from crawler.demo.paper import Paper, Story
from crawler.demo.server import Outlet, Request, Response

Table = dict[str, Any]  # Any: TOML


def load_papers(now: datetime, *, second_day: bool = False) -> list[Paper]:
    """Read the bundled outlets; on the second day one of them has rewritten an article."""
    folder = resources.files("crawler.demo") / "outlets"
    tables = [
        tomllib.loads(file.read_text("utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    originals = {
        f"{table['host']}{article['path']}": article
        for table in tables
        for article in table.get("article", [])
    }
    return [_paper(table, originals, now, second_day) for table in tables]


def _paper(table: Table, originals: Table, now: datetime, second_day: bool) -> Paper:
    stories = [
        _story(table["host"], article, originals, now, second_day)
        for article in table.get("article", [])
    ]
    return Paper(
        name=table["name"],
        host=table["host"],
        language=table["language"],
        country=table.get("country", ""),
        group=table.get("group", "national"),
        feed=table["feed"],
        layout=table["layout"],
        encoding=table.get("encoding", "utf-8"),
        broken=table.get("broken", False),
        stories=tuple(sorted(stories, key=lambda story: story.published, reverse=True)),
    )


def _story(host: str, article: Table, originals: Table, now: datetime, second_day: bool) -> Story:
    source = originals.get(article.get("copy_of", ""), article)
    published = now - timedelta(hours=article["hours_ago"])
    story = Story(
        url=f"http://{host}{article['path']}",
        path=article["path"],
        headline=article["headline"],
        published=published,
        modified=published,
        body=_paragraphs(source["body"])[: article.get("paragraphs")],
        byline=article.get("byline", source.get("byline", "")),
        standfirst=article.get("standfirst", ""),
        caption=article.get("caption", ""),
        forbidden=article.get("forbidden", False),
        missing=article.get("missing", False),
        media_type=article.get("media_type", "text/html"),
    )
    if second_day and "revised_body" in article:
        return replace(
            story,
            headline=article["revised_headline"],
            body=_paragraphs(article["revised_body"]),
            modified=now,
        )
    return story


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in body.split("\n\n") if part.strip())


def outlet_of(paper: Paper) -> Outlet:
    """Return the function that answers for a paper."""
    stories = {story.path: story for story in paper.stories}

    def answer(request: Request) -> Response:
        path = request.path.partition("?")[0]
        if paper.broken:
            status = 404 if path == "/robots.txt" else 500
            return Response(b"the beacon is broken", status)
        if path == "/robots.txt":
            rules = [f"Disallow: {story.path}" for story in paper.stories if story.forbidden]
            text = "\n".join(["User-agent: *", "Disallow: /search", *rules, ""])
            return Response(text.encode(), media_type="text/plain")
        if path == paper.feed_path:
            return feeds.render(paper)
        story = stories.get(path)
        if story is None or story.missing:
            return Response(b"<h1>Not found</h1>", 404)
        if story.media_type != "text/html":
            return Response(b"%PDF-1.7 a map", media_type=story.media_type)
        return pages.render(paper, story)

    return answer
