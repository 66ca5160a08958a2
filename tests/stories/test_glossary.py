"""The glossary is data: each of its terms is found in its language."""

import tomllib
from importlib import resources

import pytest

from crawler.stories.glossary import Glossary
from crawler.stories.report import Report
from crawler.stories.terms import Kind, terms_of


def tables() -> dict[str, dict[str, str]]:
    """Return the tables of the shipped glossary."""
    written = resources.files("crawler.stories").joinpath("glossary.toml").read_text("utf-8")
    found = tomllib.loads(written)
    assert found.pop("version") == 1
    return found


def test_each_term_is_found_in_a_text_of_its_language() -> None:
    missing = []
    for thing, by_language in tables().items():
        for language, terms in by_language.items():
            for term in terms.split():
                text = term.removeprefix("=").replace("-", " ")
                found = terms_of(Report("", (text,), language, None)).by_kind[Kind.THINGS]
                if thing not in found:
                    missing.append((thing, language, term))

    assert not missing


def test_the_languages_are_the_nine_that_are_watched() -> None:
    languages = {language for by_language in tables().values() for language in by_language}

    assert languages == {"ar", "de", "en", "fa", "fr", "he", "ku", "ru", "tr"}


def test_a_whole_word_is_no_beginning_of_another() -> None:
    english = Glossary({"base": {"en": "=base"}, "convoy": {"en": "convoy"}}).terms("en")

    assert english.of(["basement"]) == set()
    assert english.of(["base"]) == {"base"}
    assert english.of(["convoys"]) == {"convoy"}


def test_a_term_without_letters_is_an_error() -> None:
    with pytest.raises(ValueError, match="glossary: base: no letters in the term '='"):
        Glossary({"base": {"en": "="}})
