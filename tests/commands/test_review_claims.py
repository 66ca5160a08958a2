"""`drawdown review --claims`: judgements of claims, by their keys."""

import json
from pathlib import Path

import pytest

from tests.support.command import drawdown

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def test_a_claim_is_judged_by_its_key_and_counted(demo: Path) -> None:
    call = ("--config", demo / "sources.toml", "review", "--claims")
    waiting = drawdown(*call, "--json").stdout.splitlines()
    key = json.loads(waiting[0])["key"]

    assert "1 judgement stored" in drawdown(*call, "--no", key, "--better", "stays").stdout
    left = drawdown(*call, "--json").stdout.splitlines()
    assert key not in [json.loads(line)["key"] for line in left]
    assert drawdown(*call, "--quality").stdout.startswith("all: 0 of 1 claims right")


def test_a_key_of_no_claim_and_a_stance_that_there_is_not_are_refused(demo: Path) -> None:
    call = ("--config", demo / "sources.toml", "review", "--claims")
    unknown = drawdown(*call, "--yes", "nothing")
    wrong = drawdown(*call, "--no", "nothing", "--better", "flies")

    assert (unknown.returncode, wrong.returncode) == (1, 2)
    assert "no claim nothing in this corpus" in unknown.stderr
    assert "--better is one of" in wrong.stderr
