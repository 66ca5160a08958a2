"""Claims as lines: repeats once, contradictions side by side, a change of mind marked."""

from dataclasses import replace
from itertools import count

from storage.records.claim import Stance
from storage.statements.claims import StoredClaim
from storage.statements.timeline import contradictions, timeline

NUMBERS = count(1)
CLAIM = StoredClaim(
    id=0,
    article_id=0,
    revision=1,
    position=0,
    source="Meridian Wire",
    family="meridian",
    wire=None,
    language="en",
    url="https://wire.example/1",
    duplicate_of=None,
    published=None,
    first_seen="2026-01-01T00:00:00.000000Z",
    paragraph=0,
    start=0,
    end=10,
    sentence="a sentence",
    force="turkey",
    stance=Stance.SHOULD_LEAVE,
    name="Damascus",
    how="capital",
    country="syria",
    role=None,
    condition=None,
    is_decision=False,
    via=None,
    said_on="2026-01-01",
    said_on_how=None,
    marks=(),
    rule="asked, named",
    certainty=0.85,
    version="1",
    found_at="2026-01-02T00:00:00.000000Z",
    page_digest="d",
)


def claim(day: str, stance: Stance, name: str | None, **changed: object) -> StoredClaim:
    """Return a claim of a day, of an article of its own unless another is named."""
    number = next(NUMBERS)
    article = {"id": number, "article_id": number, "family": f"family {number}"}
    said = {"said_on": day, "stance": stance, "name": name, "how": "person", "country": None}
    return replace(CLAIM, **{**article, **said, **changed})  # type: ignore[arg-type]


def test_repeats_of_one_statement_are_one_line_with_houses_and_texts() -> None:
    first = claim("2026-01-01", Stance.STAYS, "Kemal Ordun")
    copy = claim("2026-01-02", Stance.STAYS, "Ordun", duplicate_of=first.article_id)
    other = claim("2026-01-03", Stance.STAYS, "Кемаль Ордун")
    of_agency = claim("2026-01-03", Stance.STAYS, "Ordun", wire="Wire A")
    again = claim("2026-01-04", Stance.STAYS, "Ordun", wire="Wire A")

    (line,) = timeline([first, copy, other, of_agency, again])

    assert (line.houses, line.texts) == (5, 3)
    assert line.day == "2026-01-01"


def test_the_same_after_ten_days_is_another_line() -> None:
    lines = timeline(
        [claim("2026-01-01", Stance.STAYS, "Ordun"), claim("2026-01-12", Stance.STAYS, "Ordun")]
    )
    assert [line.day for line in lines] == ["2026-01-01", "2026-01-12"]


def test_a_capital_and_an_official_of_its_country_are_one_voice() -> None:
    capital = claim("2026-01-01", Stance.STAYS, "Ankara", how="capital", country="turkey")
    official = claim("2026-01-02", Stance.STAYS, "a Turkish official", how="role", country="turkey")

    assert len(timeline([capital, official])) == 1


def test_another_speaker_in_the_other_direction_contradicts() -> None:
    demand = claim("2026-01-01", Stance.SHOULD_LEAVE, "Brahm")
    answer = claim("2026-01-20", Stance.STAYS, "Ordun")

    lines = timeline([demand, answer])

    assert [(one.speaker, two.speaker) for one, two in contradictions(lines)] == [
        ("Brahm", "Ordun")
    ]
    assert lines[0].against[0].number == lines[1].number
    assert lines[1].against[0].number == lines[0].number


def test_of_another_force_or_of_nobody_nothing_contradicts() -> None:
    demand = claim("2026-01-01", Stance.SHOULD_LEAVE, "Brahm")
    other_force = claim("2026-01-02", Stance.STAYS, "Ordun", force="iran")
    nobody = claim("2026-01-02", Stance.STAYS, None)

    assert contradictions(timeline([demand, other_force, nobody])) == []


def test_a_demand_is_answered_once_after_thirty_days() -> None:
    demand = claim("2026-01-01", Stance.SHOULD_LEAVE, "Brahm")
    late = claim("2026-03-01", Stance.STAYS, "Ordun")
    later = claim("2026-04-15", Stance.STAYS, "Keller")

    lines = timeline([demand, late, later])

    assert [(one.speaker, two.speaker) for one, two in contradictions(lines)] == [
        ("Brahm", "Ordun")
    ]


def test_a_change_of_mind_is_marked() -> None:
    before = claim("2026-01-01", Stance.STAYS, "Ordun")
    after = claim("2026-02-01", Stance.WILL_LEAVE, "Ordun")

    first, second = timeline([after, before])

    assert first.changed is None
    assert second.changed is not None
    assert second.changed.number == first.number
    assert contradictions([first, second]) == []


def test_lines_are_grouped_by_force_with_the_newest_last() -> None:
    lines = timeline(
        [
            claim("2026-01-03", Stance.STAYS, "A", force="us"),
            claim("2026-01-02", Stance.STAYS, "B", force="iran"),
            claim("2026-01-01", Stance.STAYS, "C", force="us"),
        ]
    )
    assert [(line.force, line.day) for line in lines] == [
        ("iran", "2026-01-02"), ("us", "2026-01-01"), ("us", "2026-01-03"),
    ]  # fmt: skip


def test_names_that_share_consonants_in_one_script_are_two_speakers() -> None:
    lines = timeline(
        [claim("2026-01-01", Stance.STAYS, "Putin"), claim("2026-01-02", Stance.STAYS, "Biden")]
    )
    assert [line.speaker for line in lines] == ["Putin", "Biden"]
