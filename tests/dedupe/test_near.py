import gzip
import json
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.farm import make_text
from crawler.dedupe import near, revisions
from crawler.dedupe.shingles import fingerprint
from storage.article import Article
from storage.model import DuplicateKind
from tests.conftest import read_rows

ORIGINAL = make_text(random.Random(1), on_topic=True, paragraphs=8)
OTHER = make_text(random.Random(2), on_topic=True, paragraphs=8)


def kind_of(body: list[str], source: str = "copier") -> DuplicateKind | None:
    earlier = (1, "agency", fingerprint(ORIGINAL).text_hash, ORIGINAL)
    found = near.find_duplicate(source, fingerprint(body).text_hash, body, [earlier])
    return found.kind if found else None


def test_the_same_words_are_an_exact_copy() -> None:
    shouted = [paragraph.upper().replace(".", " !") for paragraph in ORIGINAL]

    assert kind_of(shouted) is DuplicateKind.EXACT


def test_small_edits_and_added_lines_are_a_copy() -> None:
    edited = ["Our own first line stands here now.", *ORIGINAL, "More on page nine of this paper."]

    assert kind_of(edited) is DuplicateKind.SYNDICATED
    assert kind_of(edited, source="agency") is DuplicateKind.NEAR


def test_a_cut_copy_knows_that_it_is_cut() -> None:
    found = near.find_duplicate("copier", "x", ORIGINAL[:3], [(1, "agency", "y", ORIGINAL)])

    assert found is not None
    assert found.kind is DuplicateKind.TRUNCATED
    assert found.kind_back is DuplicateKind.SYNDICATED
    assert found.forward > 0.9 > found.backward


def test_another_report_and_a_shared_quotation_are_no_copies() -> None:
    assert kind_of(OTHER) is None
    assert kind_of([*OTHER, ORIGINAL[4][:120]]) is None


def test_templated_reports_with_other_numbers_are_no_copies() -> None:
    template = (
        "The index closed at {} points on {} shares, up {} from the day before in calm trade."
    )
    one, two = (template.format(*numbers) for numbers in ((101, 2000, 3), (99, 1500, 7)))

    assert near.find_duplicate("a", "1", [one], [(1, "b", "2", [two])]) is None


def test_a_fingerprint_samples_between_24_and_64_shingles() -> None:
    long_text = make_text(random.Random(3), on_topic=False, paragraphs=300)

    assert len(fingerprint(long_text).sketch) == 64
    assert 24 <= len(fingerprint(ORIGINAL).sketch) <= 64
    assert len(fingerprint(["Three words only"]).sketch) == 1
    assert fingerprint([]).sketch == ()


def test_a_truncated_copy_shares_sampled_shingles_with_its_original() -> None:
    shared = set(fingerprint(ORIGINAL[:3]).sketch) & set(fingerprint(ORIGINAL).sketch)

    assert shared


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_has_a_fingerprint_that_fits_a_database(paragraphs: list[str]) -> None:
    sketch = fingerprint(paragraphs).sketch

    assert all(-(2**63) <= value < 2**63 for value in sketch)


def test_a_revision_is_a_change_of_words_or_headline() -> None:
    before = fingerprint(ORIGINAL)
    article = Article(headline="Old", body=tuple(ORIGINAL))

    def change(headline: str, body: list[str]) -> str | None:
        return revisions.find_change(
            "Old", before.text_hash, Article(headline=headline), fingerprint(body)
        )

    assert article.headline == "Old"
    assert change("Old", [p.upper() for p in ORIGINAL]) is None
    assert change("New", ORIGINAL) == "headline"
    assert change("Old", [*ORIGINAL, "One more."]) == "body"


def test_quality_on_labelled_pairs_has_a_floor(shared: Path) -> None:
    with gzip.open(shared / "data/dedupe/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"].split("\n") for row in map(json.loads, lines)}
    right = wrong = missed = 0
    for pair in read_rows(shared / "data/dedupe/pairs.jsonl"):
        if pair["label"] not in {"dup", "diff"}:
            continue
        one, two = texts[pair["a"]], texts[pair["b"]]
        hashes = fingerprint(one).text_hash, fingerprint(two).text_hash
        found = near.find_duplicate("a", hashes[0], one, [(1, "b", hashes[1], two)])
        right += found is not None and pair["label"] == "dup"
        wrong += found is not None and pair["label"] == "diff"
        missed += found is None and pair["label"] == "dup"

    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.95
