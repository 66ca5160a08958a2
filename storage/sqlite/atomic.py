"""Files that are whole or not there: nobody ever reads half of one."""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Hand out a path to write to; its file takes the name when the block ends.

    When it ends by an error nothing has changed. What a killed process left behind is removed by
    the next that writes the same file. Raises OSError.
    """
    _remove_left_behind(file)
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _remove_left_behind(file: Path) -> None:
    for partial in file.parent.glob(f".{glob.escape(file.name)}.*.partial"):
        process = partial.name.split(".")[-2]
        if process.isdecimal() and not _is_alive(int(process)):
            partial.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
