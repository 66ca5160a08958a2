"""Which way the tests and the benches import: bench may use tests.support, never the reverse."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent


def imports_of(file: Path) -> set[str]:
    """Return the first part of the name of every module that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.split(".")[0])
    return found


def test_no_test_imports_a_bench() -> None:
    files = TESTS.rglob("*.py")

    assert [file.name for file in files if "bench" in imports_of(file)] == []
