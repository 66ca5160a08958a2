"""The rights that outlets claim, one row a text that was read for them."""

import sqlite3

from storage.records.rights import Rights
from storage.sqlite.values import clean, to_json


def add(
    connection: sqlite3.Connection,
    article_id: int,
    revision: int,
    rights: Rights,
) -> None:
    """Store what a text's page claims, also where it claims nothing."""
    texts = {
        "license": rights.license,
        "copyright": rights.copyright,
        "copyright_holder": rights.copyright_holder,
        "usage_info": rights.usage_info,
        "tdm_policy": rights.tdm_policy,
    }
    values: dict[str, object] = {
        "id": article_id,
        "revision": revision,
        "restrictions": to_json(rights.restrictions),
        "max_snippet": rights.max_snippet,
    }
    for name, text in texts.items():
        values[name] = clean(text) if text else None
    connection.execute(
        """
        INSERT INTO rights (article_id, revision, license, copyright, copyright_holder, usage_info,
                            restrictions, max_snippet, tdm_policy)
        VALUES (:id, :revision, :license, :copyright, :copyright_holder, :usage_info,
                :restrictions, :max_snippet, :tdm_policy)
        """,
        values,
    )


def repeat(
    connection: sqlite3.Connection,
    article_id: int,
    revision: int,
    of: int,
) -> None:
    """Give a revision the rights of another one of its article."""
    connection.execute(
        """
        INSERT INTO rights (article_id, revision, license, copyright, copyright_holder, usage_info,
                            restrictions, max_snippet, tdm_policy)
        SELECT article_id, :revision, license, copyright, copyright_holder, usage_info,
               restrictions, max_snippet, tdm_policy
        FROM rights WHERE article_id = :id AND revision = :of
        """,
        {"id": article_id, "revision": revision, "of": of},
    )
