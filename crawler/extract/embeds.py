"""Tables and quoted posts: kept apart from the text, with their place in it."""

from collections.abc import Iterable
from itertools import groupby

from crawler.extract.blocks import Block, Element
from crawler.extract.body import Body
from storage.records.article import Insert, InsertKind

_MOST = 50  # of one article: more is a page built of tables
_KINDS = frozenset(InsertKind)


def read_embeds(body: Body) -> tuple[Insert, ...]:
    """Return the embeds between the first paragraph and the last, in order."""
    if not body.kept:
        return ()
    # Up to the block after the last paragraph: a table often ends an article.
    span = body.layout.blocks[body.kept[0].order : body.kept[-1].order + 2]
    orders = [block.order for block in body.kept]
    found: list[Insert] = []
    for element, parts in groupby(span, key=lambda block: _embed_of(block, body)):
        if element is None:
            continue
        blocks = list(parts)
        before = sum(1 for order in orders if order < blocks[0].order)
        kind = InsertKind(element.kind.embed or "")
        found.append(Insert(kind=kind, text=_text(kind, blocks), after=before))
    return tuple(found[:_MOST])


def _embed_of(block: Block, body: Body) -> Element | None:
    """Return the outermost element of the embed that a block was dropped for."""
    if body.selection.dropped.get(block) not in _KINDS:
        return None
    return body.roles.believed.embeds[block.element]


def _text(kind: InsertKind, blocks: Iterable[Block]) -> str:
    """Return a post as lines, a table as rows of cells divided by tabs."""
    if kind is not InsertKind.TABLE:
        return "\n".join(block.text for block in blocks)
    rows = groupby(blocks, key=_row_of)
    return "\n".join("\t".join(cell.text for cell in row) for _, row in rows)


def _row_of(cell: Block) -> Element | None:
    return next((e for e in cell.element.ancestors() if e.tag == "tr"), None)
