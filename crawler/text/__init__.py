"""Normal text: white space, words, sentences, and the folded forms that are compared."""

from crawler.text.normal import (
    count_words,
    fold,
    letters,
    lowered,
    paragraph,
    primary_language,
    sentences,
    tidy,
    words,
)

__all__ = [
    "count_words",
    "fold",
    "letters",
    "lowered",
    "paragraph",
    "primary_language",
    "sentences",
    "tidy",
    "words",
]
