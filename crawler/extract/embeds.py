"""Tables and quoted posts: kept apart from the text, with their place in it."""

from collections.abc import Iterable, Sequence
from itertools import groupby, islice

from crawler.extract.blocks import Block, Element
from crawler.extract.body import Body
from storage.records.article import Insert, InsertKind

_MOST = 50  # of one article: more is a page built of tables
# The reasons by which selection drops the blocks of embeds, e.g. "table".
_KINDS = frozenset(InsertKind)


def read_embeds(body: Body) -> tuple[Insert, ...]:
    """Return the embeds between the first paragraph and the last, in order."""
    if not body.kept:
        return ()
    first, last = body.kept[0].order, body.kept[-1].order
    # Up to the block after the last paragraph: a table often ends an article.
    blocks = body.layout.blocks[first : last + 2]
    groups = groupby(blocks, key=lambda block: _embed_of(block, body))
    embeds = (read_embed(element, list(inside), body) for element, inside in groups if element)
    return tuple(islice(embeds, _MOST))


def read_embed(element: Element, inside: Sequence[Block], body: Body) -> Insert:
    """Return an embed with its place: how many paragraphs are before it."""
    kind = InsertKind(element.kind.embed or "")
    before = [block for block in body.kept if block.order < inside[0].order]
    return Insert(
        kind=kind,
        text=_table(inside) if kind is InsertKind.TABLE else _lines(inside),
        after=len(before),
    )


def _embed_of(block: Block, body: Body) -> Element | None:
    """Return the outermost element of the embed that a block was dropped for."""
    reason = body.selection.dropped.get(block)
    if reason not in _KINDS:
        return None
    return body.roles.believed.embeds[block.element]


def _lines(blocks: Iterable[Block]) -> str:
    """Return a post as its lines."""
    return "\n".join(block.text for block in blocks)


def _table(blocks: Iterable[Block]) -> str:
    """Return a table as rows of cells divided by tabs."""
    rows: list[str] = []
    for _, cells in groupby(blocks, key=_row_of):
        texts = [cell.text for cell in cells]
        rows.append("\t".join(texts))
    return "\n".join(rows)


def _row_of(cell: Block) -> Element | None:
    """Return the <tr> around a cell."""
    for element in cell.element.ancestors():
        if element.tag == "tr":
            return element
    return None
