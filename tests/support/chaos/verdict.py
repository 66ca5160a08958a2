"""What a campaign came to: what is lost, doubled, impolite, ended by itself, left behind."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from crawler.urls import canonicalize
from storage.archive import verify
from storage.archive.places import folder_for
from storage.sqlite.database import find_damage
from tests.support.chaos.press import Asked
from tests.support.hook import Hook

_LATE = 0.1  # seconds that a request may take to the log of the servers: they share a busy machine
_REPEAT = "may have come before"
# What a store in order consists of; a page that was appended but never committed is put aside as
# `.orphan` by design, and `.turns` has a fixed size.
_OF_THE_STORE = re.compile(
    r"corpus\.db(?:-wal|-shm|\.lock|\.turns|\.health|\.running)?$"
    r"|corpus\.archive/.+\.warc\.zst(?:\.orphan)?$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that must not happen, how often it did, and examples."""

    kind: str  # lost, doubled, impolite, ended by itself, left behind
    what: str
    found: tuple[str, ...]


def of_store(store: Path, published: Mapping[str, object]) -> Iterator[Row]:
    """Yield what is lost or doubled in a store."""
    wanted = {canonicalize(url) for url in published}
    with closing(sqlite3.connect(store)) as connection:
        connection.row_factory = sqlite3.Row
        damage = find_damage(connection)
        yield Row("lost", "the store itself", (damage,) if damage else ())
        broken = map(str, verify.broken(connection, folder_for(store)))
        yield Row("lost", "archived pages", tuple(broken))
        rows = connection.execute("SELECT canonical_url FROM article")
        stored = Counter(row["canonical_url"] for row in rows)
        yield Row("lost", "articles", tuple(sorted(wanted - stored.keys())))
        yield Row("lost", "outcomes of articles", tuple(_without_outcome(connection, published)))
        yield Row("doubled", "articles", tuple(_headlines(connection)))
        yield Row("doubled", "articles of one URL", _more_than_one(stored))
        yield Row("doubled", "revisions", tuple(_revisions(connection)))


def _without_outcome(connection: sqlite3.Connection, published: Iterable[str]) -> Iterator[str]:
    hosts = {urlsplit(url).hostname for url in published}
    query = "SELECT url, outcome FROM frontier_url WHERE outcome NOT IN ('stored', 'alias')"
    for row in connection.execute(query):
        # The trap's addresses are on purpose none, so they may not parse.
        if re.match(r"https?://([^/:]+)/story/", row["url"]) and _host(row["url"]) in hosts:
            yield f"{row['url']}: {row['outcome']}"


def _host(url: str) -> str | None:
    return urlsplit(url).hostname


def _headlines(connection: sqlite3.Connection) -> Iterator[str]:
    query = """
        SELECT headline FROM corpus GROUP BY headline HAVING count(DISTINCT url_key) > 1
    """
    for row in connection.execute(query):
        yield row["headline"]


def _revisions(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield articles with a second revision: no page of the press ever changes."""
    query = "SELECT article_id FROM revision GROUP BY article_id HAVING count(*) > 1"
    for row in connection.execute(query):
        yield f"article {row['article_id']}"


def _more_than_one(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name, times in counted.items() if times > 1))


def of_alerts(desk: Hook, headlines: Iterable[str]) -> Iterator[Row]:
    """Yield the articles that the alert did not send, or sent twice.

    A message that may have come before says so: no sender can avoid it.
    """
    messages = [f"{one['title']}\n{one['message']}" for one in desk.taken]
    once = Counter(line for text in messages if _REPEAT not in text for line in _lines(text))
    ever = {line for text in messages for line in _lines(text)}
    known = set(headlines)
    is_flooded = any(re.search(r"^and [\d,]+ more$", text, re.M) for text in messages)
    lost = () if is_flooded else tuple(sorted(known - ever))
    yield Row("lost", "alerts", lost)
    yield Row("doubled", "alerts", tuple(sorted(one for one in known if once[one] > 1)))


def _lines(text: str) -> set[str]:
    """Return the lines of a message; its title repeats the headline of a single item."""
    return set(text.splitlines()[1:])


def of_servers(asked: Iterable[Asked], delays: Mapping[str, float]) -> Iterator[Row]:
    """Yield requests that came sooner than the delay of their server, by the servers' log."""
    by_server: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_server[one.server].append(one)
    early = [
        f"{after.at:.2f}: {after.host}{after.path} {after.at - before.at:.2f} s after "
        f"{before.host}{before.path}"
        for server, requests in by_server.items()
        for before, after in pairwise(sorted(requests, key=lambda one: one.at))
        if after.at - before.at < delays[server] - _LATE
    ]
    yield Row("impolite", "requests", tuple(early))


def of_folders(store: Path, temporary: Path, outliving: int) -> Iterator[Row]:
    """Yield what processes have left behind."""
    known = {store.parent / name for name in ("sources.toml", "ballast")}
    files = [one for one in store.parent.rglob("*") if one not in known and one.is_file()]
    names = (str(one.relative_to(store.parent)) for one in files)
    strange = tuple(sorted(name for name in names if not _is_of_a_store(name)))
    yield Row("left behind", "files beside the store", strange)
    left = tuple(sorted(str(one.relative_to(temporary)) for one in temporary.rglob("*")))
    yield Row("left behind", "temporary files", left)
    yield Row("left behind", "parsers", ("a parser",) * outliving)


def _is_of_a_store(name: str) -> bool:
    return _OF_THE_STORE.match(name) is not None


def report(rows: Iterable[Row]) -> str:
    """Return the verdict as a table, with the first examples of what is not 0."""
    lines = []
    for row in rows:
        lines.append(f"{row.kind:16} {row.what:28} {len(row.found):5}")
        lines += [f"    {one}" for one in row.found[:5]]
    return "\n".join(lines)
