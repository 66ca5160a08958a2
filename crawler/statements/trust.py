"""How far each rule is trusted: its measured precision, from the file `trust.toml`."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from crawler.text.toml import read_toml
from storage.records.statement import How

# Pronouns and offices are resolved less surely than names.
_RESOLVED: Final = {How.SUBJECT, How.LAST_SPEAKER, How.ROLE}


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    file = resources.files("crawler.statements") / "trust.toml"
    return read_toml(file.read_text("utf-8"))


VERSION: Final = str(_table()["version"])


def certainty(language: str, rule: str, how: How | None) -> float:
    """Return how often a rule names the right speaker; of a resolved name, the lower of both."""
    table = _table()
    trust = table.get(language, {}).get(rule, table["other"].get(rule, 0.0))
    if how in _RESOLVED:
        trust = min(trust, table["how"][how.name.lower()])
    return float(trust)
