"""Tables and quoted posts: kept apart from the text, with the place where they stood."""

from itertools import groupby

from crawler.extract.blocks import Block, Element
from storage.records.article import Insert, InsertKind

_MOST = 50


def read_inserts(blocks: list[Block], kept: list[Block]) -> tuple[Insert, ...]:
    """Return what stands between the first paragraph and the last, in order."""
    if not kept:
        return ()
    span = blocks[kept[0].order : kept[-1].order + 2]
    orders = [block.order for block in kept]
    found: list[Insert] = []
    for whole, parts in groupby(span, key=_outermost):
        if whole is None or whole.insert is None:
            continue
        kind = InsertKind(whole.insert)
        listed = list(parts)
        text = _table(listed) if kind is InsertKind.TABLE else "\n".join(b.text for b in listed)
        before = sum(1 for order in orders if order < listed[0].order)
        found.append(Insert(kind=kind, text=text, after=before))
    return tuple(found[:_MOST])


def _outermost(block: Block) -> Element | None:
    """Return the element that makes a block part of an insert."""
    if block.dropped not in set(InsertKind):
        return None
    return [e for e in block.element.ancestors() if e.insert is not None][-1]


def _table(cells: list[Block]) -> str:
    """Write a table as lines of cells divided by tabs."""
    rows = groupby(cells, key=_row)
    return "\n".join("\t".join(cell.text for cell in row) for _, row in rows)


def _row(cell: Block) -> Element | None:
    return next((e for e in cell.element.ancestors() if e.tag == "tr"), None)
