"""Two simulated hours: the whole daemon keeps its own rules."""

from pathlib import Path

import pytest

from tests.support import day

pytestmark = pytest.mark.slow


def test_every_source_is_polled_within_its_rule_and_every_host_asked_within_its_gap(
    tmp_path: Path,
) -> None:
    found = day.simulate(tmp_path, sources=40, hours=2, seed=7)

    assert day.mistakes(found) == []
    assert any(host.crawl_delay for host in found.press.hosts.values())
    assert found.outcomes["polled"] > 40
