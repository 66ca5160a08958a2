"""The scheduled jobs of a daemon: their intervals, and the digests of alerts."""

from dataclasses import dataclass

from crawler.config import Config
from crawler.schedule.timetable import Timer, Timetable

DIGEST = "digest "  # and the name of the alert: the name of its job


@dataclass(frozen=True, slots=True)
class Intervals:
    """The intervals of the jobs of a daemon, in seconds."""

    polling: float = 1.0  # checks for due sources and URLs
    heartbeat: float = 60.0
    first_checks: float = 300.0  # after the start: what was due at it has been polled
    daily_checks: float = 86_400.0
    alerts: float = 2.0  # checks for new articles and due messages
    search_index: float = 2.0
    stories: float = 5.0  # finds the stories of new articles
    live_feeds: float = 60.0  # writes the feeds of saved queries that have changed
    reload: float = 1.0  # checks whether sources.toml changed
    health: float = 2.0


class Digests:
    """A job for each alert that is sent at set times: it runs the job of the alerts then."""

    def __init__(self, timetable: Timetable, alerts: Timer):
        self._timetable = timetable
        self._alerts = alerts
        self._planned: dict[str, tuple[str, str]] = {}

    def plan(self, config: Config) -> None:
        """Plan the jobs of this configuration, and remove all others."""
        wanted: dict[str, tuple[str, str]] = {}
        for alert in config.alert:
            if alert.digest:
                wanted[DIGEST + alert.name] = (alert.digest, alert.timezone)

        for name, times in self._planned.items():
            if wanted.get(name) != times:
                self._timetable.remove(name)
        for name, times in wanted.items():
            if self._planned.get(name) != times:
                self._timetable.by_cron(name, *times, rings=self._alerts)
        self._planned = wanted
