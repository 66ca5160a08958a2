"""`drawdown` as people call it in a terminal of so many columns, or in a pipe."""

import io
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from rich.cells import cell_len

from crawler.cli import main

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a command printed for people, without its styles, and how it ended."""

    code: int
    text: str
    errors: str
    styled: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.text.splitlines()

    @property
    def widest(self) -> int:
        """The columns that the longest line takes."""
        return max(map(cell_len, (*self.lines, *self.errors.splitlines())), default=0)

    @property
    def letters(self) -> str:
        """The text without any space: what no wrapping may change."""
        return "".join(self.text.split())


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        """Claim to be a terminal."""
        return True


def shown(
    config: Path,
    *arguments: str,
    columns: int | None,
    environment: dict[str, str] | None = None,
) -> Shown:
    """Call a command in this process; without columns its output is a pipe."""
    call = ["drawdown", "--config", str(config), *arguments]
    kind = io.TextIOWrapper if columns is None else _Terminal
    out, err = (kind(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    size = {} if columns is None else {"COLUMNS": str(columns)}
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "argv", call),
        mock.patch.dict(os.environ, size | (environment or {})),
        ThreadPoolExecutor(1) as thread,  # a test may have an event loop in its own
    ):
        code = thread.submit(_ended).result()
    styled, said = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]  # a BytesIO
    return Shown(
        code=code,
        text=_STYLE.sub("", styled),
        errors=_STYLE.sub("", said),
        styled=styled,
    )


def _ended() -> int:
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    raise AssertionError("the command line always exits")
