"""The worker process: reads jobs from its parent, answers, and can be killed at any moment.

    python -m crawler.workers.process PARENT_PID MEMORY_BYTES CPU_SECONDS [TOPIC_FILE]

Frames are a 4-byte length and MessagePack (a pickle could run code that a parser let in). The
process ends with its parent: Linux sends it a signal, elsewhere it finds its standard input closed
after the job, which ends by the limit of CPU time at the latest.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from crawler.dedupe.revisions import find_changes
from crawler.errors import FeedChallenged, FeedUnreadable
from crawler.fetch import robots_file
from crawler.fetch.robots_rules import RuleList
from crawler.topic import rules
from crawler.workers import read, warmup
from crawler.workers.jobs import (
    FRAME_LENGTH,
    READY,
    TAKEN,
    Changes,
    ChangesJob,
    PageJob,
    RobotsJob,
    SourceJob,
)
from storage.sqlite.values import encodable

_LEAST_FREE = 64 * 1024**2  # bytes, of address space
_START_CPU_SECONDS = 60.0  # of loading: thirty times what it takes
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _find_changes(job: ChangesJob, _: rules.Topic) -> Changes:
    return Changes(find_changes(job.headlines, job.bodies, job.common))


def _read_robots(job: RobotsJob, _: rules.Topic) -> RuleList:
    return robots_file.parse(job.text, job.agent)


# What is done with a job, by its name: the type that it is decoded to, and the function.
# Any: each function takes the type of its row.
_JOBS: dict[str, tuple[type, Callable[[Any, rules.Topic], Any]]] = {
    "source": (SourceJob, read.read_source),
    "page": (PageJob, read.read_page),
    "changes": (ChangesJob, _find_changes),
    "robots": (RobotsJob, _read_robots),
}


def send(out: BinaryIO, payload: bytes) -> None:
    """Write one frame."""
    out.write(FRAME_LENGTH.pack(len(payload)) + payload)
    out.flush()


def receive(source: BinaryIO) -> bytes | None:
    """Read one frame; None at the end."""
    head = source.read(FRAME_LENGTH.size)
    return source.read(FRAME_LENGTH.unpack(head)[0]) if len(head) == FRAME_LENGTH.size else None


def serve(source: BinaryIO, out: BinaryIO, topic: rules.Topic, cpu_seconds: float) -> None:
    """Answer jobs, each within `cpu_seconds` of CPU time, until the parent closes the pipe."""
    send(out, READY)
    while (frame := receive(source)) is not None:
        send(out, TAKEN)
        with cpu_limit(cpu_seconds):
            answered = answer(frame, topic)
        send(out, answered)


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """End this process by SIGPROF if the block takes more CPU time, user and system together.

    A limit by the wall clock would count what other processes do on a busy machine. The kernel
    kills, since no handler is set: it needs neither the parent nor the interpreter (setitimer(2)).
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


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
        kind, do = _JOBS[name]
        return "ok", do(msgspec.msgpack.decode(payload, type=kind), topic)
    except FeedChallenged as error:
        return "challenged", str(error)
    except FeedUnreadable as error:
        return "unreadable", str(error)
    except (RecursionError, MemoryError) as error:
        return "crash", type(error).__name__
    except Exception:  # a bug in a parser costs one page, and is shown with its traceback
        return "crash", traceback.format_exc(limit=-6)


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends (prctl(2), Linux).

    Exits where the parent has ended before that could be asked for.
    """
    with suppress(OSError, AttributeError):  # AttributeError: not Linux
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent of this parser process has ended")


def _set_signals() -> None:
    # Ctrl-C, and a stop that reaches the whole group, are the parent's to answer: it ends its
    # parsers when their pages are stored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # a parent may have left it ignored or blocked
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})


def _limit_memory(memory_bytes: int) -> None:
    with suppress(ValueError, OSError):  # macOS knows no limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Set the limits, load everything, and serve."""
    parent, memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    topic_file = Path(sys.argv[4]) if sys.argv[4:] and sys.argv[4] else None
    end_with_parent(parent)
    _set_signals()
    _limit_memory(memory_bytes)
    with cpu_limit(_START_CPU_SECONDS):
        topic = rules.load(topic_file)
        warmup.load_everything(topic)
    bytearray(_LEAST_FREE)  # too little for any page is said at the start, not page by page
    gc.freeze()  # what is loaded stays: no collection needs to look at it again
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between two frames
    with suppress(BrokenPipeError):  # the parent was killed: so be it
        serve(sys.stdin.buffer, out, topic, cpu_seconds)


if __name__ == "__main__":
    main()
