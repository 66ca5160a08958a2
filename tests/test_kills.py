"""kill -9 at random moments loses nothing and stores nothing twice.

The long run is bench/kills.py.
"""

from pathlib import Path

from bench.kills import run_kills


async def test_killed_runs_end_with_the_corpus_of_an_undisturbed_one(tmp_path: Path) -> None:
    result = await run_kills(tmp_path, kills=8, outlets=5, articles=20, seed=11)

    assert result.kills == 8
    assert result.differences == 0
