"""Opens the archive of a store, and reports what a kill or an operator left different in it."""

from collections.abc import Mapping
from pathlib import Path

from crawler import log
from storage import forgetting
from storage.archive import places
from storage.archive.archive import Archive
from storage.archive.recovery import Differences, recover
from storage.errors import StoreFull
from storage.sqlite.database import Database

_log = log.get("daemon")


async def open_archive(database: Database, compression: str, user_agent: str) -> Archive | None:
    """Return the archive of a store, None where the operator keeps none. Raises StorageError.

    An interrupted removal is finished before, and torn records are set aside.
    """
    if database.copy_before_upgrade is not None:
        _log.warning("store upgraded", copy=str(database.copy_before_upgrade))
    await _finish_removal(database)
    folder = places.folder_for(database.path)
    found = await database.write(recover, folder)
    _report(found, folder)
    if compression == "off":
        return None
    ends = await database.read(places.ends)
    archive = Archive(folder, compression, user_agent, ends)
    archive.damaged.update(found.missing)
    database.sync_before_commit(archive.sync)
    return archive


async def _finish_removal(database: Database) -> None:
    try:
        is_complete = await forgetting.finish(database)
    except OSError as error:
        raise StoreFull(
            f"{error.filename or database.path}: a removal cannot be completed "
            f"({error.strerror or error}); free disk space or fix its permissions"
        ) from error
    if not is_complete:
        _log.warning(
            "removal not complete", detail="a reader keeps removed text in the store's file"
        )


def _report(found: Differences, folder: Path) -> None:
    if found.missing:
        _log.error(
            "archive incomplete",
            **_sizes(found.missing, folder),
            detail="`drawdown verify` names the lost pages; restore the files from a backup",
        )
    if found.unnamed:
        _log.warning(
            "archive ahead of the store",
            **_sizes(found.unnamed, folder),
            detail="a run was killed, or the corpus is an older copy: `drawdown import` of a file "
            "takes in the pages that the corpus lacks",
        )
    for name in found.torn:
        aside = places.orphan_of(folder / name)
        _log.warning("torn record set aside", file=str(folder / name), to=str(aside))


def _sizes(found: Mapping[str, int], folder: Path) -> dict[str, object]:
    """Return the fields of a log line about some files and their bytes."""
    first = min(found)
    return {"files": len(found), "bytes": sum(found.values()), "first": str(folder / first)}
