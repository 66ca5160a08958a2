"""Files that are whole or not there: nobody ever reads half of one."""

import errno
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Hand out a path to write to; its file takes the name when the block ends.

    When it ends by an error nothing has changed. What a killed process left behind is removed by
    the next that writes the same file. Raises OSError.
    """
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    _remove_left_behind(file)
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with named(file, partial):
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            partial.replace(file)
            sync_folder(file.parent)
    finally:
        with suppress(OSError):  # its folder is missing: what went wrong is raised already
            partial.unlink(missing_ok=True)


@contextmanager
def named(file: Path, partial: Path | None = None) -> Iterator[None]:
    """Name a file in the errors of writing to it, or to `partial` in its place.

    The error of a full disk names no file.
    """
    try:
        yield
    except OSError as error:
        names = (None, str(partial)) if partial else (None,)
        if error.filename in names and error.errno is not None:
            error.filename = str(file)
            error.filename2 = None
        raise


def sync_folder(folder: Path) -> None:
    """Have the disk store the names in a folder, so that a power failure keeps them.

    Raises OSError. A file system that cannot do so (some network disks) is taken as it is.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


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
