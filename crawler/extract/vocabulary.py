"""What the names of elements say: words of class, id and role, in the languages of the outlets.

Names alone are never believed blindly: body containers carry them too (measured: dropping by name
cost 0.01 to 0.08 F1), so container.py asks how much of the page's text stands below. A word is
furniture here where at most a tenth of the text below elements of that name belonged to an article
(counted on labelled pages of 400 outlets, words that at least four of them use).
"""

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+|[^\Wa-zA-Z]+")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# A word, or two words in a row written as one.
_FURNITURE = _words(
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
# What may hold more text than a short article does, and is none of it.
READERS_AND_COOKIES = _words(
    "cookie cookies consent gdpr onetrust privacy comment comments commentlist disqus commentform",
    "respond yorum yorumlar kommentar kommentare",
)
OVERLAYS = READERS_AND_COOKIES | {"modal", "dialog"}
# Boxes beside the article; body containers are named so too, and hold more of the page.
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
    """What a word in a name says of its element."""

    FURNITURE = auto()
    BOX = auto()
    CAPTION = auto()
    POST = auto()
    STANDFIRST = auto()
    BODY = auto()
    AUTHOR = auto()
    DATE = auto()


_TABLE: dict[str, int] = {}  # word -> its roles, as bits: looked up ten thousand times a page
for _role, _listed in (
    (Role.FURNITURE, _FURNITURE), (Role.BOX, BOXES), (Role.CAPTION, _CAPTION), (Role.POST, _POST),
    (Role.STANDFIRST, _STANDFIRST), (Role.BODY, _BODY), (Role.AUTHOR, _AUTHOR), (Role.DATE, _DATE),
):  # fmt: skip
    for _word in _listed:
        _TABLE[_word] = _TABLE.get(_word, 0) | _role.value
_FURNITURE_TAGS = frozenset({"aside", "form"})
_FURNITURE_BIT, _FURNITURE_BITS = Role.FURNITURE.value, (Role.FURNITURE | Role.BOX).value
_WHOLES = frozenset({"html", "body", "main"})  # named after the page, not after a part of it
_CAPTION_TAGS = frozenset({"figure", "figcaption"})


@dataclass(slots=True, eq=False)  # not frozen: that would treble what it costs to make
class Kind:
    """What the tag and the names of an element say of it; one for all that look alike."""

    tag: str
    names: str
    look: str  # tag and class: equal where a template repeats
    furniture: str | None = None  # the word that says it is no part of the article
    caption: bool = False  # tells of a picture
    insert: str | None = None  # "table", or "post": quotes one of a social network
    standfirst: bool = False  # the paragraph under the headline
    body: bool = False  # holds the article
    author: bool = False
    date: bool = False


@lru_cache(maxsize=16384)
def kind_of(tag: str, classes: str | None, *names: str | None) -> Kind:
    """Return what a tag says with its class, and its id, role and itemprop.

    >>> kind_of("div", "c-relatedArticles").furniture, kind_of("div", None, "post_content").body
    ('related', True)
    """
    joined = " ".join([name for name in (classes, *names) if name])
    look = f"{tag} {classes}" if classes else tag
    furniture = tag if tag in _FURNITURE_TAGS else None
    caption, insert = tag in _CAPTION_TAGS, "table" if tag == "table" else None
    found = _roles_of(joined) if joined and tag not in _WHOLES else {}
    if not found:
        return Kind(tag, joined, look, furniture, caption, insert)
    roles = 0
    for role in found.values():
        roles |= role
    named = [w for w, role in found.items() if role & _FURNITURE_BITS]
    firmly = [w for w in named if found[w] & _FURNITURE_BIT]
    return Kind(
        tag=tag,
        names=joined,
        look=look,
        furniture=furniture or next(iter(firmly or named), None),
        caption=caption or bool(roles & Role.CAPTION.value),
        insert="post" if roles & Role.POST.value else insert,
        standfirst=bool(roles & Role.STANDFIRST.value),
        body=bool(roles & Role.BODY.value),
        author=bool(roles & Role.AUTHOR.value),
        date=bool(roles & Role.DATE.value),
    )


def _roles_of(names: str) -> dict[str, int]:
    """Return the words in names that say something, in order, with their roles.

    Two words in a row count as one too, however they are joined: read-more, readMore, readmore.
    """
    found: dict[str, int] = {}
    previous = ""
    for word in _words_of(names):
        if word in _TABLE:
            found[word] = _TABLE[word]
        if (pair := previous + word) in _TABLE:
            found[pair] = _TABLE[pair]
        previous = word
    return found


def _words_of(names: str) -> list[str]:
    if names.islower() and names.isalpha():
        return [names]
    words: list[str] = []
    for token in _TOKEN.findall(names):
        if token.isalpha() and token.islower():
            words.append(token)
        elif (stem := token.rstrip("0123456789")).isalpha():  # what has digits inside is a hash
            words += [word.lower() for word in _WORD.findall(stem)]
    return words
