"""What is not the article, told by how a paragraph is written: its beginning or all of it."""

import re

# Lower case, at the beginning.
_POINTER = re.compile(
    r"^(?:(?:read|see|watch|listen|view)(?:\s+(?:more|also|next|now|the full|full))?\s*[:|>»–-]"
    r"|read (?:more|also|next|the full)\b|(?:also|more|must) (?:read|on|from|in|see)\b\s*[^a-z]?"
    r"|related(?:\s+(?:articles?|stories|news|content|topics|coverage|links?))?\s*[:|>-]?$|related\s*:"
    r"|recommended(?:\s+for you)?\s*:?$|click here|tap here|sign up|subscribe\b|follow us"
    r"|follow .{1,40} on |join (?:us|our)|share (?:this|on)|don'?t miss"
    r"|you (?:may|might) (?:also )?like|photos?:|video:$"
    r"|advertisement|sponsored|story continues|article continues|continue reading|get the latest"
    r"|mehr (?:zum thema|dazu)|lesen sie (?:auch|mehr)|auch interessant|lire aussi|à lire"
    r"|voir aussi|lea también|leia (?:também|mais)|читайте также|читать|подпис|ещё по теме"
    r"|اقرأ|إقرأ|شاهد أيض|المزيد"
    r"|بیشتر بخوانید|ayrıca|ilgili haber|bunlar da|ذات صلة|קראו (?:גם|עוד)|לקריאה)",
)
# Lower case, anywhere.
_NOTICES = (
    "all rights reserved", "©", "(c) 20", "copyright 20", "terms of use", "terms of service",
    "privacy policy", "cookie policy", "by signing up", "your email address", "unsubscribe",
    "newsletter", "enable javascript", "javascript is disabled", "turn on javascript",
    "register now", "register for free", "already a subscriber", "log in to", "sign in to",
    "download the app", "download our app", "earn a commission", "earn commission",
    "affiliate commission", "independently selected", "editorially independent",
    "alle rechte vorbehalten", "tous droits réservés", "réservée aux abonnés",
    "il vous reste", "все права защищены", "جميع الحقوق محفوظة", "tüm hakları saklıdır",
    "permission to load", "view this post on",
)  # fmt: skip
_BYLINE = re.compile(
    r"^(?i:by|from|von|par|por|di|автор|بقلم|کاتب|text|story by|written by|reporting by"
    r"|photograph(?:y|s)? by)"
    r"[:\s]\s*[^\Wa-zа-яё].{0,80}[^.:!?]$"
)
_DATE_LINE = re.compile(
    r"^(?:(?=.*\d)(?:published|updated|posted|last (?:updated|modified)|first published"
    r"|veröffentlicht|publié|mis à jour|aktualisiert"
    r"|опубликовано|обновлено|نشر|تاریخ|yayın\w*|güncelle\w*)\b.{0,70}"
    r"|.{0,25}\b\d{1,2}[:.]\d{2}\b.{0,25}|.{0,12}\b(?:19|20)\d\d\b.{0,12})$"
)
_CREDIT = re.compile(
    r"(?:contributed to this (?:report|story|article)|contributed reporting"
    r"|reporting by .{3,80}(?:editing|writing) by"
    r"|(?:associated press|reuters|afp|the ap) contributed|with (?:reporting|material|files) from"
    r"|\(?(?:reuters|afp|ap|dpa|efe|anadolu|ria novosti|tass|xinhua)(?:\s*[/,&]\s*[\w.]+)*\)?\.?$"
    r"|^(?:source|quelle|kaynak|المصدر|источник|منبع)\s*:)",
    re.I,
)
_LABELS = frozenset(
    """
    advertisement advertisements advertising advertise ad ads sponsored anzeige werbung publicité
    publicidad pubblicità publicidade reklam reklama реклама annons annonse mainos reclame إعلان
    اعلان פרסומת تبلیغات 広告 广告 광고 tweet embed share
    """.split()
)
_WORDLESS = re.compile(r"^[\W_]+$")
_CAPTION = re.compile(
    r"(?:photo|image|foto|bild|picture|credit|legende|source photo|фото|صورة|תמונה|fotoğraf|写真)"
    r"(?: credit| by| courtesy(?: of)?)?\s*[:：]\s*\S",
)
_PICTURE_CREDIT = re.compile(
    r"\b(?:(?:image |photo )?credit|(?:photo|foto|bild|fotoğraf|фото|צילום)(?: by| courtesy of)?)"
    r"\s*[:/]\s*[^.]{2,60}\)?$"
    r"|\((?:pictured|file photo|getty images|reuters|ap photo)[^)]{0,40}\)$",
)
_ROLE = (
    r"(?:reporter|editor|correspondent|journalist|columnist|freelancer?|contributor|writer|producer"
    r"|author|anchor|fellow|analyst|professor|director)"
)
_SIGN_OFF = re.compile(
    rf"^(?:[A-ZÀ-Þ][\w.'’-]+ ){{2,4}}(?:is|are|covers|writes|has covered|reports)\b.*\b{_ROLE}s?\b"
    r"|^(?:[A-ZÀ-Þ][\w.'’-]+ ){2,4}(?:covers|writes about|reports on) "
    r"|\b(?:can be reached|reach (?:him|her|them|me)|(?:contact|email) (?:him|her|them|the author)"
    r"|follow (?:him|her|them|me|us) |staff writer|reported from)\b"
    r"|\S@[^\s@]+\.\w|^(?i:this (?:article|story|piece)|a version of this|the article) .{0,30}"
    r"(?:was (?:originally|first)|appeared|originally|first appeared|is (?:part of|republished))"
    r"|^(?i:would you like to comment|get alerts on|mehr themen|mehr artikel|more on)\b"
    r"|^(?i:korrespondent|redakteur|der autor|die autorin|l'auteur|об авторе|yazar)\b",
)
_TAIL = 90  # characters at the end of a caption in which its credit stands
_LONGEST_BYLINE, _LONGEST_DATE = 100, 24  # characters


def is_pointer(paragraph: str) -> bool:
    """Whether a paragraph leads elsewhere: "Read more: …", "Related articles"."""
    return _POINTER.match(paragraph[:80].lower().lstrip("»>•▶►*- ")) is not None


def is_notice(paragraph: str) -> bool:
    """Whether a short paragraph speaks of the outlet and not of the news."""
    if len(paragraph) >= 300:
        return False
    return any(map(paragraph.lower().__contains__, _NOTICES))  # thrice as fast as one pattern


def is_aside(paragraph: str) -> bool:
    """Whether a paragraph, however long, is no prose of the article."""
    return is_pointer(paragraph) or is_notice(paragraph)


def is_byline(paragraph: str) -> bool:
    """Whether a short line names the author or the date only; a sentence does more."""
    is_sentence = len(paragraph) > _LONGEST_DATE and paragraph.endswith((".", "!", "?", "؟"))
    if len(paragraph) >= _LONGEST_BYLINE or is_sentence:
        return False
    return bool(_BYLINE.match(paragraph) or _DATE_LINE.match(paragraph.lower()))


def is_credit(paragraph: str) -> bool:
    """Whether a paragraph names the agency or the colleagues that the text comes from."""
    return len(paragraph) < 250 and _CREDIT.search(paragraph) is not None


def is_label(paragraph: str) -> bool:
    """Whether a line only labels what stands beside it, or divides: "Advertisement", "* * *"."""
    return len(paragraph) < 20 and (
        paragraph.lower() in _LABELS or _WORDLESS.match(paragraph) is not None
    )


def is_caption(paragraph: str) -> bool:
    """Whether a short paragraph tells of a picture and who took it."""
    if len(paragraph) >= 300:
        return False
    if _CAPTION.match(paragraph[:_TAIL].lower()):
        return True
    end = paragraph[-_TAIL:].lower()
    return (":" in end or "/" in end or end[-1] == ")") and _PICTURE_CREDIT.search(end) is not None


def is_sign_off(paragraph: str) -> bool:
    """Whether a last paragraph tells of its author, or where else it appeared."""
    return len(paragraph) < 400 and _SIGN_OFF.search(paragraph) is not None
