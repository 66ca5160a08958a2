"""How far a claim is trusted: the measured precision of its rule, from `certainty.toml`."""

from functools import lru_cache
from importlib import resources
from typing import Any

from crawler.text.toml import read_toml


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    file = resources.files("crawler.statements") / "certainty.toml"
    return read_toml(file.read_text("utf-8"))


def certainty_of(rule: str, how: str) -> float:
    """Return how often the direction is right: by the rule, or by how the force was found.

    The lower of both counts. `rule` is a name of stance.py, `how` one of whose.Owner.

    >>> certainty_of("asked", "context")
    0.5
    """
    table = _table()
    trust = table["rule"].get(rule, table["rule"]["other"])
    return float(min(trust, table["force"][how]))
