"""The jobs of a daemon that go by the clock: how often each is due, and the digests of alerts."""

from dataclasses import dataclass

from crawler.config import Config
from crawler.schedule.timetable import Timer, Timetable

DIGEST = "digest "  # and the name of the alert: the name of its job


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often a daemon does its jobs. All are seconds."""

    polling: float = 1.0  # looks for sources and URLs that are due
    heartbeat: float = 60.0
    first_checks: float = 300.0  # after the start: what was due at it has been polled
    daily_checks: float = 86_400.0
    alerts: float = 2.0  # looks for what is new and for messages that are due
    search_index: float = 2.0
    reload: float = 1.0  # looks at the file
    health: float = 2.0


class Digests:
    """A job for each alert that is sent at set times: it lets the alerts look at that moment."""

    def __init__(self, timetable: Timetable, alerts: Timer):
        self._timetable = timetable
        self._alerts = alerts
        self._planned: dict[str, tuple[str, str]] = {}

    def plan(self, config: Config) -> None:
        """Have the jobs of this configuration, and no others."""
        wanted = {
            DIGEST + alert.name: (alert.digest, alert.timezone)
            for alert in config.alert
            if alert.digest
        }
        for name in self._planned:
            if wanted.get(name) != self._planned[name]:
                self._timetable.remove(name)
        for name, (cron, timezone) in wanted.items():
            if self._planned.get(name) != (cron, timezone):
                self._timetable.by_cron(name, cron, timezone, rings=self._alerts)
        self._planned = wanted
