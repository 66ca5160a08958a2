"""The names of people in lines of text, without the other words, in their usual case."""

import re
from collections.abc import Iterable, Iterator

from crawler import text

# Words before names, in the languages of the outlets, e.g. "By Ida Holm", "Von Ida Holm".
_BY = re.compile(
    r"^(?:by|from|von|par|por|de|di|da|av|af|door|autor(?:in)?|auteur|автор|текст|بقلم"
    r"|کاتب|كتب|كتبت|نوشته|نویسنده|گزارش|خبرنگار|إعداد|تقرير|muhabir|yazan|nivîskar|nûçe"
    r"|words|text|texte|story|written by|words by|text by|reported by"
    r"|posted by|authors?"
    r"|(?:view|show|see)? ?all (?:posts|articles) (?:by|of)|alles von|alle artikel von"
    r"|by line|מאת|yazar|haber|foto|fotos)\b\s*:?\s*",
    re.I,
)
# Between names, e.g. "Ida Holm and Per Lund"
_AND = re.compile(
    r"(?:(?<!\s)\s+)?"
    r"(?:,\s(?:and|und|et|y|e|ve|og|och|en|и|و)\s|[,;|/•·、，&]|\s(?:and|und|et|y|e|ve|og|och|en|и|و|with|mit|avec|con)\s)\s*",
    re.I,
)
# "And" is written onto the name after it, e.g. "محمد الحلبي وسامر خوري"; both have two words, and
# the second begins with the letter of its own where it is one of these: Walid, Wael, Wissam, Wafa.
_ARABIC_AND = re.compile(
    r"(?<=[\u0621-\u064a]\s)(?<=\S\s)و(?!(?:ليد|ائل|سام|سيم|جيه|فاء|داد|ديع|اصف|حيد|هيب|لاء|رد[ةه]?)\s)"
    r"(?=[\u0621-\u064a]{3,}\s[\u0621-\u064a]{2,})"
)
_DATELINE = re.compile(r"^\w+\s[-–—]\s(\S.*)$")
_TURKISH = re.compile("[İŞĞ]")
# What no name contains, e.g. "Published today", "www.outlet.example"
_NO_NAME = re.compile(
    r"://|www\.|@|[():<>{}\[\]?!\"]|\d|^[a-z]+[._][a-z._]+$"
    r"|\b(?:published|updated|share|follow|min read|minutes?|read more|subscribe|comments?"
    r"|tip (?:me|us)|e-?mail|image|getty|view all|show all|bearbeiten|twitter|facebook|instagram"
    r"|whatsapp|this author|homepage|artikelübersicht)\b",
    re.I,
)
# Who signs in place of a person, e.g. "Post Staff", "outlet.com", "BBC"
_COLLECTIVE = re.compile(
    r"\.(?:com|org|net|de|co|fr|be|ch|at|tr|ru)\b|^(?-i:[A-Z]{1,5})$"
    r"|\b(?:staff|admin|administrator|editors?|editorial|redaktion|redaction|redazione|redacción|redação"
    r"|team|desk|newsroom|nachrichten\w*|wire|services?|reports?|agency|agencies|writers?"
    r"|correspondents?|contributors?|guest|online|news|press|media|shimbun|zeitung|magazine|times|tribune"
    r"|university|institute|school|journal|مراسل|وكالات|редакция|haber merkezi)\b",
    re.I,
)
# What follows a name, e.g. "Ida Holm, Middle East correspondent", "Ida Holm | Harbour Post"
_AFTER = re.compile(
    r"(?:(?<!\s)\s+)?"
    r"(?:[|–—•]|\s-\s|\(|,\s(?:\w+ ){0,4}(?:correspondent|reporter|editor|writer|columnist|staff"
    r"|contributor|bureau|chief|for )"
    r"|\s(?:for|für|pour)\s(?:the\s|die\s|le\s)?(?-i:[A-ZÀ-Þ]))(?s:.*)$|\s(?:기자|記者|特派員)$",
    re.I,
)
# Two to six words, each with a capital, e.g. "Ida B. van Holm"
_SIGNED = re.compile(
    r"^[^\W\d_a-zа-я][^\W\d_]*\.?[\s-][^\W\d_]['’.\w-]*(?:\s[^\W\d_]['’.\w-]*){0,4}$"
)
_LONGEST_CLAIM = 300  # characters: a longer one is a biography
_SHORTEST_NAME, _LONGEST_NAME = 2, 59  # characters
_MOST_WORDS = 6  # of a name
_EDGES = " .,;:|-–—"


def names_in(claims: Iterable[str], headline: str) -> Iterator[str]:
    """Yield the names that claims contain, e.g. two in "By IDA HOLM and Per Lund"."""
    for claim in claims:
        cleaned = _BY.sub("", text.tidy(claim))
        if not _may_name(cleaned, headline):
            continue
        for part in _parts_of(_after_dateline(cleaned)):
            name = _BY.sub("", _AFTER.sub("", part))
            name = name.strip(_EDGES)
            if _is_name(name):
                yield _in_usual_case(name)


def _after_dateline(claim: str) -> str:
    """Return what follows the place of a dateline, e.g. "Ida Holm" of "Vadsø - Ida Holm"."""
    match = _DATELINE.match(claim)
    return match[1] if match is not None and is_signed(match[1]) else claim


def _parts_of(claim: str) -> Iterator[str]:
    """Yield the parts of a claim that may each be a name."""
    for part in _AND.split(claim):
        yield from _ARABIC_AND.split(part) if _ARABIC_AND.search(part) else [part]


def _may_name(claim: str, headline: str) -> bool:
    """Whether a claim may name people: article:author is often the address of a profile."""
    if len(claim) > _LONGEST_CLAIM or claim == headline:
        return False
    return "://" not in claim


def _is_name(name: str) -> bool:
    """Whether words may be a name, by their number, their length, and what no name contains."""
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        return False
    return len(name.split()) <= _MOST_WORDS and not _NO_NAME.search(name)


def _in_usual_case(name: str) -> str:
    """Return a name that is written in capitals as others write it, e.g. "Ida Holm"."""
    if not name.isupper() or " " not in name:
        return name
    if _TURKISH.search(name) is None:
        return name.title()
    # Turkish and Azeri have two letters i, e.g. "Emine Işık" for "EMİNE IŞIK".
    words = [
        word[0] + word[1:].replace("I", "ı").replace("İ", "i").lower() for word in name.split()
    ]
    return " ".join(words)


def divided(line: str) -> list[str]:
    """Return the parts of a line that may each be a name.

    >>> divided("By Ida Holm and Per Lund")
    ['Ida Holm', 'Per Lund']
    """
    return _AND.split(_after_dateline(_BY.sub("", line)))


def is_signed(claim: str) -> bool:
    """Whether words of the page look like a person's name.

    >>> is_signed("Ida B. van Holm, Oslo correspondent"), is_signed("noon in the harbour")
    (True, False)
    """
    name = _AFTER.sub("", _BY.sub("", claim))
    return _SIGNED.fullmatch(name.strip(" .,:")) is not None


def is_collective(name: str) -> bool:
    """Whether a name is a desk's or an outlet's.

    >>> is_collective("Post Staff"), is_collective("Ida Holm")
    (True, False)
    """
    return _COLLECTIVE.search(name) is not None
