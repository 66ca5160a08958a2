"""Makes a large store by bulk SQL, in seconds: articles, texts, verdicts, copies, polls, runs.

    python -m bench.corpus FILE [--articles 500000] [--polls 1000000] [--sources 150]

The texts are short, so that half a million articles take a few hundred megabytes; every count is
spread as in a real corpus: one article in twenty on topic, one in eight a copy, one in thirty
revised, one poll in seventy failed. Nothing is drawn by chance: two stores of one size are equal.
"""

import argparse
from contextlib import closing
from pathlib import Path

from storage.search.analyser import VERSION
from storage.sqlite import schema

_SECONDS = 365 * 86_400  # the year before the newest article
_START = "2025-11-25"
_TIME = "strftime('%Y-%m-%dT%H:%M:%fZ', '{start}', '+' || ({seconds}) || ' seconds')"
_STAMP = "strftime('%Y-%m-%dT%H:%M:%f', '{start}', '+' || ({seconds}) || ' seconds') || '000Z'"


def time_of(seconds: str) -> str:
    """Return the SQL of a time, so many seconds after the start."""
    return _TIME.format(start=_START, seconds=seconds)


def stamp_of(seconds: str) -> str:
    """Return the SQL of a time at which something became known."""
    return _STAMP.format(start=_START, seconds=seconds)


def make(path: Path, *, articles: int, polls: int, sources: int) -> None:
    """Make a store. Raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    with closing(schema.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        asked = {
            "articles": articles,
            "polls": polls,
            "sources": sources,
            "each": polls // sources,
            "analyser": VERSION,
            "step": _SECONDS / max(articles, 1),
            "poll_step": _SECONDS / max(polls // sources, 1),
        }
        for statement in _STATEMENTS:
            connection.execute(statement, asked)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


_NUMBERS = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})
"""
_SOURCES = f"""
    INSERT INTO source (id, name, kind, url, host, shard, family, country, added_at)
    {_NUMBERS.format(most=":sources")}
    SELECT n, 'Outlet ' || n, 'feed', 'https://o' || n || '.example/feed', 'o' || n || '.example',
           0, 'House ' || (n / 3), CASE n % 4 WHEN 0 THEN NULL ELSE 'SY' END,
           '2025-11-25T00:00:00.000Z' FROM numbers
"""  # noqa: S608 - constants of this file
_POLL_STATES = f"""
    INSERT INTO poll_state (source_id, next_poll_at, last_poll_at, last_outcome, interval_seconds,
                            failures, reason)
    SELECT id, {time_of("31536000")}, {time_of("31535000")}, 'unchanged', 1800, 0, 'rhythm'
    FROM source
"""  # noqa: S608
_ARTICLES = f"""
    INSERT INTO article (id, canonical_url, source_id, first_seen, declared_at, cluster_id,
                         group_id, wire, sketch_version, sketch)
    {_NUMBERS.format(most=":articles")}
    SELECT n, 'https://o.example/' || n, 1 + (n * 7919) % :sources, {time_of("n * :step")},
           {time_of("max(n * :step - 600, 0)")}, CASE WHEN n % 8 = 0 THEN n - 1 ELSE n END,
           CASE WHEN n % 8 = 0 THEN n - 1 ELSE n END,
           CASE n % 6 WHEN 0 THEN 'AFP' END, 2, CASE WHEN n % 8 THEN zeroblob(400) END
    FROM numbers
"""  # noqa: S608
_REVISION = f"""
    INSERT INTO revision (article_id, number, change, changes, fetched_at, url, redirects, status,
        headers, page_digest, headline, byline, published, language, body, captions, tags, links,
        word_count, origins, extractor_version, text_hash, stored_at)
    SELECT id, {{number}}, '{{change}}', '{{changes}}', first_seen, canonical_url, '[]', 200, '[]',
           '', 'Report ' || id || ' of the harbour', '[]',
           CASE WHEN id % 50 THEN declared_at END,
           substr('arenfatrhe', 1 + 2 * (id % 5), 2),
           '["Crews of dock ' || (id % 300) || ' leave the pier. ' ||
           'A clerk counts the crates of vessel ' || (id % 5000) || ' before the tide turns."]',
           '[]', '[]', '[]', 20, '{{{{}}}}', 'bench', 'h' || id,
           {stamp_of("id * :step + {later}")}
    FROM article WHERE {{chosen}}
"""  # noqa: S608
_FIRST = _REVISION.format(number=1, change="first", changes="[]", later=1, chosen="1")
_SECOND = _REVISION.format(
    number=2, change="body", changes='["rewritten"]', later=90_000, chosen="id % 30 = 0"
)
_VERDICTS = """
    INSERT INTO verdict (article_id, revision, topic_version, relevant, score, probability,
                         evidence, judged_at, stored_at)
    SELECT article_id, number, 'bench', article_id % 20 = 0, 1.0, (article_id % 20 = 0) * 0.7 + 0.1,
           '[{"terms":["leave"],"place":"lead","weight":1.0,"sentence":"Crews of dock ' ||
           (article_id % 300) || ' leave the pier."}]', fetched_at, stored_at FROM revision
"""
_RELATIONS = f"""
    INSERT INTO relation (article_id, of, kind, kind_back, containment, forward, backward, lead,
                          similarity, method, found_at)
    SELECT id, id - 1, 'syndicated', 'syndicated', 1, 1, 1, 1, 1, 'bench',
           {stamp_of("id * :step + 2")} FROM article WHERE id % 8 = 0
"""  # noqa: S608
_ROWS = """
    INSERT INTO search_row (article_id, revision, stored_at, analyser, language, published)
    SELECT article_id, number, stored_at, :analyser, language, published FROM revision
    ORDER BY stored_at
"""
_TEXTS = """
    INSERT INTO search (rowid, headline, standfirst, body)
    SELECT search_row.id, lower(headline), '', lower(body) FROM search_row JOIN revision
    ON revision.article_id = search_row.article_id AND number = search_row.revision
"""
# Each source is polled at even steps: one poll in seventy fails, in runs of three.
_POLLS = f"""
    INSERT INTO poll (source_id, at, outcome, entries, new, known, over_cap, unusable,
                      possible_loss, duration_ms)
    {_NUMBERS.format(most=":polls")}
    SELECT 1 + n % :sources, {time_of("(n / :sources) * :poll_step")},
           CASE WHEN (n / :sources) % 210 < 3 THEN 'server_error'
                WHEN n % 3 THEN 'unchanged' ELSE 'polled' END,
           20, CASE WHEN n % 3 = 0 AND (n / :sources) % 210 >= 3 THEN n % 4 ELSE 0 END, 18, 0, 0,
           (n / :sources) % 2500 = 7, 90
    FROM numbers
"""  # noqa: S608
_UNWATCHED = """
    DELETE FROM poll WHERE EXISTS (
        SELECT 1 FROM running AS run JOIN running AS later ON later.id = run.id + 1
        WHERE poll.at > run.alive_at AND poll.at < later.started_at)
"""
_DAYS = """
    INSERT INTO poll_day (source_id, day, answered, new)
    SELECT source_id, substr(at, 1, 10), count(*), sum(new) FROM poll
    WHERE outcome IN ('polled', 'unchanged') GROUP BY source_id, substr(at, 1, 10)
"""
_RUNS = f"""
    INSERT INTO running (started_at, alive_at, ended_at)
    {_NUMBERS.format(most="40")}
    SELECT {time_of("(n - 1) * 788400")}, {time_of("n * 788400 - 7200")}, NULL FROM numbers
"""  # noqa: S608
_ADDRESSES = f"""
    INSERT INTO frontier_url (id, canonical_url, url, host, shard, source_id, entry, discovered_at,
                              attempts, not_before, outcome, ended_at, article_id)
    SELECT id, canonical_url, canonical_url, 'o.example', 0, source_id, '{{}}', first_seen, 1,
           first_seen, 'stored', {time_of("id * :step + 1")}, id FROM article
"""  # noqa: S608
_STATEMENTS = (
    _SOURCES, _POLL_STATES, _ARTICLES, _FIRST, _SECOND, _VERDICTS, _RELATIONS, _ROWS, _TEXTS,
    _POLLS, _RUNS, _UNWATCHED, _DAYS, _ADDRESSES,
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=500_000)
    parser.add_argument("--polls", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=150)
    asked = parser.parse_args()
    make(asked.file, articles=asked.articles, polls=asked.polls, sources=asked.sources)


if __name__ == "__main__":
    main()
