"""Floors on labelled articles of real events, grouped as `drawdown group` does."""

from pathlib import Path

import pytest

from crawler.stories.likeness import shipped
from tests.support.labelled_stories import Labelled, group, measured, read_sets, shares

F1 = 2


@pytest.fixture(scope="module")
def sets(shared: Path) -> dict[str, list[Labelled]]:
    """Return the labelled sets beside the checkout."""
    assert (shared / "data/stories").is_dir()
    return read_sets()


# The weights were fitted on these sets: the floors only show that nothing became worse.
@pytest.mark.slow  # it compares hundreds of texts
@pytest.mark.parametrize(
    ("name", "b_cubed", "pairs"),
    [
        ("native", 0.92, 0.90),
        ("basil", 0.97, 0.96),
        ("voices", 0.93, 0.88),
        ("demo", 0.98, 0.98),
        ("abp-syria", 0.82, 0.46),
        ("fakes", 0.85, 0.63),
    ],
)
def test_stories_of_labelled_articles_have_a_floor(
    sets: dict[str, list[Labelled]],
    name: str,
    b_cubed: float,
    pairs: float,
) -> None:
    found = measured(sets[name], shipped().by_pair)

    assert found["b_cubed"][F1] >= b_cubed
    assert found["pairs"][F1] >= pairs


@pytest.mark.slow
def test_pairs_of_two_languages_are_right(sets: dict[str, list[Labelled]]) -> None:
    precision, _, f1 = measured(sets["native"], shipped().by_pair)["cross"]

    assert precision >= 0.92
    assert f1 >= 0.90


@pytest.mark.slow
def test_the_order_of_articles_matters_little(sets: dict[str, list[Labelled]]) -> None:
    articles = sets["voices"]
    forwards = group(articles, shipped().by_pair)
    backwards = group(articles[::-1], shipped().by_pair)[::-1]

    agreement = shares(list(map(str, forwards)), backwards, ["en"] * len(articles))
    assert agreement["b_cubed"][F1] >= 0.90
