"""Words that this project gave up do not come back, in docs or in code.

CONTRIBUTING.md, "How we write", says what to write in their place.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GIVEN_UP = re.compile(r"\b(?:stands|anew|told|beside the crawl|whose turn|with what)\b", re.I)
FOLDERS = ("bench", "crawler", "storage", "tests")
PAGES = [*ROOT.glob("*.md"), *(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)]


def found(text: str) -> list[str]:
    """Return the given-up words of a text, wherever its lines are broken."""
    return GIVEN_UP.findall(re.sub(r"[\s#]+", " ", text))


def prose(source: str) -> Iterator[str]:
    """Yield what a Python file says in words: docstrings, comments, helps of options."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.keyword) and node.arg == "help":
            yield ast.unparse(node.value)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    yield "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)


def written(folder: str) -> list[str]:
    """Return the given-up words in the Python files of a folder, each with its file."""
    files = (ROOT / folder).rglob("*.py")
    return [
        f"{file.relative_to(ROOT)}: {word}"
        for file in files
        for text in prose(file.read_text("utf-8"))
        for word in found(text)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_has_a_word_that_was_given_up(page: Path) -> None:
    words = found(page.read_text("utf-8"))

    assert words == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_code_has_a_word_that_was_given_up(folder: str) -> None:
    words = written(folder)

    assert words == [], "CONTRIBUTING.md, How we write"


def test_words_are_found_across_lines_and_in_comments_and_helps() -> None:
    source = '''
def f():
    """A page that
    stands here."""
    # beside
    # the crawl
    option("--x", help="Told again.")
    return "told"  # data is no prose
'''

    assert sum(len(found(text)) for text in prose(source)) == 3
