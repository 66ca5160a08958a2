"""No task is left to itself: each is in a TaskGroup or supervised by `background`."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BARE = {"create_task", "ensure_future", "gather"}
# The function that makes the task awaits it on every path; why no group serves is in each.
EXCEPTIONS = {
    "crawler/fetch/http/dialler.py": 1,  # the first to connect wins: a group would wait for all
    "crawler/scouting/live_check.py": 2,  # a generator may not yield inside a group
    "crawler/scouting/session.py": 1,  # its error is handed to those that wait for an answer
    "crawler/workers/pool.py": 1,  # ends idle parsers; cancelled when the pool is closed
    "storage/sqlite/database.py": 1,  # storage imports nothing of the crawler; ends by a marker
}


def bare_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that make a task of the event loop itself, by whatever name it goes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.rpartition(".")[2] in BARE and not name.endswith("group.create_task"):
                yield node


def test_no_bare_task_is_made() -> None:
    files = [file for top in ("crawler", "storage") for file in (ROOT / top).rglob("*.py")]
    counts = {
        str(file.relative_to(ROOT)): sum(1 for _ in bare_calls(ast.parse(file.read_text("utf-8"))))
        for file in files
    }

    assert {name: count for name, count in counts.items() if count} == EXCEPTIONS


def test_a_bare_task_is_seen_by_whatever_name() -> None:
    source = "asyncio.gather(x)\nloop.create_task(x)\nensure_future(x)\ngroup.create_task(x)\n"
    assert len(list(bare_calls(ast.parse(source)))) == 3
