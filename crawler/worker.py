"""The worker process: reads jobs from its parent, answers, and can be killed at any moment.

    python -m crawler.worker MEMORY_BYTES [TOPIC_FILE]

Frames are a 4-byte length and MessagePack (a pickle could run code that a parser let in). The
process ends with its parent: standard input is closed then.
"""

import gc
import os
import resource
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from crawler import reading
from crawler.dedupe.revisions import find_changes
from crawler.errors import FeedUnreadable
from crawler.jobs import FRAME_LENGTH, READY, Changes, ChangesJob, PageJob, SourceJob
from crawler.topic import rules
from storage.values import encodable

_LEAST_FREE = 64 * 1024**2  # bytes, of address space


def send(out: BinaryIO, payload: bytes) -> None:
    """Write one frame."""
    out.write(FRAME_LENGTH.pack(len(payload)) + payload)
    out.flush()


def receive(source: BinaryIO) -> bytes | None:
    """Read one frame; None at the end."""
    head = source.read(FRAME_LENGTH.size)
    return source.read(FRAME_LENGTH.unpack(head)[0]) if len(head) == FRAME_LENGTH.size else None


def serve(source: BinaryIO, out: BinaryIO, topic: rules.Topic) -> None:
    """Answer jobs until the parent closes the pipe."""
    send(out, READY)
    while (frame := receive(source)) is not None:
        send(out, answer(frame, topic))


def answer(frame: bytes, topic: rules.Topic) -> bytes:
    """Do one job, as a frame holds it; return the frame that answers."""
    done = _do(frame, topic)
    try:
        return msgspec.msgpack.encode(done)
    except UnicodeEncodeError:  # a lone surrogate that a page's JSON spelled out
        return msgspec.msgpack.encode(encodable(done))


def _do(frame: bytes, topic: rules.Topic) -> tuple[str, Any]:
    """Do one job. Any: a reading, or the text of what went wrong."""
    name, payload = msgspec.msgpack.decode(frame, type=tuple[str, msgspec.Raw])
    try:
        if name == "source":
            source_job = msgspec.msgpack.decode(payload, type=SourceJob)
            return "ok", reading.read_source(source_job, topic)
        if name == "changes":
            pair = msgspec.msgpack.decode(payload, type=ChangesJob)
            return "ok", Changes(find_changes(pair.headlines, pair.bodies, pair.common))
        page_job = msgspec.msgpack.decode(payload, type=PageJob)
        return "ok", reading.read_page(page_job, topic)
    except FeedUnreadable as error:
        return "unreadable", str(error)
    except (RecursionError, MemoryError) as error:
        return "crash", type(error).__name__
    except Exception:  # a bug in a parser costs one page, and is shown with its traceback
        return "crash", traceback.format_exc(limit=-6)


def main() -> None:
    """Set the limits and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    memory = int(sys.argv[1])
    with suppress(ValueError, OSError):  # macOS knows no limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        bytearray(_LEAST_FREE)  # too little for any page is said at the start, not page by page
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    topic = rules.load(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    gc.freeze()  # what is loaded stays: no collection needs to look at it again
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between two frames
    with suppress(BrokenPipeError):  # the parent was killed: so be it
        serve(sys.stdin.buffer, out, topic)


if __name__ == "__main__":
    main()
