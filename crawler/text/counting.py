"""Numbers with their nouns, as people read them."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun; `plural` where an s does not make it.

    >>> counted(1, "article"), counted(5720, "entry", "entries")
    ('1 article', '5,720 entries')
    """
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}"
