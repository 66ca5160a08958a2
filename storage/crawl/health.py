"""The health of each source, in one word with its reason. No source is ever disabled by itself."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from storage.crawl import poll_days, polls
from storage.crawl.silence import BASELINE, silences
from storage.records.model import PollState
from storage.records.outcome import Outcome
from storage.sqlite.values import required


class State(StrEnum):
    """The health of a source: the first of these that holds."""

    REMOVED = "removed"  # left sources.toml, or is not enabled any more
    NEW = "new"  # never answered, and has not failed
    GONE = "gone"  # says so itself (410)
    DENIED = "denied"  # refuses us: by status, robots.txt or a challenge
    FAILING = "failing"
    SLOW = "slow by robots"  # only its feeds are polled: robots.txt asks for long pauses
    EMPTY = "empty extractions"  # its articles are fetched, and hold none
    SILENT = "silent"  # nothing new against its own rhythm
    LAYOUT = "layout changed"  # its articles stand in another place of the page since a few days
    MOVED = "moved"  # polled by way of permanent redirects
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, and why."""

    state: State
    reason: str = ""


_DENIED = {Outcome.DENIED, Outcome.BLOCKED, Outcome.ROBOTS_DENIED}
_NO_ARTICLE = {Outcome.NOT_ARTICLE, Outcome.SECTION_PAGE, Outcome.SOFT_404, Outcome.CONSENT_WALL,
               Outcome.BLOCKED, Outcome.DENIED, Outcome.EMPTY, Outcome.PARSE_TIMEOUT,
               Outcome.ROBOTS_DENIED, Outcome.HOME_PAGE}  # fmt: skip
_LAST, _LEAST, _MOST_OF = 20, 10, 0.8  # addresses that are looked at; of which so many say nothing
_LATELY = timedelta(days=7)  # a change of layout is news for so long


def standings(
    connection: sqlite3.Connection, now: datetime, only: int | None = None
) -> dict[int, Standing]:
    """Return the health of every source that is or was polled, or only of one, by its row."""
    silent = _silent(connection, now, only)
    found: dict[int, Standing] = {}
    rows = connection.execute(
        "SELECT source.id, url, removed_at, poll_state.*"
        " FROM source JOIN poll_state ON source_id = source.id"
        " WHERE :only IS NULL OR source.id = :only",
        {"only": only},
    )
    for row in rows.fetchall():
        number, state = row["id"], polls.state_of(row)
        standing = (
            (Standing(State.REMOVED, "left sources.toml") if row["removed_at"] else None)
            or _answers(state)
            or _articles(connection, number)
            or silent.get(number)
            or _layout(connection, number, now)
            or _moved(row["url"], state)
            or Standing(State.OK)
        )
        found[number] = _with_validators(standing, state)
    return found


def _answers(state: PollState) -> Standing | None:
    """Say whether it answers at all."""
    if state.failing_since is None:
        return None if state.last_poll_at else Standing(State.NEW, "never polled yet")
    reason = f"since {state.failing_since:%Y-%m-%d %H:%M} UTC: {state.last_outcome}"
    reason += f": {state.last_detail}" if state.last_detail else ""
    if state.last_outcome is Outcome.GONE:
        return Standing(State.GONE, reason)
    return Standing(State.DENIED if state.last_outcome in _DENIED else State.FAILING, reason)


def _articles(connection: sqlite3.Connection, source_id: int) -> Standing | None:
    """Say whether its newest addresses hold articles."""
    rows = connection.execute(
        "SELECT outcome FROM frontier_url INDEXED BY frontier_url_newest"
        " WHERE source_id = :id AND outcome NOT IN"
        " ('pending', 'too_old', 'alias', 'not_html', 'video') ORDER BY id DESC LIMIT :most",
        {"id": source_id, "most": _LAST},
    ).fetchall()
    counts = Counter(Outcome(row["outcome"]) for row in rows)
    # A rule of robots.txt holds for the next page as well: one refused page of one is enough.
    if rows and counts[Outcome.ROBOTS_DENIED] + counts[Outcome.SLOW_BY_ROBOTS] == len(rows):
        return _refused_by_robots(counts)
    if len(rows) < _LEAST:
        return None
    if counts[Outcome.SLOW_BY_ROBOTS] >= _MOST_OF * len(rows):
        return Standing(State.SLOW, "robots.txt asks for pauses too long to fetch its articles")
    empty = Counter({outcome: n for outcome, n in counts.items() if outcome in _NO_ARTICLE})
    if empty.total() < _MOST_OF * len(rows):
        return None
    most, _ = empty.most_common(1)[0]
    return Standing(State.EMPTY, f"{empty.total()} of its last {len(rows)} pages: mostly {most}")


def _refused_by_robots(counts: Counter[Outcome]) -> Standing:
    """Return the state of a source of which robots.txt lets no page be fetched."""
    denied, slow = counts[Outcome.ROBOTS_DENIED], counts[Outcome.SLOW_BY_ROBOTS]
    pages = "its last page" if denied + slow == 1 else f"all of its last {denied + slow} pages"
    if denied > slow:
        return Standing(State.EMPTY, f"robots.txt refuses {pages}")
    return Standing(State.SLOW, f"robots.txt asks for pauses too long to fetch {pages}")


def _silent(connection: sqlite3.Connection, now: datetime, only: int | None) -> dict[int, Standing]:
    """Return the sources that have nothing new up to yesterday, against their own rhythm."""
    days_of = poll_days.by_source(
        connection,
        sources=None if only is None else [only],
        since=(now - 2 * BASELINE).date(),
    )
    found: dict[int, Standing] = {}
    for number, days in days_of.items():
        watched = [day for day in days if day < now.date()]
        for silence in silences(days, watched):
            if silence.last == max(watched):
                found[number] = Standing(
                    State.SILENT,
                    f"nothing new since {silence.first}, where {silence.expected:g} were to be "
                    "expected by its own rhythm",
                )
    return found


def _layout(connection: sqlite3.Connection, source_id: int, now: datetime) -> Standing | None:
    row = connection.execute(
        """
        SELECT changed_at FROM site_profile WHERE host = (
            SELECT host FROM frontier_url WHERE source_id = :id AND outcome = 'stored'
            ORDER BY id DESC LIMIT 1) AND changed_at >= :since
        """,
        {"id": source_id, "since": required(now - _LATELY)},
    ).fetchone()
    if row is None:
        return None
    return Standing(State.LAYOUT, f"on {row['changed_at'][:10]}: look at its newest articles")


def _with_validators(standing: Standing, state: PollState) -> Standing:
    """Add to a state why each poll costs a whole answer, where it does."""
    if state.validators_off is None:
        return standing
    said = f"asked without validators: {state.validators_off}"
    return replace(standing, reason=f"{standing.reason}; {said}".removeprefix("; "))


def _moved(url: str, state: PollState) -> Standing | None:
    if state.moved_to is None or state.moved_to == url:
        return None
    return Standing(
        State.MOVED,
        f"permanently to {state.moved_to}: `drawdown sources apply` writes that into sources.toml",
    )
