"""The corpus as a script uses it: the example of the docs, and data frames."""

import re
import sqlite3
from pathlib import Path

import pytest

from storage import Corpus
from storage.search import index
from tests.support.filling import NOW, store, visit


@pytest.fixture
def path(connection: sqlite3.Connection, tmp_path: Path) -> Path:
    store(connection, 1, "https://a.example/1", visit("https://a.example/1", ["Boats sail."], NOW))
    arabic = visit("https://b.example/2", ["غادرت القوات سوريا."], NOW, language="ar")
    store(connection, 2, "https://b.example/2", arabic)
    index.advance(connection, most=10)
    return tmp_path / "corpus.db"


def test_it_is_a_collection_of_articles(path: Path) -> None:
    corpus = Corpus.open(path)  # as in a cell of a notebook
    assert len(corpus) >= 0
    corpus.close()
    corpus.close()
    with Corpus.open(path) as corpus:
        assert len(corpus) == 2
        assert [article.id for article in corpus] == [1, 2]
        assert corpus[2].language == "ar"
        assert [article.id for article in corpus.articles("lang:ar", relevant=True)] == [2]
        assert corpus.search("boat")[0].snippet == "[Boats] sail."
        with pytest.raises(KeyError):
            corpus[3]


def test_it_becomes_a_table(path: Path) -> None:
    pytest.importorskip("pyarrow")
    with Corpus.open(path) as corpus:
        table = corpus.to_arrow("lang:ar")

    assert table.column("body").to_pylist() == [["غادرت القوات سوريا."]]


def test_the_example_of_the_docs_runs(
    path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs/corpus.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.S)
    assert example is not None
    (path.parent / "var").mkdir()
    connection.execute("VACUUM INTO ?", (str(path.parent / "var/corpus.db"),))
    monkeypatch.chdir(path.parent)

    exec(compile(example[1], "docs/corpus.md", "exec"), {})  # noqa: S102 - our own docs
