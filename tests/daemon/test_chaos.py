"""Kills, stops, locks, limits and jumps of the clock lose nothing and leave nothing behind.

The campaign of an hour is `python -m bench.chaos`.
"""

import random
from pathlib import Path

import pytest

from tests.support.chaos import troubles, verdict
from tests.support.chaos.campaign import run_campaign
from tests.support.chaos.commands import CASES, run_killed
from tests.support.chaos.press import Asked, Press
from tests.support.hook import Hook

pytestmark = pytest.mark.slow

_MINUTES = 1.6  # of the two minutes of a short campaign; the commands have the rest


@pytest.mark.timeout(1200)  # a busy machine takes long to crawl what is left
async def test_a_short_campaign_loses_doubles_and_leaves_nothing(tmp_path: Path) -> None:
    result = await run_campaign(
        tmp_path, minutes=_MINUTES, seed=random.SystemRandom().getrandbits(16)
    )

    assert verdict.report(row for row in result.rows if row.found) == "", "\n".join(result.ended)
    assert result.published
    assert result.happened


@pytest.mark.timeout(1200)
async def test_killed_commands_leave_no_half_file_and_go_on(tmp_path: Path) -> None:
    rows = await run_killed(tmp_path, minutes=0, seed=11)

    assert len(CASES) == 6
    assert [row.found for row in rows] == [()]


def test_a_request_sooner_than_the_delay_of_its_server_is_impolite() -> None:
    asked = [
        Asked(0.0, "a.x.example", "x.example"),
        Asked(0.5, "b.x.example", "x.example"),
        Asked(0.6, "y.example", "y.example"),
        Asked(1.6, "a.x.example", "x.example"),
    ]

    (row,) = verdict.of_servers(asked, {"x.example": 1.0, "y.example": 1.0})

    assert row.found == ("0.50: b.x.example 0.50 s after a.x.example",)


def test_an_alert_that_came_twice_or_never_is_counted() -> None:
    again = "may have come before: Drawdown was stopped while it was sent."
    desk = Hook(taken=[
        {"title": "Desk: 2 items", "message": "Report 1\n\nReport 2\n\nDrawdown"},
        {"title": "Desk: 2 items", "message": "Report 2\n\nReport 3\n\nDrawdown"},
        {"title": "Desk: Report 3", "message": f"Report 3\n\nDrawdown\nThis {again}"},
    ])  # fmt: skip

    lost, doubled = verdict.of_alerts(desk, [f"Report {n}" for n in range(1, 5)])

    assert lost.found == ("Report 4",)
    assert doubled.found == ("Report 2",)


def test_every_trouble_says_what_it_does() -> None:
    happening = {*troubles.troubles(True), *troubles.troubles(False)}

    assert len(happening) >= 18
    assert all(trouble.__doc__ for trouble in happening)


def test_no_two_articles_of_the_press_have_one_headline() -> None:
    press = Press(random.Random(1))
    for _ in range(20):
        press.publish()

    headlines = [headline for headline, _ in press.published.values()]
    assert len(set(headlines)) == len(headlines)
