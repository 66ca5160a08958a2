"""Floors on real pages with ground truth: raised with each gain, never lowered."""

import gzip
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import pytest

from crawler.extract.article import extract
from storage.records.article import Article
from tests.conftest import Row, read_rows

# They read thousands of pages, once for all of them.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("evaluation pages")]

NEWS = ("andy", "fundus", "fundus_eval")
Pages = list[tuple[Row, Article]]


@pytest.fixture(scope="module")
def pages(shared: Path) -> dict[str, Pages]:
    """Every page of the evaluation data, read once, by data set."""
    folder = shared / "data/extraction"
    read: dict[str, Pages] = defaultdict(list)
    for row in read_rows(folder / "truth.jsonl"):
        with gzip.open(folder / row["file"]) as stream:
            read[row["dataset"]].append((row, extract(stream.read(), url=row["url"])))
    return read


@pytest.mark.parametrize(
    ("datasets", "floor"), [(NEWS, 0.950), (("wcxb_dev",), 0.930), (("chinese",), 0.80)]
)
def test_body(pages: dict[str, Pages], datasets: tuple[str, ...], floor: float) -> None:
    """Body F1 over 4-word shingles, averaged over pages."""
    scores = [
        _f1(_shingles(row["body"]), _shingles(" ".join(article.body)))
        for name in datasets
        for row, article in pages[name]
        if row.get("body")
    ]

    assert fmean(scores) >= floor
    if datasets == NEWS:
        assert fmean(score < 0.5 for score in scores) <= 0.025


@pytest.mark.parametrize(("datasets", "floor"), [(NEWS, 0.90), (("wcxb_dev",), 0.86)])
def test_headline(pages: dict[str, Pages], datasets: tuple[str, ...], floor: float) -> None:
    """Exact headlines, letters and digits only."""
    exact = [
        _letters(row["title"]) == _letters(article.headline)
        for name in datasets
        for row, article in pages[name]
        if row.get("title")
    ]

    assert fmean(exact) >= floor


@pytest.mark.parametrize(
    ("dataset", "floor"), [("fundus", 0.96), ("htmldate", 0.85), ("wcxb_dev", 0.83)]
)
def test_date(pages: dict[str, Pages], dataset: str, floor: float) -> None:
    """The day, as the outlet writes it or in UTC."""
    right = [
        bool(_days(article.published) & _days(_moment(row["date"])))
        for row, article in pages[dataset]
        if row.get("date")
    ]

    assert fmean(right) >= floor


def _moment(stated: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(stated))
    except ValueError:
        return None


def _days(moment: datetime | None) -> set[str]:
    if moment is None:
        return set()
    days = {moment.date().isoformat()}
    return days | {moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else days


def _letters(value: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", value)).casefold()


def _shingles(value: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]|\w+", value)
    return Counter(tuple(words[i : i + 4]) for i in range(max(len(words) - 3, 1)))


def _f1(truth: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> float:
    shared = sum((truth & found).values())
    return 2 * shared / (sum(truth.values()) + sum(found.values()))
