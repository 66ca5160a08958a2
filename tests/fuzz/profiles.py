"""How many examples a property is tried with: some at each save, many where time is at hand."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

_SOME, _MANY = 20, 200
# Without `explain`, which traces each line of an example that fails.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
EXAMPLES = [
    pytest.param(_SOME, id="some"),
    pytest.param(_MANY, id="many", marks=pytest.mark.slow),
]
in_lanes = pytest.mark.parametrize("examples", EXAMPLES)


def hold(examples: int, strategy: SearchStrategy[object], check: Callable[..., None]) -> None:
    """Try a property with examples of a strategy; a failing one is shown at its smallest."""
    profile = settings(
        deadline=None,
        max_examples=examples,
        phases=_PHASES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    profile(given(strategy)(check))()
