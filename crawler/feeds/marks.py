"""What feedparser mixes up is marked in the markup, before it is called."""

import html
import re

from crawler.feeds.links import BY_ATTRIBUTE

# RSS 2.0 has the address as text, `<link>https://paper.example/1</link>`; `<atom:link href="…">`
# beside it is of another format. feedparser calls both `link`, and the last one wins.
_LINK = re.compile(rb"<((?:[\w.-]+:)?link)(?=\s[^<>]*(?<=\s)(?:href|url|uri)\s*+=)", re.I)
# Media RSS 1.5.1: texts about a picture, which feedparser takes for the title and summary of its
# entry: `<media:description>Photo: a goat.</media:description>`.
_MEDIA = re.compile(
    rb"\sxmlns:([\w.-]+)\s*+=\s*+[\"']https?://search\.yahoo\.com/mrss/?[\"']", re.I
)
# RSS 2.0, <image>: a picture with a title, link and description of its own; some items have one.
_IMAGE = re.compile(
    rb"<image(?=[\s>])[^<>]*+(?<!/)>(?:[^<]|<(?!/?(?:image|item|entry)[\s>]))*+</image\s*+>", re.I
)
# `?id=1&lang=en` in a <link>: feedparser reads `&lang` as the entity of that name, a bracket.
_BARE_AMPERSAND = re.compile(rb"&(?!\#|[A-Za-z][A-Za-z0-9]{0,31};)")
# `<link href="/?a=1&#038;b=2"/>` in a feed that is not well-formed: feedparser reads no reference
# in an attribute there, and `#` would begin a fragment.
_TAG_WITH_REFERENCE = re.compile(rb"<[^<>&]*+&[^<>]*+>")
_REFERENCE = re.compile(rb"&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
_MARKUP_CHARACTERS = {"&": b"&amp;", "<": b"&lt;", ">": b"&gt;", '"': b"&quot;", "'": b"&apos;"}
_USUAL_MEDIA = b"media"
CAPTION = "media_of-description"  # the field in which feedparser keeps the renamed element


def marked(skeleton: bytes, *, is_rss: bool) -> bytes:
    """Return a feed in which the own address, title and summary of an entry can be recognised."""
    skeleton = _BARE_AMPERSAND.sub(b"&amp;", skeleton)
    skeleton = _TAG_WITH_REFERENCE.sub(_with_characters, skeleton)
    if is_rss:
        skeleton = _LINK.sub(rb"<\1 %s=''" % BY_ATTRIBUTE.encode(), skeleton)
        skeleton = _IMAGE.sub(b"", skeleton)
    return _without_captions(skeleton)


def _with_characters(tag: re.Match[bytes]) -> bytes:
    return _REFERENCE.sub(_character, tag[0])


def _character(reference: re.Match[bytes]) -> bytes:
    """Return the character of a reference, and one that is markup as XML names it."""
    character = html.unescape(reference[0].decode("ascii"))
    return _MARKUP_CHARACTERS.get(character) or character.encode("utf-8", "replace")


def _without_captions(skeleton: bytes) -> bytes:
    """Give the texts about pictures names that feedparser has no meaning for."""
    prefixes = {_USUAL_MEDIA, *_MEDIA.findall(skeleton)}
    if not any(prefix + b":" in skeleton for prefix in prefixes):
        return skeleton
    names = b"|".join(map(re.escape, sorted(prefixes)))
    texts = re.compile(rb"<(/?)(%s):(?=(?:title|description|text)[\s/>])" % names, re.I)
    return texts.sub(rb"<\1\2:of-", skeleton)
