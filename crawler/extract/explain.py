"""Why each block of a page is in the body or not: `drawdown extract --explain`."""

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.body import Body
from storage.records.article import BlockReport


def report(body: Body) -> tuple[BlockReport, ...]:
    """Return every block of a page in reading order, with the signal that decided."""
    return tuple(
        BlockReport(
            is_taken=block.dropped is None,
            signal=block.dropped or _reason(block),
            place=" ".join(filter(None, (block.tag, block.element.kind.names))),
            text=block.text,
        )
        for block in body.layout.blocks
    )


def _reason(block: Block) -> str:
    if block.tag in HEADINGS:
        return "heading over text"
    if not block.good:
        return "line inside the text"
    return "paragraph where most stand" if block.chief else "paragraph"
