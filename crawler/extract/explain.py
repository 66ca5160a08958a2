"""Why each block of a page is in the body or not: `drawdown extract --explain`."""

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.body import Body
from crawler.extract.roles import Roles
from storage.records.article import BlockReport


def report(body: Body) -> tuple[BlockReport, ...]:
    """Return every block of a page in reading order, with the reason that decided."""
    return tuple(_report_of(block, body) for block in body.layout.blocks)


def _report_of(block: Block, body: Body) -> BlockReport:
    # A block has a reason only where it was dropped.
    against = body.selection.dropped.get(block)
    place = (block.tag, block.element.kind.names)
    return BlockReport(
        is_taken=against is None,
        signal=against or _reason(block, body.roles),
        place=" ".join(filter(None, place)),
        text=block.text,
    )


def _reason(block: Block, roles: Roles) -> str:
    """Return why a block is in the body."""
    if block.tag in HEADINGS:
        return "heading over text"
    if block not in roles.paragraphs:
        return "line inside the text"
    return "paragraph where most stand" if block in roles.main else "paragraph"
