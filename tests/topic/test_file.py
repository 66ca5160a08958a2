"""Topic files with mistakes: each is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import TopicError
from crawler.topic import file as topic_file
from crawler.topic.file import load

SHIPPED = (Path(topic_file.__file__).parent / "topics" / "syria-withdrawal.toml").read_text("utf-8")


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('version = "3"', 'version = "3"\nextra = 3', "unknown key 'extra'"),
        ("[actor]", "[alien]", r"unknown key 'alien'; known are actor"),
        ("relevant = ", "relevnt = ", "thresholds.relevant is missing, or not between"),
        ("review = 0.28", "review = true", "thresholds.review is missing, or not between 0 and 1"),
        ("review = 0.28", "review = 1.5", "thresholds.review is missing, or not between 0 and 1"),
        ("k_leave = ", "k_leaves = ", "unknown key 'k_leaves' in .weights."),
        ("k_leave = ", "k_leave = true #", "weights.k_leave is missing, or no number"),
        ("mover = 16", "mover = -1", "windows.mover is missing, or no number from 0 on"),
        ("date = ", "day = ", "unknown key 'day' in .learnt."),
        ('"damascus", ', '"*", ', r"\[place\] en: '\*': a term begins and ends with a word"),
        ('"damascus", ', '"da*mas", ', "is no word"),
        ('"damascus", ', '"", ', "is no word"),
        ('"damascus", ', "3, ", "a term is text"),
        ("sv = [\"syri*\"", "sv_SE = [\"syri*\"", "is no language code"),
        ('sv = ["drar ', 'sv = []  # ["', "has no list of terms"),
        ("[place]", "[place", "cannot be used"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    file = tmp_path / "topic.toml"
    changed = SHIPPED.replace(before, after, 1)
    file.write_text(changed, "utf-8")

    with pytest.raises(TopicError, match=said) as caught:
        load(file)
    if "cannot" not in said:
        assert f"topic.toml:{line_of(after.splitlines()[-1], changed)}:" in str(caught.value)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "topic.toml"
    file.write_text('name = "x"\nversion = "1"\n[place]\nen = ["*"]\n', "utf-8")

    with pytest.raises(TopicError) as caught:
        load(file)
    assert str(caught.value).count("topic.toml:") >= 6


def test_an_edit_is_another_version(tmp_path: Path) -> None:
    file = tmp_path / "topic.toml"
    file.write_text(SHIPPED.replace('"damascus", ', ""), "utf-8")

    assert load(file).version != load().version
    assert load(file).version.startswith("syria-withdrawal-3.")


@settings(max_examples=200)
@given(st.binary(max_size=300), st.text(max_size=300))
def test_no_file_is_worse_than_refused(garbage: bytes, text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for content in (
            garbage,
            text.encode("utf-8", "replace"),
            f"[place]\nen = [{text!r}]".encode(),
        ):
            file = Path(folder) / "topic.toml"
            file.write_bytes(content)
            load.cache_clear()
            with pytest.raises(TopicError):
                load(file)
