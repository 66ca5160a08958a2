"""The table "What can break" of the operators' page: each row is a test, and says what is true."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from crawler import config
from crawler.commands.sections import COMMANDS
from storage.records.outcome import Outcome
from tests.test_docs import read

ROOT = Path(__file__).parents[1]


def rows() -> list[list[str]]:
    """Return the cells of each row."""
    section = re.search(r"^## What can break\n(.*?)^## ", read("docs/operations.md"), re.M | re.S)
    assert section is not None
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def texts_of_the_program() -> frozenset[str]:
    """Return every constant text of the program, such as log events and metrics."""
    files = [file for top in ("crawler", "storage") for file in (ROOT / top).rglob("*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return frozenset(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_of_the_program(words: str) -> bool:
    """Whether an operator can meet these words: an event, outcome, command, setting or message."""
    settings = {*config.General.model_fields, *config.Limits.model_fields}
    settings |= set(config.Network.model_fields)
    if words in settings or words.split()[0] in COMMANDS or words in Outcome.__members__.values():
        return True
    # Files beside the store are named by what follows its name.
    part = words.removeprefix("corpus.db")
    return any(part in text for text in texts_of_the_program())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:50])
def test_a_row_names_a_test_that_exists(row: list[str]) -> None:
    (named,) = quoted(row[3])
    file, _, name = named.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)

    assert name in {node.name for node in tree.body if isinstance(node, functions)}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:50])
def test_what_a_row_lets_you_see_is_of_the_program(row: list[str]) -> None:
    _, seen, to_do, _ = row

    assert seen
    assert to_do
    assert [words for words in quoted(seen) if not is_of_the_program(words)] == []


def test_the_table_is_about_every_kind_of_failure() -> None:
    causes = " ".join(row[0] for row in rows()).lower()

    for cause in ("killed", "locks", "disk is full", "damaged", "clock", "memory", "open files",
                  "parser", "host", "robots.txt", "alert", "sources.toml"):  # fmt: skip
        assert cause in causes
