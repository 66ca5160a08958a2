"""Floors of quality on labelled data beside the project, and properties over all its texts."""

import gzip
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.statements.cues import LANGUAGES
from crawler.statements.reading import find_statements
from storage.records.statement import HEADLINE, Statement

_SAMPLE = 11  # every eleventh text of the data: enough for a property, and seconds
_LANGUAGE = {"kmr": "ku", "ckb": "ku"}


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def scorer(folder: Path) -> ModuleType:
    """Load the scorer that is handed over with the data."""
    spec = importlib.util.spec_from_file_location("statements_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answer(row: dict[str, Any]) -> dict[str, Any]:
    """Return the quotations of a text as the stage command prints them."""
    paragraphs = row["text"].split("\n")
    offsets = [sum(len(p) + 1 for p in paragraphs[:i]) for i in range(len(paragraphs))]
    found = find_statements("", paragraphs, row["lang"])
    return {"id": row["doc"], "quotes": [quote(s, offsets[s.paragraph]) for s in found]}


def quote(found: Statement, offset: int) -> dict[str, Any]:
    speaker = found.speaker
    return {
        "start": offset + found.start,
        "end": offset + found.end,
        "kind": found.kind.value,
        "speaker": None if speaker is None else [offset + speaker.start, offset + speaker.end],
        "certainty": found.certainty,
    }


@pytest.mark.slow  # it reads 688 texts
def test_speakers_of_direct_quotations_have_floors(shared: Path) -> None:
    folder = shared / "data/stories"
    score = scorer(folder)
    gold = list(rows_of(folder / "quotes.jsonl.gz"))
    answers = [answer(row) for row in rows_of(folder / "quotes-docs.jsonl.gz")]

    direct = score.quote_report(gold, answers, ("direct",), 5)
    indirect = score.quote_report(gold, answers, ("indirect",), 0)

    precision, recall, _ = direct["polnear"]["speaker"]
    assert precision >= 0.96
    assert recall >= 0.87
    assert direct["polnear"]["content"][1] >= 0.95
    assert direct["degq"]["speaker"][0] >= 0.82
    assert direct["degq"]["speaker"][1] >= 0.46
    assert indirect["polnear"]["speaker"][0] >= 0.88
    assert indirect["polnear"]["speaker"][1] >= 0.20


def test_the_sample_articles_have_exact_quotations_with_their_speakers(shared: Path) -> None:
    truth = json.loads((shared / "seed-site/statements.json").read_text("utf-8"))
    wrong = []
    for article in truth["articles"]:
        found = find_statements(article["title"], article["body"], "en")
        spoken = {
            (s.paragraph, article["body"][s.paragraph][s.start : s.end]): s
            for s in found
            if s.paragraph != HEADLINE
        }
        for wanted in article["quotes"]:
            statement = spoken.get((wanted["paragraph"], wanted["text"]))
            name = "" if statement is None else statement.name or ""
            if wanted["speaker"].split()[-1].casefold() not in name.casefold().split():
                wrong.append((wanted["text"], name))
        own = [s for s in found if s.paragraph in (1, 2, 3) and "syrianews" in article["url"]]
        wrong += [("the outlet's own", s.name) for s in own if s.name is not None]

    assert wrong == []


def test_every_position_of_all_data_is_exact(shared: Path) -> None:
    """`body[paragraph][start:end]` is what is shown: some text, without white space around it."""
    read = 0
    for file in sorted((shared / "data").rglob("*.jsonl.gz")):
        for row in list(rows_of(file))[::_SAMPLE]:
            text = row.get("text")
            if not isinstance(text, str):
                continue
            body = text.split("\n")
            language = _LANGUAGE.get(str(row.get("lang")), row.get("lang"))
            read += 1
            for statement in find_statements("", body, language or "en"):
                for place in filter(None, (statement.span, statement.cue, statement.speaker)):
                    part = body[place.paragraph][place.start : place.end]
                    assert part == part.strip() != ""
                    assert len(part) == place.end - place.start

    assert read > 100


def steps_for(text: str, language: str) -> int:
    """Return how many calls a text takes."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        find_statements("", (text,), language)
    finally:
        sys.setprofile(before)
    return steps


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "unit",
    [
        "“ ",
        '" a b c d ',
        "‘a ",
        "’ said ",
        "“We go,” said ",
        "« ",
        "said that ",
        "Brahm, ",
        "according to , ",
        "He said, ",
        "President Edda Brahm, ",
        "the president said: “a b c d e” ",
        ". ",
        "A. ",
        "قال ",
        "، ",
        "dedi ",
    ],
)
def test_a_hostile_text_takes_steps_by_its_length(unit: str, language: str) -> None:
    short = steps_for(unit * 400, language)
    long = steps_for(unit * 1600, language)

    assert long <= 5 * short + 1000
