"""Which article a page is: claims that are believed, and parameters that prove to mean nothing."""

import random
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.demo.server import Request, Response
from storage.sqlite.database import open_corpus
from tests.support.farm import make_page, make_text
from tests.support.small_farm import Farm, feed


def by_number(parameter: str) -> Callable[[Request], Response]:
    """Serve a feed whose articles have one path and differ in `id` alone."""

    def answer(request: Request) -> Response:
        asked = urlsplit(request.path)
        if asked.path == "/feed":
            return feed(*(f"/news?id={n}&amp;{parameter}={n}" for n in range(1, 5)),
                        *(f"/news?id={n}&amp;{parameter}=x" for n in range(1, 5)))  # fmt: skip
        if asked.path != "/news":
            return Response(b"no", 404)
        number = parse_qs(asked.query)["id"][0]
        body = make_text(random.Random(number), on_topic=False)
        return Response(make_page(f"Headline {number}", body, ""))

    return answer


async def test_a_parameter_that_changes_no_text_is_dropped_once_it_is_proved(farm: Farm) -> None:
    farm.outlets["a.example"] = by_number("colour")

    await farm.round()

    assert farm.outcomes() == {"stored": 4, "alias": 4}
    with open_corpus(farm.folder / "corpus.db") as connection:
        proved = "SELECT name, same FROM url_parameter WHERE differ = 0"
        learned = connection.execute(proved).fetchall()
        vias = connection.execute("SELECT DISTINCT via FROM url_alias").fetchall()
    assert [row["name"] for row in learned] == ["colour"]
    assert learned[0]["same"] >= 3
    assert [row["via"] for row in vias] == ["parameter"]


async def test_a_parameter_that_tells_articles_apart_is_never_dropped(farm: Farm) -> None:
    """The same texts under equal numbers, but `id` differs between other texts too."""
    farm.outlets["a.example"] = by_number("utm_source")

    await farm.round()

    assert farm.outcomes() == {"stored": 4}
    with open_corpus(farm.folder / "corpus.db") as connection:
        row = connection.execute("SELECT same, differ FROM url_parameter").fetchone()
    assert row["same"] == 0
    assert row["differ"] > 0


@pytest.mark.parametrize(
    ("claim", "believed"),
    [
        ("http://a.example/harbour-opens-again", True),
        ("http://a.example/story/4711/harbour-opens", True),
        ("http://a.example/market-closed-on-sunday", False),
        ("http://elsewhere.example/harbour-opens-again", False),
        ("http://a.example/", False),
    ],
)
async def test_a_claimed_address_is_believed_where_it_may_name_this_article(
    farm: Farm, claim: str, *, believed: bool
) -> None:
    fetched = "/2026/11/harbour-opens-again.html"
    body = make_text(random.Random(1), on_topic=False)
    page = Response(make_page("Harbour opens again", body, claim))
    farm.serve_paths("a.example", {"/feed": feed(fetched), fetched: page})

    await farm.round()

    (article,) = farm.corpus()
    assert (article.url_key == claim.replace("http:", "https:")) == believed
