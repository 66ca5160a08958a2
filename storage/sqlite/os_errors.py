"""What the operating system refuses, in words: which file, why, and what to do."""

import errno
from pathlib import Path

_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def explain(error: OSError, file: Path | None = None) -> str:
    """Return a message about an error of the operating system.

    `file`: what was asked for, where the error names a part of it or nothing.

    >>> explain(FileNotFoundError(errno.ENOENT, "No such file", "/nowhere/at/all.csv"))
    '/nowhere/at/all.csv: the folder /nowhere/at does not exist; create it'
    """
    named = file or (Path(error.filename) if isinstance(error.filename, str) else None)
    if named is None:
        return error.strerror or str(error)
    return f"{named}: {_reason(error, named)}"


def _reason(error: OSError, file: Path) -> str:
    """Return why a file was refused, and what to do."""
    missing = next((folder for folder in reversed(file.parents) if not folder.exists()), None)
    blocking = next((one for one in file.parents if one.exists() and not one.is_dir()), None)
    if blocking is not None:
        return f"{blocking} is a file, and no folder"
    if error.errno in _NO_SPACE:
        return "no space is left on its disk; free some"
    if error.errno in _NO_PERMISSION:
        return "no permission; change it, or name another place"
    if error.errno == errno.EISDIR:
        return "is a folder; name a file in it"
    if error.errno == errno.ENOENT and missing is not None:
        return f"the folder {file.parent} does not exist; create it"
    return error.strerror or str(error)
