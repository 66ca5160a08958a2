"""Pages of a megabyte that repeat one thing without end: most of it is read once, or not at all."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract import walk
from crawler.extract.document import parse
from crawler.topic.movement import Binder, Movement
from crawler.topic.rules import judge, load
from crawler.topic.sentence import Sentence


def test_elements_beyond_what_a_page_has_are_not_made() -> None:
    """The text between them is kept; theirs was never read."""
    tree = LexborHTMLParser("<body>" + "<p>x" * 60_000 + "</p>the end</body>")
    assert tree.body is not None

    layout = walk.read_layout(tree.body)

    assert len(layout.elements) == 20_000
    assert layout.blocks[-1].text == "the end"


def test_a_page_has_so_many_headings_of_the_first_rank() -> None:
    page = "<body>" + "".join(f"<h1>Heading {n}</h1>" for n in range(10_000)) + "</body>"

    document = parse(page.encode(), url="https://a.example/1")

    assert document.headings[0] == "Heading 0"
    assert len(document.headings) == 200


def test_a_sentence_that_is_repeated_is_bound_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[str] = []
    whole = Binder.bind

    def note(binder: Binder, sentence: Sentence, *, is_near: bool) -> list[Movement]:
        bound.append(sentence.text)
        return whole(binder, sentence, is_near=is_near)

    monkeypatch.setattr(Binder, "bind", note)
    sentence = "Russian forces will leave Syria by the end of the month, the ministry said."
    verdict = judge(load(), headline="The month", body=(sentence,) * 500, language="en")

    assert verdict.evidence
    assert 1 <= len(bound) <= 2  # with the place named just before, and without
