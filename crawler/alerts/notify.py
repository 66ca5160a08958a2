"""A notice, as the log shows it."""

from crawler import log
from storage.monitoring.notices import Notice

_log = log.get("notices")


def tell(notice: Notice) -> None:
    """Log a notice under its kind: trouble as a warning, its end as information."""
    write = _log.info if notice.kind == "source recovered" else _log.warning
    about = {"source": notice.source, "url": notice.url} if notice.source else {}
    write(notice.kind, **about, detail=notice.detail)
