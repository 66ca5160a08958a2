"""Quality of claims on labelled sentences and on two real articles; skipped where they are not."""

import importlib.util
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.statements.claims import ClaimReader, Readable
from crawler.statements.reading import find_statements
from crawler.topic.file import load
from storage.records.claim import Claim

READER = ClaimReader(load())


def scorer(folder: Path) -> Any:  # a script beside the data
    """Return the script that scores claims."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    """Return claims as the scorer reads them."""
    return [
        {
            "force": claim.force,
            "stance": claim.stance.value,
            "speaker": claim.speaker,
            "conditional": claim.is_conditional,
        }
        for claim in claims
    ]


def test_claims_of_labelled_sentences_have_a_floor(shared: Path) -> None:
    folder = shared / "data/stories"
    if not folder.exists():
        pytest.skip("the labelled sentences are not here")
    rows = list(map(json.loads, (folder / "claims.jsonl").read_bytes().splitlines()))
    answers = []
    for row in rows:
        language = "ku" if row["lang"] == "kmr" else row["lang"]
        body = (row["sentence"],)
        found = find_statements("", body, language)
        article = Readable("", body, language, is_of_place=True)
        answers.append({"id": row["id"], "claims": shown(READER.find(article, found))})

    report = scorer(folder).claim_report(rows, answers)

    # What is reached now, less two claims of 119. Headlines have a speaker that no label names.
    assert report["force"][0] >= 0.95
    assert report["direction"][0] >= 0.95
    assert report["direction"][1] >= 0.91
    assert report["stance"][0] >= 0.94
    assert report["stance"][1] >= 0.87
    assert report["speaker"] >= 0.76


def test_the_sample_articles_give_exactly_their_claims(shared: Path) -> None:
    truth_file = shared / "seed-site/statements.json"
    if not truth_file.exists():
        pytest.skip("the sample articles are not here")
    truth = json.loads(truth_file.read_text("utf-8"))
    required, missing, wrong = 0, [], []
    score = scorer(shared / "data/stories")
    for article in truth["articles"]:
        body = tuple(article["body"])
        found = find_statements(article["title"], body, "en")
        page = Readable(article["title"], body, "en", date(2018, 5, 21))
        claims = READER.find(page, found)
        for claim in claims:
            text = article["title"] if claim.paragraph < 0 else body[claim.paragraph]
            assert text[claim.start : claim.end].strip()
        for wanted in article["claims"]:
            required += 1
            if not any(is_meant(score, claim, wanted) for claim in shown(claims)):
                missing.append((wanted["speaker"], wanted["force"]))
        accepted = (*article["claims"], *article["also"])
        wrong += [c for c in shown(claims) if not any(is_accepted(score, c, a) for a in accepted)]
    assert (missing, wrong) == ([], [])
    assert required > 0


def is_meant(score: Any, claim: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a claim is the wanted one, its speaker and condition too."""
    if claim["force"] != wanted["force"] or claim["stance"] not in wanted["stance"]:
        return False
    if not score.same_name(claim["speaker"], wanted["speaker"]):
        return False
    return wanted["conditional"] in (None, claim["conditional"])


def is_accepted(score: Any, claim: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a claim may be made."""
    if claim["force"] != other["force"] or claim["stance"] not in other["stance"]:
        return False
    if other["speaker"] is None or not claim["speaker"]:
        return True
    return bool(score.same_name(claim["speaker"], other["speaker"]))
