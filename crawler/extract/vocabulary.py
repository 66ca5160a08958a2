"""What the names of elements say: words of class, id and role, in the languages of the outlets.

Names alone are never believed blindly: body containers carry them too (measured: dropping by name
cost 0.01 to 0.08 F1), so container.py asks how much of the page's text stands below. A word is
furniture here where at most a tenth of the text below elements of that name belonged to an article
(counted on labelled pages of 400 outlets, words that at least four of them use).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

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

_ALL = _FURNITURE | BOXES | _CAPTION | _POST | _STANDFIRST | _BODY | _AUTHOR | _DATE
_FURNITURE_TAGS = frozenset({"aside", "form"})
_WHOLES = frozenset({"html", "body", "main"})  # named after the page, not after a part of it
_CAPTION_TAGS = frozenset({"figure", "figcaption"})


@dataclass(frozen=True, slots=True, eq=False)
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
    known = _words_of(joined) if joined and tag not in _WHOLES else set[str]()
    furniture = tag if tag in _FURNITURE_TAGS else None
    insert = "table" if tag == "table" else None
    if known.isdisjoint(_ALL):
        return Kind(tag, joined, look, furniture, tag in _CAPTION_TAGS, insert)
    named = known & _FURNITURE or known & BOXES
    return Kind(
        tag=tag,
        names=joined,
        look=look,
        furniture=furniture or (min(named) if named else None),
        caption=tag in _CAPTION_TAGS or not known.isdisjoint(_CAPTION),
        insert=insert if known.isdisjoint(_POST) else "post",
        standfirst=not known.isdisjoint(_STANDFIRST),
        body=not known.isdisjoint(_BODY),
        author=not known.isdisjoint(_AUTHOR),
        date=not known.isdisjoint(_DATE),
    )


def _words_of(names: str) -> set[str]:
    """Return the words in names, and each two in a row as one: read-more, readMore, readmore."""
    words: list[str] = []
    for token in _TOKEN.findall(names):
        if token.isalpha() and token.islower():
            words.append(token)
        elif (stem := token.rstrip("0123456789")).isalpha():  # what has digits inside is a hash
            words += [word.lower() for word in _WORD.findall(stem)]
    return {*words, *map("".join, pairwise(words))}
