"""Sources, gaps and changes on their pages: what the commands list, nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from storage.articles import revisions
from storage.crawl import polls
from storage.crawl.polls import PollRecord
from storage.monitoring.gaps import Gap, gaps
from storage.records.outcome import Outcome
from storage.records.verdict import Evidence, Verdict
from storage.sqlite.database import open_corpus
from tests.support.filling import NOW, visit
from tests.web.conftest import add, client_of, filled, site_of

LATELY = datetime.now(UTC) - timedelta(hours=30)
NAME = "Evening & <b>Post</b> / 2"


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """A store of two sources: one fails after an overflow, one answers; two changed articles."""
    file = tmp_path / "corpus.db"
    with filled(file, (NAME, "two")) as connection:
        for hour, outcome, more in (
            (0, Outcome.POLLED, {"known": 3, "entries": 9}),
            (1, Outcome.POLLED, {"new": 9, "entries": 9, "possible_loss": True}),
            (2, Outcome.SERVER_ERROR, {"detail": "HTTP 503 <odd>"}),
            (3, Outcome.POLLED, {"known": 3, "entries": 9}),
            (4, Outcome.NETWORK, {"detail": "refused"}),
        ):
            at = LATELY + timedelta(hours=hour)
            record = PollRecord(at=at, outcome=outcome, **more)
            polls.save(connection, 1, record, polls.state(connection, 1))
        record = PollRecord(at=LATELY, outcome=Outcome.POLLED, known=3)
        polls.save(connection, 2, record, polls.state(connection, 2))
        article = add(connection, "a", headline="A convoy leaves")
        add(
            connection,
            "b",
            2,
            headline="Bread",
            body=["Flour is dear, say the bakers."],
        )
        later = visit("https://host0.example/a", ["The convoy came back."], headline="It is back")
        revisions.add(connection, article, later, number=2, change="body", changes=("headline",))
    return file


@pytest.fixture
def page(watched: Path) -> TestClient:
    return client_of(site_of(watched))


def listed(page: TestClient, address: str) -> list[dict[str, object]]:
    answer = page.get(address, headers={"accept": "application/json"})
    assert answer.status_code == 200
    records: list[dict[str, object]] = answer.json()
    return records


def of_command(file: Path) -> list[Gap]:
    with open_corpus(file) as connection:
        return gaps(connection, datetime.now(UTC))


def test_gaps_are_those_of_the_command(watched: Path, page: TestClient) -> None:
    every = of_command(watched)
    with_loss = [gap for gap in every if gap.loss == "possible"]
    assert 0 < len(with_loss) < len(every)

    causes = [one["cause"] for one in listed(page, "/gaps?all=1")]
    assert causes == [gap.cause for gap in every]
    assert len(listed(page, "/gaps")) == len(with_loss)
    html = page.get("/gaps?all=1").text
    assert html.count("<td>none</td>") == len(every) - len(with_loss)
    assert "HTTP 503 &lt;odd&gt;" in html


def test_gaps_are_asked_by_outlet_cause_and_time(page: TestClient) -> None:
    assert listed(page, "/gaps?all=1&source=two") == []
    assert [one["cause"] for one in listed(page, "/gaps?cause=window+overflow")] == [
        "window overflow"
    ]
    assert {one["end"] for one in listed(page, "/gaps?since=2099-01-01")} == {None}
    assert page.get("/gaps?cause=weather").status_code == 400


def test_a_source_says_why_it_fails_and_when_it_is_polled_next(page: TestClient) -> None:
    answer = page.get("/sources/Evening%20%26%20%3Cb%3EPost%3C%2Fb%3E%20%2F%202")

    assert answer.status_code == 200
    assert "Evening &amp; &lt;b&gt;Post&lt;/b&gt; / 2" in answer.text
    assert "Next poll" in answer.text
    assert "robots.txt was not read yet" in answer.text
    assert "HTTP 503 &lt;odd&gt;" in answer.text
    assert "A convoy leaves" in answer.text or "It is back" in answer.text


def test_an_outlet_that_nobody_knows_is_not_repeated(page: TestClient) -> None:
    answer = page.get("/sources/harbour-gazette")

    assert answer.status_code == 404
    assert "harbour-gazette" not in answer.text


def test_sources_are_listed_by_state_with_the_sum_of_all_outcomes(page: TestClient) -> None:
    every = listed(page, "/sources")
    states = [str(one["state"]) for one in every]

    assert [one["source"] for one in every] == [NAME, "two"]
    assert [one["articles"] for one in every] == [1, 1]
    for state in set(states):
        chosen = listed(page, f"/sources?state={state}")
        assert len(chosen) == states.count(state)
    assert page.get("/sources?state=tired").status_code == 400
    assert '<tfoot><tr><th scope="row">all</th><td class="number">2</td></tr>' in (
        page.get("/sources").text
    )


def test_changes_lead_to_what_was_changed(page: TestClient) -> None:
    (one,) = listed(page, "/changes")
    html = page.get("/changes").text

    assert (one["id"], one["revision"], one["changes"]) == (1, 2, ["headline"])
    assert '<a href="/articles/1/revisions/2">It is back</a>' in html
    assert listed(page, "/changes?kind=removal") == []


@pytest.mark.parametrize(
    "address", ["/sources", "/gaps", "/changes", "/gaps?all=1&page=2", "/movements"]
)
def test_an_empty_corpus_has_every_page(tmp_path: Path, address: str) -> None:
    with filled(tmp_path / "corpus.db", ()):
        pass
    answer = client_of(site_of(tmp_path / "corpus.db")).get(address)

    assert answer.status_code == 200
    assert 'class="nothing"' in answer.text


def test_movements_are_the_sentences_that_decided_copies_counted_once(tmp_path: Path) -> None:
    evidence = (
        Evidence(terms=("leave",), place="lead", sentence="They leave.", weight=1.0,
                 movement="leaving"),
        Evidence(terms=("leave",), place="body", sentence="He denied it.", weight=0.7,
                 movement="leaving", is_denied=True),
    )  # fmt: skip
    with filled(tmp_path / "corpus.db") as connection:
        for path, source in (("a", 1), ("b", 2)):
            number = add(connection, path, source)
            verdict = Verdict(relevant=True, score=1.0, evidence=evidence, topic_version="t-2")
            revisions.add_verdict(connection, number, 1, verdict, NOW)
    page = client_of(site_of(tmp_path / "corpus.db"))

    assert [one["kind"] for one in listed(page, "/movements")] == ["said", "denied"]
    denied = listed(page, "/movements?movement=leaving&kind=denied")
    assert [one["sentence"] for one in denied] == ["He denied it."]
    assert "He denied it." in page.get("/movements").text
    assert page.get("/movements?kind=sung").status_code == 400
