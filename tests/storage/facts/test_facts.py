"""The columns find what a search finds, and count what it lists, whatever has happened before."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage.articles import corpus, relations, reprocessing, revisions
from storage.articles.corpus import Wanted
from storage.articles.revisions import Visit
from storage.crawl import sources
from storage.facts.columns import Columns
from storage.facts.facts import Facts
from storage.forgetting import forget
from storage.records.model import Fact, Relation, RelationKind, Source, SourceKind
from storage.records.verdict import Verdict
from storage.search import index
from storage.search.find import find, ids
from storage.sqlite import corpus_view, schema
from tests.support.filling import NOW, store, visit

SENTENCES = [
    "The harbour crane of Tartus was moved by night to the northern quay.",
    "Soldiers of the third brigade leave their camp beside the river on Friday.",
    "Bakers count flour sacks while the ministry promises cheaper bread soon.",
    "A spokesman denied that the garrison would withdraw before the winter.",
    "Farmers of the valley repaired the canal which the flood had broken.",
    "The envoy said that both armies agreed on a date for the handover.",
]
QUERIES = [
    "soldier", "crane OR flour", "soldier -flour", "lang:ar", "-lang:ar", "verdict:on",
    "verdict:off OR crane", "duplicate:yes", "duplicate:no", "duplicate:no verdict:on", "-wire:afp",
    "wire:AFP", "after:2026-11-20", "before:2026-11-20", "-before:2026-11-20", "source:one",
    "country:DE", "-country:DE", "family:house -crane", "family:old", "probability:0.5",
    "-probability:0.5",
    "id:2", "duplicate:1", "author:ruiz", "-author:ruiz (lang:en OR lang:ar)", "title:second",
    "kind:newspaper",
    "-kind:newspaper", "alignment:unknown", "leaning:union", "-leaning:mill", "owner:mill",
    "published:2026-11-20", "-published:2026-11", "seen:2026-11-25", "revised:yes", "revised:no",
    "changes:removed", "url:site.example/2", "country:DE -kind:newspaper",
    '-"third brigade"', "group:north OR (envoy -source:two)",
]  # fmt: skip
TURN = date(2026, 11, 20)
LISTED = [
    (
        Source(
            name="One",
            kind=SourceKind.FEED,
            url="https://one.example/feed",
            country="DE",
            family="House",
            group="North",
            facts=(
                Fact(name="kind", value="newspaper"),
                Fact(name="alignment", value="state", since=TURN),
                Fact(name="leaning", value="of the mill owners"),
                Fact(name="leaning", value="of the rail union", since=TURN),
                Fact(name="owner", value="Mill Trust", since=TURN),
                Fact(name="family", value="Old House"),
                Fact(name="family", value="House", since=TURN),
            ),
        ),
        "one.example",
    ),
    (Source(name="Two", kind=SourceKind.FEED, url="https://two.example/feed"), "two.example"),
]

article = st.fixed_dictionaries(
    {
        "source": st.integers(1, 2),
        "text": st.lists(
            st.sampled_from(SENTENCES),
            min_size=1,
            max_size=4,
        ),
        "language": st.sampled_from(["en", "ar", None]),
        "day": st.one_of(st.none(), st.integers(0, 12)),
        "wire": st.sampled_from(["AFP", None]),
        "byline": st.sampled_from([("Ana Ruiz",), ()]),
    }
)
step = st.one_of(
    st.tuples(st.just("store"), article),
    st.tuples(st.just("revise"), article),
    st.tuples(st.just("judge"), st.one_of(st.none(), st.sampled_from([0.2, 0.5, 0.9]))),
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("index"), st.integers(1, 9)),
    st.tuples(st.just("advance"), st.none()),
    st.tuples(st.just("copy"), st.tuples(st.integers(0, 9), st.integers(0, 9))),
)
rare = st.one_of(
    st.tuples(st.just("forget"), st.integers(0, 9)),
    st.tuples(st.just("compare_all"), st.none()),
    st.tuples(st.just("reindex"), st.none()),
    st.tuples(st.just("advance"), st.none()),
)


class History:
    """Does what a crawler does to a store, one step after another."""

    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection
        self.articles: list[int] = []
        self.times: list[datetime] = []
        self._numbers = 0
        self._versions = count(1)

    def do(
        self,
        what: str,
        value: object,
    ) -> None:
        getattr(self, f"_{what}")(value)
        settled = corpus_view.settled(self._connection)
        if settled is not None:
            self.times.append(settled)

    def _visit(
        self,
        made: dict[str, Any],
        number: int,
    ) -> Visit:
        day = made["day"]
        published = None if day is None else NOW - timedelta(days=int(str(day)), hours=number)
        return visit(
            f"https://site.example/{number}", list(made["text"]), published,
            language=made["language"], wire=made["wire"], byline=made["byline"],
            headline=f"The {'second' if number % 2 else 'first'} report",
        )  # fmt: skip

    def _store(self, made: dict[str, Any]) -> None:
        self._numbers += 1
        number = self._numbers
        url = f"https://site.example/{number}"
        seen = self._visit(made, number)
        self.articles.append(
            store(
                self._connection,
                made["source"],
                url,
                seen,
            )
        )

    def _revise(self, made: dict[str, Any]) -> None:
        if not self.articles:
            return
        chosen = self.articles[len(self.times) % len(self.articles)]
        number = revisions.newest(self._connection, chosen).number + 1
        seen = self._visit(made, chosen)
        revisions.add(
            self._connection,
            chosen,
            seen,
            number=number,
            change="body",
        )

    def _judge(self, probability: float | None) -> None:
        if not self.articles:
            return
        chosen = self.articles[0]
        verdict = Verdict(
            relevant=(probability or 0) > 0.4, score=1.0, evidence=(),
            topic_version=f"judged-{next(self._versions)}", probability=probability,
        )  # fmt: skip
        number = revisions.newest(self._connection, chosen).number
        revisions.add_verdict(
            self._connection,
            chosen,
            number,
            verdict,
            NOW,
        )

    def _remove(self, _: None) -> None:
        if self.articles:
            revisions.mark_removed(
                self._connection,
                self.articles[0],
                NOW,
                404,
            )

    def _copy(self, pair: tuple[int, int]) -> None:
        """Link an article to an earlier or later one, as `reprocess` may."""
        if len(self.articles) < 2:
            return
        one, other = (self.articles[place % len(self.articles)] for place in pair)
        if one != other:
            kind = RelationKind.NEAR if pair[0] % 3 else RelationKind.FOLLOWUP
            edge = Relation(
                of=other, kind=kind, kind_back=kind, containment=1, forward=1, backward=1, lead=1,
                similarity=1, method="test",
            )  # fmt: skip
            relations.link(
                self._connection,
                one,
                [edge],
            )

    def _forget(self, place: int) -> None:
        if self.articles:
            gone = self.articles.pop(place % len(self.articles))
            forget(
                self._connection,
                [gone],
                "article",
                "asked",
            )

    def _compare_all(self, _: None) -> None:
        reprocessing.begin(self._connection)

    def _reindex(self, _: None) -> None:
        self._connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        self._connection.execute("DELETE FROM search_row")

    def _index(self, most: int) -> None:
        index.advance(self._connection, most=most)

    def _advance(self, _: None) -> None:
        pass


def opened(path: Path) -> sqlite3.Connection:
    connection = schema.connect(path)
    sources.synchronize(
        connection,
        LISTED,
        NOW,
    )
    return connection


def assert_same(
    connection: sqlite3.Connection,
    facts: Facts,
    as_of: datetime | None,
) -> None:
    for query in QUERIES:
        found = facts.find(connection, query)
        assert facts.ids(found) == sorted(
            set(
                ids(
                    connection,
                    query,
                    as_of=as_of,
                )
            )
        ), query


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.lists(
        article,
        min_size=3,
        max_size=5,
    ),
    steps=st.lists(
        step,
        min_size=6,
        max_size=16,
    ),
    end=st.lists(rare, max_size=3),
    more=st.lists(step, max_size=4),
)
def test_after_any_history_columns_and_search_find_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[dict[str, Any]],
    steps: list[tuple[str, object]],
    end: list[tuple[str, object]],
    more: list[tuple[str, object]],
) -> None:
    with closing(opened(tmp_path_factory.mktemp("history") / "corpus.db")) as connection:
        history = History(connection)
        facts = Facts.read(connection)
        for what, value in (*(("store", one) for one in first), *steps, *end, *more):
            history.do(what, value)
            if what == "advance":
                facts = facts.advanced(connection)
        facts = facts.advanced(connection)

        assert_same(
            connection,
            facts,
            None,
        )
        assert_same(
            connection,
            Facts.read(connection),
            None,
        )
        for time in history.times:
            past = facts.past(connection, time)
            assert past is not None
            assert_same(
                connection,
                past,
                time,
            )


@pytest.fixture
def corpus_of_twelve(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Twelve articles of two outlets: copies, undated ones, revisions, verdicts, one removed."""
    with closing(opened(tmp_path / "corpus.db")) as connection:
        history = History(connection)
        for number in range(12):
            made = {
                "source": 1 + number % 2, "text": SENTENCES[number % 6 :], "wire": None,
                "language": ("en", "ar", None)[number % 3], "byline": (),
                "day": None if number % 5 == 0 else number % 4,
            }  # fmt: skip
            history.do("store", made)
        history.do("judge", 0.1)
        history.do("revise", made)
        history.do("remove", None)
        history.do("copy", (7, 2))
        history.do("index", 99)
        yield connection


def add_alone(
    connection: sqlite3.Connection,
    number: int,
    day: int,
) -> int:
    """Store an article that is like no other."""
    url = f"https://site.example/alone{number}"
    words = " ".join(f"word{number}x{place}" for place in range(40))
    return store(
        connection,
        1,
        url,
        visit(
            url,
            [words],
            NOW - timedelta(days=day),
        ),
    )


@pytest.mark.parametrize("query", ["verdict:on", "duplicate:no", "soldier OR flour", "-lang:ar"])
def test_counts_are_those_of_what_an_export_writes(
    corpus_of_twelve: sqlite3.Connection, query: str
) -> None:
    facts = Facts.read(corpus_of_twelve)
    mask = facts.find(corpus_of_twelve, query)
    wanted = Wanted(ids=ids(corpus_of_twelve, query))
    listed = list(corpus.stream(corpus_of_twelve, wanted))

    assert listed
    assert facts.per_day(mask) == Counter((a.published or a.first_seen).date() for a in listed)
    assert facts.per_outlet(mask) == Counter(a.source for a in listed)
    assert facts.per_family(mask) == Counter(a.family for a in listed)
    assert facts.per_language(mask) == Counter(a.language for a in listed)
    on = sum(a.relevant for a in listed)
    assert facts.per_verdict(mask) == {"on": on, "off": len(listed) - on}
    copies = {a.id for a in listed if a.duplicate_of is not None}
    assert set(facts.ids(mask & facts.copies)) == copies


def test_a_root_that_joins_another_cluster_stays_the_original_of_its_copies(
    corpus_of_twelve: sqlite3.Connection,
) -> None:
    facts = Facts.read(corpus_of_twelve)
    history = History(corpus_of_twelve)
    first, later = (
        add_alone(
            corpus_of_twelve,
            number,
            day,
        )
        for number, day in ((98, 5), (99, 4))
    )
    history.articles = [1, later, first]
    history.do("copy", (1, 2))
    history.do("index", 9)
    assert ids(corpus_of_twelve, f"duplicate:{first}") == [later]
    history.do("copy", (2, 0))

    assert_same(
        corpus_of_twelve,
        facts.advanced(corpus_of_twelve),
        None,
    )
    assert_same(
        corpus_of_twelve,
        Facts.read(corpus_of_twelve),
        None,
    )


@pytest.mark.parametrize("step", [("forget", 3), ("compare_all", None), ("reindex", None)])
def test_what_was_removed_since_is_found_no_more(
    corpus_of_twelve: sqlite3.Connection, step: tuple[str, object]
) -> None:
    alone = add_alone(
        corpus_of_twelve,
        99,
        4,
    )
    add_alone(
        corpus_of_twelve,
        98,
        4,
    )
    index.advance(corpus_of_twelve, most=9)
    facts = Facts.read(corpus_of_twelve)
    history = History(corpus_of_twelve)
    history.articles = [1, 2, 3, alone]
    history.do(*step)
    history.do("index", 2)

    assert_same(
        corpus_of_twelve,
        facts.advanced(corpus_of_twelve),
        None,
    )


def test_pages_of_the_newest_are_those_of_a_search(corpus_of_twelve: sqlite3.Connection) -> None:
    facts = Facts.read(corpus_of_twelve)
    found = find(
        corpus_of_twelve,
        "verdict:on",
        order="newest",
        limit=5,
        offset=3,
    )

    mask = facts.find(corpus_of_twelve, "verdict:on")
    assert facts.newest(
        mask,
        limit=5,
        offset=3,
    ) == [one.id for one in found]


def test_a_corpus_without_articles_has_no_counts(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "corpus.db")) as connection:
        facts = Facts.read(connection).advanced(connection)
        assert facts.ids(facts.find(connection, "soldier OR verdict:on")) == []
        assert facts.per_day(facts.every) == {}
        past = facts.past(
            connection,
            datetime(
                2020,
                1,
                1,
                tzinfo=UTC,
            ),
        )
        assert past is not None
        assert past.per_outlet(past.every) == {}


def test_a_past_state_is_absent_where_too_much_has_changed_since(
    corpus_of_twelve: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Facts.read(corpus_of_twelve)
    history = corpus_view.settled(corpus_of_twelve)
    assert history is not None
    monkeypatch.setattr("storage.facts.facts._MOST_READ", 0)

    reprocessing.begin(corpus_of_twelve)
    assert facts.past(corpus_of_twelve, history) is not None
    assert facts.past(corpus_of_twelve, NOW - timedelta(days=999)) is not None  # nothing then
    first = corpus_of_twelve.execute("SELECT min(stored_at) FROM revision WHERE number = 2")
    assert facts.past(corpus_of_twelve, datetime.fromisoformat(first.fetchone()[0])) is None


def test_an_article_takes_sixty_bytes_at_most(corpus_of_twelve: sqlite3.Connection) -> None:
    columns = Facts.read(corpus_of_twelve).columns

    assert columns.nbytes <= 60 * len(columns)


def test_a_number_that_the_columns_cannot_hold_is_refused() -> None:
    one = {name: [0] for name in Columns.__dataclass_fields__}

    with pytest.raises(OverflowError, match="row"):
        Columns.of(**one | {"row": [2**31]})
