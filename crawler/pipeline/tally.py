"""The tally of a crawl: the number of targets that ended with each outcome."""

from collections import Counter
from dataclasses import dataclass, field

from storage.records.model import PageReading
from storage.records.outcome import Outcome


@dataclass(slots=True)
class Tally:
    """Counts that grow while the crawler is open."""

    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)  # by kind of step
    articles: Counter[tuple[str, str]] = field(default_factory=Counter)  # by source and verdict
    failures: list[str] = field(default_factory=list)  # of alerts, as messages

    def add(self, kind: str, outcome: Outcome, number: int = 1) -> None:
        """Count targets of a kind that ended with an outcome."""
        self.outcomes[kind, outcome] += number

    def discovered(self, number: int) -> None:
        """Count URLs that are new in the frontier."""
        self.add("discovered", Outcome.PENDING, number)

    def stored(self, source: str, reading: PageReading) -> None:
        """Count an article by its verdict."""
        if reading.verdict is not None:
            verdict = "on_topic" if reading.verdict.relevant else "off_topic"
            self.articles[source, verdict] += 1
