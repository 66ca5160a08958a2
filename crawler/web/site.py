"""What a running page knows besides the corpus: files, thresholds, names, secrets."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.web.facts import Keeper
from crawler.web.ledger import LedgerKeeper
from crawler.web.pulse import Pulse
from storage.articles import labels


@dataclass(slots=True, kw_only=True)
class Site:
    """The corpus that is shown, and how it may be reached."""

    store: Path
    thresholds: tuple[float, float]  # of a near miss and of an article on topic, as probabilities
    hosts: frozenset[str] = frozenset()  # names besides localhost, in lower case
    token: str | None = field(default=None, repr=False)  # None: who reaches the page may read it
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)  # of alerts, as shown
    saved: Mapping[str, str] = field(default_factory=dict)  # queries by name: @NAME
    honoured: tuple[str, ...] = ()  # wishes of pages, of [rights] in sources.toml
    is_stopping: Callable[[], bool] = lambda: False  # streams end then
    open_streams: int = 0  # of `/events`
    facts: Keeper = field(init=False, repr=False)
    ledger: LedgerKeeper = field(init=False, repr=False)
    pulse: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        """Make the keepers of columns and gaps, which read nothing yet."""
        self.facts = Keeper(self.store)
        self.ledger = LedgerKeeper(self.store)

    @property
    def labels(self) -> Path:
        """The file of the readers' labels."""
        return labels.file_for(self.store)
