"""Outlet rules: data with a pair each, an end, and less say than the operator."""

import json
from datetime import date
from pathlib import Path

import pytest

from crawler.extract.article import extract
from crawler.extract.outlets import read_rules, selectors_for
from storage.records.model import Selectors

RULES = Path(__file__).parent / "rules"
TODAY = date(2026, 6, 1)


@pytest.mark.parametrize("page", sorted(RULES.glob("*.html")), ids=lambda page: page.stem)
def test_a_rule_reads_what_the_general_finders_do_not(page: Path) -> None:
    rules = read_rules(RULES.iterdir())
    host = f"{page.stem}.example"
    expected = tuple(json.loads(page.with_suffix(".json").read_text("utf-8")))

    selectors = selectors_for(Selectors(), host, TODAY, rules)
    article = extract(page.read_bytes(), url=f"https://{host}/a", selectors=selectors)
    alone = extract(page.read_bytes(), url=f"https://{host}/a")

    assert article.body == expected
    assert alone.body != expected


def test_a_rule_ends_on_its_day_and_an_operators_comes_first() -> None:
    rules = read_rules(RULES.iterdir())
    own = Selectors(links="a", body="#mine", valid_until=date(2026, 5, 31))

    assert selectors_for(Selectors(), "harbour.example", date(2027, 2, 1), rules) == Selectors()
    assert selectors_for(own, "harbour.example", date(2026, 5, 1), rules).body == "#mine"
    assert selectors_for(own, "harbour.example", TODAY, rules).body == "ol.slides"
    assert selectors_for(own, "other.example", TODAY, rules) == Selectors(links="a")
    assert selectors_for(Selectors(), "www.harbour.example", TODAY, rules).remove == ".counter"


@pytest.mark.parametrize("rule", ["hosts = [", 'hosts = ["a"]\nwhy = "b"', 'until = "never"'])
def test_a_broken_rule_is_named(tmp_path: Path, rule: str) -> None:
    (tmp_path / "broken.toml").write_text(rule)

    with pytest.raises(ValueError, match=r"broken\.toml: "):
        read_rules(tmp_path.iterdir())


def test_shipped_rules_are_right_and_have_a_pair() -> None:
    folder = Path(__file__).parents[2] / "crawler/extract/rules"

    read_rules(folder.iterdir())

    pairs = {file.stem for file in RULES.glob("*.json")}
    assert {file.stem for file in folder.glob("*.toml")} <= pairs
