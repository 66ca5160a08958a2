"""A page of the web without anything that loads, runs, sends or leads elsewhere.

The page is parsed and written again from what is known to be harmless: elements of text and
structure, and attributes that name, turn or describe. Everything else is left out, whatever the
standards add later.
"""

from collections.abc import Iterator
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_KEPT = frozenset(
    "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup data dd "
    "del details dfn dir div dl dt em fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hgroup hr i ins kbd label legend li main mark menu nav ol p pre q rp rt ruby s samp search "
    "section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u "
    "ul var wbr center font big".split()
)
# With all that is in them; of other unknown elements the text is kept.
_DROPPED = frozenset(
    "script style template noscript noembed noframes iframe frame frameset object embed applet "
    "audio video canvas svg math link meta base head title select datalist textarea input button "
    "source track param portal fencedframe map area progress meter dialog slot".split()
)
_EMPTY = frozenset(("br", "hr", "wbr", "col"))
_ATTRIBUTES = (
    "class",
    "id",
    "dir",
    "lang",
    "title",
    "alt",
    "colspan",
    "rowspan",
    "span",
    "datetime",
)
_PICTURES = ("img", "image")
_DEEPEST = 400  # elements; a browser flattens what is deeper as well


def clean(page: str) -> str:
    """Return a page as HTML that asks for nothing.

    >>> clean('<p onclick="x()"><img src="/a" alt="A tank"><a href="/b">more</a></p>')[-63:]
    '<p><span>[picture: A tank]</span><a>more</a></p></body></html>\\n'
    """
    parsed = LexborHTMLParser(page)
    root, body = parsed.root, parsed.body
    written = "".join(_written(body)) if body is not None else ""
    language = _attributes(root, ("lang", "dir")) if root is not None else ""
    return (
        f'<!doctype html>\n<html{language}><head><meta charset="utf-8">'
        f"<title>Archived page</title></head><body>{written}</body></html>\n"
    )


def _written(body: LexborNode) -> Iterator[str]:
    """Yield the elements and texts below a node, without recursion: pages nest as they like."""
    ends: list[tuple[LexborNode, str]] = []  # of the elements that are open
    node = body.child
    while node is not None or ends:
        if node is None:
            closed, end = ends.pop()
            yield end
            node = closed.next
            continue
        start, end, goes_on = _element(node, len(ends))
        yield start
        if goes_on and node.child is not None:
            ends.append((node, end))
            node = node.child
            continue
        yield end
        node = node.next


def _element(node: LexborNode, depth: int) -> tuple[str, str, bool]:
    """Return how an element begins and ends, and whether what is in it is kept."""
    tag = node.tag or ""
    if tag == "-text":
        return escape(node.text_content or ""), "", False
    if tag in _PICTURES:
        name = (node.attributes.get("alt") or "").strip()
        return (f"<span>[picture: {escape(name)}]</span>" if name else ""), "", False
    if tag in _DROPPED or tag.startswith("-") or depth > _DEEPEST:
        return "", "", False
    if tag not in _KEPT:
        return "", "", True
    start = f"<{tag}{_attributes(node, _ATTRIBUTES)}>"
    return (start, "", False) if tag in _EMPTY else (start, f"</{tag}>", True)


def _attributes(node: LexborNode, names: tuple[str, ...]) -> str:
    found = node.attributes
    return "".join(
        f' {name}="{escape(found[name] or "")}"' for name in names if found.get(name) is not None
    )
