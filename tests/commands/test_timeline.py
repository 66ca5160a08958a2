"""The command `timeline`: lines by force, one speaker in any script, unsure claims apart."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import cli
from storage.crawl import sources
from storage.records.claim import Claim, Stance
from storage.records.model import Source, SourceKind
from storage.records.sayings import Sayings
from storage.sqlite import schema
from tests.support.filling import NOW, store, visit

CONFIG = """\
[drawdown]
contact = "us@example.org"
store = "corpus.db"

[[source]]
name = "A"
feed = "https://a.example/feed"
"""
SAID = (
    ("Sergei Lavrov", Stance.SHOULD_LEAVE, 0.85, "Sergei Lavrov says Turkish troops must leave."),
    ("Kemal Ordun", Stance.STAYS, 0.85, "Kemal Ordun says Turkish troops stay in Syria."),
    (None, Stance.LEFT, 0.5, "Turkish troops left two posts in Syria."),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Make a corpus of three articles, each with a claim about Turkey's forces."""
    file = tmp_path / "sources.toml"
    file.write_text(CONFIG)
    with closing(schema.connect(tmp_path / "corpus.db")) as connection:
        source = Source(name="A", kind=SourceKind.FEED, url="https://a.example/feed")
        sources.synchronize(connection, [(source, "a.example")], NOW)
        for number, said in enumerate(SAID):
            put(connection, number, *said)
    return file


def put(
    connection: sqlite3.Connection,
    number: int,
    speaker: str | None,
    stance: Stance,
    *rest: object,
) -> None:
    certainty, sentence = rest
    claim = Claim(
        paragraph=0, start=0, end=len(str(sentence)), force="turkey", stance=stance,
        speaker=speaker, speaker_how="person", said_on=f"2026-11-2{number}",
        certainty=float(str(certainty)),
    )  # fmt: skip
    url = f"https://a.example/{number}"
    seen = visit(url, [str(sentence)])
    said = Sayings(statements=(), claims=(claim,), version="rules-1")
    store(connection, 1, url, replace(seen, reading=replace(seen.reading, sayings=said)))


def run(config: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["--config", str(config), "timeline", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_lines_have_their_sentence_and_what_contradicts_them(config: Path) -> None:
    shown = run(config)

    assert "Turkey" in shown
    assert "2026-11-20  Sergei Lavrov: should leave  (1 house, 1 text)" in shown
    assert SAID[1][3] in shown
    assert "against line 1: Sergei Lavrov, 2026-11-20: should leave" in shown
    assert "2 lines, 1 contradiction" in shown
    assert "1 unsure claim more: --all" in shown
    assert SAID[2][3] not in shown


def test_all_shows_unsure_claims_with_a_question_mark(config: Path) -> None:
    assert "the article: left ?" in run(config, "--all")


def test_a_speaker_is_found_in_any_script(config: Path) -> None:
    lines = [json.loads(line) for line in run(config, "--speaker", "Лавров", "--json").splitlines()]

    assert [line["speaker"] for line in lines] == ["Sergei Lavrov"]
    assert lines[0]["against"][0]["speaker"] == "Kemal Ordun"


def test_since_and_force_limit_what_is_shown(config: Path) -> None:
    assert "Lavrov: should" not in run(config, "--since", "2026-11-21")
    assert "no claims yet" in run(config, "iran")
