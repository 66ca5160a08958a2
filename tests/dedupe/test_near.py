"""What is a copy, and what only looks like one."""

import random
from datetime import UTC, datetime, timedelta

from crawler.dedupe.likeness import Comparable
from crawler.dedupe.near import relate
from crawler.dedupe.shingles import fingerprint
from storage.records.model import Relation, RelationKind
from tests.support.farm import make_text

ORIGINAL = make_text(random.Random(1), on_topic=True, paragraphs=12)
OTHER = make_text(random.Random(2), on_topic=True, paragraphs=12)
NOW = datetime(2018, 5, 19, tzinfo=UTC)


def comparable(
    body: list[str], outlet: str = "copier", headline: str = "", published: datetime | None = NOW
) -> Comparable:
    return Comparable.read(
        fingerprint(body), body, outlet=outlet, headline=headline, published=published
    )


def relation(
    body: list[str], outlet: str = "copier", original: list[str] | None = None
) -> Relation | None:
    earlier = comparable(original or ORIGINAL, "agency")
    found = relate(comparable(body, outlet), [(1, earlier)])
    return found[0] if found else None


def kind_of(body: list[str], outlet: str = "copier") -> RelationKind | None:
    found = relation(body, outlet)
    return found.kind if found else None


def test_the_same_words_are_an_exact_copy() -> None:
    shouted = [paragraph.upper().replace(".", " !") for paragraph in ORIGINAL]

    assert kind_of(shouted) is RelationKind.EXACT


def test_a_line_that_many_articles_consist_of_is_no_copy() -> None:
    stubs = [comparable(["Watch the video here."], "a", headline) for headline in ("One", "Two")]

    assert relate(stubs[1], [(1, stubs[0])]) == []


def test_small_edits_and_added_lines_are_a_copy() -> None:
    edited = ["Our own first line stands here now.", *ORIGINAL, "More on page nine of this paper."]

    assert kind_of(edited) is RelationKind.SYNDICATED
    assert kind_of(edited, outlet="agency") is RelationKind.NEAR


def test_a_cut_copy_knows_that_it_is_cut() -> None:
    found = relation(ORIGINAL[:5])

    assert found is not None
    assert found.kind is RelationKind.TRUNCATED
    assert found.kind_back is RelationKind.SYNDICATED
    assert found.forward > 0.9 > found.backward


def test_an_agencys_text_under_another_top_is_a_copy() -> None:
    assert kind_of([*OTHER[:3], *ORIGINAL[2:]]) is RelationKind.SYNDICATED


def test_half_of_a_text_under_another_top_is_a_weaker_relation() -> None:
    assert kind_of([*OTHER[:6], *ORIGINAL[6:]]) is RelationKind.REWRITTEN_TOP


def test_passages_are_a_weaker_relation() -> None:
    body = [*OTHER[:2], *ORIGINAL[:1], *OTHER[2:6], *ORIGINAL[4:7], *OTHER[6:7]]

    assert kind_of(body) is RelationKind.PARTIAL_REUSE


def test_an_outlet_that_tells_its_story_on_repeats_its_background() -> None:
    assert kind_of([*OTHER[:5], *ORIGINAL[4:]], outlet="agency") is RelationKind.FOLLOWUP


def test_another_report_and_a_shared_quotation_are_nothing() -> None:
    assert kind_of(OTHER) is None
    assert kind_of([*OTHER, ORIGINAL[4][:120]]) is None


def test_templated_reports_with_other_numbers_are_no_copies() -> None:
    template = (
        "The index closed at {} points on {} shares, up {} from the day before in calm trade, "
        "after {} stocks rose and {} fell in the morning session of the exchange on the islands."
    )
    one, two = (
        comparable([template.format(*numbers)], "wire")
        for numbers in ((101, 2000, 3, 17, 29), (99, 1500, 7, 12, 35))
    )

    assert relate(two, [(1, one)]) == []


def test_a_form_that_is_filled_in_another_week_is_no_copy() -> None:
    form = " ".join(
        f"The {fish} was landed at {port} for {{}} crowns a box, as on the day before it came."
        for fish, port in (
            ("cod", "Nord"),
            ("eel", "Sund"),
            ("ling", "Vik"),
            ("hake", "Holm"),
            ("bass", "Lund"),
        )
    )
    bodies = ([form.format(10, 20, 30, 40, 50)], [form.format(10, 21, 30, 41, 50)])
    week = NOW + timedelta(days=7)

    def kinds(second: datetime) -> list[RelationKind]:
        one, two = comparable(bodies[0], "wire"), comparable(bodies[1], "wire", published=second)
        return [found.kind for found in relate(two, [(1, one)])]

    assert kinds(NOW) == [RelationKind.NEAR]
    assert kinds(week) == []


def test_the_strongest_copy_is_the_only_one() -> None:
    earlier = [
        (1, comparable(ORIGINAL[:8], "one")),
        (2, comparable(ORIGINAL[:-1], "two")),
        (3, comparable([*OTHER[1:7], *ORIGINAL[6:]], "three")),
    ]

    found = relate(comparable([*ORIGINAL, OTHER[0]], "copier"), earlier)

    assert [(r.of, r.kind.is_copy) for r in found] == [(2, True), (3, False)]
