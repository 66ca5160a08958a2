"""A topic from near miss to label to trial, as an analyst goes."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crawler.demo.server import Response
from crawler.topic import file as topic_file
from crawler.topic.file import load
from storage.articles import labels
from storage.articles.labels import LabelsUnreadable
from tests.commands.test_cli import rows
from tests.support.command import drawdown
from tests.support.farm import feed_sources, make_text
from tests.support.small_farm import Farm, feed

NEAR = "Officials in Damascus spoke of the Turkish presence again."
ON = "American troops will leave Syria before winter, the general said."
OFF = "The market of the old town opened an hour late on Monday."


def page(headline: str, first: str) -> Response:
    filler = make_text(random.Random(headline), on_topic=False)
    prose = "".join(f"<p>{text}</p>" for text in (first, *filler))
    return Response(f"<html lang=en><article><h1>{headline}</h1>{prose}</article>".encode())


@pytest.fixture
async def corpus(farm: Farm) -> Path:
    """A store with an article on topic, a near miss and one off topic; return its configuration."""
    farm.serve_paths(
        "a.example",
        {
            "/feed": feed("/on", "/near", "/off"),
            "/on": page("Before winter", ON),
            "/near": page("Officials speak", NEAR),
            "/off": page("Market opens", OFF),
        },
    )
    await farm.round()
    return farm.folder / "sources.toml"


async def test_a_near_miss_is_listed_labelled_and_then_left_out(corpus: Path) -> None:
    (near,) = rows(drawdown("--config", corpus, "review", "--json").stdout)
    assert near["headline"] == "Officials speak"
    shown = drawdown("--config", corpus, "review")
    assert "[Turkish] [presence]" in shown.stdout

    said = drawdown("--config", corpus, "review", "--yes", str(near["id"]))
    assert "1 label written" in said.stdout
    assert rows(drawdown("--config", corpus, "review", "--json").stdout) == []
    (kept,) = labels.read(labels.file_for(corpus.parent / "corpus.db"))
    assert (kept.relevant, kept.headline, kept.body[0]) == (True, "Officials speak", NEAR)


async def test_a_query_chooses_among_all_near_misses_before_the_limit(farm: Farm) -> None:
    headlines = {"/one": "Officials speak", "/two": "Officials answer"}
    pages = {
        "/one": page(headlines["/one"], NEAR),
        "/two": page(
            headlines["/two"], "On Sunday officials in Damascus spoke of Turkish presence."
        ),
    }
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    await farm.round()
    config = farm.folder / "sources.toml"

    for headline in headlines.values():
        call = ("review", "--json", "--limit", "1", f'title:"{headline}"')
        done = drawdown("--config", config, *call)
        assert [row["headline"] for row in rows(done.stdout)] == [headline], done.stderr


async def test_the_newest_label_of_an_article_counts(corpus: Path) -> None:
    for answer in ("--yes", "--no"):
        drawdown("--config", corpus, "review", answer, "http://a.example/off?utm_source=x")

    (kept,) = labels.read(labels.file_for(corpus.parent / "corpus.db"))
    assert not kept.relevant


async def test_a_topic_is_tried_on_labels_and_on_the_corpus(corpus: Path, tmp_path: Path) -> None:
    ids = {
        row["headline"]: str(row["id"])
        for row in rows(drawdown("--config", corpus, "export").stdout)
    }
    drawdown("--config", corpus, "review", "--yes", ids["Before winter"], "--yes",
             ids["Officials speak"], "--no", ids["Market opens"])  # fmt: skip
    shipped = drawdown("--config", corpus, "topic", "test")
    assert "3 labels" in shipped.stdout
    assert "recall 0.500" in shipped.stdout
    assert "missed: " in shipped.stdout
    assert "of 3 stored articles 0 would come to the topic, 0 would leave it" in shipped.stdout

    edited = tmp_path / "edited.toml"
    text = (Path(topic_file.__file__).parent / "topics/syria-withdrawal.toml").read_text("utf-8")
    edited.write_text(text.replace("relevant = 0.7", "relevant = 0.5"), "utf-8")
    tried = json.loads(drawdown("--config", corpus, "topic", "test", edited, "--json").stdout)
    assert tried["score"] == {"right": 2, "wrong": 0, "missed": 0}
    assert [(c["headline"], c["relevant"]) for c in tried["changes"]] == [("Officials speak", True)]


def test_a_line_that_is_no_label_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.labels.jsonl"
    file.write_text("\n{}\n")

    with pytest.raises(LabelsUnreadable, match=r"x\.labels\.jsonl:2: no label"):
        labels.read(file)


async def test_explain_marks_the_words_that_decided(corpus: Path, tmp_path: Path) -> None:
    stored = drawdown("--config", corpus, "explain", "http://a.example/on").stdout
    assert "on topic: 9" in stored
    assert ", on topic from 70 %" in stored
    assert "[American] [troops] will [leave Syria]" in stored
    assert "a foreign force is named +1.0" in stored

    text = tmp_path / "text.txt"
    text.write_text(f"A headline\n\n{NEAR}\n", "utf-8")
    html = tmp_path / "page.html"
    html.write_bytes(page("Before winter", ON).body)
    assert (
        "near miss" in drawdown("explain", text).stdout
        or "on topic" in drawdown("explain", text).stdout
    )
    found = json.loads(drawdown("explain", "--json", html).stdout)
    assert found["relevant"]
    mark = found["evidence"][0]["marks"][0]
    assert found["evidence"][0]["sentence"][mark["start"] : mark["end"]] == "American"


async def test_the_probability_is_shown_exported_and_searched(corpus: Path) -> None:
    exported = rows(drawdown("--config", corpus, "export").stdout)
    likely = {row["headline"]: float(str(row["probability"])) for row in exported}
    assert likely["Before winter"] > 0.9 > likely["Officials speak"] > likely["Market opens"]
    assert list(exported[0]).index("probability") < list(exported[0]).index("score")

    found = rows(drawdown("--config", corpus, "search", "probability:0.9", "--json").stdout)
    assert [row["headline"] for row in found] == ["Before winter"]
    assert " %" in drawdown("--config", corpus, "search", "probability:.9").stdout
    wrong = drawdown("--config", corpus, "search", "probability:12")
    assert wrong.returncode == 2
    assert "a number from 0 to 1" in wrong.stderr
    assert "%, score" in drawdown("--config", corpus, "show", "1").stdout


async def test_verdicts_of_an_older_version_have_no_probability_until_they_are_judged_again(
    corpus: Path,
) -> None:
    store = corpus.parent / "corpus.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE verdict SET probability = NULL, topic_version = 'old-1'")
        connection.commit()

    (row, *_) = rows(drawdown("--config", corpus, "export").stdout)
    assert row["probability"] is None
    assert row["score"]
    review = drawdown("--config", corpus, "review")
    assert "3 articles were judged before there was a probability" in review.stderr

    drawdown("--config", corpus, "reprocess", "--topic")
    assert all(row["probability"] for row in rows(drawdown("--config", corpus, "export").stdout))


def label(number: int, *, relevant: bool) -> bytes:
    headline = f"American troops {'leave Syria' if relevant else 'hold a parade in Syria'}"
    made = labels.Label(
        canonical_url=f"http://a.example/{number}{relevant}",
        relevant=relevant,
        at=datetime(2026, 1, 2, tzinfo=UTC),
        language="en",
        source=f"Outlet {number % 6}",
        headline=headline,
        standfirst=None,
        body=(),
    )
    return msgspec.json.encode(made) + b"\n"


async def test_weights_are_learnt_from_labels_into_a_new_file(corpus: Path, tmp_path: Path) -> None:
    given, out = tmp_path / "given.jsonl", tmp_path / "learnt.toml"
    given.write_bytes(b"".join(label(n, relevant=n % 2 == 0) for n in range(120)))

    done = drawdown("--config", corpus, "topic", "fit", "--labels", given, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "learnt, outlets left out: F1 1.000" in done.stdout
    assert load(out).version != load().version
    assert 'texts = "120 labels"' in out.read_text("utf-8")
    shown = drawdown("--config", corpus, "topic", "fit", "--labels", given, "--json")
    assert json.loads(shown.stdout)["learnt"] == {"right": 60, "wrong": 0, "missed": 0}


async def test_too_few_labels_teach_nothing(corpus: Path, tmp_path: Path) -> None:
    given, out = tmp_path / "given.jsonl", tmp_path / "learnt.toml"
    given.write_bytes(b"".join(label(n, relevant=n % 2 == 0) for n in range(20)))

    done = drawdown("--config", corpus, "topic", "fit", "--labels", given, "--out", out)
    assert done.returncode == 1
    assert "10 labels on topic and 10 off topic: learning needs 60 of each" in done.stderr
    assert not out.exists()


async def test_what_promises_to_be_on_topic_is_fetched_first(farm: Farm) -> None:
    items = [
        ("Old town market", "/1", "24"),
        ("US troops leave Syria", "/2", "20"),
        ("Ferry", "/3", "25"),
    ]
    entries = "".join(
        f"<item><title>{title}</title><link>http://a.example{path}</link>"
        f"<pubDate>Tue, {day} Nov 2026 10:00:00 GMT</pubDate></item>"
        for title, path, day in items
    )
    rss = f'<rss version="2.0"><channel><title>T</title>{entries}</channel></rss>'
    paths = {path: page(title, OFF) for title, path, _ in items}
    farm.serve_paths("a.example", {"/feed": Response(rss.encode()), **paths})
    farm.sources = feed_sources({"a.example": 1}) + 'max_age = "unlimited"\n'

    await farm.round()

    assert [path for path in farm.paths() if path != "/feed"] == ["/2", "/3", "/1"]
