"""kill -9 at random moments loses nothing and stores nothing twice.

The long runs are bench/kills.py and bench/killed.py, with as many kills as one asks for.
"""

from pathlib import Path

import pytest

from tests.support.killed_commands import run_killed
from tests.support.killed_crawls import run_kills

pytestmark = pytest.mark.slow


async def test_killed_runs_end_with_the_corpus_of_an_undisturbed_one(tmp_path: Path) -> None:
    result = await run_kills(tmp_path, kills=4, outlets=3, articles=8, seed=11)

    assert result.kills == 4
    assert result.differences == 0


async def test_killed_commands_leave_no_half_file_and_go_on(tmp_path: Path) -> None:
    wrong = await run_killed(tmp_path, kills=1, outlets=3, articles=10, seed=11)

    assert len(wrong) == 6
    assert not any(wrong.values())
