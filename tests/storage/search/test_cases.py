"""The analyser on queries in nine languages: what is found, and what is found wrongly."""

import sqlite3
import tomllib
from pathlib import Path

from storage.search.analyser import analyse
from storage.search.compile import compile_query
from storage.search.query import parse

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))


def index(language: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5 (headline, standfirst, body, content = '',"
        " tokenize = 'unicode61 remove_diacritics 0')"
    )
    for number, text in enumerate(CASES[language]["texts"]):
        # A text in another script than its language's is Kurdish too.
        stems = " ".join(analyse(text, language))
        connection.execute("INSERT INTO search (rowid, body) VALUES (?, ?)", (number, stems))
    return connection


def found(connection: sqlite3.Connection, query: str) -> set[int]:
    compiled = compile_query(parse(query))
    statement = "SELECT rowid FROM search AS row WHERE 1"
    if compiled.match:
        statement += " AND search MATCH :match"
    if compiled.where != "1":
        statement += f" AND {compiled.where.replace('row.id', 'row.rowid')}"
    parameters = compiled.parameters | {"match": compiled.match}
    return {row[0] for row in connection.execute(statement, parameters)}


def test_nine_tenths_are_found_and_nothing_wrongly() -> None:
    missed, wrong, asked = [], [], 0
    for language in CASES:
        connection = index(language)
        for query, expected in CASES[language]["queries"]:
            got = found(connection, query)
            asked += 1
            missed += [(language, query)] if not set(expected) <= got else []
            wrong += [(language, query, sorted(got - set(expected)))] if got - set(expected) else []

    assert asked >= 300
    assert wrong == []
    assert len(missed) <= asked / 10, missed
