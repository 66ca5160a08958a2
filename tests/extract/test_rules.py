"""Every row of a rule table in the room applies to the example beside it."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from crawler.extract import byline, date_claims, leftovers, objections, pagekind
from crawler.extract.article import Extraction, extract, read_page
from crawler.extract.byline import Page
from crawler.extract.document import parse
from crawler.extract.explain import report
from crawler.extract.moments import parse as parse_date

URL = "https://outlet.example/old-ferry"
FIRST = "The council agreed on Monday to mend the old sea wall before the winter storms arrive."
LAST = "The harbour stays open while the masons work, though only for boats with a shallow draught."
THRESHOLD = re.compile(r"_?[A-Z][A-Z_, ]+ = \(?[\d.]")  # _LONGEST_NAME = 59
OBJECTIONS = [rule for rule in objections.OBJECTIONS if rule.example]


def named(rule: object) -> str:
    function = next(part for part in rule if callable(part))  # type: ignore[attr-defined]
    return str(function.__name__).strip("_")


def page(extra: str) -> Extraction:
    html = f"<h1>Sea wall to be mended</h1><div><p>{FIRST}</p>{extra}<p>{LAST}</p></div>"
    return read_page(html.encode(), url=URL)


@pytest.mark.parametrize("rule", [*OBJECTIONS, *objections.OBJECTIONS_TO_LINES], ids=named)
def test_an_objection_drops_its_example(rule: objections.Objection) -> None:
    body = page(rule.example).body
    facts = objections.Page(body.roles, frozenset({"sea wall to be mended"}), {})

    reasons = {rule.reason(block, facts) for block in body.layout.blocks} - {None}
    dropped = {block.signal for block in report(body) if not block.is_taken}
    assert reasons
    assert reasons <= dropped


def test_only_what_markup_cannot_show_has_no_example() -> None:
    assert [named(rule) for rule in objections.OBJECTIONS if not rule.example] == [
        "shown_before",
        "another_article",
    ]


@pytest.mark.parametrize("rule", leftovers.LEFTOVERS, ids=named)
def test_a_rule_of_leftovers_drops_its_example(
    rule: leftovers.Leftover, monkeypatch: pytest.MonkeyPatch
) -> None:
    paragraphs = f"<p>{FIRST}</p><p>{FIRST[4:]}</p><p>{FIRST[:-1]} again.</p>"
    inside = read_page(f"<div>{paragraphs}{rule.example}<p>{LAST}".encode(), url=URL)
    after = read_page(f"<div>{paragraphs}<p>{LAST}</p>{rule.example}".encode(), url=URL)
    without = tuple(other for other in leftovers.LEFTOVERS if other is not rule)

    monkeypatch.setattr(leftovers, "LEFTOVERS", without)
    kept = [
        read_page(f"<div>{paragraphs}{rule.example}<p>{LAST}".encode(), url=URL),
        read_page(f"<div>{paragraphs}<p>{LAST}</p>{rule.example}".encode(), url=URL),
    ]

    assert [inside.article.body, after.article.body] != [read.article.body for read in kept]


@pytest.mark.parametrize("source", date_claims.SOURCES, ids=named)
def test_a_source_of_dates_reads_its_example(source: date_claims.Source) -> None:
    is_url = source.example.startswith("https://")
    html, url = (b"", source.example) if is_url else (source.example.encode(), URL)

    article, body = (read := read_page(html, url=url)).article, read.body
    claims = [parse_date(claim) for claim in source.claims(parse(html, url=url), body)]

    assert {str(claim)[:10] for claim in claims if claim is not None} == {"2026-01-02"}
    assert str(article.published)[:10] == "2026-01-02"
    assert article.origins["published"] == source.provenance


@pytest.mark.parametrize("source", byline.SOURCES, ids=named)
def test_a_source_of_bylines_reads_its_example(source: byline.Source) -> None:
    read = read_page(source.example.encode(), url=URL)
    groups = source.groups(Page(parse(source.example.encode(), url=URL), read.body))

    assert any("Ida Holm" in claim for group in groups for claim in group)
    assert read.article.byline == ("Ida Holm",)
    assert read.article.origins["byline"] == source.provenance


@pytest.mark.parametrize("sign", pagekind.SIGNS, ids=named)
def test_a_sign_of_a_kind_shows_on_its_example(sign: pagekind.Sign) -> None:
    url, markup = sign.example

    assert extract(markup.encode(), url=url).kind is sign.kind


@pytest.mark.parametrize("sign", pagekind.SIGNS, ids=named)
def test_without_its_sign_an_example_is_of_another_kind(
    sign: pagekind.Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, markup = sign.example
    others = tuple(other for other in pagekind.SIGNS if other is not sign)
    monkeypatch.setattr(pagekind, "SIGNS", others)

    assert extract(markup.encode(), url=url).kind is not sign.kind


MODULES = sorted((Path(__file__).parents[2] / "crawler/extract").glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_threshold_has_its_unit_or_source_beside_it(module: Path) -> None:
    """A comment on its line, or above the run of lines that it is in."""
    lines = module.read_text("utf-8").splitlines()
    bare = []
    for number, line in enumerate(lines):
        if THRESHOLD.match(line) is None or "#" in line:
            continue
        above = list(takewhile(lambda text: text and not text.startswith(")"), lines[number::-1]))
        if not any(text.startswith("#") for text in above):
            bare.append(line)

    assert bare == []
