"""Page to article. Other programs call `crawler.extract.extract`; it is loaded when asked for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.extract.article import extract

__all__ = ["extract"]


def __getattr__(name: str) -> Any:
    """Load the extractor when it is asked for. Any: a module's attributes."""
    if name == "extract":
        from crawler.extract.article import extract

        return extract
    raise AttributeError(name)
