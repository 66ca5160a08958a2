"""What the names of elements claim: words of class, id and role, in the languages of the outlets.

A name is only a claim: body containers have such names too (measured: dropping by name cost 0.01
to 0.08 F1), so container.py checks how much of the page's text an element contains. A word is
listed as boilerplate if at most a tenth of the text in elements of that name belonged to an article
(counted on labelled pages of 400 outlets, words that at least four of them use).
"""

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+")
# The words of camelCase, e.g. "related" and "Articles" of "relatedArticles".
_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+|[^\Wa-zA-Z]+")
_DIGITS = "0123456789"


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Classes that say how an element is drawn, and not what it is: the utilities of Tailwind
# ("md:hidden", "scroll-mt-[calc(theme(spacing.sticky-header))]", "!sticky"), and "border-box".
_UTILITY = re.compile(r"(?<!\S)\S*?(?:[:\[(!]|border[-_]box)\S*+")
# WordPress (`get_post_class`) repeats facts about an article in the classes of its element, e.g.
# "post-71 type-post status-publish hentry category-podcast tag-poll".
_POST_CLASS = re.compile(r"(?<!\S)(?:type-post|status-(?:publish|inherit)|hentry)(?!\S)")
_STATE = re.compile(
    r"(?<!\S)(?:status-(?:publish|inherit)|hentry|(?:category|tag)-\S+|sticky(?=\s+(?:post|hentry)))"
    r"(?!\S)"
)
# The class of many style sheets for "display: none"; Tailwind's "hidden md:block" is shown.
_HIDING = re.compile(r"(?<!\S)hidden(?!\S)")
_SHOWING = re.compile("block|flex|grid|inline|visible|show|table")

# Each is a word, or two words in a row written as one.
_BOILERPLATE = _words(
    # other articles
    "related relation relations recommended recommendation recommendations recirc recirculation",
    "readmore readnext readalso morefrom morestories morenews moreon more seealso alsoread alsoin",
    "mostread mostpopular mostviewed mostshared most popular trending teaser teasers promo promos",
    "promotion outbrain taboola zergnet carousel slider slideshow playlist latest recent nextpost",
    "nextarticle prevnext prev postnav posts jprelatedposts onward thumbnail thumb liveblognav",
    "lireaussi alire leiamais mehrzum mehrlesen weiterlesen ilgili benzer digerhaber chitat",
    "chitayte tout excerpt topic topics read links multi boxes",
    # newsletters, accounts, shops
    "newsletter newsletters subscribe subscription subscriptions subscriber signup optin mcwp",
    "mailchimp cta donate donation supportus follow followus whatsapp telegram rss login register",
    "registration offer offers premium call email paywall piano membership",
    # advertisements
    "ad ads advert advertisement advertising adbox adslot adunit banner sponsor sponsored",
    "sponsors commercial placement affiliate",
    # sharing and tools
    "share shares sharing sharebar sharedaddy social socials partage teilen toolbar buttons btn",
    "print printonly tools icon icons utility controls options action like counter count feedback",
    # readers' comments
    "comment comments commentlist commentform respond disqus yorum yorumlar kommentar kommentare",
    # navigation
    "footer nav navbar navigation subnav topnav sidenav mainnav megamenu menu menus breadcrumb",
    "breadcrumbs pagination pager skiplink skipto complementary secondary side tabs tab dropdown",
    "separator search",
    # consent and notices
    "cookie cookies consent gdpr popup modal overlay dialog onetrust privacy policy legal",
    "copyright disclaimer message error status success validation",
    # the author
    "author authors authorbio bio bios aboutauthor byline bylines profile about",
    # lines of facts about the article
    "tag tags taglist keywords category categories cat rubric postmeta articlemeta entrymeta",
    "metadata published publish pubdate timestamp postedon date duration",
    # not for the eye
    "hidden hide srout sronly visuallyhidden screenreader tooltip placeholder nocontent sticky",
    # fields of forms
    "form fields field checkbox submit select",
    # boxes
    "infobox poll quiz rating weather widget jobs events sidebox correctionform podcast hentry",
    "videoplayer videolist player jw",
)
# What may contain more text than a short article, and never is part of it.
READERS_AND_COOKIES = _words(
    "cookie cookies consent gdpr onetrust privacy comment comments commentlist disqus commentform",
    "respond yorum yorumlar kommentar kommentare",
)
DISPLAY_NONE = "display none"
OVERLAYS = READERS_AND_COOKIES | {"modal", "dialog", DISPLAY_NONE}
# Boxes next to the article; body containers have these names too, and contain more of the page.
BOXES = _words(
    "box info sidebar factbox fakta faktabox highlightbox photogallery card cards label name",
)
_CAPTION = _words(
    "figcaption caption captions wpcaption imagecaption imagecredit imagedescription imagedesc",
    "imageinfo imagemeta photocaption photocredit photodesc photoinfo photoby mediacaption",
    "mediacredit mediadesc imgcaption imgcredit imgdesc bildunterschrift legende credit credits",
    "piccaption picturecaption gallery attribution",
)
_POST = _words(
    "twittertweet tweet twitterembed instagrammedia instagramembed tiktokembed fbpost facebookpost",
    "redditcard redditembed socialembed embedsocial telegrampost blueskyembed mastodonembed",
)
_STANDFIRST = _words(
    "standfirst dek deck subtitle subheadline subheading subhed subhead summary lede chapo chapeau",
    "excerpt intro introduction abstract teasertext articledescription articlesummary articlelead",
    "articleintro leadtext leadin spot anons underline vorspann sapo bajada entradilla",
)
_BODY = _words(
    "articlebody articlecontent articletext articlecopy storybody storycontent storytext",
    "entrycontent postcontent postbody posttext contentbody contenttext bodycontent bodytext",
    "bodycopy newstext newsbody newscontent newsdetail textbody textcontent maintext maincontent",
    "singlecontent fieldnamebody detailcontent detailtext detailbody habermetni haberdetay",
    "habericerik content",
)
_AUTHOR = _words("author authors byline bylines authorname bylinename auteur autor yazar writer")
_DATE = _words(
    "date dates time timestamp datetime publish published pubdate posted postedon dateline meta",
    "updated datum fecha tarih created entrydate postdate",
)


class Role(Flag):
    """What a word in a name claims of its element."""

    BOILERPLATE = auto()
    BOX = auto()
    CAPTION = auto()
    POST = auto()
    STANDFIRST = auto()
    BODY = auto()
    AUTHOR = auto()
    DATE = auto()


# One example a role: the tag and the class of an element that has it.
_LISTS = (
    (Role.BOILERPLATE, _BOILERPLATE),  # <div class="related-articles">
    (Role.BOX, BOXES),  # <div class="factbox">
    (Role.CAPTION, _CAPTION),  # <p class="wp-caption">
    (Role.POST, _POST),  # <blockquote class="twitter-tweet">
    (Role.STANDFIRST, _STANDFIRST),  # <p class="standfirst">
    (Role.BODY, _BODY),  # <div class="articleBody">
    (Role.AUTHOR, _AUTHOR),  # <span class="byline">
    (Role.DATE, _DATE),  # <span class="pubdate">
)


def _bits_by_word() -> dict[str, int]:
    """Return the roles of each word, as bits: a Flag is too slow for ten thousand a page."""
    bits: dict[str, int] = {}
    for role, words in _LISTS:
        for word in words:
            bits[word] = bits.get(word, 0) | role.value
    return bits


_BITS = _bits_by_word()
_BOILERPLATE_BIT = Role.BOILERPLATE.value
_BOX_BIT = Role.BOX.value
_CAPTION_BIT = Role.CAPTION.value
_POST_BIT = Role.POST.value
_STANDFIRST_BIT = Role.STANDFIRST.value
_BODY_BIT = Role.BODY.value
_AUTHOR_BIT = Role.AUTHOR.value
_DATE_BIT = Role.DATE.value
_BOILERPLATE_TAGS = frozenset({"aside", "footer", "form"})
_CAPTION_TAGS = frozenset({"figure", "figcaption"})
# Named after the page, not after a part of it, e.g. <body class="single post sidebar">.
_WHOLES = frozenset({"html", "body", "main"})


@dataclass(slots=True, eq=False)  # not frozen: that would treble what it costs to make
class Kind:
    """What the tag and the names of an element claim; one object for all that look alike."""

    tag: str
    names: str
    look: str  # tag and class: equal where a template repeats
    boilerplate: str | None = None  # the word that claims it is no part of the article
    caption: bool = False  # describes a picture
    embed: str | None = None  # "table", or "post": quotes one of a social network
    standfirst: bool = False  # the paragraph under the headline
    body: bool = False  # contains the article
    author: bool = False
    date: bool = False


@lru_cache(maxsize=16384)
def kind_of(tag: str, classes: str | None, *names: str | None) -> Kind:
    """Return what a tag claims with its class, and its id, role and itemprop.

    >>> kind_of("div", "c-relatedArticles").boilerplate, kind_of("div", None, "post_content").body
    ('related', True)
    """
    joined = " ".join([_without_utilities(name) for name in (classes, *names) if name])
    found = _bits_of(joined) if joined and tag not in _WHOLES else {}
    bits = 0
    for word_bits in found.values():
        bits |= word_bits
    return Kind(
        tag=tag,
        names=joined,
        look=f"{tag} {classes}" if classes else tag,
        boilerplate=DISPLAY_NONE if _hides(classes or "") else _boilerplate_word(tag, found),
        caption=tag in _CAPTION_TAGS or bool(bits & _CAPTION_BIT),
        embed=_embed_of(tag, bits),
        standfirst=bool(bits & _STANDFIRST_BIT),
        body=bool(bits & _BODY_BIT),
        author=bool(bits & _AUTHOR_BIT),
        date=bool(bits & _DATE_BIT),
    )


def _without_utilities(names: str) -> str:
    """Leave out the classes that say nothing of what an element contains."""
    named = _UTILITY.sub("", names)
    if _POST_CLASS.search(named) is None:
        return named
    return _STATE.sub("", named)


def _hides(classes: str) -> bool:
    """Whether a class hides its element.

    >>> _hides("box hidden"), _hides("hidden md:block"), _hides("overflow-hidden")
    (True, False, False)
    """
    if "hidden" not in classes or _SHOWING.search(classes) is not None:
        return False
    return _HIDING.search(classes) is not None


def _boilerplate_word(tag: str, found: dict[str, int]) -> str | None:
    """Return the word that claims it most firmly: the tag, a word of its own, the name of a box."""
    if tag in _BOILERPLATE_TAGS:
        return tag
    box: str | None = None
    for word, bits in found.items():
        if bits & _BOILERPLATE_BIT:
            return word
        if bits & _BOX_BIT and box is None:
            box = word
    return box


def _embed_of(tag: str, bits: int) -> str | None:
    if bits & _POST_BIT:
        return "post"
    return "table" if tag == "table" else None


def _bits_of(names: str) -> dict[str, int]:
    """Return the words in names that claim something, in order, with the bits of their roles.

    Two words in a row count as one too, however they are joined: read-more, readMore, readmore.
    """
    found: dict[str, int] = {}
    previous = ""
    for word in _words_of(names):
        if word in _BITS:
            found[word] = _BITS[word]
        pair = previous + word
        if pair in _BITS:
            found[pair] = _BITS[pair]
        previous = word
    return found


def _words_of(names: str) -> list[str]:
    """Return the words of names in lower case, without those that hold digits: they are hashes."""
    if names.islower() and names.isalpha():
        return [names]
    words: list[str] = []
    for token in _TOKEN.findall(names):
        if token.isalpha() and token.islower():
            words.append(token)
            continue
        stem = token.rstrip(_DIGITS)  # "post123" is a post
        if stem.isalpha():
            words += [word.lower() for word in _WORD.findall(stem)]
    return words
