"""What an outlet changed between two visits."""

from typing import Literal

from storage.article import Article
from storage.model import Fingerprint

Change = Literal["headline", "body"]


def find_change(
    headline: str, text_hash: str, article: Article, fingerprint: Fingerprint
) -> Change | None:
    """Return what differs from the newest revision; None where nothing does.

    Texts are compared by their normal words: white space, case and punctuation are no change.
    """
    if fingerprint.text_hash != text_hash:
        return "body"
    if article.headline != headline:
        return "headline"
    return None
