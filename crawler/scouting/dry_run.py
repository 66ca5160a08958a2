"""`drawdown once --dry-run`: a whole round on a temporary copy of the store."""

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Config
from crawler.daemon import daemon
from crawler.pipeline.tally import Tally
from crawler.runtime import eventloop
from storage.errors import StoreMissing
from storage.sqlite.database import open_corpus
from storage.sqlite.values import required


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of an address in the round."""

    source: str
    url: str
    outcome: str
    detail: str | None
    headline: str | None
    relevant: bool | None
    duplicate_kind: str | None
    duplicate_of: int | None


def rehearse(config: Config) -> tuple[Tally, list[Decision]]:
    """Process what is due on a copy next to the store; return the tally and its decisions.

    Outlets are fetched as in a real round; no alerts are sent. Raises StorageError or TopicError.
    """
    config.store.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=config.store.parent,
        prefix=".dry-run-",
    ) as folder:
        copy = Path(folder).absolute() / "corpus.db"
        _copy_store(config.store, copy)
        general = config.drawdown.model_copy(update={"store": str(copy), "archive": "off"})
        started = datetime.now(UTC)
        copied = config.model_copy(update={"drawdown": general, "alert": []})
        tally = eventloop.run(daemon.once(copied))
        return tally, _decisions(copy, started)


def _copy_store(store: Path, copy: Path) -> None:
    try:
        with open_corpus(store) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except StoreMissing:
        return  # the first round: every URL is new


def _decisions(store: Path, since: datetime) -> list[Decision]:
    with open_corpus(store) as connection:
        rows = connection.execute(
            """
            SELECT source.name AS source, frontier_url.url, outcome, detail,
                   corpus.headline, corpus.relevant, duplicate_kind, duplicate_of
            FROM frontier_url JOIN source ON source.id = frontier_url.source_id
            LEFT JOIN corpus ON corpus.id = frontier_url.article_id
            WHERE ended_at >= :since ORDER BY source.name, frontier_url.id
            """,
            {"since": required(since)},
        )
        return list(map(_decision, rows))


def _decision(row: sqlite3.Row) -> Decision:
    columns = dict(row)
    if columns["relevant"] is not None:
        columns["relevant"] = bool(columns["relevant"])
    return Decision(**columns)
