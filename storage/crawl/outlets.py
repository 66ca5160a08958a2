"""Facts about outlets: what sources.toml says of each, read as of an article's date."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storage.records.model import Source
from storage.sqlite.corpus_view import FAMILY, fact
from storage.sqlite.values import clean, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    """What was known of an article's outlet at the article's date; None: not stated."""

    outlet_kind: str | None
    alignment: str | None
    leaning: str | None
    owner: str | None
    family: str
    country: str | None
    group: str | None


_FACTS = f"""
    SELECT {fact("kind")} AS outlet_kind, {fact("alignment")} AS alignment,
           {fact("leaning")} AS leaning, {fact("owner")} AS owner,
           {FAMILY} AS family,
           source.country AS country, source.grouping AS "group"
    FROM article JOIN source ON source.id = article.source_id WHERE article.id = :id
"""  # noqa: S608 - constants


def outlet_facts(connection: sqlite3.Connection, article_id: int) -> OutletFacts:
    """Return the facts about an article's outlet, as of the article's date.

    That is the declared time of publication, or the time of discovery. Raises KeyError where the
    article is not stored.
    """
    row = connection.execute(_FACTS, {"id": article_id}).fetchone()
    if row is None:
        raise KeyError(article_id)
    return OutletFacts(**dict(row))


def synchronize(connection: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Make the facts and domains of the configured outlets agree with the configuration.

    Those of an outlet that left the configuration remain, as its articles do.
    """
    outlets = {clean(source.name): source for source in sources}
    facts = sorted(row for source in outlets.values() for row in _facts_of(source))
    domains = sorted(row for source in outlets.values() for row in _domains_of(source))
    names = to_json(list(outlets))

    _replace(connection, _FACT_ROWS, names, facts)
    _replace(connection, _DOMAIN_ROWS, names, domains)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table whose rows belong to outlets."""

    table: str
    columns: str
    marks: str


_FACT_ROWS = _Rows("outlet_fact", "outlet, name, since, value", "?, ?, ?, ?")
_DOMAIN_ROWS = _Rows("outlet_domain", "domain, outlet, former", "?, ?, ?")


def _replace(
    connection: sqlite3.Connection,
    rows: _Rows,
    names: str,
    wanted: list[tuple[object, ...]],
) -> None:
    """Replace the rows of some outlets, if they differ: an unchanged start writes nothing."""
    of_outlets = f"FROM {rows.table} WHERE outlet IN (SELECT value FROM json_each(:names))"  # noqa: S608 - constants
    asked = {"names": names}
    stored = connection.execute(
        f"SELECT {rows.columns} {of_outlets} ORDER BY {rows.columns}",
        asked,
    )
    if list(map(tuple, stored)) == wanted:
        return

    connection.execute(f"DELETE {of_outlets}", asked)
    connection.executemany(
        f"INSERT OR REPLACE INTO {rows.table} ({rows.columns}) VALUES ({rows.marks})",  # noqa: S608 - constants
        wanted,
    )


def _facts_of(source: Source) -> Iterator[tuple[object, ...]]:
    for known in source.facts:
        since = known.since.isoformat() if known.since else ""
        yield clean(source.name), known.name, since, clean(known.value)


def _domains_of(source: Source) -> Iterator[tuple[object, ...]]:
    for domain in source.domains:
        yield domain, clean(source.name), 0
    for domain in source.former_domains:
        yield domain, clean(source.name), 1


def source_of_domain(
    connection: sqlite3.Connection,
    host: str,
    listed_by: int,
) -> int | None:
    """Return a source of the outlet with this domain, or one around it; None if there is none.

    Of several sources of the outlet it is the one that listed the article, else one that is
    polled, the oldest first.
    """
    labels = host.split(".")
    around = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    row = connection.execute(
        """
        SELECT source.id FROM outlet_domain JOIN source ON source.name = outlet_domain.outlet
        WHERE domain IN (SELECT value FROM json_each(:around))
        ORDER BY length(domain) DESC, source.id <> :listed_by, source.removed_at IS NOT NULL,
                 source.id
        LIMIT 1
        """,
        {"around": to_json(around), "listed_by": listed_by},
    ).fetchone()
    return None if row is None else int(row["id"])
