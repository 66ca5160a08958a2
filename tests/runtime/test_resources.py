"""More memory than allowed: one URL at a time, said once, until there is room again."""

import io
import json

from crawler import log
from crawler.runtime.resources import Allowance, held_bytes


def test_what_is_held_decides_how_many_go_on() -> None:
    told = io.StringIO()
    log.set_up(as_json=True, out=told)
    # It looks once more, after collecting garbage, before it says that memory is short.
    held = iter([50, 101, 101, 150, 95, 89, 95])
    allowance = Allowance(256, memory_bytes=100, every=0.0, measure=lambda: next(held))

    seen = [allowance() for _ in range(6)]

    assert seen == [256, 1, 1, 1, 256, 256]
    events = [json.loads(line) for line in told.getvalue().splitlines()]
    assert [(e["event"], e["held"]) for e in events] == [
        ("memory short", 101), ("memory back below limit", 89),
    ]  # fmt: skip


def test_this_process_holds_something() -> None:
    before = held_bytes()
    block = bytearray(64 * 1024**2)
    assert before + 32 * 1024**2 < held_bytes() < before + 2 * len(block)
