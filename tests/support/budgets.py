"""A pytest plugin: the CPU seconds of each room of tests, and what each may take.

    pytest -p tests.support.budgets

CPU seconds of the tests and of the processes that they started and waited for: a busy machine
changes them little. A room that takes more than its budget fails the run: make its slow tests
faster at the root (`--durations=20` names them), or say in the commit why it needs more.
"""

import resource
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest

_REST = 40.0  # seconds of a room that is not listed
# Of one lane: twice what each took on two cores of 2.5 GHz beside other work.
BUDGETS: Mapping[str, float] = {
    "alerts": 40,
    "commands": 130,
    "daemon": 300,
    "dedupe": 40,
    "extract": 80,
    "feeds": 40,
    "fetch": 90,
    "maintenance": 60,
    "pipeline": 60,
    "storage": 90,
    "web": 300,
    "workers": 150,
    "test_patterns.py": 70,
    "test_tutorial.py": 60,
}
_PROPERTY = "cpu seconds"


def _seconds() -> float:
    """Return the CPU seconds of this process and of the children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Count what fixtures take."""
    yield from _counted(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Count what a test takes."""
    yield from _counted(item)


def _counted(item: pytest.Item) -> Iterator[None]:
    before = _seconds()
    try:
        yield
    finally:
        item.user_properties.append((_PROPERTY, _seconds() - before))


def by_room(reports: list[pytest.TestReport]) -> dict[str, float]:
    """Return the CPU seconds of each room, the largest first."""
    spent: dict[str, float] = defaultdict(float)
    for report in reports:
        if report.when == "call":
            parts = report.nodeid.partition("::")[0].split("/")
            room = parts[1] if len(parts) > 1 else parts[0]
            spent[room] += sum(
                float(str(value)) for name, value in report.user_properties if name == _PROPERTY
            )
    return dict(sorted(spent.items(), key=lambda pair: -pair[1]))


def over(spent: Mapping[str, float]) -> dict[str, float]:
    """Return the rooms that took more than their budget, with that budget."""
    return {
        room: budget
        for room, seconds in spent.items()
        if seconds > (budget := BUDGETS.get(room, _REST))
    }


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the rooms, and those that took more than they may."""
    stats = terminalreporter.stats
    reports = [one for kind in ("passed", "failed") for one in stats.get(kind, [])]
    spent = by_room([one for one in reports if isinstance(one, pytest.TestReport)])
    terminalreporter.section("CPU seconds by room")
    for room, seconds in spent.items():
        terminalreporter.write_line(f"{seconds:7.1f} of {BUDGETS.get(room, _REST):4.0f}  {room}")
    terminalreporter.write_line(f"{sum(spent.values()):7.1f} in all")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that is over a budget; with pytest-xdist in the process that leads the others."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    reports = [one for kind in ("passed", "failed") for one in reporter.stats.get(kind, [])]
    exceeded = over(by_room([one for one in reports if isinstance(one, pytest.TestReport)]))
    if exceeded and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
