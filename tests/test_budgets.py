"""Each room of tests has a budget of CPU seconds."""

from pathlib import Path

from tests.support.budgets import BUDGETS, over

TESTS = Path(__file__).parent


def test_a_room_that_takes_more_than_its_budget_is_named() -> None:
    spent = {"daemon": BUDGETS["daemon"] + 1, "alerts": BUDGETS["alerts"], "unlisted": 10_000.0}

    assert over(spent) == {"daemon": BUDGETS["daemon"], "unlisted": 40.0}


def test_every_budget_is_of_a_room_that_is_there() -> None:
    assert [room for room in BUDGETS if not (TESTS / room).exists()] == []
