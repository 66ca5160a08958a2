"""A bundle as PDF, by WeasyPrint: the same document, printed. Nothing is fetched for it."""

import hashlib
from typing import Any, BinaryIO, NoReturn

from storage.errors import StorageError
from storage.export.bundle.document import collected, document
from storage.export.request import Rows

_MISSING = "PDF needs WeasyPrint: pip install 'drawdown[pdf]'"
# What WeasyPrint says where the system has no Pango is a list of file names.
_NO_PANGO = (
    "PDF needs the library Pango, which WeasyPrint draws with: "
    "apt install libpango-1.0-0 libpangoft2-1.0-0; or write --format html, and print it"
)


def write(
    rows: Rows,
    out: BinaryIO,
) -> int:
    """Write the bundle; return its number of articles. Raises StorageError."""
    html = _weasyprint()
    articles = list(collected(rows))
    page = "".join(document(rows, articles))
    # The identifier is of the content, so that the same bundle is the same file.
    identifier = hashlib.sha256(page.encode()).hexdigest()[:32].encode()
    printed = html(string=page, url_fetcher=_refuse)
    out.write(printed.write_pdf(pdf_identifier=identifier))
    return len(articles)


def _weasyprint() -> Any:
    """Return the class of its documents. Any: WeasyPrint is an extra, and untyped."""
    try:
        from weasyprint import HTML
    except ModuleNotFoundError as error:
        raise StorageError(_MISSING) from error
    except OSError as error:
        raise StorageError(_NO_PANGO) from error
    return HTML


def _refuse(url: str, **_options: object) -> NoReturn:
    raise ValueError(f"nothing is fetched for a bundle: {url}")
