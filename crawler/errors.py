"""What can go wrong in the crawler.

CrawlerError
├── ConfigError     sources.toml: every mistake at once, with file, line and source
├── TopicError      a topic file that cannot be used
├── WorkerFailed    a parser process that does not start
├── PortTaken       the port of the metrics is not ours to listen at
├── WarcUnreadable  a WARC file that is damaged, or none
├── LinesUnreadable a compressed file of JSON lines that is damaged
├── FeedUnreadable  bytes that are no feed, listing page or sitemap
│   └── FeedChallenged  a challenge for browsers in its place
└── FetchError      one fetch ended without a page; says with which outcome
    └── Paused      nothing was asked: the origin asked for a pause, or could not be reached
"""

from storage.records.outcome import Outcome


class CrawlerError(Exception):
    """Something an operator has to know; the message says what to do."""


class ConfigError(CrawlerError):
    """The configuration cannot be used."""

    def __init__(self, mistakes: list[str]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class TopicError(CrawlerError):
    """A topic file cannot be used."""


class WorkerFailed(CrawlerError):
    """No parser process can be started: the machine or worker_bytes is too small."""


class PortTaken(CrawlerError):
    """Metrics cannot be served at the port that the operator named."""


class WarcUnreadable(CrawlerError):
    """A WARC file cannot be read, or not to its end; the message says how far it was."""


class LinesUnreadable(CrawlerError):
    """A file of JSON lines cannot be read to its end; the message says how far it was."""


class FeedUnreadable(CrawlerError):
    """A source answered with something that holds no entries; the message says what it was."""


class FeedChallenged(FeedUnreadable):
    """A source answered with a challenge for browsers; the message says which."""


class FetchError(CrawlerError):
    """One fetch ended without a page: a result to record, never a reason to stop."""

    def __init__(
        self,
        outcome: Outcome,
        url: str,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        unreached: bool = False,
    ):
        super().__init__(outcome, url, detail)
        self.outcome = outcome
        self.url = url
        self.detail = detail
        self.status = status
        self.retry_after = retry_after  # seconds for which the origin is left alone
        self.elapsed_ms: float | None = None  # of the fetch; None: nothing was asked
        self.unreached = unreached  # no connection came about: true of the whole origin

    def __str__(self) -> str:
        return f"{self.outcome}: {self.url}: {self.detail}"

    @property
    def is_of_host(self) -> bool:
        """Whether every origin of the host fails so: its name leads nowhere we may go."""
        return self.outcome in {Outcome.DNS, Outcome.BLOCKED_ADDRESS}


class Paused(FetchError):
    """An address was not asked for, since its origin is left alone for `retry_after` seconds."""
