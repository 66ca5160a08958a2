"""What is not the article: told by an element's names, or by how a paragraph is written.

Names alone are never believed blindly: body containers carry them too (measured: dropping by name
cost 0.01 to 0.08 F1), so body.py asks how much of the page's text stands below.
"""

import re
from functools import lru_cache

# Words in class, id or role. Several languages, since outlets name things in their own.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:"
    r"relat(?:ed|ion)\w*|recommend\w*|newsletters?|subscri\w+|signup|sign-up|promo\w*|advert\w*"
    r"|ads?|adbox|adslot|banner|sponsor\w*|shar(?:e|ing)\w*|social\w*|comments?|commentlist|disqus"
    r"|footer|nav|navbar|navigation|menus?|sidebar|breadcrumbs?|cookies?|consent|gdpr|popup|modal"
    r"|overlay|most-?(?:read|popular|viewed|shared)|popular|trending|teasers?|read-?(?:more|also|next)"
    r"|more-(?:from|stories|news|on)|see-also|also-(?:read|in)|author-?(?:bio|box|info|card|description)"
    r"|bio|about-author|by-?lines?|tags?|tag-?list|topics|keywords|toolbar|widgets?|outbrain|taboola"
    r"|post-?meta|article-?meta|entry-?meta|meta-?(?:data|info)|hidden|hide|print-?only|login|register"
    r"|paywall|poll|quiz|rating|pagination|pager|prev-?next|next-?(?:post|article)|toc"
    r"|table-of-contents|follow(?:-us)?|donat\w*|support-us|correction-form|feedback|skip-?(?:link|to)"
    r"|screen-reader\w*|sr-only|visually-?hidden|copyright|disclaimer|legal|rss|whatsapp|telegram"
    r"|dateline-date|timestamp|pub(?:lish(?:ed)?)?-?date|posted-on|infobox-promo|jp-relatedposts"
    r"|carousel|slider|playlist|video-?(?:player|list|title)|podcast|liveblog-nav|weather|stock\w*"
    r"|lire-aussi|a-lire|partage|leia-mais|mehr-zum|mehr-lesen|weiterlesen|teilen|ilgili\w*|benzer"
    r"|diger-haber\w*|yorum\w*|chitat|chitayte|recirc\w*|tout|zergnet|mc4wp|mailchimp|optin|cta"
    r")(?=$|[\s_-])"
)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:figcaption|captions?|wp-caption\w*|image-?(?:caption|credit|description|desc|info|meta)"
    r"|photo-?(?:caption|credit|desc\w*|info|by)|media-?(?:caption|credit|desc\w*)|img-?(?:caption|credit|desc)"
    r"|bildunterschrift|legende|credits?|picture-?caption|pic-?caption|gallery\w*)(?=$|[\s_-])"
)
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|deks?|sub-?(?:title|head(?:line|ing)?|hed)|summary|lede|chapo|chapeau"
    r"|excerpt|intro|abstract|teaser-?text|article-?(?:description|summary|lead|intro)|lead-?(?:text)?"
    r"|spot|anons|underline|vorspann|kicker-text)(?=$|[\s_-])"
)
_BODY = re.compile(
    r"(?:^|[\s_-])(?:article-?(?:body|content|text|copy)\w*|story-?(?:body|content|text)\w*|entry-?content"
    r"|post-?(?:content|body|text)|(?:the-)?content-?(?:body|text)?|body-?(?:content|text|copy)|news-?(?:text|body|content|detail)"
    r"|text-?(?:body|content)|main-?(?:text|content)|single-?content|articlebody|storybody|td-post-content"
    r"|field-name-body|detail-?(?:content|text|body)|haber-?(?:metni|detay|icerik)|article__text\w*)(?=$|[\s_-])"
)


@lru_cache(maxsize=16384)
def furniture_word(names: str) -> str | None:
    """Return the word in an element's names that says it is no part of the article."""
    match = _FURNITURE.search(names)
    return match[0].strip(" _-") if match else None


@lru_cache(maxsize=16384)
def is_caption(names: str) -> bool:
    """Whether an element's names say that it tells of a picture."""
    return _CAPTION.search(names) is not None


@lru_cache(maxsize=16384)
def is_standfirst(names: str) -> bool:
    """Whether an element's names say that it is the paragraph under the headline."""
    return _STANDFIRST.search(names) is not None


@lru_cache(maxsize=16384)
def is_body(names: str) -> bool:
    """Whether an element's names say that it holds the article."""
    return _BODY.search(names) is not None


# Paragraphs by their wording, at their beginning and whole. Lower case.
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
_NOTICE = re.compile(
    r"(?:all rights reserved|©|\(c\) 20\d\d|copyright 20\d\d|terms of (?:use|service)"
    r"|privacy policy"
    r"|cookie policy|by signing up|your email address|unsubscribe|newsletter|enable javascript"
    r"|javascript is disabled|turn on javascript|register (?:now|for free)|already a subscriber"
    r"|log in to|sign in to|download (?:the|our) app|alle rechte vorbehalten|tous droits réservés"
    r"|все права защищены|جميع الحقوق محفوظة|tüm hakları saklıdır)",
)
_BYLINE = re.compile(
    r"^(?:by|from|von|par|por|di|автор|بقلم|کاتب|text|story by|written by|reporting by"
    r"|photograph(?:y|s)? by)"
    r"[:\s]\s*\S.{0,80}$"
)
_DATE_LINE = re.compile(
    r"^(?:(?:published|updated|posted|last (?:updated|modified)|first published|veröffentlicht"
    r"|publié|mis à jour|aktualisiert"
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


def is_pointer(paragraph: str) -> bool:
    """Whether a paragraph leads elsewhere: "Read more: …", "Related articles"."""
    return _POINTER.match(paragraph.lower().lstrip("»>•▶►*- ")) is not None


def is_notice(paragraph: str) -> bool:
    """Whether a short paragraph speaks of the outlet and not of the news."""
    return len(paragraph) < 300 and _NOTICE.search(paragraph.lower()) is not None


def is_byline(paragraph: str) -> bool:
    """Whether a short line names the author or the date only."""
    lower = paragraph.lower()
    return len(paragraph) < 100 and bool(_BYLINE.match(lower) or _DATE_LINE.match(lower))


def is_credit(paragraph: str) -> bool:
    """Whether a paragraph names the agency or the colleagues that the text comes from."""
    return len(paragraph) < 250 and _CREDIT.search(paragraph) is not None
