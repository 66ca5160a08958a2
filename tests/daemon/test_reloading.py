"""sources.toml is edited under a running daemon: well, badly, and well again."""

import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.errors import StoreMissing, StoreTooOld
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, make_outlets, write_config
from tests.support.hook import hook
from tests.support.simulated import Simulation, simulate


@dataclass(frozen=True, slots=True)
class Running:
    """A running daemon and its file."""

    folder: Path
    outlets: Mapping[str, object]
    simulation: Simulation

    def write(self, sources: str, **tables: str) -> None:
        write_config(self.file, {}, sources, **tables)

    @property
    def file(self) -> Path:
        return self.folder / "sources.toml"

    def ask(self, query: str) -> Any:  # Any: a value of the store
        try:
            with open_corpus(self.folder / "corpus.db") as connection:
                return connection.execute(query).fetchone()[0]
        except (StoreMissing, StoreTooOld, sqlite3.Error):  # it is only being made
            return None

    def stored(self) -> int:
        return self.ask("SELECT count(*) FROM article") or 0

    def events(self, name: str) -> list[dict[str, Any]]:
        return self.simulation.lines.events(name)

    async def until(self, holds: Callable[[], object]) -> None:
        await self.simulation.lines.until(holds)


def tell(folder: Path, story: Callable[[Running], Awaitable[None]]) -> None:
    """Run a story with a daemon that has worked the first of two outlets."""
    outlets = make_outlets(outlets=2, articles=3, seed=4)
    file = write_config(folder / "sources.toml", {}, feed_sources({"outlet0.example": 0}))

    async def begin(simulation: Simulation) -> None:
        made = Running(folder, outlets, simulation)
        await made.until(lambda: made.stored() == 3)
        await story(made)

    simulate(file, outlets, begin)


def test_an_outlet_is_added_and_removed_while_it_runs(tmp_path: Path) -> None:
    async def story(made: Running) -> None:
        made.write(feed_sources(made.outlets))
        await made.until(lambda: made.stored() == 6)
        made.write(feed_sources({"outlet1.example": 1}))
        await made.until(lambda: len(made.events("reloaded")) == 2)

        first, second = made.events("reloaded")
        assert (first["added"], first["removed"]) == (["outlet1.example"], [])
        assert (second["added"], second["removed"]) == ([], ["outlet0.example"])
        assert made.ask("SELECT count(*) FROM source WHERE removed_at IS NULL") == 1
        assert made.stored() == 6

    tell(tmp_path, story)


def test_a_broken_edit_is_reported_once_and_changes_nothing(tmp_path: Path) -> None:
    async def story(made: Running) -> None:
        whole = made.file.read_text("utf-8")
        made.file.write_text(whole.replace("feed =", "fed ="), "utf-8")
        await made.until(lambda: made.events("reload refused"))
        made.file.write_text(whole.replace("feed =", "fed ="), "utf-8")  # saved again
        await made.simulation.until_time(datetime.now(UTC) + timedelta(seconds=10))
        (refused,) = made.events("reload refused")
        assert 'did you mean "feed"' in refused["mistakes"][0]
        assert made.ask("SELECT removed_at FROM source") is None

        made.write(feed_sources(made.outlets))
        await made.until(lambda: made.stored() == 6)
        assert len(made.events("reload refused")) == 1

    tell(tmp_path, story)


def test_a_hangup_reads_the_file_again_at_once(tmp_path: Path) -> None:
    async def story(made: Running) -> None:
        made.write(
            feed_sources(made.outlets).replace(
                'interval = "1h"', 'interval = "10min"\ndelay = "3s"'
            ),
            general='archive = "off"',
        )
        asked_at = made.simulation.loop.time()
        os.kill(os.getpid(), signal.SIGHUP)
        await made.until(lambda: made.events("reloaded"))

        assert made.simulation.loop.time() - asked_at < 0.5  # a look at the file takes two seconds
        assert made.events("reloaded")[0]["changed"] == ["outlet0.example"]
        assert made.events("needs a restart")[0]["settings"] == ["drawdown.archive"]
        reason = "SELECT reason FROM poll_state ORDER BY source_id LIMIT 1"
        assert made.ask(reason) == "its interval was changed"

    tell(tmp_path, story)


def test_an_alert_is_taken_over_while_it_runs_and_a_wrong_one_refused(tmp_path: Path) -> None:
    async def story(made: Running) -> None:
        made.write(feed_sources({"outlet0.example": 0}) + alert.replace("json:", "zork:"))
        await made.until(lambda: made.events("reload refused"))
        made.write(feed_sources({"outlet0.example": 0}) + alert)
        await made.until(lambda: made.events("reloaded"))
        made.write(feed_sources(made.outlets) + alert)
        await made.until(lambda: made.stored() == 6)
        await made.until(lambda: "outlet1.example" in desk.texts())

        (refused,) = made.events("reload refused")
        assert 'alert "Desk": to: zork://…' in refused["mistakes"][0]
        first, second = made.events("reloaded")
        assert (first["alerts"], second["alerts"]) == (["Desk"], [])

    with hook() as desk:
        alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nquery = "troops OR the"\n'
        tell(tmp_path, story)
    assert "outlet0.example," not in desk.texts()
