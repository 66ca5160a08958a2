"""`/export` and its manifest, as `drawdown export` writes both."""

from crawler.web.answering import Content, Streamed
from crawler.web.asking import Asked
from crawler.web.exporting import Export, manifest_of, request_of
from storage.sqlite.values import to_json


def page(asked: Asked) -> Streamed:
    """Return the file, sent while it is written. Raises QueryError, Mistake."""
    request = request_of(asked)
    return Streamed(
        parts=Export(asked.site, request).parts(),
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{request.file}"'},
    )


def manifest(asked: Asked) -> Content:
    """Return the manifest of that file. Raises QueryError, Mistake."""
    found = manifest_of(asked.site, request_of(asked))
    return Content(body=to_json(found).encode() + b"\n", media_type="application/json")
