"""What a paragraph is by its wording alone: a pointer, a notice, a byline, a caption, prose.

Every pattern and list has an example beside it; the patterns are linear (tests/test_patterns.py).
"""

import re

from crawler.extract import notices, pointers
from crawler.extract.date_lines import is_date_line

# e.g. "By Ida Holm", "Text: Ida Holm"
_BYLINE = re.compile(
    r"^(?i:by|from|von|par|por|di|автор|بقلم|کاتب|text|story by|written by|reporting by"
    r"|photograph(?:y|s)? by)"
    r"[:\s]\s*[^\Wa-zа-яё].{0,80}[^.:!?]$"
)
# e.g. "Reporting by Ida Holm; editing by Per Lund", "(Reuters/AFP)", "Quelle: dpa"
_CREDIT = re.compile(
    r"(?:contributed to this (?:report|story|article)|contributed reporting"
    r"|reporting by .{3,80}(?:editing|writing) by"
    r"|(?:associated press|reuters|afp|the ap) contributed|with (?:reporting|material|files) from"
    r"|\(?(?:reuters|afp|ap|dpa|efe|anadolu|ria novosti|tass|xinhua)(?:\s*[/,&]\s*[\w.]+)*\)?\.?$"
    r"|^(?:source|quelle|kaynak|المصدر|источник|منبع)\s*:)",
    re.I,
)
# Lower case, the whole line, e.g. <div>Anzeige</div>
_LABELS = frozenset(
    """
    advertisement advertisements advertising advertise ad ads sponsored anzeige werbung publicité
    publicidad pubblicità publicidade reklam reklama реклама annons annonse mainos reclame إعلان
    اعلان פרסומת تبلیغات 広告 广告 광고 tweet embed share
    """.split()
)
# e.g. "* * *"
_WORDLESS = re.compile(r"^[\W_]+$")
# Lower case, at the beginning, e.g. "Photo: Ana Sol / Harbour Post"
_CAPTION = re.compile(
    r"(?:photo|image|foto|bild|picture|credit|legende|source photo|фото|صورة|תמונה|fotoğraf|写真)"
    r"(?: credit| by| courtesy(?: of)?)?\s*[:：]\s*\S",
)
# Lower case, at the end, e.g. "The wall at low tide. Photo: Ana Sol", "The wall (file photo)"
_PICTURE_CREDIT = re.compile(
    r"\b(?:(?:image |photo )?credit|(?:photo|foto|bild|fotoğraf|фото|צילום)(?: by| courtesy of)?)"
    r"\s*[:/]\s*[^.]{2,60}\)?$"
    r"|\((?:pictured|file photo|getty images|reuters photo|ap photo)[^)]{0,40}\)$",
)
_NEWSROOM = (
    r"(?:reporter|editor|correspondent|journalist|columnist|freelancer?|contributor|writer|producer"
    r"|anchor)"
)
# Persons of the news have these too: only the author's own note is none of the article.
_OFFICE = r"(?:author|fellow|analyst|professor|director|lecturer|researcher|scholar|adviser)"
# e.g. "Ida Holm", "J. R. Holm-Lund"
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]+ ){2,4}"
# e.g. "Ida Holm is a professor of history at the university of the harbour."
_ABOUT_SOMEONE = re.compile(rf"^({_NAME})(?:is|are) [^.]*\b{_OFFICE}s?\b")
# e.g. "Ida Holm is a reporter for the Post.", "Reach her at ida@harbour.example."
_SIGN_OFF = re.compile(
    rf"^{_NAME}(?:is|are) (?:(?!former |ex-)[^.])*?\b{_NEWSROOM}s?\b"
    rf"|^{_NAME}(?:covers|writes|has covered|reports)\b.*\b{_NEWSROOM}s?\b"
    rf"|^{_NAME}(?:covers|writes about|reports on) "
    rf"|^{_NAME}reported from "
    r"|^[A-ZÀ-Þ][\w'’-]+ reported from "
    r"|\b(?:can be reached|reach (?:him|her|them|me)|(?:contact|email) (?:him|her|them|the author)"
    r"|follow (?:him|her|them|me|us) |staff writer)\b"
    r"|\S@[^\s@]+\.\w|^(?i:this (?:article|story|piece)|a version of this|the article) .{0,30}"
    r"(?:was (?:originally|first)|appeared|originally|first appeared|is (?:part of|republished))"
    r"|^(?i:would you like to comment|get alerts on|mehr themen|mehr artikel|more on)\b"
    r"|^(?i:korrespondent|redakteur|der autor|die autorin|l'auteur|об авторе|yazar)\b",
)
# e.g. "Police ask anyone with information to contact them."
_APPEAL = re.compile(
    r"(?i)\b(?:anyone|information|witness(?:es)?|police|detectives?|officers?|footage)\b"
)
# Characters: a longer paragraph is prose, whatever its wording.
_LONGEST_CREDIT = 249
_LONGEST_LABEL = 19
_LONGEST_CAPTION = 299
_LONGEST_SIGN_OFF = 399
_LONGEST_BYLINE = 99
_LONGEST_DATE = 24
_TAIL = 90  # at the end of a caption, where its credit is
_SENTENCE_ENDS = (".", "!", "?", "؟")


def is_aside(paragraph: str) -> bool:
    """Whether a paragraph, however long, is no prose of the article."""
    return pointers.is_pointer(paragraph) or notices.is_notice(paragraph)


def is_byline(paragraph: str) -> bool:
    """Whether a short line names the author or the date only; a sentence does more.

    >>> is_byline("By Ida Holm"), is_byline("By noon the harbour was full of boats.")
    (True, False)
    """
    if len(paragraph) > _LONGEST_BYLINE:
        return False
    if is_date_line(paragraph):
        return True
    is_sentence = len(paragraph) > _LONGEST_DATE and paragraph.endswith(_SENTENCE_ENDS)
    return not is_sentence and _BYLINE.match(paragraph) is not None


def is_credit(paragraph: str) -> bool:
    """Whether a paragraph names the agency or the colleagues that the text comes from.

    >>> is_credit("Reporting by Ida Holm; editing by Per Lund")
    True
    """
    return len(paragraph) <= _LONGEST_CREDIT and _CREDIT.search(paragraph) is not None


def is_label(paragraph: str) -> bool:
    """Whether a line is only a label or a divider.

    >>> is_label("Advertisement"), is_label("* * *"), is_label("Why?")
    (True, True, False)
    """
    if len(paragraph) > _LONGEST_LABEL:
        return False
    return paragraph.lower() in _LABELS or _WORDLESS.match(paragraph) is not None


def is_caption(paragraph: str) -> bool:
    """Whether a short paragraph describes a picture and says who took it.

    >>> is_caption("The wall at low tide. Photo: Ana Sol")
    True
    """
    if len(paragraph) > _LONGEST_CAPTION:
        return False
    if _CAPTION.match(paragraph[:_TAIL].lower()):
        return True
    end = paragraph[-_TAIL:].lower()
    # Every credit has one of these; most paragraphs have none.
    may_credit = ":" in end or "/" in end or end.endswith(")")
    return may_credit and _PICTURE_CREDIT.search(end) is not None


def person_described(paragraph: str) -> str | None:
    """Return the name of whom a paragraph describes by an office: an author, or one of the news.

    >>> person_described("Ida Holm is a professor of history.")
    'Ida Holm'
    """
    match = _ABOUT_SOMEONE.match(paragraph)
    return None if match is None else match[1].strip()


def is_sign_off(paragraph: str) -> bool:
    """Whether a last paragraph is about its author, or about where else it appeared.

    >>> is_sign_off("Ida Holm is a reporter for the Harbour Post.")
    True
    >>> is_sign_off("Police ask anyone with information to contact them at post@police.example.")
    False
    """
    if len(paragraph) > _LONGEST_SIGN_OFF or _SIGN_OFF.search(paragraph) is None:
        return False
    # The appeal that ends a report of a crime is the report's.
    is_appeal = "contact" in paragraph and _APPEAL.search(paragraph) is not None
    return not is_appeal
