"""The kinds of a relation between two texts, in words."""

_WORDS = {
    "exact": "exact copy",
    "near": "edited version",
    "syndicated": "syndicated copy",
    "truncated": "shortened copy",
    "rewritten_top": "rewritten copy",
    "partial_reuse": "text that uses passages",
    "followup": "follow-up",
}


def kind_of_copy(kind: str | None) -> str:
    """Return the kind of a relation in words.

    >>> kind_of_copy("truncated"), kind_of_copy(None)
    ('shortened copy', 'copy')
    """
    return _WORDS.get(kind or "", (kind or "copy").replace("_", " "))
