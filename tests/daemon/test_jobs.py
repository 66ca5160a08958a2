"""The jobs of a daemon, on the simulated clock: done when they are due, and shown in `health`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler import config as configuration
from crawler.cli import cli
from crawler.daemon import daily_checks, health
from crawler.daemon.daemon import Pauses
from crawler.daemon.state import JobState
from crawler.demo.server import Outlet, Request, Response
from crawler.runtime.background import Backoff
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, write_config
from tests.support.hook import hook
from tests.support.simulated import START, Simulation, simulate
from tests.support.small_farm import feed, story

MORNING = START + timedelta(minutes=6)


def outlet(request: Request) -> Response:
    """An outlet of one story."""
    return {"/feed": feed("/1"), "/1": story("/1")}.get(request.path, Response(b"no", 404))


OUTLETS: dict[str, Outlet] = {"a.example": outlet}


def write(folder: Path, more: str = "") -> Path:
    return write_config(folder / "sources.toml", {}, feed_sources(OUTLETS) + more)


def jobs_of(file: Path) -> dict[str, JobState]:
    found = health.examine(configuration.load(file), datetime.now(UTC))
    return {job.name: job for job in found.jobs}


def test_health_shows_when_each_job_ran_and_runs_next(tmp_path: Path) -> None:
    shown = {}
    digest = '[[alert]]\nname = "Desk"\nto = "{}"\nquery = "troops"\ndigest = "6 6 * * *"\n'

    async def until_morning(simulation: Simulation) -> None:
        await simulation.until_time(MORNING + timedelta(seconds=40))
        shown.update(jobs_of(file))

    with hook() as desk:
        file = write(tmp_path, digest.format(desk.address))
        simulate(file, OUTLETS, until_morning)

    assert shown.keys() == {
        "polling", "heartbeat", "search index", "stories", "query feeds", "daily checks",
        "health", "alerts", "digest Desk", "reload",
    }  # fmt: skip
    assert not any(job.last_error for job in shown.values())
    for name, seconds in (("polling", 1), ("heartbeat", 60), ("alerts", 2), ("reload", 1)):
        job = shown[name]
        assert job.last_run_at is not None
        assert job.next_run_at is not None
        # Two jobs that are due at once do not see each other's run.
        assert 0 < (job.next_run_at - job.last_run_at).total_seconds() < 2.1 * seconds
    checks = shown["daily checks"]
    assert checks.last_run_at == pytest.approx(
        START + timedelta(minutes=5), abs=timedelta(seconds=2)
    )
    assert shown["digest Desk"].last_run_at == MORNING
    assert shown["digest Desk"].next_run_at == MORNING + timedelta(days=1)
    assert desk.titles() == ["Desk: Headline of /1"]


def test_a_daemon_notes_a_sign_of_life_each_minute(tmp_path: Path) -> None:
    async def for_three_minutes(simulation: Simulation) -> None:
        await simulation.until_time(START + timedelta(minutes=3, seconds=30))
        with open_corpus(tmp_path / "corpus.db") as connection:
            (alive_at,) = connection.execute("SELECT alive_at FROM running").fetchone()
        assert alive_at.startswith("2026-11-26T06:03:00")

    simulate(write(tmp_path), OUTLETS, for_three_minutes)


def test_a_job_that_fails_says_so_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments, shown = [], {}

    async def broken(_database: object) -> None:
        moments.append(datetime.now(UTC))
        raise ZeroDivisionError

    monkeypatch.setattr(daily_checks, "look", broken)
    file = write(tmp_path)

    async def look_at_the_second_failure(simulation: Simulation) -> None:
        await simulation.lines.until(lambda: len(moments) == 2)
        await simulation.until_time(datetime.now(UTC) + timedelta(seconds=5))
        shown.update(jobs_of(file))

    lines = simulate(
        file, OUTLETS, look_at_the_second_failure, pauses=Pauses(tasks=Backoff(60, 60))
    )

    first, second = moments
    assert timedelta(seconds=53) <= second - first <= timedelta(seconds=67)
    checks = shown["daily checks"]
    assert checks.failures == 2
    assert checks.last_run_at is not None
    assert abs(checks.last_run_at - second) < timedelta(seconds=1)
    assert checks.last_error is not None
    assert checks.last_error.startswith("ZeroDivisionError at")
    assert checks.next_run_at is not None
    assert checks.next_run_at - second <= timedelta(seconds=67)
    assert [e["task"] for e in lines.events("background task failed")] == ["daily checks"] * 2


def test_a_reload_plans_the_digests_of_the_new_file(tmp_path: Path) -> None:
    alert = '[[alert]]\nname = "{}"\nto = "json://127.0.0.1:9/k3y"\nsources = true\ndigest = "{}"\n'
    file = write(tmp_path, alert.format("Old", "0 9 * * *") + alert.format("Kept", "5 9 * * *"))
    planned: list[tuple[str, str]] = []

    async def change(simulation: Simulation) -> None:
        write(tmp_path, alert.format("Kept", "15 9 * * *") + alert.format("New", "0 10 * * *"))
        await simulation.lines.until(lambda: simulation.lines.events("reloaded"))
        await simulation.until_time(datetime.now(UTC) + timedelta(minutes=1))
        planned.extend(
            (job.name, f"{job.next_run_at:%H:%M}")
            for job in jobs_of(file).values()
            if job.name.startswith("digest")
        )

    simulate(file, OUTLETS, change)

    assert sorted(planned) == [("digest Kept", "09:15"), ("digest New", "10:00")]


def test_the_command_lists_the_jobs(tmp_path: Path) -> None:
    file = write(tmp_path)
    printed = []
    command = ["--config", str(file), "health"]

    async def call(simulation: Simulation) -> None:
        await simulation.until_time(START + timedelta(minutes=10))
        printed.append(CliRunner().invoke(cli, command).output)
        printed.append(CliRunner().invoke(cli, [*command, "--json"]).output)

    simulate(file, OUTLETS, call)

    first, *jobs = printed[0].splitlines()
    assert first.startswith("well: process")
    assert "heartbeat: last run 2026-11-26 06:09:00 UTC, next 2026-11-26 06:10:00 UTC" in "\n".join(
        jobs
    )
    (heartbeat,) = [job for job in json.loads(printed[1])["jobs"] if job["name"] == "heartbeat"]
    assert heartbeat["last_run_at"].startswith("2026-11-26")
    assert heartbeat["failures"] == 0
