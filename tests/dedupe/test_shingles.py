import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dedupe.shingles import fingerprint
from storage.records.model import Fingerprint
from tests.support.farm import make_text

ORIGINAL = make_text(random.Random(1), on_topic=True, paragraphs=8)
LINE = "The Post has told the news of the islands since its first boat."


def sketch(found: Fingerprint) -> list[int]:
    return [int(value) for value in np.frombuffer(found.sketch, "<u8")]


def test_a_sketch_samples_between_24_and_40_shingles() -> None:
    long_text = make_text(random.Random(3), on_topic=False, paragraphs=300)

    assert len(sketch(fingerprint(long_text))) == 40
    assert 24 <= len(sketch(fingerprint(ORIGINAL))) <= 40
    assert len(sketch(fingerprint(["Three words only"]))) == 1
    assert sketch(fingerprint([])) == []


def test_a_truncated_copy_shares_sampled_shingles_with_its_original() -> None:
    shared = set(sketch(fingerprint(ORIGINAL[:3]))) & set(sketch(fingerprint(ORIGINAL)))

    assert len(shared) >= 5


@pytest.mark.slow
def test_every_process_makes_the_same_sketch() -> None:
    program = (
        "import sys; from crawler.dedupe.shingles import fingerprint;"
        "print(fingerprint(sys.argv[1:]).sketch.hex())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, *ORIGINAL], capture_output=True, text=True, check=True
    )

    assert other.stdout.strip() == fingerprint(ORIGINAL).sketch.hex()


def test_lines_of_the_outlet_do_not_count_but_for_the_exact_hash() -> None:
    (line,) = fingerprint([LINE]).lines

    apart = fingerprint([*ORIGINAL, LINE], {line})

    assert apart.shingles == fingerprint(ORIGINAL).shingles
    assert apart.text_hash == fingerprint([*ORIGINAL, LINE]).text_hash


def test_long_paragraphs_are_divided_into_lines() -> None:
    assert len(fingerprint([" ".join([LINE, *ORIGINAL[:3]])]).lines) > 3


def test_marks_and_stretched_letters_make_no_other_text() -> None:
    plain, marked = "القوات الأجنبية تنسحب من سوريا", "القُوّات الأجنبيّة تنسـحب من سُوريا"

    assert fingerprint([plain]).text_hash == fingerprint([marked]).text_hash


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    text = "外国の軍隊はシリアから撤退すると政府が月曜日に発表した"

    shared = set(sketch(fingerprint([text + "。追加の説明"]))) & set(sketch(fingerprint([text])))

    assert len(shared) > 10


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_has_a_fingerprint(paragraphs: list[str]) -> None:
    found = fingerprint(paragraphs)

    assert sketch(found) == sorted(sketch(found))
    assert len(found.text_hash) == 32
