"""Logging, set up once. An event is a short constant phrase plus fields.

Each event is named in docs/operations.md.
"""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO, cast

import structlog

from crawler.log_line import LineRenderer, has_colours, printable


def set_up(
    *, verbose: bool = False, quiet: bool = False, as_json: bool = False, out: TextIO | None = None
) -> None:
    """Send events to standard error, one line each: for people, or as JSON for machines.

    `verbose` adds debug events, `quiet` leaves errors only.
    """
    stream = out or sys.stderr
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else LineRenderer(colours=has_colours(stream))
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _one_line,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(stream))),
        cache_logger_on_first_use=False,
    )


class _Unfailing:
    """Writes what can be written: a log that nobody reads, or a full disk, ends no crawl."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> None:
        """Write text, or lose it."""
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Hand on what was written."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream leads to the journal of systemd (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file, or a closed one
        return False
    return environment.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def _one_line(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Escape control characters, so that a hostile URL cannot forge a line (CWE-117)."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = printable(value)
    return event


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a room."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(room=name)
    return logger
