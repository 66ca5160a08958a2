"""Words that fold to nothing."""

import pytest

from storage.search.analyser import analyse


@pytest.mark.parametrize("language", ["ar", "de", "en", "fa", "fr", "he", "ku", "ru", "tr", None])
def test_a_word_of_marks_alone_is_no_error(language: str | None) -> None:
    # A tatweel is a letter for Unicode, and none for us.
    assert analyse("ـ שלום", language)[1:] == analyse("שלום", language)
