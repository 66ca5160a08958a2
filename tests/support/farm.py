"""Outlets made by a seed, for tests and measurements: feeds, articles, copies, as many as asked."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from crawler.demo.server import Outlet, Request, Response

_NOUNS = """harbour lantern orchard bridge ferry baker teacher captain archive market kitchen quarry
meadow railway chimney violin ladder notebook village council valley river school garden winter
autumn morning evening letter window basket carpet mirror candle island mountain station tunnel
""".split()
_VERBS = """repairs opens closes counts paints carries finds hides sells borrows measures forgets
remembers builds follows watches describes translates collects delivers""".split()
_ADJECTIVES = """quiet narrow golden broken patient distant careful hungry crooked silver frozen
gentle hollow restless""".split()
_ON_TOPIC = (
    "The last American troops of the {a} column will leave Syria before the {n} opens, a {b} "
    "officer said, and the withdrawal goes on."
)


def make_text(rng: random.Random, *, on_topic: bool, paragraphs: int = 5) -> list[str]:
    """Return the paragraphs of an invented article; no two seeds give the same."""
    made = [" ".join(_sentence(rng) for _ in range(rng.randint(2, 4))) for _ in range(paragraphs)]
    if on_topic:
        line = _ON_TOPIC.format(
            a=rng.choice(_ADJECTIVES), n=rng.choice(_NOUNS), b=rng.choice(_ADJECTIVES)
        )
        made[0] = f"{line} {made[0]}"
    return made


def _sentence(rng: random.Random) -> str:
    parts = [
        "The", rng.choice(_ADJECTIVES), rng.choice(_NOUNS), rng.choice(_VERBS), "a",
        rng.choice(_ADJECTIVES), rng.choice(_NOUNS), "near the", rng.choice(_NOUNS), "of the",
        rng.choice(_ADJECTIVES), rng.choice(_NOUNS), f"number {rng.randint(100, 99999)}",
    ]  # fmt: skip
    return " ".join(parts) + "."


def make_page(headline: str, paragraphs: list[str], url: str, furniture: int = 12) -> bytes:
    """Return an article's page, with the furniture of an outlet around it: so many links, twice."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    links = "".join(
        f'<li><a href="/section/{n}/">Section number {n}</a></li>' for n in range(furniture)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline}</title>'
        f'<link rel="canonical" href="{url}"></head><body><nav><ul>{links}</ul></nav>'
        f'<article><h1>{headline}</h1><div class="article-body">{body}</div></article>'
        f'<aside class="related"><ul>{links}</ul></aside></body></html>'
    ).encode()


def make_outlets(
    *, outlets: int, articles: int, paragraphs: int = 5, furniture: int = 12, seed: int = 1
) -> dict[str, Outlet]:
    """Return outlets by host; each has an RSS feed at /feed.

    A tenth of the articles are copies of the first outlet's.
    """
    rng = random.Random(seed)
    texts = [
        make_text(rng, on_topic=rng.random() < 0.4, paragraphs=paragraphs)
        for _ in range(outlets * articles)
    ]
    made: dict[str, Outlet] = {}
    for number in range(outlets):
        host = f"outlet{number}.example"
        stories: dict[str, tuple[str, list[str]]] = {}
        for place in range(articles):
            index = number * articles + place
            copied = number > 0 and place % 10 == 0
            body = texts[place] if copied else texts[index]
            stories[f"/story/{index}"] = (f"Headline {index} of the {rng.choice(_NOUNS)}", body)
        made[host] = _outlet(host, stories, furniture)
    return made


def _outlet(host: str, stories: Mapping[str, tuple[str, list[str]]], furniture: int) -> Outlet:
    now = datetime.now(UTC).replace(microsecond=0)
    items = "".join(
        f"<item><title>{headline}</title><link>http://{host}{path}?utm_source=rss</link>"
        f"<guid>http://{host}{path}</guid>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=place))}</pubDate></item>"
        for place, (path, (headline, _)) in enumerate(stories.items())
    )
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>'
        f"{host}</title><link>http://{host}/</link>{items}</channel></rss>"
    ).encode()

    def answer(request: Request) -> Response:
        path = request.path.partition("?")[0]
        if path == "/feed":
            return Response(feed, media_type="application/rss+xml")
        if path in stories:
            headline, body = stories[path]
            return Response(make_page(headline, body, f"http://{host}{path}", furniture))
        return Response(b"not here", 404)

    return answer


def write_config(
    file: Path,
    connect_to: Mapping[str, str],
    sources: str,
    *,
    limits: str = 'delay = "0s"\nworkers = 1',
    general: str = "",
    network: str = "",
) -> Path:
    """Write a configuration that leads names to loopback; return its path."""
    pairs = ", ".join(f'"{name}" = "{place}"' for name, place in connect_to.items())
    file.write_text(
        f'[drawdown]\ncontact = "bench@drawdown.example"\nstore = "corpus.db"\n{general}\n'
        f"[drawdown.limits]\n{limits}\n"
        f'[network]\nallow_private = ["127.0.0.0/8"]\nconnect_to = {{ {pairs} }}\n{network}\n'
        f"{sources}",
        "utf-8",
    )
    return file


def feed_sources(hosts: Mapping[str, object]) -> str:
    """Return one `[[source]]` a host, with its feed."""
    return "".join(
        f'[[source]]\nname = "{host}"\nfeed = "http://{host}/feed"\ninterval = "1h"\n'
        for host in hosts
    )
